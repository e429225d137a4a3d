"""A file that many processes write lines to, and that begins anew when it is full.

A line is one `write` at the file's end (O_APPEND), which the system does not mix with another's, so nobody waits for
anybody, not even for a process that is stopped. Whoever finds the file full renames `x.log` to `x.log.1`, that to
`x.log.2`, and so on, holding a lock of the file, and lets it be when somebody else holds it. The others notice that
their file is no longer the one of that name and open the new one; what they wrote until then is in `x.log.1`.
"""

import fcntl
import logging
import os
import time
from pathlib import Path

A_MOMENT = 2.0


class SharedLogFile(logging.Handler):
    """Writes records to `path`, which is its owner's alone; keeps `count` older files of about `size` bytes each.

    What cannot be written (no room on the disk, no folder) is dropped: a log never stops what it is about. The folder
    of `path` is made at the first record, and only in a folder that exists.
    """

    def __init__(self, path: Path, *, size: int = 1_000_000, count: int = 5) -> None:
        super().__init__()
        self._path = path
        self._size = size
        self._count = count
        self._descriptor: int | None = None
        self._torn = False

    def emit(self, record: logging.LogRecord) -> None:
        """Write one record."""
        try:
            self._write(self.format(record).encode("utf-8", "replace") + b"\n")
        except Exception:  # noqa: BLE001 - whatever is wrong with the log, the work goes on
            self._forget()

    def close(self) -> None:
        """Close the file."""
        self.acquire()
        try:
            self._forget()
        finally:
            self.release()
        super().close()

    def _write(self, line: bytes) -> None:
        descriptor = self._current()
        if self._is_full(descriptor, len(line)) and self._turned_over(descriptor):
            descriptor = self._current()
        if self._torn:
            line = b"\n" + line
        self._torn = os.write(descriptor, line) < len(line)

    def _current(self) -> int:
        """Return the file of our name, opened."""
        if self._descriptor is not None and not self._is_current(self._descriptor):
            self._forget()
        if self._descriptor is None:
            self._descriptor = self._opened()
            self._torn = _ends_torn(self._descriptor)
        return self._descriptor

    def _opened(self) -> int:
        flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
        try:
            return os.open(self._path, flags, 0o600)
        except FileNotFoundError:
            self._path.parent.mkdir(mode=0o700, exist_ok=True)
            return os.open(self._path, flags, 0o600)

    def _is_current(self, descriptor: int) -> bool:
        try:
            return os.path.samestat(os.fstat(descriptor), self._path.stat())
        except FileNotFoundError:
            return False

    def _is_full(self, descriptor: int, more: int) -> bool:
        size = os.fstat(descriptor).st_size
        return size > 0 and size + more > self._size

    def _turned_over(self, descriptor: int) -> bool:
        """Rename the full file and those before it; tell whether there is room now, by us or by somebody else."""
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        try:
            if self._is_current(descriptor):
                for number in range(self._count - 1, -1, -1):
                    newer = self._named(number)
                    if newer.exists():
                        newer.replace(self._named(number + 1))
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)
        return True

    def _named(self, number: int) -> Path:
        return self._path.with_name(f"{self._path.name}.{number}") if number else self._path

    def _forget(self) -> None:
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _ends_torn(descriptor: int) -> bool:
    """Tell whether the file ends within a line, as a power cut or a full disk may leave it.

    A file that was written to a moment ago may do so because somebody's line is just being added.
    """
    found = os.fstat(descriptor)
    if not found.st_size or time.time() - found.st_mtime < A_MOMENT:
        return False
    return os.pread(descriptor, 1, found.st_size - 1) != b"\n"
