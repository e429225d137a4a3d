"""What every test of the command line stands on: the command itself, run in this process on a fresh folder."""

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from sync.sandbox.server import Sandbox
from tui.main import main


@dataclass(frozen=True, slots=True)
class Ran:
    """What a command left behind."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The one JSON document on stdout."""
        assert self.err == ""
        assert self.code == 0
        return json.loads(self.out)


Paydesk = Callable[..., Ran]


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No setting, folder or proxy of this machine reaches a test; the login name is known."""
    for name in os.environ:
        if name.startswith("PAYDESK_") or name.lower().endswith("_proxy"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("LOGNAME", "amira")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a data folder that is not there yet."""
    return tmp_path / "data"


@pytest.fixture
def paydesk(folder: Path, capsys: pytest.CaptureFixture[str]) -> Paydesk:
    """Return the command, working on `folder`."""

    def run(*words: str) -> Ran:
        capsys.readouterr()
        code = main(["--data", str(folder), *words])
        out, err = capsys.readouterr()
        return Ran(code, out, err)

    return run


@pytest.fixture
def client(paydesk: Paydesk) -> str:
    """Return the id of a client with an email address and a mobile."""
    words = ("--name", "Jane Smith", "--email", "jane@example.com", "--mobile", "07700 900123")
    return str(paydesk("clients", "add", *words, "--json").document["id"])


@pytest.fixture
def invoice(paydesk: Paydesk, client: str) -> str:
    """Return the number of an unpaid invoice over £211.00."""
    lines = ("--line", "Consultation;1;120.00;20%", "--line", "Vaccine; flu;2;45.50;0")
    return str(paydesk("invoices", "create", "--client", client, *lines, "--json").document["number"])


@pytest.fixture
def sandbox(tmp_path: Path, paydesk: Paydesk) -> Iterator[Sandbox]:
    """Run a sandbox to which the settings of the folder lead."""
    with Sandbox(tmp_path / "sandbox") as running:
        for key, value in (
            ("gateway.url", running.address),
            ("gateway.key", "sk_test_1234567890abcdef"),
            ("email.url", f"mailto://127.0.0.1:{running.smtp_port}?from=desk@example.com&to={{email}}&mode=insecure"),
            ("sms.url", f"json://127.0.0.1:{running.port}/sms?:to={{mobile}}"),
        ):
            assert paydesk("settings", "set", key, value).code == 0
        yield running
