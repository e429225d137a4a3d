"""The catalogue: services and products, and finding them by a few letters."""

from collections.abc import Callable
from functools import partial

import pytest

from store import catalogue
from store.database import Store, Tx
from store.errors import BadInput, EditConflict, NeedsManager, NotFound
from store.models import CatalogueItem
from store.money import LARGEST
from tests.store.builders import Clinic
from tests.store.till import AMIRA, APPROVED, register_staff


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


def change(store: Store, item: CatalogueItem, *, price: int = 100, code: str = "", name: str = "") -> CatalogueItem:
    """Save an item as it was loaded."""
    return store.write(
        lambda tx: catalogue.change(
            tx,
            item.id,
            name=name or item.name,
            price=price,
            vat_rate=item.vat_rate,
            code=code,
            version=item.version,
        )
    )


def test_an_item_is_changed(store: Store) -> None:
    """It keeps its id and its place, and is found under its new name only."""
    item, other = add(store, "Consultation"), add(store, "Vaccine")
    changed = change(store, item, price=12_500, code="C30", name=" Consult\x1b, 30 min")
    assert changed == CatalogueItem(item.id, "Consult, 30 min", "C30", 12_500, 2000, version=2)
    assert store.read(catalogue.find) == [changed, other]
    assert (found(store, "consultation"), found(store, "c30")) == ([], ["Consult, 30 min"])


def test_the_later_save_of_the_same_item_is_told(store: Store) -> None:
    """The first one's version stands."""
    item = add(store, "Consultation")
    change(store, item, price=200)
    with pytest.raises(EditConflict, match="Somebody else has just saved Consultation"):
        change(store, item, price=300)
    assert store.read(lambda reader: catalogue.get(reader, item.id)).price == 200


def test_what_is_not_sold_any_more_can_be_sold_again(store: Store) -> None:
    """Until then it is in the whole list alone."""
    item = add(store, "Old treatment", code="OLD")
    off = store.write(lambda tx: catalogue.switch(tx, item.id, on=False))
    assert (off.active, off.version) == (False, 2)
    assert found(store) == []
    for text in ("", "old"):
        assert store.read(partial(catalogue.find, text=text, every=True)) == [off]
    assert store.read(lambda reader: catalogue.by_code(reader, "OLD")) is None
    assert store.write(lambda tx: catalogue.switch(tx, item.id, on=True)).active
    assert found(store) == ["Old treatment"]


@pytest.mark.parametrize(
    ("scanned", "name"),
    [
        ("5012345678900", "Sunscreen"),
        (" 5012345678900\r", "Sunscreen"),
        ("C30", "Consultation"),
        ("c30", "Consultation"),
        ("C3", None),
        ("501234567890", None),
        ("05012345678900", None),
        ("%", None),
        ("", None),
        (" ", None),
    ],
)
def test_a_scanned_code_finds_its_item_exactly(store: Store, scanned: str, name: str | None) -> None:
    """Not one that merely begins like it, and nothing for items without a code."""
    add(store, "Sunscreen", code="5012345678900")
    add(store, "Consultation", code="C30")
    add(store, "Without a code")
    item = store.read(lambda reader: catalogue.by_code(reader, scanned))
    assert (item.name if item else None) == name


def test_a_code_belongs_to_one_item(store: Store) -> None:
    """Also while that one is not sold; an item may keep its own, and any number have none."""
    first, second = add(store, "Consultation", code="C30"), add(store, "Vaccine")
    add(store, "Nor has this")
    assert change(store, first, code="c30").code == "c30"
    works: list[Callable[[], object]] = [
        lambda: add(store, "Third", code="C30"),
        lambda: change(store, second, code=" C30 "),
    ]
    for work in works:
        with pytest.raises(BadInput, match=r"“C30” is the code of Consultation\. Each item") as caught:
            work()
        assert caught.value.field == "code"
    store.write(lambda tx: catalogue.switch(tx, first.id, on=False))
    with pytest.raises(BadInput, match="is the code of Consultation, which is not sold any more"):
        add(store, "Third", code="C30")


def test_a_code_has_an_end(store: Store) -> None:
    """Sixty letters are more than any barcode."""
    with pytest.raises(BadInput, match="The code is 61 letters long; 60 are the most") as caught:
        add(store, "Item", code="x" * 61)
    assert caught.value.field == "code"


def test_an_item_that_is_not_there_is_told(store: Store) -> None:
    """With where to look."""
    gone = CatalogueItem("nobody", "Item", "", 1, 0)
    works: list[Callable[[], object]] = [
        lambda: change(store, gone),
        lambda: store.write(lambda tx: catalogue.switch(tx, "nobody", on=True)),
    ]
    for work in works:
        with pytest.raises(NotFound, match="There is no item nobody in the catalogue"):
            work()


@pytest.mark.parametrize(
    "work",
    [
        lambda tx, _: catalogue.add(tx, name="New", price=1, vat_rate=0),
        lambda tx, id_: catalogue.change(tx, id_, name="Old", price=2, vat_rate=0, code="", version=1),
        lambda tx, id_: catalogue.switch(tx, id_, on=False),
    ],
)
def test_the_catalogue_is_a_managers(clinic: Clinic, work: Callable[[Tx, str], object]) -> None:
    """Reception needs a manager's PIN for each."""
    item = add(clinic.store, "Old")
    register_staff(clinic)
    with pytest.raises(NeedsManager, match="Only a manager may change the catalogue"):
        clinic.store.write(lambda tx: work(tx, item.id), actor=AMIRA)
    assert clinic.store.read(catalogue.find) == [item]
    clinic.store.write(lambda tx: work(tx, item.id), actor=APPROVED)
    assert clinic.store.read(catalogue.find) != [item]
