"""One engine per data file: an exclusive lock on a file beside it, given up by the system when its process dies.

A process that stands still (SIGSTOP, Ctrl-Z in a shell, a frozen container) keeps its locks. So the holder touches
the file every few seconds, and whoever waits and has seen it untouched for `STALE` seconds of its own monotonic clock
puts a new lock file, already locked, in the old one's place. The one that stood still finds that its lock is not the
file of that name any more, and begins nothing (`holds`). What it had claimed it cannot settle: see `store/outbox.py`.
"""

import fcntl
import os
import threading
import time
from contextlib import suppress
from pathlib import Path
from typing import IO

from store.private import lock_file

STALE = 60.0
"""Seconds without a sign of life after which a holder counts as standing still. Six times as often it gives one."""

_EXCLUSIVE = fcntl.LOCK_EX | fcntl.LOCK_NB


class EngineLock:
    """The right to be the engine of one data folder."""

    def __init__(self, folder: Path, *, stale: float = STALE) -> None:
        self._path = folder / "engine.lock"
        self._stale = stale
        self._held: IO[str] | None = None

    @property
    def pause(self) -> float:
        """Seconds between two signs of life."""
        return self._stale / 6

    def try_acquire(self) -> bool:
        """Take the lock if it is free."""
        while True:
            held = lock_file(self._path)
            try:
                fcntl.flock(held, _EXCLUSIVE)
            except BlockingIOError:
                held.close()
                return False
            if self._is_current(held):
                self._keep(held)
                return True
            held.close()

    def acquire(self) -> None:
        """Wait for the lock, and take it the moment its holder dies, or once it has stood still for too long.

        Raises OSError when there is no place for the file.
        """
        while not self.try_acquire() and not self._outwait():
            pass

    def release(self) -> None:
        """Give the lock up."""
        held, self._held = self._held, None
        if held is not None:
            held.close()

    def holds(self) -> bool:
        """Tell whether the lock is still ours: nobody has taken us for dead."""
        return self._held is not None and self._is_current(self._held)

    def beat(self) -> None:
        """Give a sign of life."""
        if self._held is not None:
            with suppress(OSError):
                os.utime(self._held.fileno())

    def taken(self) -> bool:
        """Tell whether somebody holds the lock; asks for a moment's share of it, which nobody notices.

        Raises OSError when the file cannot be looked at.
        """
        try:
            with self._path.open() as shared:
                fcntl.flock(shared, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def touched_at(self) -> float:
        """Return when the holder last gave a sign of life, in seconds since 1970. Raises OSError."""
        return self._path.stat().st_mtime

    def holder(self) -> str:
        """Return the process number that was written by whoever took the lock last, or nothing."""
        try:
            return self._path.read_text().strip()
        except OSError:
            return ""

    def _outwait(self) -> bool:
        """Wait for the lock and take it (True), also from a holder that stands still; False: look again."""
        waiting = lock_file(self._path)
        queued_at = os.fstat(waiting.fileno()).st_ino
        turn = Turn(waiting)
        seen, since = self._pulse(), time.monotonic()
        while not turn.came(self.pause):
            pulse = self._pulse()
            if pulse[0] != queued_at:
                turn.leave()
                return False
            if pulse != seen:
                seen, since = pulse, time.monotonic()
            elif time.monotonic() - since > self._stale and self._take_from_the_still(seen):
                turn.leave()
                return True
        if not self._is_current(waiting):
            waiting.close()
            return False
        self._keep(waiting)
        return True

    def _take_from_the_still(self, seen: tuple[int, int]) -> bool:
        """Put a locked file in the place of the one that nobody touches; only one of those who wait can."""
        beside = self._path.with_name(self._path.name + ".next")
        held = lock_file(beside)
        try:
            fcntl.flock(held, _EXCLUSIVE)
        except BlockingIOError:
            held.close()
            return False
        if self._pulse() != seen:
            held.close()
            return False
        beside.replace(self._path)
        self._keep(held)
        return True

    def _keep(self, held: IO[str]) -> None:
        held.truncate(0)
        held.write(str(os.getpid()))
        held.flush()
        self._held = held

    def _is_current(self, held: IO[str]) -> bool:
        return os.fstat(held.fileno()).st_ino == self._pulse()[0]

    def _pulse(self) -> tuple[int, int]:
        """Return which file has the lock's name and when it was touched; zeros where it cannot be found."""
        try:
            found = self._path.stat()
        except OSError:
            return 0, 0
        return found.st_ino, found.st_mtime_ns


class Turn:
    """A place in the system's queue for a lock, taken by a thread of its own.

    What came is kept, not given up and asked for again: with many who wait, that would let each of them have the lock
    for a moment before one kept it.
    """

    def __init__(self, waiting: IO[str]) -> None:
        self._waiting = waiting
        self._gate = threading.Lock()
        self._left = False
        self._came = threading.Event()
        threading.Thread(target=self._queue, name="paydesk-lock", daemon=True).start()

    def came(self, seconds: float) -> bool:
        """Wait so long at most, and tell whether the lock is there."""
        return self._came.wait(seconds)

    def leave(self) -> None:
        """Want the lock no more; it is given up when it comes."""
        with self._gate:
            self._left = True
            if self._came.is_set():
                self._waiting.close()

    def _queue(self) -> None:
        fcntl.flock(self._waiting, fcntl.LOCK_EX)
        with self._gate:
            if self._left:
                self._waiting.close()
            self._came.set()
