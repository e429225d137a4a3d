"""CSV that a spreadsheet reads as it was meant: texts stay texts, numbers numbers."""

import csv
import io
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.csv_text import csv_text, plain_text, pounds, safe_cell

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"))


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://x")',
        "+1",
        "-1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1",
        "\u00a0=1",
        "＝1",
        "－1",
        "＋1",
        "＠1",
        "\ufeff=1",
        "\u200b=1",
        "\x00=1",
        "\u2066=1",
        "'=1",
        "''=1",
        "'\t1",
    ],
)
def test_formulas_become_text(text: str) -> None:
    """What could be run gets an apostrophe in front and is whole behind it."""
    assert safe_cell(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "Jane Smith", "O'Connor", "50% = half", "a-b", "£12.50", "07700 900123"])
def test_other_texts_stay(text: str) -> None:
    """What no program runs is left alone."""
    assert safe_cell(text) == text


def test_our_own_numbers_stay_numbers() -> None:
    """A negative amount is a number and gets no apostrophe; nothing is an empty cell."""
    assert csv_text([["Refunds", pounds(-550), -3, None]]) == "Refunds,-5.50,-3,\r\n"
    assert csv_text([[pounds(0), pounds(5), pounds(9_999_999_999)]]) == "0.00,0.05,99999999.99\r\n"


@given(st.lists(st.lists(TEXTS, min_size=2, max_size=4), max_size=4))
def test_every_text_comes_back(rows: list[list[str]]) -> None:
    """A reader of CSV finds each text again as it was, and none begins a formula."""
    read = list(csv.reader(io.StringIO(csv_text(rows), newline="")))
    assert [[plain_text(cell) for cell in row] for row in read] == rows
    assert not any(cell.lstrip().startswith(("=", "+", "-", "@")) for row in read for cell in row)


@given(st.integers(-(10**12), 10**12))
def test_pounds_are_exact(pence: int) -> None:
    """Pence become pounds with two places, never in exponents, and come back whole."""
    written = csv_text([[pounds(pence)]]).strip()
    assert "E" not in written
    assert written[-3] == "."
    assert int(Decimal(written) * 100) == pence
