"""Times for people."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from tui.format import clock_seconds, countdown, time_of

LONDON = ZoneInfo("Europe/London")
NOW = datetime(2026, 7, 1, 13, 0, 0, tzinfo=UTC)


def test_times_are_the_clinics() -> None:
    """An hour later in a British summer."""
    assert clock_seconds("2026-07-01T13:02:31.000Z", LONDON) == "14:02:31"


@pytest.mark.parametrize(
    ("stored", "shown"),
    [
        ("2026-07-01T09:00:00.000Z", "10:00"),
        ("2026-06-30T23:30:00.000Z", "00:30"),
        ("2026-06-30T09:00:00.000Z", "30 Jun 10:00"),
        ("2025-12-24T09:00:00.000Z", "24 Dec 2025 09:00"),
    ],
)
def test_another_day_is_said(stored: str, shown: str) -> None:
    """And another year; days end at the clinic's midnight."""
    assert time_of(stored, LONDON, NOW) == shown


def test_how_long_until() -> None:
    """In its largest whole unit; nothing that is over is in the future."""
    ahead = ("13:00:40", "13:59:59", "16:00:00", "12:00:00")
    shown = [countdown(f"2026-07-01T{at}.000Z", NOW) for at in ahead]
    assert shown == ["in 40 s", "in 59 min", "in 3 h", "now"]
    assert countdown("2026-07-03T13:00:00.000Z", NOW) == "in 2 days"
