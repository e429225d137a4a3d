"""The command line as a whole: usage, the data folder, who did it, and errors of the file."""

import sqlite3
from pathlib import Path

import pytest

from store.opening import FILE_NAME
from tests.tui.cli.conftest import Paydesk
from tui.main import COMMANDS, main


@pytest.mark.parametrize(
    "words",
    [
        ("nonsense",),
        ("clients",),
        ("clients", "add"),
        ("clients", "add", "--nam", "Jane"),
        ("invoices", "create", "--client", "x"),
        ("invoices", "list", "--state", "lost"),
        ("invoices", "show"),
        ("pay", "INV-000001", "--type", "cash"),
        ("send",),
        ("outbox", "burn", "x"),
        ("settings", "set", "clinic.name"),
        ("sandbox", "--port", "70000"),
        ("sandbox", "--smtp-port", "x"),
        ("verify", "extra"),
    ],
)
def test_wrong_usage_is_2(paydesk: Paydesk, words: tuple[str, ...]) -> None:
    """argparse's own words go to stderr; nothing is printed on stdout and no file is made."""
    ran = paydesk(*words)
    assert (ran.code, ran.out) == (2, "")
    assert "usage: paydesk" in ran.err


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_every_command_has_help(capsys: pytest.CaptureFixture[str], command: str) -> None:
    """--help works everywhere and is no error."""
    assert main([*command.split(), "--help"]) == 0
    assert "usage: paydesk" in capsys.readouterr().out


def test_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    """--version prints one line on stdout."""
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("paydesk ")


def test_data_folder_before_after_and_from_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """--data may stand before or after the command, and stands before PAYDESK_DATA."""
    monkeypatch.setenv("PAYDESK_DATA", str(tmp_path / "environment"))
    assert main(["clients", "list"]) == 0
    assert main(["--data", str(tmp_path / "before"), "clients", "list"]) == 0
    assert main(["clients", "--data", str(tmp_path / "between"), "list"]) == 0
    assert main(["clients", "list", "--data", str(tmp_path / "after")]) == 0
    assert main(["--data", str(tmp_path / "first"), "clients", "list", "--data", str(tmp_path / "last")]) == 0
    made = {path.name for path in tmp_path.iterdir() if (path / FILE_NAME).exists()}
    assert made == {"environment", "before", "between", "after", "last"}


def test_platform_folder_is_the_default(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a choice the data is where the platform keeps a user's data."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_DATA_HOME", raising=False)
    assert main(["clients", "list"]) == 0
    assert [path.parent.name for path in tmp_path.rglob(FILE_NAME)] == ["paydesk"]


def test_who_is_not_known_is_the_desk(paydesk: Paydesk, invoice: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A user id without a name is no reason not to work."""

    def nobody() -> str:
        raise OSError("No username set in the environment")

    monkeypatch.setattr("getpass.getuser", nobody)
    paydesk("pay", invoice, "--type", "cash", "--amount", "1")
    assert paydesk("invoices", "log", invoice, "--json").document[-1]["actor"] == "desk"


def test_newer_file_is_refused_untouched(paydesk: Paydesk, invoice: str, folder: Path) -> None:
    """A file from a newer Paydesk is neither read nor written."""
    with sqlite3.connect(folder / FILE_NAME) as other:
        other.execute("PRAGMA user_version = 99")
    other.close()
    before = (folder / FILE_NAME).read_bytes()
    ran = paydesk("invoices", "list", "--json")
    assert (ran.code, ran.out) == (1, "")
    assert "newer Paydesk" in ran.err
    assert ran.err.count("\n") == 1
    assert (folder / FILE_NAME).read_bytes() == before


def test_folder_that_is_a_file_is_refused(paydesk: Paydesk, folder: Path) -> None:
    """One clear line, no traceback."""
    folder.write_text("I am a file")
    ran = paydesk("clients", "list")
    assert (ran.code, ran.out) == (1, "")
    assert ran.err.startswith("paydesk: The data folder")
    assert ran.err.count("\n") == 1


def test_bad_settings_file_is_said_with_its_place(paydesk: Paydesk, folder: Path) -> None:
    """A mistake in settings.toml names the file."""
    paydesk("clients", "list")
    (folder / "settings.toml").write_text("[gateway\nkind = 1")
    ran = paydesk("settings", "get")
    assert (ran.code, ran.out) == (1, "")
    assert "settings.toml is not valid TOML" in ran.err


def test_desk_without_a_terminal_is_refused(paydesk: Paydesk) -> None:
    """The desk says that it needs a terminal instead of drawing into a pipe."""
    ran = paydesk()
    assert (ran.code, ran.out) == (1, "")
    assert "needs a terminal" in ran.err
