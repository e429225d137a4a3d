"""A small share of the cancellations; `make faults cancelling` has all of them."""

from pathlib import Path

import pytest

from tests.faults.cancelling import one


@pytest.mark.parametrize(
    ("flow", "dialect"), [("make a link", "stripe"), ("refund", "coherent"), ("email", "stripe"), ("SMS", "coherent")]
)
def test_a_turn_cancelled_at_an_await_loses_nothing(tmp_path: Path, flow: str, dialect: str) -> None:
    """The next engine brings it to its end, or asks a person where nobody can know."""
    outcome = one(tmp_path, flow, stride=20, dialects=[dialect])
    assert outcome.good, outcome.problems
    assert outcome.times >= 1
