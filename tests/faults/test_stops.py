"""SIGSTOP of the working engine, once on each dialect: another takes over, and the stale one settles nothing."""

from pathlib import Path

from tests.faults.outcomes import SMALL, table
from tests.faults.stops import run


def test_an_engine_that_stood_still(tmp_path: Path) -> None:
    """What was in flight is taken over and settled once; the one that was woken works again in its turn."""
    outcomes = list(run(SMALL, tmp_path))
    assert all(outcome.good and outcome.times and outcome.acknowledged for outcome in outcomes), table(outcomes)
