"""What the commands write to the log: failures as facts, nothing of a client, and as much as the setting says."""

import json
from pathlib import Path

import pytest

from store.logs import log_path
from sync.sandbox.server import Sandbox
from tests.tui.cli.conftest import Paydesk
from tui.wiring import wired

CANARIES = (
    "Jane",
    "Smith",
    "jane@",
    "example.com",
    "900123",
    "hunter2",
    "sk_test",
    "INV-",
    "Consultation",
    "mailto",
    "4711",
)


def test_a_whole_day_names_no_client(paydesk: Paydesk, folder: Path, sandbox: Sandbox, invoice: str) -> None:
    """Asking for money, sending, failing, refusing: the log tells ids and outcomes, at its finest level."""
    paydesk("settings", "set", "log.level", "debug")
    assert paydesk("send", invoice, "--email", "--sms").code == 0
    assert paydesk("sync", "--once").code == 0
    assert paydesk("send", "INV-000404", "--email").code == 1
    assert paydesk("clients", "add", "--name", "Jane Canary Smith", "--email", "jane@@example.com").code == 1
    assert paydesk("pay", invoice, "--type", "cash", "--amount", "0.00").code == 1
    text = log_path(folder).read_text()
    lines = [json.loads(line) for line in text.splitlines()]
    done = {line["kind"] for line in lines if line.get("outcome") == "done"}
    assert done == {"create_link", "email", "sms"}
    assert {"refused", "entry settled", "turn taken"} <= {line["event"] for line in lines}
    for canary in CANARIES:
        assert canary not in text, canary


def test_the_desk_logs_as_the_desk(folder: Path) -> None:
    """And says nothing of whose it is."""
    with wired(folder):
        pass
    lines = [json.loads(line) for line in log_path(folder).read_text().splitlines()]
    assert [(line["role"], line["event"]) for line in lines] == [("desk", "began")]


def test_a_refusal_is_logged_by_its_class(paydesk: Paydesk, folder: Path) -> None:
    """With the field that was wrong, and not with what was typed."""
    assert paydesk("clients", "add", "--name", "Jane", "--email", "jane@").code == 1
    (line,) = [json.loads(line) for line in log_path(folder).read_text().splitlines()]
    assert (line["event"], line["error"], line["setting"], line["level"]) == ("refused", "BadInput", "email", "info")


def test_the_level_is_a_setting(paydesk: Paydesk, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """At `error` a refusal is not written; a level that is none is refused."""
    monkeypatch.setenv("PAYDESK_LOG_LEVEL", "error")
    assert paydesk("clients", "show", "nobody").code == 1
    assert not log_path(folder).exists()
    assert "Use one of: debug, info, warning, error." in paydesk("settings", "set", "log.level", "loud").err


def test_a_file_that_cannot_be_opened_is_logged(paydesk: Paydesk, folder: Path) -> None:
    """With SQLite's own code."""
    folder.mkdir(mode=0o700)
    data = folder / "paydesk.sqlite"
    data.write_bytes(b"rubbish" * 1000)
    data.chmod(0o600)
    assert paydesk("clients", "list").code == 1
    (line,) = [json.loads(line) for line in log_path(folder).read_text().splitlines()]
    assert (line["level"], line["error"]) == ("error", "store.errors.Damaged")
    assert any("SQLITE_NOTADB" in cause for cause in line["causes"])
