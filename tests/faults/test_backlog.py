"""A small share of the backlog; `make faults backlog` has all of it."""

from pathlib import Path

from tests.faults.backlog import all_of_it, at_the_limit

ENTRIES = 24


def test_three_days_offline(tmp_path: Path) -> None:
    """No attempt is spent, and then all of it goes out in its order."""
    outcome = all_of_it(ENTRIES, tmp_path, probes=6)
    assert outcome.good, outcome.problems
    assert (outcome.acknowledged, outcome.asked) == (ENTRIES, 0)


def test_the_gateways_limit_is_kept(tmp_path: Path) -> None:
    """What has piled up goes no faster than the gateway allows, and not much slower."""
    outcome = at_the_limit("stripe", 20, tmp_path)
    assert outcome.good, outcome.problems
    assert outcome.acknowledged == 20
