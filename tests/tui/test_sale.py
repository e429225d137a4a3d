"""The sale as a pure thing: lines, totals, what may change."""

import pytest

from store.discounts import NONE, Discount
from store.errors import BadInput
from store.lines import NewLine
from store.models import CatalogueItem, Client
from tui.sale import Sale, read_entry

JANE = Client("c1", "Jane Smith", "jane@example.com", "")
VISIT = CatalogueItem("i1", "Consultation", "", 12_000, 2000)
VACCINE = CatalogueItem("i2", "Vaccine", "", 9_100, 0)


def test_totals_follow_each_line() -> None:
    """Total, and VAT a rate, highest first."""
    sale = Sale()
    sale.add_item(VISIT)
    sale.add_item(VACCINE, 2000)
    totals = sale.totals
    assert (totals.total, totals.vat, totals.paid, totals.due) == (30_200, ((2000, 2000), (0, 0)), 0, 30_200)


def test_the_same_item_again_adds_to_its_line() -> None:
    """Another price or description is another line."""
    sale = Sale()
    assert sale.add_item(VISIT) == 0
    assert sale.add_item(VACCINE) == 1
    assert sale.add_item(VISIT, 500) == 0
    sale.add(NewLine("Consultation", 1000, 10_000, 2000))
    assert [line.quantity for line in sale.lines] == [1500, 1000, 1000]


def test_a_quantity_never_steps_below_one_or_what_it_was() -> None:
    """A half stays a half; two become one; one stays."""
    sale = Sale()
    sale.add_item(VISIT, 500)
    sale.add_item(VACCINE, 2000)
    for place in (0, 1, 1):
        sale.step(place, -1)
    assert [line.quantity for line in sale.lines] == [500, 1000]


def test_what_is_saved_before_a_client_is_chosen() -> None:
    """Lines or a note are worth a draft, whoever they are for; a client alone is not."""
    sale = Sale()
    sale.choose(JANE)
    assert (sale.unsaved, sale.saveable, sale.unfinished) == (True, False, False)
    other = Sale()
    other.add_item(VISIT)
    assert (other.saveable, other.unfinished, other.payable) == (True, True, False)
    noted = Sale()
    noted.note("Rings back at 3")
    assert noted.saveable


def test_a_discount_on_the_sale_is_taken_off_its_lines() -> None:
    """Of the total and of the VAT inside it; a line's own discount goes first."""
    sale = Sale()
    sale.add(NewLine("Consultation", 1000, 12_000, 2000, discount=2_000))
    sale.add(NewLine("Vaccine", 2000, 9_100, 0, discount_rate=5000))
    assert sale.totals.full == 19_100
    sale.take_off(Discount(rate=1000))
    totals = sale.totals
    assert (totals.discount, totals.total, totals.due) == (1_910, 17_190, 17_190)
    assert totals.vat == ((2000, 1_500), (0, 0))


def test_a_line_with_an_amount_off_stays_a_line_of_its_own() -> None:
    """Added up, the amount would be off once for both; a rate goes on both."""
    sale = Sale()
    for _ in range(2):
        sale.add(NewLine("Vaccine", 1000, 9_100, 0, discount=500))
        sale.add(NewLine("Visit", 1000, 1_000, 0, discount_rate=1000))
    assert [(line.description, line.quantity, line.total) for line in sale.lines] == [
        ("Vaccine", 1000, 8_600),
        ("Visit", 2000, 1_800),
        ("Vaccine", 1000, 8_600),
    ]


def test_the_same_discount_or_note_again_changes_nothing() -> None:
    """What is not a change is not saved."""
    sale = Sale()
    sale.take_off(NONE)
    sale.note("")
    assert not sale.unsaved


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("consul", (1000, "consul")),
        ("2*consul", (2000, "consul")),
        (" 0.5 * vitamin d ", (500, "vitamin d")),
        ("3*", (3000, "")),
        ("19×wool", (19_000, "wool")),
        ("b12 vitamin", (1000, "b12 vitamin")),
    ],
)
def test_digits_and_a_star_are_the_quantity(typed: str, meant: tuple[int, str]) -> None:
    """Everything else is what to look for."""
    assert read_entry(typed) == meant


@pytest.mark.parametrize("typed", ["0*x", "-1*x", "1,5*x", "99999*x"])
def test_a_quantity_that_is_none_is_said(typed: str) -> None:
    """And not taken for an item."""
    with pytest.raises(BadInput, match="not a quantity"):
        read_entry(typed)
