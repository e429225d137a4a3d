"""The sale as a pure thing: lines, totals, what may change."""

import pytest

from store.errors import BadInput
from store.invoices import NewLine
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


def test_it_is_saved_only_for_somebody() -> None:
    """Without a client there is nothing to save it under; without lines nothing worth it."""
    sale = Sale()
    sale.add_item(VISIT)
    assert not sale.saveable
    sale.choose(JANE)
    assert sale.saveable
    sale.remove(0)
    assert not sale.saveable


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
