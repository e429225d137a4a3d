"""The catalogue: services and products, and finding them by a few letters."""

import pytest

from store import catalogue
from store.database import Store
from store.errors import BadInput
from store.models import CatalogueItem
from store.money import LARGEST


def add(store: Store, name: str, price: int = 100, vat_rate: int = 2000, code: str = "") -> CatalogueItem:
    """Add an item."""
    return store.write(lambda tx: catalogue.add(tx, name=name, price=price, vat_rate=vat_rate, code=code))


def found(store: Store, text: str = "", limit: int = 50) -> list[str]:
    """Return the names that a search finds, in its order."""
    return [item.name for item in store.read(lambda reader: catalogue.find(reader, text, limit=limit))]


def test_an_item_is_found_whole(store: Store) -> None:
    """Price in pence with VAT inside, rate in basis points, text cleaned."""
    added = add(store, " Vaccine,\x1b flu ", 9100, 0, "V\u202eAC1")
    assert store.read(catalogue.find) == [added]
    assert added == CatalogueItem(added.id, "Vaccine, flu", "VAC1", 9100, 0)


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("", ["Consultation, 30 min", "Consultation, phone", "Crème brûlée mask"]),
        ("con", ["Consultation, 30 min", "Consultation, phone"]),
        ("phone con", ["Consultation, phone"]),
        ("30", ["Consultation, 30 min"]),
        ("creme", ["Crème brûlée mask"]),
        ("c2", ["Consultation, phone"]),
        ("sultation", []),
    ],
)
def test_items_are_found_by_the_start_of_any_word(store: Store, typed: str, names: list[str]) -> None:
    """Of name or code, in the order they were entered."""
    add(store, "Consultation, 30 min", code="C1")
    add(store, "Consultation, phone", code="C2")
    add(store, "Crème brûlée mask", code="M1")
    assert found(store, typed) == names
    assert found(store, typed, limit=1) == names[:1]


def test_what_is_not_sold_any_more_is_not_found(store: Store) -> None:
    """It stays in the file for the invoices that have it."""
    old = add(store, "Old treatment")
    store.write(lambda tx: tx.run("UPDATE catalogue SET active = 0 WHERE id = :id", id=old.id))
    assert found(store) == found(store, "old") == []


@pytest.mark.parametrize(
    ("name", "price", "rate", "field"),
    [
        ("", 1, 0, "name"),
        ("\u200d", 1, 0, "name"),
        ("x" * 201, 1, 0, "name"),
        ("Item", -1, 0, "price"),
        ("Item", LARGEST + 1, 0, "price"),
        ("Item", 1, -1, "vat"),
        ("Item", 1, 10_001, "vat"),
    ],
)
def test_an_item_that_will_not_do_is_refused(store: Store, name: str, price: int, rate: int, field: str) -> None:
    """The field is named, and nothing is added."""
    with pytest.raises(BadInput) as caught:
        add(store, name, price, rate)
    assert caught.value.field == field
    assert found(store) == []


def test_a_price_may_be_nothing(store: Store) -> None:
    """A follow-up that costs nothing."""
    assert add(store, "Follow-up", 0).price == 0
