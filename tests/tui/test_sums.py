"""The calculator's arithmetic."""

import pytest

from store.errors import BadInput
from tui.sums import work_out


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("211/2", 10_550),
        ("211.00÷3", 7_033),
        ("0.125*1", 13),
        ("120 + 2×45.50", 21_100),
        ("10-2*3/4", 850),
        ("100−100", 0),
        ("5-8", -300),
        ("12.50=", 1_250),
    ],
)
def test_sums_are_exact_to_the_penny(typed: str, pence: int) -> None:
    """× and ÷ first, halves up."""
    assert work_out(typed) == pence


@pytest.mark.parametrize("typed", ["", "1+", "+1", "1//2", "1e9", "12,5", "1/0", "9999999*9999", "__import__('os')"])
def test_what_is_no_sum_is_refused(typed: str) -> None:
    """With a sentence."""
    with pytest.raises(BadInput):
        work_out(typed)
