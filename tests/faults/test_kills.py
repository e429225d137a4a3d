"""SIGKILL at random moments, in small: nothing is lost, nothing doubled, everything is whole."""

from pathlib import Path

from tests.faults.kills import run
from tests.faults.outcomes import SMALL, table


def test_killed_at_random_moments(tmp_path: Path) -> None:
    """Engines, a desk and writers die while clients pay; what was acknowledged is there once."""
    outcomes = list(run(SMALL, tmp_path))
    assert all(outcome.good and outcome.times and outcome.acknowledged for outcome in outcomes), table(outcomes)
