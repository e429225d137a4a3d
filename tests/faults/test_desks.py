"""Several desks on one data file, in small, while the engine's desk is killed."""

from pathlib import Path

from tests.faults.desks import run
from tests.faults.outcomes import SMALL, table


def test_many_desks(tmp_path: Path) -> None:
    """Every desk closes by itself or was killed, nobody reads anything raw, and nothing is lost or doubled."""
    outcomes = list(run(SMALL, tmp_path))
    assert all(outcome.good and outcome.times and outcome.acknowledged for outcome in outcomes), table(outcomes)
