"""Noticing that nobody has touched a key for some time, with one timer that is set at most once in that time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol


class Alarm(Protocol):
    """Something that will call back once."""

    def stop(self) -> None:
        """Never call back."""


class Idle:
    """Calls `then` when no key was touched for as long as was said; a key costs one comparison and no timer."""

    def __init__(
        self,
        now: Callable[[], datetime],
        wake_after: Callable[[float, Callable[[], None]], Alarm],
        then: Callable[[], None],
    ) -> None:
        """`wake_after` takes seconds and calls back once."""
        self._now = now
        self._wake_after = wake_after
        self._then = then
        self._limit = timedelta(0)
        self._touched = now()
        self._alarm: Alarm | None = None

    def begin(self, minutes: int) -> None:
        """Count from now; 0 minutes is never."""
        self._limit = timedelta(minutes=minutes)
        self._touched = self._now()
        if self._alarm is not None:
            self._alarm.stop()
            self._alarm = None
        if self._limit:
            self._sleep(self._limit)

    def too_late(self) -> bool:
        """Note that a key was touched; tell whether it came after the time, as when the machine itself slept."""
        before, self._touched = self._touched, self._now()
        return bool(self._limit) and self._touched - before >= self._limit

    def _sleep(self, how_long: timedelta) -> None:
        self._alarm = self._wake_after(how_long.total_seconds(), self._wake)

    def _wake(self) -> None:
        left = self._limit - (self._now() - self._touched)
        if left > timedelta(0):
            self._sleep(min(left, self._limit))
        else:
            self._then()
