"""Is the data file that this process has open still the one that bears its name?

SQLite goes on writing into a file that was deleted or replaced, and what it writes there is gone when the last
process closes it. So each write looks whether the file, its write-ahead log and the log's index are still what was
opened.
"""

import contextlib
import os
import time
from pathlib import Path

from store.sqlite import sqlite3

PARTS = ("", "-wal", "-shm")
"""The data file, its log, and the log's index, which all processes on the file share."""


class InPlace:
    """The files behind one open data file; make it once they are open."""

    def __init__(self, path: Path) -> None:
        self._names = [f"{path}{part}" for part in PARTS]
        self._opened: list[tuple[int, int] | None] = [None for _ in PARTS]
        self.log_size = 0
        """The log's size in bytes when it was last looked at."""
        self.whole()

    def whole(self) -> bool:
        """Tell whether all are what they were; takes no time. One that was not there yet is taken as it comes."""
        for number, name in enumerate(self._names):
            known = self._opened[number]
            try:
                there = os.stat(name)  # noqa: PTH116 - at each write, where a Path costs three times as much
            except OSError:
                if known is not None:
                    return False
                continue
            if known is None:
                self._opened[number] = (there.st_dev, there.st_ino)
            elif known != (there.st_dev, there.st_ino):
                return False
            if number == 1:
                self.log_size = there.st_size
        return True


def rescue(connection: "sqlite3.Connection", path: Path) -> Path | None:
    """Write what is still open, though it has lost its name, into a new file beside it, for its owner alone.

    Returns that file, or None when it could not be written.
    """
    kept = path.with_name(f"{path.name}.rescued-{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.getpid()}")
    try:
        os.close(os.open(kept, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        connection.execute("VACUUM INTO :file", {"file": str(kept)})
    except (OSError, sqlite3.Error):
        with contextlib.suppress(OSError):
            kept.unlink()
        return None
    return kept
