"""Discounts: off a line, off an invoice, as a rate or an amount, and the VAT that is left, to the penny."""

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from store import invoices, rebuild
from store.discounts import NONE, Discount, Given, parse_discount, vat_breakdown
from store.errors import BadInput
from store.invoices import NewLine
from store.lines import checked
from store.models import Line
from store.money import LARGEST, spread, vat_inside
from tests.store.builders import Clinic, line
from tests.store.till import save

RATES = st.integers(0, 10_000)
VAT_RATES = st.sampled_from([0, 500, 1750, 2000])
DISCOUNTS = st.builds(Discount, rate=RATES) | st.builds(Discount, amount=st.integers(0, 200_000))


@st.composite
def new_lines(draw: st.DrawFn) -> list[NewLine]:
    """Lines with every kind of discount, none of which takes off more than there is."""
    made = []
    for _ in range(draw(st.integers(1, 6))):
        quantity, price = draw(st.integers(1, 5000)), draw(st.integers(0, 30_000))
        plain = NewLine("Item", quantity, price, draw(VAT_RATES))
        rate, amount = draw(st.just((0, 0)) | st.tuples(RATES, st.just(0)) | st.tuples(st.just(0), pence(plain.full)))
        made.append(NewLine("Item", quantity, price, plain.vat_rate, rate, amount))
    return made


def pence(most: int) -> st.SearchStrategy[int]:
    """Return amounts up to `most`."""
    return st.integers(0, most)


@given(st.integers(0, LARGEST), DISCOUNTS)
def test_a_discount_takes_off_what_it_says_and_never_more_than_there_is(gross: int, discount: Discount) -> None:
    """A rate to the nearest penny, halves up; an amount up to the whole."""
    off = discount.off(gross)
    assert 0 <= off <= gross
    if discount.rate:
        assert off == int(Fraction(gross * discount.rate, 10_000) + Fraction(1, 2))
    else:
        assert off == min(gross, discount.amount)


@given(st.integers(-LARGEST, LARGEST), st.lists(st.integers(0, LARGEST), min_size=1, max_size=12).filter(any))
def test_spreading_never_loses_a_penny(amount: int, weights: list[int]) -> None:
    """The shares add up, and none is a whole penny from its exact proportion."""
    shares = spread(amount, weights)
    assert sum(shares) == amount
    for share, weight in zip(shares, weights, strict=True):
        assert abs(share - Fraction(amount * weight, sum(weights))) < 1
        assert weight or not share


@pytest.mark.parametrize(
    ("amount", "weights", "shares"),
    [
        (100, [1, 1, 1], [34, 33, 33]),
        (2, [1, 1, 1], [1, 1, 0]),
        (-2, [1, 1, 1], [-1, -1, 0]),
        (10, [0, 3, 7], [0, 3, 7]),
        (0, [0, 0], [0, 0]),
        (0, [], []),
    ],
)
def test_what_does_not_divide_goes_to_the_largest_remainder(
    amount: int, weights: list[int], shares: list[int]
) -> None:
    """Of equal ones to the first."""
    assert spread(amount, weights) == shares


@pytest.mark.parametrize("weights", [[], [0], [5, -1]])
def test_what_cannot_be_shared_out_is_an_error(weights: list[int]) -> None:
    """A penny has to go somewhere."""
    with pytest.raises(ValueError, match="weights above zero"):
        spread(1, weights)


@given(new_lines(), DISCOUNTS)
def test_vat_by_rate_adds_up_to_the_invoice(lines: list[NewLine], discount: Discount) -> None:
    """Gross by rate is the total, VAT by rate the VAT in it, and no rate has less than nothing."""
    subtotal = sum(each.total for each in lines)
    off = discount.off(subtotal)
    rows = vat_breakdown(lines, off)
    assert sum(gross for gross, _ in rows.values()) == subtotal - off
    assert list(rows) == sorted({each.vat_rate for each in lines}, reverse=True)
    for rate, (gross, vat) in rows.items():
        at_rate = sum(each.total for each in lines if each.vat_rate == rate)
        assert 0 <= gross <= at_rate
        assert vat == vat_inside(gross, rate)
        if subtotal:
            assert abs(at_rate - gross - Fraction(off * at_rate, subtotal)) < 1


