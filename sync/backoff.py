"""When to try again: exponential backoff with full jitter, so that desks that failed together do not return together.

The rule is the one of https://aws.amazon.com/builders-library/timeouts-retries-and-backoff-with-jitter/.
"""

from collections.abc import Callable
from datetime import timedelta

FIRST = 2.0
LONGEST = 600.0
MOST_ATTEMPTS = 8
"""Clear failures of a service that was reached, after which a person decides. Being offline counts as none."""

MOST_DOUBLINGS = 20
"""More than any limit needs; a power of the thousandth failure would not fit a number."""


def delay(attempts: int, jitter: Callable[[], float], *, longest: float = LONGEST) -> timedelta:
    """Return how long to wait after `attempts` tries; `jitter` gives a number from 0 to 1."""
    ceiling = min(longest, FIRST * 2 ** min(MOST_DOUBLINGS, max(0, attempts - 1)))
    return timedelta(seconds=max(0.2, ceiling * jitter()))


def delay_by_age(age: timedelta, jitter: Callable[[], float]) -> timedelta:
    """Return how long to wait for something that has failed for `age` without counting how often."""
    seconds = min(LONGEST, max(FIRST, age.total_seconds()))
    return timedelta(seconds=seconds * (0.5 + jitter() / 2))
