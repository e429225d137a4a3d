"""How long to wait before the next try."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.backoff import FIRST, LONGEST, delay, delay_by_age


@pytest.mark.parametrize(("attempts", "seconds"), [(0, 2), (1, 2), (2, 4), (3, 8), (8, 256), (9, 512), (10, 600)])
def test_doubles_up_to_the_longest(attempts: int, seconds: float) -> None:
    """Each try waits twice as long as the one before, up to ten minutes."""
    assert delay(attempts, lambda: 1.0) == timedelta(seconds=seconds)


@given(st.integers(0, 100_000), st.floats(0, 1))
def test_any_number_of_attempts(attempts: int, jitter: float) -> None:
    """However often something has failed, the wait is a moment at least and the longest at most."""
    assert timedelta(seconds=0.2) <= delay(attempts, lambda: jitter) <= timedelta(seconds=LONGEST)


@given(st.timedeltas(timedelta(days=-1), timedelta(days=1000)), st.floats(0, 1))
def test_by_age(age: timedelta, jitter: float) -> None:
    """What has failed for long is tried seldom, but within ten minutes; a clock set back does no harm."""
    wait = delay_by_age(age, lambda: jitter)
    assert timedelta(seconds=FIRST / 2) <= wait <= timedelta(seconds=LONGEST)
    assert wait <= max(age, timedelta(seconds=FIRST))