def test_vat_is_worked_out_on_each_rates_sum() -> None:
    """Three lines of 1p at 20% hold a penny of VAT together, none each; highest rate first."""
    lines = [line(1, 2000), line(9100, 0), line(1, 2000), line(1, 2000), line(2100, 500)]
    assert vat_breakdown(lines) == {2000: (3, 1), 500: (2100, 100), 0: (9100, 0)}
    assert list(vat_breakdown(lines)) == [2000, 500, 0]


def test_a_breakdown_with_a_discount_as_a_receipt_shows_it() -> None:
    """£10 off £120 at 20% and £80 at nothing: £6 and £4 of it."""
    lines = [line(12_000, 2000), line(8000, 0)]
    assert vat_breakdown(lines, 1000) == {2000: (11_400, 1900), 0: (7600, 0)}
    assert vat_breakdown(lines) == {2000: (12_000, 2000), 0: (8000, 0)}
    with pytest.raises(ValueError, match="no more than there is"):
        vat_breakdown(lines, 20_001)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=new_lines(), discount=DISCOUNTS)
def test_what_is_stored_is_what_was_worked_out(clinic: Clinic, lines: list[NewLine], discount: Discount) -> None:
    """Draft, issued invoice and ledger agree; a stored line read back is the line that was typed."""
    subtotal = sum(each.total for each in lines)
    if not discount.rate and discount.amount > subtotal:
        with pytest.raises(BadInput, match="is more than the invoice comes to"):
            save(clinic, lines, discount)
        return
    draft = save(clinic, lines, discount)
    row = draft.row
    assert (row.subtotal, row.total) == (subtotal, subtotal - discount.off(subtotal))
    assert [NewLine.of(each) for each in draft.lines] == [checked(each) for each in lines]
    assert sum(each.full - each.discount for each in draft.lines) - row.discount == row.total
    assert row.vat == sum(vat for _, vat in vat_breakdown(draft.lines, row.discount).values())
    again = save(
        clinic,
        [NewLine.of(each) for each in draft.lines],
        Discount.stored(row.discount_rate, row.discount),
        draft=draft,
    )
    assert (again.row.total, again.row.vat, again.lines) == (row.total, row.vat, draft.lines)
    issued = clinic.store.write(lambda tx: invoices.issue(tx, row.number))
    assert (issued.row.total, issued.row.vat, issued.row.discount) == (row.total, row.vat, row.discount)
    assert issued.lines == draft.lines
    assert clinic.store.read(rebuild.differences) == []


def test_a_discount_given_as_a_rate_follows_the_quantity(clinic: Clinic) -> None:
    """One given as an amount stays."""
    draft = save(clinic, [NewLine("A", 1000, 1000, 0, 1000), NewLine("B", 1000, 1000, 0, 0, 150)])
    assert [each.discount for each in draft.lines] == [100, 150]
    twice = [
        NewLine(each.description, 2000, each.unit_price, each.vat_rate, each.discount_rate, each.discount)
        for each in map(NewLine.of, draft.lines)
    ]
    assert [each.total for each in twice] == [1800, 1850]


def test_a_stored_line_with_both_is_taken_by_its_rate(clinic: Clinic) -> None:
    """The amount beside a rate is what was worked out, not a second discount."""
    both = Line("A", 1000, 1000, 0, 900, 100, 1000)
    assert NewLine.of(both) == NewLine("A", 1000, 1000, 0, 1000) == checked(both)
    assert NewLine("A", 1000, 1000, 0, 1000, 100).total == 900


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (NewLine("Item", 1000, 500, 0, 0, 501), "A discount of £5.01 is more than “Item” comes to, £5.00. Lower it"),
        (NewLine("Item", 1000, 500, 0, 0, -1), "The discount on “Item” is below zero"),
        (NewLine("Item", 1000, 500, 0, -1), "The discount on “Item” must be from 0 to 100 per cent"),
        (NewLine("Item", 1000, 500, 0, 10_001), "The discount on “Item” must be from 0 to 100 per cent"),
    ],
)
def test_a_lines_discount_that_will_not_do_is_refused(clinic: Clinic, bad: NewLine, why: str) -> None:
    """With the line it is of."""
    with pytest.raises(BadInput, match=why) as caught:
        save(clinic, [bad])
    assert caught.value.field == "discount"


