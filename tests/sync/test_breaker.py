"""The circuit breaker: what may go when a service does not answer."""

from datetime import timedelta

import pytest

from sync.breaker import LONGEST_PROBE, UNCLEAR_IN_A_ROW, Breaker
from tests.sync.engine_world import START


def later(seconds: float) -> timedelta:
    """Return some seconds."""
    return timedelta(seconds=seconds)


@pytest.fixture
def breaker() -> Breaker:
    """A closed breaker whose waits are the longest of their step."""
    return Breaker(lambda: 1.0)


def test_closed_lets_all_go(breaker: Breaker) -> None:
    """A service that answers gets as many calls as there are slots."""
    assert (breaker.room(START, 8), breaker.wake_at()) == (8, None)


def test_open_lets_one_probe_go(breaker: Breaker) -> None:
    """Out of reach, nothing goes until the probe is due; then one call, and none beside it."""
    due = breaker.unreached(START)
    assert (breaker.room(START, 8), breaker.room(due, 8), breaker.wake_at()) == (0, 1, due)
    breaker.started()
    assert breaker.room(due, 8) == 0
    breaker.answered()
    assert (breaker.room(due, 8), breaker.wake_at()) == (8, None)


def test_probe_needs_a_free_slot(breaker: Breaker) -> None:
    """Where no slot is free, no probe goes either."""
    assert breaker.room(breaker.unreached(START), 0) == 0


def test_calls_that_fail_together_are_one_step(breaker: Breaker) -> None:
    """Eight calls that were cut by one outage wait no longer than one."""
    due = breaker.unreached(START)
    assert {breaker.unreached(START) for _ in range(7)} == {due}


def test_an_outage_of_a_week(breaker: Breaker) -> None:
    """However long it lasts, a probe goes at least twice a minute, and each step makes one."""
    now, steps = START, 0
    while now < START + timedelta(days=7):
        before, now = now, breaker.unreached(now)
        assert timedelta() < now - before <= later(LONGEST_PROBE)
        assert breaker.room(now, 8) == 1
        steps += 1
    assert steps >= 7 * 24 * 60 * 2


def test_several_unclear_answers_open_it(breaker: Breaker) -> None:
    """One unclear answer is an accident, several in a row are an outage."""
    assert [breaker.unclear(START) for _ in range(UNCLEAR_IN_A_ROW - 1)] == [None] * (UNCLEAR_IN_A_ROW - 1)
    assert breaker.unclear(START) is not None
    assert breaker.room(START, 8) == 0


def test_a_clear_answer_between_starts_the_count_anew(breaker: Breaker) -> None:
    """Unclear answers count only in a row."""
    for _ in range(3 * UNCLEAR_IN_A_ROW):
        breaker.unclear(START)
        breaker.answered()
    assert breaker.room(START, 8) == 8


def test_an_unclear_probe_keeps_it_open(breaker: Breaker) -> None:
    """A probe without a clear answer is followed by a longer wait, not by the next entry at once."""
    due = breaker.unreached(START)
    breaker.started()
    again = breaker.unclear(due)
    assert again is not None
    assert again > due
    assert (breaker.room(due, 8), breaker.room(again, 8)) == (0, 1)


def test_a_pause_stands_until_it_ends(breaker: Breaker) -> None:
    """A service that asked for patience gets it, whatever calls of before come back, and the longest wins."""
    until = breaker.pause(START, 30)
    breaker.answered()
    breaker.pause(START, 5)
    assert (breaker.room(START + later(29), 8), breaker.wake_at()) == (0, until)
    assert breaker.room(until, 8) == 8


def test_refused_stays_until_somebody_acts(breaker: Breaker) -> None:
    """A refused key is not asked again by itself; a person lets one call go, new settings all."""
    breaker.refuse()
    assert (breaker.room(START + timedelta(days=1), 8), breaker.wake_at()) == (0, None)
    breaker.probe_now(START)
    assert breaker.room(START, 8) == 1
    breaker.refuse()
    breaker.reset()
    assert breaker.room(START, 8) == 8
