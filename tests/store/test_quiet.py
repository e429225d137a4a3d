"""Quiet hours, read in the clinic's zone, in summer and winter and in the nights between."""

from datetime import UTC, datetime

import pytest

from store.quiet import clock_time, quiet_until


def until(hours: str, at: str, zone: str = "Europe/London") -> str | None:
    """Return when the quiet hours around a moment (UTC) end, or None."""
    moment = datetime.fromisoformat(at).replace(tzinfo=UTC)
    found = quiet_until({"quiet.hours": hours, "clinic.zone": zone}, moment)
    return None if found is None else f"{found:%Y-%m-%dT%H:%M}"


@pytest.mark.parametrize(
    ("at", "ends"),
    [
        ("2026-11-22T20:59", None),
        ("2026-11-22T21:00", "2026-11-23T08:00"),
        ("2026-11-22T23:59", "2026-11-23T08:00"),
        ("2026-11-23T00:00", "2026-11-23T08:00"),
        ("2026-11-23T07:59", "2026-11-23T08:00"),
        ("2026-11-23T08:00", None),
        ("2026-07-01T19:59", None),
        ("2026-07-01T20:00", "2026-07-02T07:00"),
        ("2026-07-02T06:59", "2026-07-02T07:00"),
        ("2026-07-02T07:00", None),
        ("2026-12-31T22:00", "2027-01-01T08:00"),
    ],
)
def test_a_night_in_london(at: str, ends: str | None) -> None:
    """21:00 to 08:00 by the clock on the wall, whatever the season, to the minute."""
    assert until("21:00-08:00", at) == ends


def test_the_nights_in_which_the_clocks_change() -> None:
    """The morning is at 08:00 of that morning's clock: an hour sooner in spring, an hour later in autumn."""
    assert until("21:00-08:00", "2026-03-28T22:00") == "2026-03-29T07:00"
    assert until("21:00-08:00", "2026-10-24T21:00") == "2026-10-25T08:00"


def test_an_end_that_the_clock_shows_twice_or_never() -> None:
    """At 01:30 in both nights: what the clock shows decides, and the end is never before now."""
    assert until("22:00-01:30", "2026-10-24T23:00") == "2026-10-25T00:30"
    assert until("22:00-01:30", "2026-10-25T00:30") is None
    assert until("22:00-01:30", "2026-10-25T01:10") == "2026-10-25T01:30"
    assert until("22:00-01:30", "2026-03-29T00:30") == "2026-03-29T01:30"
    assert until("22:00-01:30", "2026-03-29T01:10") is None


@pytest.mark.parametrize(
    ("hours", "at", "ends"),
    [
        ("", "2026-11-22T23:00", None),
        ("12:00-12:00", "2026-11-22T12:00", None),
        ("12:00-14:00", "2026-11-22T13:00", "2026-11-22T14:00"),
        ("12:00-14:00", "2026-11-22T14:00", None),
    ],
)
def test_other_hours(hours: str, at: str, ends: str | None) -> None:
    """None, a span of nothing, and one that does not reach over midnight."""
    assert until(hours, at) == ends


def test_another_zone() -> None:
    """A clinic far away sleeps at another time."""
    assert until("21:00-08:00", "2026-11-22T14:00", "Pacific/Auckland") == "2026-11-22T19:00"
    settings = {"quiet.hours": "", "clinic.zone": "Pacific/Auckland"}
    assert clock_time(settings, datetime(2026, 11, 22, 19, tzinfo=UTC)) == "08:00"
