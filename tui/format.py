"""Times for people: in the clinic's zone, as short as they can be without being unclear."""

from datetime import datetime
from zoneinfo import ZoneInfo

from store.times import from_text

MINUTE, HOUR, DAY = 60, 3600, 86400


def clock(moment: datetime, zone: ZoneInfo) -> str:
    """Write the time of day: `14:02`."""
    return moment.astimezone(zone).strftime("%H:%M")


def clock_seconds(text: str, zone: ZoneInfo) -> str:
    """Write a stored time's time of day with seconds: `14:02:31`."""
    return from_text(text).astimezone(zone).strftime("%H:%M:%S")


def time_of(text: str, zone: ZoneInfo, now: datetime | None = None) -> str:
    """Write a stored time: `14:02`, with its day in front (`21 Nov 14:02`) when `now` is another day."""
    local = from_text(text).astimezone(zone)
    if now is None or local.date() == now.astimezone(zone).date():
        return local.strftime("%H:%M")
    return f"{date_of(text, zone, now)} {local:%H:%M}"


def date_of(text: str, zone: ZoneInfo, now: datetime) -> str:
    """Write a stored time's day: `22 Nov`, with the year when it is not this one."""
    local = from_text(text).astimezone(zone)
    day = f"{local.day} {local:%b}"
    return day if local.year == now.astimezone(zone).year else f"{day} {local.year}"


def countdown(text: str, now: datetime) -> str:
    """Write how far ahead a stored time is: `now`, `in 40 s`, `in 5 min`."""
    seconds = int((from_text(text) - now).total_seconds())
    return "now" if seconds <= 0 else f"in {span(seconds)}"


def age(text: str, now: datetime) -> str:
    """Write how long ago a stored time is: `40 s`, `5 min`, `2 h`, `3 days`."""
    return span(max(0, int((now - from_text(text)).total_seconds())))


def span(seconds: int) -> str:
    """Write how long something takes: `40 s`, `5 min`, `2 h`, `3 days`."""
    if seconds < MINUTE:
        return f"{seconds} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE} min"
    if seconds < DAY:
        return f"{seconds // HOUR} h"
    days = seconds // DAY
    return f"{days} day{'' if days == 1 else 's'}"


def size_of(size: int) -> str:
    """Write a file's size in bytes: `41.2 MB`, `3.0 kB`."""
    return f"{size / 1e6:.1f} MB" if size >= 1e6 else f"{size / 1e3:.1f} kB"
