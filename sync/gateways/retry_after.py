"""How long a web service asks to be left alone: the header `Retry-After` (RFC 9110, 10.2.3)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

SHORTEST_WAIT, LONGEST_WAIT = 1.0, 900.0
"""Seconds between which every wish is kept: a service that asks for a day would stop a clinic for a day."""


def seconds_to_wait(value: str, now: datetime) -> float | None:
    """Return the seconds to wait by the header's `value` (seconds or a date), or None when it does not say."""
    value = value.strip()
    if re.fullmatch(r"\d{1,9}(\.\d{1,9})?", value, re.ASCII):
        seconds = float(value)
    else:
        try:
            when = parsedate_to_datetime(value)
            seconds = ((when if when.tzinfo else when.replace(tzinfo=UTC)) - now).total_seconds()
        except (ValueError, TypeError, OverflowError, IndexError):
            return None
    return min(max(seconds, SHORTEST_WAIT), LONGEST_WAIT)
