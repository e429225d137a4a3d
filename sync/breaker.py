"""A circuit breaker per service: an outage costs one probe, not one attempt an entry.

Closed, everything may go. After a call that did not reach the service (or several in a row without a clear
answer) it opens: nothing goes until the next probe is due, then one call goes and decides. `refused` (a key that
is not accepted) stays until the settings change or a person asks for another try.
"""

from collections.abc import Callable
from datetime import datetime, timedelta

from sync.backoff import delay

LONGEST_PROBE = 30.0
UNCLEAR_IN_A_ROW = 5


class Breaker:
    """What is known of one service from real calls. Not thread-safe: the engine's loop owns it."""

    def __init__(self, jitter: Callable[[], float]) -> None:
        self._jitter = jitter
        self._failures = 0
        self._unclear = 0
        self._pause_until: datetime | None = None
        self._probing = False
        self.refused = False
        self.open_until: datetime | None = None

    @property
    def state(self) -> str:
        """What the service is known to be: online (also before the first call), offline or refused."""
        if self.refused:
            return "refused"
        return "online" if self.open_until is None else "offline"

    def room(self, now: datetime, slots: int) -> int:
        """Return how many calls may start now: all the `slots`, one probe, or none."""
        if self.refused or (self._pause_until is not None and now < self._pause_until):
            return 0
        if self.open_until is None:
            return slots
        return min(1, slots) if now >= self.open_until and not self._probing else 0

    def started(self) -> None:
        """A call has started; while open it is the probe."""
        self._probing = self.open_until is not None

    def answered(self) -> None:
        """The service gave a clear answer, whatever it said. A pause that it asked for stands."""
        self._failures = self._unclear = 0
        self.open_until = None
        self._probing = self.refused = False

    def unreached(self, now: datetime) -> datetime:
        """The service was not reached; return when the next probe is due."""
        self._probing = False
        if self.open_until is None or now >= self.open_until:
            self._failures += 1
            pause = delay(self._failures, lambda: 0.5 + self._jitter() / 2, longest=LONGEST_PROBE)
            self.open_until = now + pause
        return self.open_until

    def unclear(self, now: datetime) -> datetime | None:
        """A call ended without a clear answer; several in a row open the breaker, and a probe keeps it open."""
        self._unclear += 1
        if self.open_until is not None or self._unclear >= UNCLEAR_IN_A_ROW:
            return self.unreached(now)
        return None

    def pause(self, now: datetime, seconds: float) -> datetime:
        """The service asked for patience; return until when nothing goes."""
        self._probing = False
        self._pause_until = max(self._pause_until or now, now + timedelta(seconds=seconds))
        return self._pause_until

    def refuse(self) -> None:
        """Our key or setting was refused: stop asking."""
        self._probing = False
        self.refused = True

    def probe_now(self, now: datetime) -> None:
        """A person asked for another try: one call goes at once and decides."""
        self.refused = False
        self._pause_until = None
        self.open_until = now

    def reset(self) -> None:
        """The settings changed: forget what was."""
        self.answered()
        self._pause_until = None

    def put_back(self, by: timedelta) -> None:
        """The clock was put back: what is to be waited for stays as far away as it was."""
        if self.open_until is not None:
            self.open_until -= by
        if self._pause_until is not None:
            self._pause_until -= by

    def wake_at(self) -> datetime | None:
        """Return when something may go again, or None when that is now or not a matter of time."""
        if self.refused:
            return None
        return max((t for t in (self.open_until, self._pause_until) if t is not None), default=None)
