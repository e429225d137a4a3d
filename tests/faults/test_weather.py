"""A small share of the bad weather; `make faults weather` has all of it."""

from pathlib import Path

import pytest

from tests.faults.weather import cases, one, payments
from tests.faults.weather_line import lines


@pytest.mark.parametrize(
    ("name", "dialect", "acknowledged", "asked"),
    [
        ("offline", "stripe", 7, 0),
        ("rate_limit", "stripe", 5, 0),
        ("html", "coherent", 5, 2),
        ("reset_after", "coherent", 7, 2),
    ],
)
def test_everything_comes_to_its_end(tmp_path: Path, name: str, dialect: str, acknowledged: int, asked: int) -> None:
    """Nothing is lost or doubled; only a Coherent link and an SMS of which nobody can know wait for a person."""
    value, item = next((value, item) for kind, value, item in cases() if kind == name)
    outcome = one(1, tmp_path, name, value, item, dialects=[dialect])
    assert outcome.good, outcome.problems
    assert (outcome.acknowledged, outcome.asked) == (acknowledged, asked)
    assert outcome.times >= 5


@pytest.mark.parametrize("dialect", ["stripe", "coherent"])
def test_what_is_paid_while_every_answer_is_wrong(tmp_path: Path, dialect: str) -> None:
    """After so many wrong answers that the gateway is asked only now and then, every payment is heard of."""
    outcome = one(32, tmp_path, "wrong_json", "", "wrong JSON", dialects=[dialect], flows=[("", payments)])
    assert outcome.good, outcome.problems
    assert outcome.times == outcome.acknowledged == 32


def test_a_line_on_which_nothing_can_be_said(tmp_path: Path) -> None:
    """A certificate that nobody trusts: all waits, no attempt is spent, and it goes out when the line is good."""
    outcome = next(lines(1, tmp_path, dialects=["stripe"]))
    assert outcome.good, outcome.problems
    assert (outcome.acknowledged, outcome.asked) == (6, 0)
    assert outcome.times >= 5
