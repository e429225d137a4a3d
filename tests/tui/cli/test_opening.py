"""Opening the desk in a real terminal (a pty): what is shown, how it is left, and what is left behind."""

import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from fcntl import ioctl
from pathlib import Path

import pytest

from tests.tui.cli.conftest import Paydesk
from tui.loopback import get
from tui.sandbox_process import SandboxProcess

PAYDESK = [sys.executable, "-P", "-m", "tui.main"]
QUIT = b"\x11"
PATIENCE = 30.0


class Terminal:
    """A terminal of 80 by 24 with the command running in it."""

    def __init__(self, *words: str) -> None:
        self._ours, theirs = pty.openpty()
        ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        environment = {**os.environ, "TERM": "xterm-256color"}
        self.process = subprocess.Popen(
            [*PAYDESK, *words], stdin=theirs, stdout=theirs, stderr=theirs, env=environment, start_new_session=True
        )
        os.close(theirs)
        self.seen = b""

    def wait_for(self, text: str) -> None:
        """Read until `text` has been drawn."""
        wanted = text.encode()
        while wanted not in self.seen:
            if not select.select([self._ours], [], [], PATIENCE)[0]:
                pytest.fail(f"“{text}” was never drawn")
            try:
                self.seen += os.read(self._ours, 65536)
            except OSError:
                pytest.fail(f"“{text}” was never drawn; the program ended with: {self.seen[-2000:]!r}")

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self._ours, keys)

    def end(self) -> int:
        """Wait until the program has ended and return its exit code."""
        while True:
            try:
                if not select.select([self._ours], [], [], PATIENCE)[0] or not os.read(self._ours, 65536):
                    break
            except OSError:
                break
        return self.process.wait(PATIENCE)

    def close(self) -> None:
        """Give the terminal up; what still runs in it is ended."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
        os.close(self._ours)


@pytest.fixture
def terminals() -> Iterator[list[Terminal]]:
    """Return a list of terminals that are given up at the end."""
    opened: list[Terminal] = []
    yield opened
    for terminal in opened:
        terminal.close()


def test_desk_opens_on_a_clinic_and_is_left(paydesk: Paydesk, folder: Path, terminals: list[Terminal]) -> None:
    """The clinic's name is drawn, Ctrl-Q leaves with exit 0, and no sandbox was started."""
    paydesk("settings", "set", "clinic.name", "Harbour Clinic")
    terminals.append(Terminal("--data", str(folder)))
    terminals[0].wait_for("Harbour Clinic")
    terminals[0].type(QUIT)
    assert terminals[0].end() == 0
    assert not (folder / "sandbox").exists()


def test_demo_is_opened_with_its_sandbox_and_leaves_nothing(
    paydesk: Paydesk, folder: Path, terminals: list[Terminal]
) -> None:
    """The first start makes the clinic up, the second opens it; the sandbox runs as long as the desk."""
    process = SandboxProcess(folder)
    for _ in range(2):
        terminal = Terminal("demo", "--data", str(folder))
        terminals.append(terminal)
        terminal.wait_for("Riverside Clinic")
        terminal.wait_for("Online")
        assert process.addresses is not None
        assert process.address.encode() in terminal.seen
        terminal.type(QUIT)
        assert terminal.end() == 0
        with pytest.raises(OSError, match="refused"):
            get(process.address)
    assert paydesk("verify").code == 0


def test_damaged_file_is_refused_before_anything_is_drawn(folder: Path, terminals: list[Terminal]) -> None:
    """One line, no screen, exit 1."""
    folder.mkdir()
    (folder / "paydesk.sqlite").write_bytes(b"This is no database, but it is long enough to look like one." * 100)
    terminals.append(Terminal("--data", str(folder)))
    terminals[0].wait_for("paydesk: ")
    assert terminals[0].end() == 1
    assert b"\x1b[?1049h" not in terminals[0].seen
