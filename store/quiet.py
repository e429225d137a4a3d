"""Quiet hours: when nothing reaches a client by itself, and until when. Read in the clinic's zone."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo


def quiet_until(settings: Mapping[str, str], now: datetime) -> datetime | None:
    """Return when the quiet hours around `now` end, in UTC; None when it is not quiet."""
    if not settings["quiet.hours"]:
        return None
    begin, end = map(time.fromisoformat, settings["quiet.hours"].split("-"))
    zone = ZoneInfo(settings["clinic.zone"])
    local = now.astimezone(zone)
    at = local.time()
    if not (begin <= at < end if begin <= end else at >= begin or at < end):
        return None
    ends_on = local.date() + timedelta(days=0 if at < end else 1)
    return next(moment for moment in _moments(ends_on, end, zone) if moment > now)


def clock_time(settings: Mapping[str, str], moment: datetime) -> str:
    """Write a moment as the clock in the clinic shows it: `08:00`."""
    return f"{moment.astimezone(ZoneInfo(settings['clinic.zone'])):%H:%M}"


def _moments(day: date, at: time, zone: ZoneInfo) -> list[datetime]:
    """Return when the clocks show `at` on a day: twice in the night in which they are put back."""
    return sorted(datetime.combine(day, at, zone).replace(fold=fold).astimezone(UTC) for fold in (0, 1))
