"""`paydesk doctor` on the command line: its lines, its document and its exit code."""

import io
import sys
from pathlib import Path

import pytest

from store.opening import FILE_NAME
from sync.sandbox.server import Sandbox
from tests.tui.cli.conftest import Paydesk
from tui.cli.doctor import terminal


def test_a_line_for_each_finding_and_the_remedy_beneath(paydesk: Paydesk) -> None:
    """The sign and its word come first, what to do stands indented under what is not well."""
    paydesk("clients", "list")
    ran = paydesk("doctor", "--offline")
    lines = ran.out.splitlines()
    assert ran.code == 0
    assert lines[0].startswith("● ok       SQLite           3.")
    warned = next(number for number, line in enumerate(lines) if line.startswith("▲ warning  Engine "))
    assert lines[warned + 1] == "           → Open a desk on this folder, or run `paydesk sync`."
    assert not [line for line in lines if "Gateway" in line]


def test_a_problem_is_exit_code_1(paydesk: Paydesk, folder: Path) -> None:
    """A file that is no database is told, and everything else is looked at all the same."""
    paydesk("clients", "list")
    (folder / FILE_NAME).write_bytes(b"rubbish" * 1000)
    ran = paydesk("doctor", "--offline")
    assert ran.code == 1
    assert "✕ problem  Data file" in ran.out
    assert "● ok       Time zone" in ran.out
    assert (folder / FILE_NAME).read_bytes() == b"rubbish" * 1000


def test_json(paydesk: Paydesk, folder: Path) -> None:
    """One document; a folder that is not there is not made."""
    ran = paydesk("doctor", "--offline", "--json")
    assert (ran.code, ran.err) == (1, "")
    assert '"ok": false' in ran.out
    assert '{"name": "Data file", "state": "problem", "text": "There is no data file' in ran.out
    assert not folder.exists()
    paydesk("clients", "list")
    assert paydesk("doctor", "--offline", "--whole", "--json").document["ok"] is True


def test_everything_that_is_reached(paydesk: Paydesk, sandbox: Sandbox) -> None:
    """Gateway, key, mail and SMS answer, and nothing was sent to see it."""
    found = {each["name"]: each["state"] for each in paydesk("doctor", "--json").document["findings"]}
    assert [found[name] for name in ("Gateway", "Clock", "Gateway key", "Email", "SMS")] == ["ok"] * 5
    assert sandbox.mailbox.messages() == []


def test_no_secret_is_shown(paydesk: Paydesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither of the key nor of the addresses that messages go through, whatever the services say."""
    monkeypatch.setenv("PAYDESK_GATEWAY_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("PAYDESK_GATEWAY_KEY", "sk_test_hunter2hunter2")
    monkeypatch.setenv("PAYDESK_EMAIL_URL", "mailto://amira:hunter2@127.0.0.1:1?from=a@b.example&to={email}")
    monkeypatch.setenv("PAYDESK_SMS_URL", "json://amira:hunter2@127.0.0.1:1/hunter2/?:to={mobile}")
    paydesk("clients", "list")
    ran = paydesk("doctor")
    assert ran.code == 1
    assert ran.out.count("✕ problem") == 3
    assert "hunter2" not in ran.out + ran.err


def test_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Too small or without our letters is warned of; a pipe has nothing to be looked at."""
    assert terminal().text == "None: this is a pipe or a file."

    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    for encoding, columns, state in (("utf-8", "100", "ok"), ("utf-8", "60", "warning"), ("ascii", "100", "warning")):
        monkeypatch.setattr(sys, "stdout", Terminal(io.BytesIO(), encoding=encoding))
        monkeypatch.setenv("COLUMNS", columns)
        monkeypatch.setenv("LINES", "30")
        assert terminal().state == state
