"""A few random histories, as `make faults` plays many."""

from pathlib import Path

from tests.faults import histories
from tests.faults.outcomes import SMALL


def test_random_histories(tmp_path: Path) -> None:
    """Nothing is lost, doubled or broken, and something was asked for."""
    (outcome,) = histories.run(SMALL, tmp_path)
    assert outcome.good, outcome.problems
    assert (outcome.times, outcome.acknowledged > 0) == (SMALL.examples, True)
