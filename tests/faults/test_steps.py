"""SIGKILL at a few of the named steps, statements and phases: nothing is lost or doubled."""

from pathlib import Path

from tests.faults.outcomes import SMALL, table
from tests.faults.steps import run


def test_killed_at_known_places(tmp_path: Path) -> None:
    """Whatever an engine or a writer was doing when it died, a plain engine brings it to its end once."""
    outcomes = list(run(SMALL, tmp_path))
    assert all(outcome.good and outcome.times and outcome.acknowledged for outcome in outcomes), table(outcomes)
