"""Money: read as people type it, refused with a reason, never rounded by accident."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from store.errors import BadInput
from store.money import (
    LARGEST,
    format_money,
    format_plain,
    format_quantity,
    format_rate,
    line_total,
    parse_amount,
    parse_quantity,
    parse_vat_rate,
    vat_inside,
    vat_on,
)

AMOUNTS = st.integers(1, LARGEST)
RATES = st.integers(0, 10_000)


def half_up(exact: Fraction) -> int:
    """Round to whole pence, halves up, without the code under test."""
    return int(exact + Fraction(1, 2))


@given(AMOUNTS)
def test_what_is_written_is_read_back(pence: int) -> None:
    """For people and for typing."""
    assert parse_amount(format_money(pence)) == pence
    assert parse_amount(format_plain(pence)) == pence


@pytest.mark.parametrize(
    ("typed", "pence"),
    [
        ("120", 12_000),
        ("120.5", 12_050),
        ("120.50", 12_050),
        (" 12.34 ", 1234),
        ("£12.34", 1234),
        ("£ 12.34", 1234),
        ("\u00a012.34\u00a0", 1234),
        ("1,250", 125_000),
        ("£1,250.00", 125_000),
        ("0.01", 1),
        ("007", 700),
        ("999,999.99", LARGEST),
        ("999999.99", LARGEST),
    ],
)
def test_amounts_are_read_as_people_type_them(typed: str, pence: int) -> None:
    """Pounds, a dot, pence; a pound sign and thousands' commas may be there."""
    assert parse_amount(typed) == pence


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("", "Type an amount in pounds and pence, such as 12.50"),
        ("   ", "Type an amount"),
        ("£", "Type an amount"),
        ("12,5", "“12,5” is not an amount. Type pounds and pence with a dot"),
        ("1,25", "is not an amount"),
        ("12,50", "is not an amount"),
        ("1250,000", "is not an amount"),
        ("-1", "-1 is below zero. Type the amount without a minus"),
        ("−1", "below zero"),
        ("-£1", "below zero"),
        ("£-1", "below zero"),
        ("+1", "is not an amount"),
        ("1e9", "“1e9” is not an amount"),
        ("0", "The amount is zero. Type an amount above zero"),
        ("0.00", "The amount is zero"),
        ("0.001", "is not an amount"),
        (".5", "is not an amount"),
        ("5.", "is not an amount"),
        ("1.2.3", "is not an amount"),
        ("1 250", "is not an amount"),
        ("1\u00a0250", "is not an amount"),
        ("12.50 pounds", "is not an amount"),
        ("١٢", "is not an amount"),
        ("1２", "is not an amount"),
        ("²", "is not an amount"),
        ("½", "is not an amount"),
        ("nan", "is not an amount"),
        ("inf", "is not an amount"),
        ("0x10", "is not an amount"),
        ("1_000", "is not an amount"),
        ("1000000", "1000000 is more than one amount can be (£999,999.99)"),
        ("1,000,000", "is more than one amount can be"),
        ("9" * 5000, "is not an amount"),
        ("1" + ",000" * 5000, "is not an amount"),
    ],
)
def test_what_is_no_amount_is_refused_with_what_to_type(typed: str, why: str) -> None:
    """The field and the reason are told, never more than a screen of it."""
    with pytest.raises(BadInput) as caught:
        parse_amount(typed, field="price")
    assert why in str(caught.value)
    assert caught.value.field == "price"
    assert len(str(caught.value)) < 200


@given(st.text())
def test_whatever_is_typed_is_an_amount_or_refused_without_harm(typed: str) -> None:
    """No other error, and no control character in what is shown."""
    for text in (typed, f"-{typed}"):
        try:
            pence, said = parse_amount(text), ""
        except BadInput as error:
            pence, said = LARGEST, str(error)
        assert 0 < pence <= LARGEST
        assert said.replace("\u200c", "").replace("\u200d", "").isprintable()


def test_a_price_may_be_nothing() -> None:
    """Where the caller says so."""
    assert parse_amount("0", zero=True) == 0
    assert parse_amount("£0.00", zero=True) == 0


@given(st.integers(1, 9_999_999))
def test_quantities_are_read_back(thousandths: int) -> None:
    """Without needless zeros."""
    assert parse_quantity(format_quantity(thousandths)) == thousandths


