"""`paydesk clients`."""

from pathlib import Path

import pytest

from tests.tui.cli.conftest import Paydesk


def test_add_returns_the_card(paydesk: Paydesk) -> None:
    """The document has the id and the addresses in the form in which they are kept."""
    card = paydesk(
        "clients", "add", "--name", "Jane Smith", "--email", "jane@x.com", "--mobile", "07700900123", "--json"
    )
    assert card.document == {
        "id": card.document["id"],
        "name": "Jane Smith",
        "email": "jane@x.com",
        "mobile": "+447700900123",
    }
    assert len(card.document["id"]) == 26


def test_name_alone_is_enough(paydesk: Paydesk) -> None:
    """Email and mobile may be missing, and are then empty text."""
    card = paydesk("clients", "add", "--name", "Jane", "--json").document
    assert (card["email"], card["mobile"]) == ("", "")


def test_list_has_the_same_objects_newest_first(paydesk: Paydesk) -> None:
    """What was added is what is listed."""
    cards = [paydesk("clients", "add", "--name", name, "--json").document for name in ("Ann", "Bob")]
    assert paydesk("clients", "list", "--json").document == cards[::-1]


def test_list_is_not_cut_short(paydesk: Paydesk) -> None:
    """More clients than a screen shows are all listed."""
    for number in range(55):
        assert paydesk("clients", "add", "--name", f"Client {number}").code == 0
    assert len(paydesk("clients", "list", "--json").document) == 55


def test_search_finds_by_a_few_letters(paydesk: Paydesk, client: str) -> None:
    """Name, email and mobile are searched."""
    paydesk("clients", "add", "--name", "Bob")
    for text in ("smi", "jane@ex", "900123"):
        assert [card["id"] for card in paydesk("clients", "list", "--search", text, "--json").document] == [client]
    assert paydesk("clients", "list", "--search", "nobody", "--json").document == []


@pytest.mark.parametrize("text", ['"*', "[", "'", "AND OR NOT", "😀", "-", "a:b", "(", "\x1b"])
def test_search_takes_any_text(paydesk: Paydesk, invoice: str, text: str) -> None:
    """No letters are a query language of their own."""
    assert paydesk("clients", "list", "--search", text).code == 0
    assert paydesk("invoices", "list", "--search", text).code == 0


def test_people_read_aligned_lines(paydesk: Paydesk, client: str) -> None:
    """Without --json there is one line a client, with the mobile as people write it."""
    assert paydesk("clients", "list").out == f"{client}  Jane Smith  jane@example.com  07700 900123\n"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("[bold]Jane[/x] & <b>", "[bold]Jane[/x] & <b>"),
        ("Ja\x1b[31mne\x07\n\tSmith", "Ja[31mne Smith"),
        ("Zoë 😀 李", "Zoë 😀 李"),
        ("نور الدين", "نور الدين"),
        ("evil\u202etxt", "eviltxt"),
    ],
)
def test_strange_names_are_kept_as_safe_text(paydesk: Paydesk, typed: str, kept: str) -> None:
    """Markup is text, letters of any script stay, and nothing that drives a terminal is kept or printed."""
    assert paydesk("clients", "add", "--name", typed, "--json").document["name"] == kept
    listed = paydesk("clients", "list").out
    assert kept in listed
    assert "\x1b" not in listed


@pytest.mark.parametrize("name", ["", "   ", "\x00\x1b", "x" * 121])
def test_bad_names_are_refused(paydesk: Paydesk, name: str) -> None:
    """No name, or one too long, is refused in one line."""
    ran = paydesk("clients", "add", "--name", name)
    assert (ran.code, ran.out) == (1, "")
    assert "name" in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "typed", "why"),
    [
        ("--email", "jane@", "is not an email address"),
        ("--email", "jane example.com", "is not an email address"),
        ("--mobile", "12345", "is not a whole mobile number"),
        ("--mobile", "call me", "has letters in it"),
        ("--mobile", "020 7946 0958", "is not a"),
    ],
)
def test_bad_addresses_are_refused_with_the_reason(paydesk: Paydesk, option: str, typed: str, why: str) -> None:
    """One line on stderr says what is wrong, stdout stays empty, and nobody is added."""
    ran = paydesk("clients", "add", "--name", "Jane", option, typed, "--json")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("paydesk: ")
    assert ran.err.count("\n") == 1
    assert why in ran.err
    assert paydesk("clients", "list", "--json").document == []


def test_folder_and_file_are_private(paydesk: Paydesk, folder: Path) -> None:
    """Only the owner may enter the folder or read the file."""
    paydesk("clients", "list")
    assert folder.stat().st_mode & 0o777 == 0o700
    assert (folder / "paydesk.sqlite").stat().st_mode & 0o777 == 0o600
