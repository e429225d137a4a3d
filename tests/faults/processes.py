"""Real processes on a data folder, to be killed: forks of a server that has loaded everything, and `paydesk` itself.

A fork costs a few milliseconds, the executable most of a second. Both run the command line's own `main` with a pipe
as their standard output and error, so what they printed before they died is what a person would have read.
"""

import fcntl
import json
import multiprocessing
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol

PAYDESK = str(Path(sys.executable).with_name("paydesk"))
PRELOADED = ("tests.faults.forked", "tests.faults.dying", "tests.faults.at_desk", "tests.journeys.child_engine")
FIRST_FRAME = 4_000
"""Bytes that a desk paints before it hears keys."""
PATIENCE = 60.0
"""Seconds after which a process that should have ended counts as hung, also on a busy machine."""


class Running(Protocol):
    """A process of its own."""

    pid: int

    def code(self) -> int | None:
        """Return the exit code, minus the signal that ended it, or None while it runs."""
        ...

    def printed(self) -> str:
        """Return what it has written on its standard output, once it is gone."""
        ...


@cache
def _server() -> Any:
    """Return the context of the one fork server."""
    context: Any = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(list(PRELOADED))
    return context


class Fork:
    """A fork that runs `body(*arguments)`, a function at the top of a module, with a pipe as its output."""

    def __init__(self, body: Callable[..., object], *arguments: object) -> None:
        self._here, there = _server().Pipe(duplex=False)
        self._process = _server().Process(target=_run, args=(there, body, arguments), daemon=True)
        self._process.start()
        there.close()
        self.pid = int(self._process.pid)
        self._printed: bytes | None = None

    def code(self) -> int | None:
        """Return the exit code, minus the signal that ended it, or None while it runs."""
        code: int | None = self._process.exitcode
        return code

    def printed(self) -> str:
        """Return what it has written on its standard output, once it is gone."""
        if self._printed is None:
            self._printed = _read_all(self._here.fileno())
            self._here.close()
            self._process.join()
            self._process.close()
        return self._printed.decode()


class Executable:
    """The program `paydesk` with its own start."""

    def __init__(self, *words: str) -> None:
        self._process = subprocess.Popen(
            [PAYDESK, *words], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        self.pid = self._process.pid
        self._printed: bytes | None = None

    def code(self) -> int | None:
        """Return the exit code, minus the signal that ended it, or None while it runs."""
        return self._process.poll()

    def printed(self) -> str:
        """Return what it has written on its standard output, once it is gone."""
        if self._printed is None:
            self._printed = self._process.communicate()[0]
        return self._printed.decode()


class OpenDesk:
    """`paydesk` in a pseudo-terminal of 80×24; `keys` are typed into it one after the other once it has painted."""

    def __init__(self, folder: Path, keys: Sequence[str]) -> None:
        self._terminal, inside = pty.openpty()
        fcntl.ioctl(inside, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
        self._process = subprocess.Popen(
            [PAYDESK, "--data", str(folder)],
            stdin=inside,
            stdout=inside,
            stderr=inside,
            start_new_session=True,
            env={**os.environ, "TERM": "xterm-256color"},
        )
        os.close(inside)
        self.pid = self._process.pid
        self._keys = list(keys)
        self._painted = b""

    @property
    def open(self) -> bool:
        """Whether it has painted its first screen."""
        return len(self._painted) > FIRST_FRAME

    def code(self) -> int | None:
        """Read what it painted, type the next key, and return the exit code or None while it runs."""
        code = self._process.poll()
        with suppress(OSError):
            while select.select([self._terminal], [], [], 0)[0]:
                painted = os.read(self._terminal, 65536)
                self._painted += painted
                if self._keys and code is None and self.open:
                    os.write(self._terminal, self._keys.pop(0).encode())
        return code

    def printed(self) -> str:
        """Close the terminal, and return all that was to be read on it."""
        if self._terminal >= 0:
            os.close(self._terminal)
            self._terminal = -1
        return re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]", "", self._painted.decode("utf-8", "replace"))


def kill(process: Running) -> None:
    """Send SIGKILL."""
    with suppress(ProcessLookupError):
        os.kill(process.pid, signal.SIGKILL)


def until(condition: Callable[[], object], what: str, patience: float = PATIENCE) -> None:
    """Wait until `condition` holds. Raises TimeoutError with `what` did not come to be."""
    deadline = time.monotonic() + patience
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        time.sleep(0.003)


def end_of(process: Running, patience: float = PATIENCE) -> int:
    """Wait until a process is gone and return its exit code. Raises TimeoutError, having killed it."""
    try:
        until(lambda: process.code() is not None, f"the process {process.pid} did not end", patience)
    except TimeoutError:
        kill(process)
        raise
    return process.code() or 0


def answer_of(process: Running) -> dict[str, Any] | None:
    """Return the JSON object that a command has printed, or None where it was killed before it was whole."""
    try:
        answer: dict[str, Any] = json.loads(process.printed())
    except ValueError:
        return None
    return answer


def _run(there: Any, body: Callable[..., object], arguments: Sequence[object]) -> None:
    os.dup2(there.fileno(), 1)
    os.dup2(there.fileno(), 2)
    code = body(*arguments)
    os._exit(code if isinstance(code, int) else 0)


def _read_all(pipe: int) -> bytes:
    parts = []
    while part := os.read(pipe, 65536):
        parts.append(part)
    return b"".join(parts)