@pytest.mark.parametrize(
    ("thousandths", "text"), [(1000, "1"), (500, "0.5"), (1250, "1.25"), (10, "0.01"), (1, "0.001"), (100_000, "100")]
)
def test_quantities_are_written_short(thousandths: int, text: str) -> None:
    """`2`, not `2.000`."""
    assert format_quantity(thousandths) == text


@pytest.mark.parametrize("typed", ["", "0", "0.000", "-1", "1,5", "1e3", "0.0005", "10000", "٢", "two", "1 2"])
def test_what_is_no_quantity_is_refused(typed: str) -> None:
    """With a number that would do."""
    with pytest.raises(BadInput, match=r"is not a quantity. Type a number above zero, such as 1 or 0\.5"):
        parse_quantity(typed)


@given(RATES)
def test_rates_are_read_back(rate: int) -> None:
    """With their per cent sign."""
    assert parse_vat_rate(format_rate(rate)) == rate


@pytest.mark.parametrize(
    ("typed", "rate"), [("20", 2000), ("20%", 2000), ("17.5 %", 1750), ("0", 0), ("100", 10_000)]
)
def test_rates_are_read_as_people_type_them(typed: str, rate: int) -> None:
    """Basis points."""
    assert parse_vat_rate(typed) == rate


@pytest.mark.parametrize("typed", ["", "%", "-5", "101", "100.01", "5.555", "twenty", "٢٠", "20%%"])
def test_what_is_no_rate_is_refused(typed: str) -> None:
    """With what a rate is."""
    with pytest.raises(BadInput, match=r"is not a VAT rate. Type a percentage from 0 to 100"):
        parse_vat_rate(typed)


@pytest.mark.parametrize(
    ("pence", "currency", "text"),
    [
        (0, "GBP", "£0.00"),
        (5, "GBP", "£0.05"),
        (125_000, "GBP", "£1,250.00"),
        (-550, "GBP", "-£5.50"),
        (123_456_789, "EUR", "€1,234,567.89"),
        (500, "USD", "$5.00"),
        (500, "CHF", "CHF 5.00"),
    ],
)
def test_money_is_written_for_people(pence: int, currency: str, text: str) -> None:
    """Thousands in groups, pence with two digits, the sign before the symbol."""
    assert format_money(pence, currency) == text


@pytest.mark.parametrize(("pence", "text"), [(0, "0.00"), (125_000, "1250.00"), (-550, "-5.50"), (-5, "-0.05")])
def test_money_is_written_as_typed(pence: int, text: str) -> None:
    """A refund keeps its value."""
    assert format_plain(pence) == text


@given(st.integers(1, 9_999_999), st.integers(0, LARGEST))
def test_a_lines_total_is_the_exact_product_to_the_nearest_penny(quantity: int, unit_price: int) -> None:
    """Halves go up."""
    assert line_total(quantity, unit_price) == half_up(Fraction(quantity * unit_price, 1000))


@pytest.mark.parametrize(
    ("quantity", "price", "total"), [(1000, 999, 999), (500, 1, 1), (1500, 1, 2), (333, 100, 33)]
)
def test_halves_of_a_penny_go_up(quantity: int, price: int, total: int) -> None:
    """Half a penny is a penny."""
    assert line_total(quantity, price) == total


@given(st.integers(0, LARGEST), RATES)
def test_vat_inside_is_the_vat_fraction(gross: int, rate: int) -> None:
    """What is left is the net amount, and adding its VAT comes back to the gross, to the penny."""
    vat = vat_inside(gross, rate)
    assert vat == half_up(Fraction(gross * rate, 10_000 + rate))
    assert 0 <= vat <= gross
    assert abs(vat_on(gross - vat, rate) - vat) <= 1


@pytest.mark.parametrize(
    ("gross", "rate", "vat"), [(12_000, 2000, 2000), (21_100, 2000, 3517), (10_500, 500, 500), (9100, 0, 0)]
)
def test_vat_as_a_receipt_shows_it(gross: int, rate: int, vat: int) -> None:
    """A sixth at 20%, a twenty-first at 5%."""
    assert vat_inside(gross, rate) == vat


@pytest.mark.parametrize(("net", "rate", "vat"), [(5, 2000, 1), (2, 0, 0), (2, 2000, 0), (10, 2000, 2)])
def test_vat_on_a_charge(net: int, rate: int, vat: int) -> None:
    """5p and VAT is 6p."""
    assert vat_on(net, rate) == vat
