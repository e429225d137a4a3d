"""A small share of the moved clocks; `make faults clocks` has all of it."""

from pathlib import Path

import pytest

from tests.faults.clocks import at_moment


@pytest.mark.parametrize(
    ("name", "moment"),
    [("a year on", "before the claim"), ("a day back", "idempotency window"), ("a year back", "poll times")],
)
def test_a_clock_that_is_moved(tmp_path: Path, name: str, moment: str) -> None:
    """Everything comes to its end within minutes, once."""
    acknowledged, found = at_moment(1, tmp_path, name, "stripe", moment)
    assert found.good, found.problems
    assert (acknowledged >= 5, found.asked) == (True, 0)