@pytest.mark.parametrize(
    ("bad", "why"),
    [
        (Discount(amount=901), "A discount of £9.01 is more than the invoice comes to, £9.00"),
        (Discount(amount=-1), "The discount on the invoice is below zero"),
        (Discount(rate=10_001), "The discount on the invoice must be from 0 to 100 per cent"),
        (Discount(rate=-1), "The discount on the invoice must be from 0 to 100 per cent"),
    ],
)
def test_an_invoices_discount_that_will_not_do_is_refused(clinic: Clinic, bad: Discount, why: str) -> None:
    """It is taken off what the lines come to after their own."""
    with pytest.raises(BadInput, match=why) as caught:
        save(clinic, [NewLine("Item", 1000, 1000, 0, 1000)], bad)
    assert caught.value.field == "discount"


def test_everything_may_be_given_away(clinic: Clinic) -> None:
    """The invoice is then paid as soon as it is issued, with no VAT in it."""
    draft = save(clinic, [line(1000), line(500, 0)], Discount(rate=10_000))
    assert (draft.row.total, draft.row.vat, draft.row.discount) == (0, 0, 1500)
    assert clinic.store.write(lambda tx: invoices.issue(tx, draft.row.number)).row.state == "paid"


@pytest.mark.parametrize(
    ("typed", "discount"),
    [
        ("", NONE),
        (" ", NONE),
        ("0", NONE),
        ("0%", NONE),
        ("10%", Discount(rate=1000)),
        (" 12.5 % ", Discount(rate=1250)),
        ("100%", Discount(rate=10_000)),
        ("5", Discount(amount=500)),
        ("£5.50", Discount(amount=550)),
    ],
)
def test_discounts_are_read_as_people_type_them(typed: str, discount: Discount) -> None:
    """A per cent sign makes it a rate."""
    assert parse_discount(typed) == discount


@pytest.mark.parametrize("typed", ["%", "-5%", "101%", "5.555%", "ten%", "5%%", "%5", "-5", "1e9", "5 pounds", "٥%"])
def test_what_is_no_discount_is_refused(typed: str) -> None:
    """With what to type instead."""
    with pytest.raises(
        BadInput, match=r"Type (a percentage such as 10%|pounds and pence|the amount without)"
    ) as caught:
        parse_discount(typed)
    assert caught.value.field == "discount"


@given(st.integers(0, 100), st.lists(st.integers(0, 10_000), min_size=1, max_size=8), st.booleans())
def test_a_rate_at_the_limit_is_not_over_it_by_rounding(limit: int, prices: list[int], on_lines: bool) -> None:
    """Ten per cent of £1.25 is 13p, and still ten per cent, off each line or off them all."""
    rate = limit * 100
    lines = [NewLine("A", 1000, price, 0, rate if on_lines else 0) for price in prices]
    taken_off = invoices.priced(lines, NONE if on_lines else Discount(rate=rate)).given
    assert not taken_off.more_than(limit, 100)


@given(st.integers(0, 99), st.lists(st.integers(0, 10_000), min_size=1, max_size=8))
def test_a_rate_over_the_limit_is_over_it(limit: int, prices: list[int]) -> None:
    """Where one per cent more is more than what rounding may add."""
    lines = [NewLine("A", 1000, price, 0, limit * 100 + 100) for price in prices]
    taken_off = invoices.priced(lines).given
    assert taken_off.more_than(limit, 100) or sum(prices) <= 100 * len(prices)


def test_nothing_given_of_nothing_is_not_too_much() -> None:
    """An invoice over nothing has no share to give."""
    assert not Given(0, 0, 1).more_than(0, 100)
    assert Given(1, 100).more_than(0, 100)
