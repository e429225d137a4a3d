"""What has waited does not go to a client at night."""

from datetime import datetime, timedelta

from store.quiet import clock_time, quiet_until
from store.settings import Settings
from sync.handlers.base import Later

WAITED = timedelta(minutes=15)
"""How long after somebody sent a message it still counts as sent now, whatever the hour."""


def hold(settings: Settings, asked_at: datetime, now: datetime) -> Later | None:
    """Return until when a message that somebody sent at `asked_at` has to wait, or None if it may go.

    What was sent in the future was sent by a wrong clock, and nobody knows how long it has waited.
    """
    until = quiet_until(settings, now)
    if until is None or abs(now - asked_at) <= WAITED:
        return None
    return Later(f"waits until {clock_time(settings, until)}: quiet hours", until - now)
