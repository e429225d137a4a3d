"""A small share of the poison; `make faults poison` has all of it."""

from pathlib import Path

from tests.faults.outcomes import SMALL
from tests.faults.poison import run


def test_poison_stops_nobody_else(tmp_path: Path) -> None:
    """Each poisoned entry waits for a person, and every other goes out."""
    (outcome,) = run(SMALL, tmp_path)
    assert outcome.good, outcome.problems
    assert (outcome.times, outcome.asked, outcome.acknowledged) == (10, 10, SMALL.poisoned)
