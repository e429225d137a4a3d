"""Months and days as the clinic's calendar has them: where each begins and ends, as the store keeps times."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from store.errors import BadInput
from store.text import cleaned
from store.times import to_text

_MONTH = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_YEARS = range(1970, 3000)


@dataclass(frozen=True, slots=True, order=True)
class Month:
    """One month of one year; written `2026-11`."""

    year: int
    number: int

    @classmethod
    def parse(cls, text: str) -> "Month":
        """Read `2026-11`. Raises BadInput (month)."""
        found = _MONTH.fullmatch(text.strip())
        if found is None or int(found[1]) not in _YEARS or not 1 <= int(found[2]) <= 12:
            raise BadInput(
                "month", f"“{cleaned(text)[:40]}” is not a month. Type a year and a month, such as 2026-11."
            )
        return cls(int(found[1]), int(found[2]))

    @classmethod
    def of(cls, moment: datetime, zone: ZoneInfo) -> "Month":
        """Return the month that it is at `moment` in `zone`."""
        local = moment.astimezone(zone)
        return cls(local.year, local.month)

    def __str__(self) -> str:
        return f"{self.year:04d}-{self.number:02d}"

    @property
    def title(self) -> str:
        """The month as people read it: `November 2026`."""
        return f"{date(self.year, self.number, 1):%B} {self.year}"

    def moved(self, by: int) -> "Month":
        """Return the month `by` months later."""
        years, number = divmod(self.year * 12 + self.number - 1 + by, 12)
        return Month(years, number + 1)

    def dates(self) -> Iterator[date]:
        """Yield the month's days."""
        day, after = date(self.year, self.number, 1), self.moved(1)
        while day < date(after.year, after.number, 1):
            yield day
            day += timedelta(days=1)

    def span(self, zone: ZoneInfo) -> tuple[str, str]:
        """Return when the month begins and when the next one does, as stored times."""
        after = self.moved(1)
        return (begins(date(self.year, self.number, 1), zone), begins(date(after.year, after.number, 1), zone))

    def days(self, zone: ZoneInfo) -> list[tuple[date, str, str]]:
        """Return each day with when it begins and when the next one does, as stored times."""
        return [(day, begins(day, zone), begins(day + timedelta(days=1), zone)) for day in self.dates()]


def begins(day: date, zone: ZoneInfo) -> str:
    """Return a day's first moment in `zone` as a stored time.

    Where the clocks go forward at midnight there is no 0:00; the moment they go forward is the day's first (PEP 495).
    """
    return to_text(datetime.combine(day, time.min, zone))
