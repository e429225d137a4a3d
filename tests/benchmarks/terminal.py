"""A terminal to time programs in: a real pseudo-terminal of 80×24, read as a person's would be."""

import fcntl
import os
import pty
import select
import signal
import struct
import termios
import time
from collections.abc import Mapping, Sequence
from typing import Self


class Terminal:
    """A program in a new terminal, killed when it is left. `began` is when it was started."""

    def __init__(self, argv: Sequence[str], environment: Mapping[str, str]) -> None:
        self.began = time.perf_counter()
        self.process, self._terminal = pty.fork()
        if self.process == 0:
            own = {**os.environ, **environment, "TERM": "xterm-256color", "COLUMNS": "80", "LINES": "24"}
            os.execvpe(argv[0], list(argv), own)
        fcntl.ioctl(self._terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        os.kill(self.process, signal.SIGKILL)
        os.waitpid(self.process, 0)
        os.close(self._terminal)

    def until(self, marker: str, *, longest: float = 30.0) -> float:
        """Return the seconds from the start until `marker` was painted. Raises TimeoutError with what was instead."""
        seen = b""
        while time.perf_counter() - self.began < longest:
            painted = self._read(0.1)
            if painted is None:
                break
            seen += painted
            if marker.encode() in seen:
                return time.perf_counter() - self.began
        raise TimeoutError(f"{marker!r} was never painted; the end of what was: {seen[-400:]!r}")

    def quiet(self, seconds: float) -> None:
        """Return when nothing has been painted for `seconds`."""
        while self._read(seconds):
            pass

    def press(self, keys: str, *, silence: float = 0.04) -> tuple[float, int]:
        """Send keys; return the seconds until the last byte they painted, and how many bytes that was.

        `silence` seconds without a byte end it.
        """
        began = last = time.perf_counter()
        os.write(self._terminal, keys.encode())
        count = 0
        while painted := self._read(silence if count else 1.0):
            last = time.perf_counter()
            count += len(painted)
        return last - began, count

    def _read(self, patience: float) -> bytes | None:
        """Return what was painted within `patience` seconds, empty when nothing was, None when the program ended."""
        if not select.select([self._terminal], [], [], patience)[0]:
            return b""
        try:
            return os.read(self._terminal, 65536)
        except OSError:
            return None


def seconds_until(marker: str, argv: Sequence[str], environment: Mapping[str, str]) -> float:
    """Start `argv` in a new terminal and return the seconds until `marker` has been painted."""
    with Terminal(argv, environment) as terminal:
        return terminal.until(marker)
