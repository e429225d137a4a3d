"""Staff on the command line, and what only a manager may do there."""

import io
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from store import ledger
from store.sign_in import FREE_TRIES
from tests.tui.cli.conftest import Paydesk
from tui.cli.session import opened

AMIRAS, BENS = "2468", "1379"


@pytest.fixture
def amira(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> str:
    """The first manager's id."""
    monkeypatch.setenv("PAYDESK_NEW_PIN", AMIRAS)
    made = paydesk("staff", "add", "Amira", "--role", "manager", "--json").document
    monkeypatch.delenv("PAYDESK_NEW_PIN")
    return str(made["id"])


@pytest.fixture
def _approved(amira: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Amira's approval in the environment."""
    monkeypatch.setenv("PAYDESK_STAFF", "amira")
    monkeypatch.setenv("PAYDESK_PIN", AMIRAS)


def test_the_first_is_a_manager(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anybody may make them; reception is said to come later."""
    monkeypatch.setenv("PAYDESK_NEW_PIN", AMIRAS)
    refused = paydesk("staff", "add", "Ben")
    assert (refused.code, refused.out) == (1, "")
    assert "The first of the staff is a manager" in refused.err
    assert paydesk("staff", "add", "Amira", "--role", "manager").out == "Amira: manager\n"


def test_without_a_terminal_it_says_what_to_set(
    paydesk: Paydesk, amira: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line, exit code 1, nothing done; the login name being Amira's gives no rights."""
    monkeypatch.setenv("PAYDESK_NEW_PIN", BENS)
    refused = paydesk("staff", "add", "Ben")
    assert (refused.code, refused.out, refused.err.count("\n")) == (1, "", 1)
    assert all(word in refused.err for word in ("Only a manager may change staff", "PAYDESK_STAFF", "PAYDESK_PIN"))
    assert [person["name"] for person in paydesk("staff", "list", "--json").document] == ["Amira"]


@pytest.mark.usefixtures("_approved")
def test_an_approval_from_the_environment(paydesk: Paydesk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The login name did it, Amira approved; the new PIN comes from stdin and is read only once."""
    monkeypatch.setattr("sys.stdin", io.StringIO(f"{BENS}\n9999\n"))
    ben = paydesk("staff", "add", "Ben", "--pin", "-", "--json").document
    assert ben == {"id": ben["id"], "name": "Ben", "role": "reception", "active": True}
    with opened(folder) as store:
        last = store.read(lambda reader: list(ledger.entries(reader)))[-1]
    assert (last.actor, last.payload["approved_by"]) == ("amira", "Amira")


def test_any_managers_pin_alone_will_do(paydesk: Paydesk, amira: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The name is only for who shares nothing."""
    monkeypatch.setenv("PAYDESK_PIN", AMIRAS)
    assert paydesk("staff", "change", "Amira", "--name", "Amira Khan").out == "Amira Khan: manager\n"


def test_wrong_pins_cost_time_here_too(paydesk: Paydesk, amira: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each command is a process of its own, and the file remembers."""
    monkeypatch.setenv("PAYDESK_STAFF", "Amira")
    monkeypatch.setenv("PAYDESK_PIN", BENS)
    said = [paydesk("staff", "change", "Amira", "--name", "X").err for _ in range(FREE_TRIES)]
    assert ["Wait 5 seconds" in line for line in said] == [False, False, True]
    monkeypatch.setenv("PAYDESK_PIN", AMIRAS)
    assert "Too many wrong PINs" in paydesk("staff", "change", "Amira", "--name", "X").err
    assert all(AMIRAS not in line and BENS not in line for line in said)


@pytest.mark.usefixtures("_approved")
def test_changing_switching_off_and_on(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each answers with how the person stands now."""
    monkeypatch.setenv("PAYDESK_NEW_PIN", BENS)
    paydesk("staff", "add", "Ben")
    assert paydesk("staff", "change", "ben", "--role", "manager", "--name", "Benjamin").out == "Benjamin: manager\n"
    assert paydesk("staff", "off", "Benjamin").out == "Benjamin: manager, may not sign in\n"
    assert paydesk("staff", "list").out.splitlines() == [
        "Name      Role     May sign in",
        "Amira     manager  yes",
        "Benjamin  manager  no",
    ]
    assert paydesk("staff", "on", "Benjamin").out == "Benjamin: manager\n"
    assert "last manager" not in paydesk("staff", "off", "Amira").err


@pytest.mark.usefixtures("_approved")
def test_the_last_manager_stays(paydesk: Paydesk) -> None:
    """Neither off nor reception."""
    for words in (("off", "Amira"), ("change", "Amira", "--role", "reception")):
        assert "Amira is the last manager" in paydesk("staff", *words).err


@pytest.mark.usefixtures("_approved")
def test_a_new_pin_is_the_one_that_counts(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """And the old one does not any more."""
    monkeypatch.setenv("PAYDESK_NEW_PIN", "8642")
    assert paydesk("staff", "pin", "Amira").out == "Amira: manager\n"
    assert "That is not Amira's PIN" in paydesk("staff", "pin", "Amira").err
    monkeypatch.setenv("PAYDESK_PIN", "8642")
    assert paydesk("staff", "pin", "Amira").code == 0


def test_a_pin_is_no_argument(paydesk: Paydesk) -> None:
    """Everybody on the machine could read it there."""
    assert paydesk("staff", "add", "Amira", "--role", "manager", "--pin", AMIRAS).code == 2


def test_without_a_terminal_a_new_pin_needs_a_place(paydesk: Paydesk) -> None:
    """It says which there are."""
    refused = paydesk("staff", "add", "Amira", "--role", "manager")
    assert refused.code == 1
    assert all(word in refused.err for word in ("PAYDESK_NEW_PIN", "--pin -"))


def test_weak_pins_are_refused(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the sentence of the desk, which does not repeat them."""
    monkeypatch.setenv("PAYDESK_NEW_PIN", "7777")
    refused = paydesk("staff", "add", "Amira", "--role", "manager")
    assert "One digit again and again" in refused.err
    assert "7777" not in refused.err


def test_nobody_of_that_name(paydesk: Paydesk, amira: str) -> None:
    """It says where the names are."""
    assert "paydesk staff list" in paydesk("staff", "off", "Tom").err


def on_terminal(folder: Path, *words: str, typed: list[tuple[str, str]]) -> str:
    """Run the command on a terminal of its own, answering each prompt; return all that it showed."""
    ours, its = pty.openpty()
    command = subprocess.Popen(
        [sys.executable, "-P", "-m", "tui.main", "--data", str(folder), *words],
        stdin=its,
        stdout=its,
        stderr=its,
        start_new_session=True,
    )
    os.close(its)
    shown, answers = "", list(typed)
    try:
        while select.select([ours], [], [], 30)[0]:
            try:
                part = os.read(ours, 4096).decode()
            except OSError:
                break
            if not part:
                break
            shown += part
            if answers and shown.rstrip(" ").endswith(answers[0][0]):
                os.write(ours, f"{answers.pop(0)[1]}\n".encode())
    finally:
        os.close(ours)
        command.wait(30)
    assert answers == []
    return shown.replace("\r", "")


def test_pins_are_asked_for_on_a_terminal(paydesk: Paydesk, folder: Path) -> None:
    """A new one twice, a manager's once; none of them is shown."""
    made = on_terminal(
        folder,
        *("staff", "add", "Amira", "--role", "manager"),
        typed=[("4 to 8 digits:", AMIRAS), ("once more:", AMIRAS)],
    )
    assert made.endswith("Amira: manager\n")
    renamed = on_terminal(
        folder, "staff", "change", "Amira", "--name", "Amira Khan", typed=[("A manager's PIN:", AMIRAS)]
    )
    assert renamed.endswith("Amira Khan: manager\n")
    assert "Only a manager may change staff." in renamed
    assert AMIRAS not in made + renamed


def test_two_different_pins_on_a_terminal(paydesk: Paydesk, folder: Path) -> None:
    """Nothing is done."""
    shown = on_terminal(
        folder,
        *("staff", "add", "Amira", "--role", "manager"),
        typed=[("4 to 8 digits:", AMIRAS), ("once more:", BENS)],
    )
    assert "The two PINs differ" in shown
    assert paydesk("staff", "list", "--json").document == []
