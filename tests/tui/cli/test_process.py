"""The command as its own process: entry point, exit codes, pipes, signals, and what it loads."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

PAYDESK = [sys.executable, "-P", "-m", "tui.main"]
NEVER_EARLY = {
    "textual",
    "httpx",
    "apprise",
    "starlette",
    "uvicorn",
    "qrcode",
    "jinja2",
    "watchfiles",
    "prometheus_client",
}


def run(*words: str, **options: object) -> "subprocess.CompletedProcess[str]":
    """Run the command to its end."""
    return subprocess.run([*PAYDESK, *words], capture_output=True, text=True, check=False, **options)  # type: ignore[call-overload,no-any-return]


def test_installed_command_is_the_same(tmp_path: Path) -> None:
    """The entry point that the package installs works like the module."""
    installed = Path(sys.executable).with_name("paydesk")
    ran = subprocess.run(
        [installed, "clients", "list", "--json", "--data", tmp_path], capture_output=True, text=True, check=False
    )
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "[]\n", "")


def test_exit_codes_and_streams(tmp_path: Path) -> None:
    """0 with a document, 1 with one line on stderr, 2 for wrong usage."""
    good = run("clients", "add", "--name", "Zoë", "--json", "--data", str(tmp_path))
    assert good.returncode == 0
    assert json.loads(good.stdout)["name"] == "Zoë"
    refused = run("--data", str(tmp_path), "clients", "add", "--name", " ", "--json")
    assert (refused.returncode, refused.stdout, refused.stderr) == (1, "", "paydesk: Type the client's name.\n")
    assert run("clients", "bogus").returncode == 2


def test_terminal_without_our_letters(tmp_path: Path) -> None:
    """On an ASCII terminal lines lose letters, and JSON loses nothing."""
    plain = {**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    run("clients", "add", "--name", "Zoë 李", "--data", str(tmp_path))
    listed = run("clients", "list", "--data", str(tmp_path), env=plain)
    assert (listed.returncode, listed.stderr) == (0, "")
    assert "Zo? ?" in listed.stdout
    document = run("clients", "list", "--json", "--data", str(tmp_path), env=plain)
    assert json.loads(document.stdout)[0]["name"] == "Zoë 李"


def test_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    """A closed pipe ends the command quietly."""
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as closed:
        ran = subprocess.run(
            [*PAYDESK, "settings", "get", "--data", str(tmp_path)], stdout=closed, stderr=subprocess.PIPE, check=False
        )
    assert (ran.returncode, ran.stderr) == (0, b"")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a full device")
def test_output_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """A full disk behind stdout is one line and exit 1."""
    with Path("/dev/full").open("w") as full:
        ran = subprocess.run(
            [*PAYDESK, "settings", "get", "--data", str(tmp_path)],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
        )
    assert ran.returncode == 1
    assert ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("paydesk: ")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_sync_ends_cleanly_when_told(tmp_path: Path, number: signal.Signals) -> None:
    """It says where it works, and a signal ends it with exit 0."""
    engine = subprocess.Popen(
        [*PAYDESK, "sync", "--data", str(tmp_path)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert engine.stdout is not None
    assert str(tmp_path) in engine.stdout.readline()
    engine.send_signal(number)
    out, err = engine.communicate(timeout=30)
    assert (engine.returncode, out, err) == (0, "", "")


@pytest.mark.parametrize(
    "words",
    [("--help",), ("clients", "list"), ("invoices", "list"), ("outbox", "list"), ("settings", "get"), ("verify",)],
)
def test_commands_load_only_what_they_need(tmp_path: Path, words: tuple[str, ...]) -> None:
    """No screen, no HTTP, no notifier is loaded for what needs none."""
    program = (
        "import sys; from tui.main import main; code = main(sys.argv[1:]);"
        "print(' '.join(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr); sys.exit(code)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program, "--data", str(tmp_path), *words], capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0
    assert NEVER_EARLY.isdisjoint(ran.stderr.split())


def test_desk_does_not_load_the_engine_first(tmp_path: Path) -> None:
    """What puts the desk together loads neither HTTP nor notifiers nor the sandbox."""
    program = "import sys; import tui.wiring; print(' '.join({name.partition('.')[0] for name in sys.modules}))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert NEVER_EARLY.isdisjoint(ran.stdout.split())
