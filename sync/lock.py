"""One engine per data file: an exclusive lock on a file beside it, given up by the system when its process dies."""

import fcntl
import os
from pathlib import Path
from typing import IO


class EngineLock:
    """The right to be the engine of one data folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "engine.lock"
        self._held: IO[str] | None = None

    def try_acquire(self) -> bool:
        """Take the lock if it is free."""
        return self._take(fcntl.LOCK_EX | fcntl.LOCK_NB)

    def acquire(self) -> bool:
        """Wait for the lock without using the processor, and take it the moment its holder dies."""
        return self._take(fcntl.LOCK_EX)

    def release(self) -> None:
        """Give the lock up."""
        if self._held is not None:
            self._held.close()
            self._held = None

    def holder(self) -> str:
        """Return the process number that was written by whoever took the lock last, or nothing."""
        try:
            return self._path.read_text().strip()
        except OSError:
            return ""

    def _take(self, how: int) -> bool:
        held = self._path.open("a")
        try:
            fcntl.flock(held, how)
        except BlockingIOError:
            held.close()
            return False
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        self._held = held
        return True
