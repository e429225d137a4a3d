"""What commands print, whatever stands in the data file: lines of text, or JSON that is valid and harmless."""

import io
import json
from contextlib import redirect_stdout
from pathlib import Path

import pytest

from store.database import Store
from store.opening import FILE_NAME
from store.text import DRIVING, LEFT_TO_RIGHT, cleaned, harmless, level, suspect
from tests.security.nasty import NASTY, SURROGATE, driving
from tests.security.poisoned import overwrite, poison
from tests.tui.cli.conftest import Paydesk
from tests.tui.conftest import fill, frozen
from tests.tui.people import hire
from tui.cli.output import complain, table, tell_json, tell_lines

ALL = [*NASTY.values(), SURROGATE]
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("clients", "list"),
    ("catalogue", "list"),
    ("invoices", "list"),
    ("invoices", "show", "INV-000002"),
    ("invoices", "log", "INV-000002"),
    ("receipt", "INV-000002"),
    ("outbox", "list"),
    ("types", "list"),
    ("settings", "get"),
    ("report", "takings"),
    ("report", "charges"),
    ("charges", "list"),
    ("day", "show"),
    ("staff", "list"),
)


class Screen(io.StringIO):
    """A terminal that keeps what it is sent."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        """Tell that a person looks at it."""
        return True


@pytest.fixture
def poisoned(folder: Path) -> Path:
    """A data folder with hostile texts everywhere, staff included."""
    store = Store(folder / FILE_NAME, clock=frozen)
    store.write(fill)
    poison(store)
    overwrite(store)
    store.close()
    return folder


def test_every_command_prints_text(paydesk: Paydesk, poisoned: Path) -> None:
    """Tables and details, and the same as JSON."""
    assert poisoned.is_dir()
    for command in COMMANDS:
        if command[0] == "staff":
            store = Store(poisoned / FILE_NAME, clock=frozen)
            hire(store)
            overwrite(store)
            store.close()
        ran = paydesk(*command)
        assert (ran.code, ran.err) == (0, ""), command
        assert ran.out
        assert driving(ran.out) == [], command
        told = paydesk(*command, "--json")
        json.loads(told.out)
        assert DRIVING.sub("", told.out.rstrip("\n")) == told.out.rstrip("\n"), command
        assert len(told.out.splitlines()) == 1


def test_no_row_is_forged(paydesk: Paydesk, poisoned: Path) -> None:
    """A name with line breaks stays on its line."""
    assert poisoned.is_dir()
    count = len(paydesk("clients", "list", "--json").document)
    assert count > len(NASTY)
    assert len(paydesk("clients", "list").out.splitlines()) == count


@pytest.mark.parametrize("text", ALL, ids=[*NASTY, "surrogate"])
def test_lines_and_complaints(text: str, capsys: pytest.CaptureFixture[str]) -> None:
    """One line each on stdout and stderr, tables and sentences."""
    tell_lines([text, *table([[text, "£120.00"], ["Omar", "£5.00"]], right=(1,))])
    complain(text)
    out, err = capsys.readouterr()
    assert driving(out) == []
    assert driving(err) == []
    assert len(out.split("\n")) == 4
    assert len(err.split("\n")) == 2
    assert out.split("\n")[1].endswith("  £120.00")


@pytest.mark.parametrize("text", ALL, ids=[*NASTY, "surrogate"])
def test_json_is_valid_and_drives_nothing(text: str) -> None:
    """Every character comes back; those that could do harm are escaped."""
    with redirect_stdout(Screen()) as screen:
        tell_json({text: [text]})
    assert DRIVING.search(screen.getvalue().rstrip("\n")) is None
    assert json.loads(screen.getvalue()) == {text: [text]}


def test_a_right_to_left_name_moves_no_amount() -> None:
    """On a terminal its end is marked; in a pipe nothing is added."""
    rows = table([["דנה כהן", "£120.00", "£60.00"]])
    with redirect_stdout(Screen()) as screen:
        tell_lines(rows)
    assert screen.getvalue() == f"דנה כהן{LEFT_TO_RIGHT}  £120.00  £60.00\n"
    assert level("דנה  £1.00  כהן  £2.00") == "דנה\u200e  £1.00  כהן\u200e  £2.00"
    assert level("Jane Smith  £1.00") == "Jane Smith  £1.00"
    assert level("(דנה-כהן)") == "(דנה-כהן\u200e)"


@pytest.mark.parametrize("text", ALL, ids=[*NASTY, "surrogate"])
def test_cleaning_once_is_enough(text: str) -> None:
    """What is kept needs no more cleaning, is no longer suspect but for its order of writing, and is one line."""
    clean = cleaned(text)
    assert cleaned(clean) == clean == harmless(clean)
    assert driving(clean) == []
    assert not suspect(clean) or level(clean) != clean
    assert "Jane" in clean or "Red" in clean


@pytest.mark.parametrize(
    "name",
    [
        "Zoë Müller",
        "O’Connor",
        "דָּנָה כֹּהֵן",
        "مُحَمَّد",
        "สมชาย",
        "Nguyễn Thị Hằng",
        "क्षत्रिय",
        "می‌خواهم",
        "👩‍👩‍👧",
        "李小龍",
    ],
)
def test_real_names_stay_as_they_are(name: str) -> None:
    """Points, vowel signs, joiners and pictures are part of a name."""
    assert cleaned(name) == name == harmless(name)


@pytest.mark.parametrize("word", ["\udcff", "\x1b[2J", "\u202e"])
def test_a_hostile_word_in_a_command_is_no_fault(paydesk: Paydesk, client: str, word: str) -> None:
    """File names and what was pasted come as they are; each is refused, or found nowhere, in one sentence."""
    assert client
    for command in (
        ("clients", "list", word),
        ("clients", "show", word),
        ("clients", "add", "--name", word),
        ("invoices", "show", word),
        ("invoices", "list", "--search", word),
        ("catalogue", "find", word),
        ("outbox", "retry", word),
        ("outbox", "drop", word, "--reason", word),
        ("settings", "get", word),
        ("settings", "set", "clinic.name", word),
        ("report", "takings", "--month", word),
        ("import", "clients", word),
        ("receipt", word),
        ("pay", word, word),
        ("nothing", word),
        (word,),
    ):
        ran = paydesk(*command)
        assert driving(ran.out + ran.err) == [], command


def test_a_login_name_from_the_environment_is_a_name(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """The ledger keeps it for ever, so it is cleaned before."""
    monkeypatch.setenv("LOGNAME", "ami\x1b[2Jra" + "x" * 500)
    paydesk("clients", "add", "--name", "Jane", "--json")
    number = paydesk(
        "invoices",
        "create",
        "--client",
        paydesk("clients", "list", "--json").document[0]["id"],
        "--line",
        "X;1;5;20",
        "--json",
    ).document["number"]
    shown = paydesk("invoices", "log", number, "--json").document
    assert {line["actor"] for line in shown} - {""} == {("ami[2Jra" + "x" * 500)[:60]}
