"""The catalogue: services and products with their price and the VAT rate that a person chose for each."""

from store import search
from store.authority import require_manager
from store.database import Reader, Row, Tx
from store.errors import BadInput, EditConflict, NotFound
from store.ids import new_id
from store.models import CatalogueItem
from store.money import HIGHEST_RATE, LARGEST, format_money
from store.text import cleaned

DEED = "change the catalogue"
LONGEST_NAME = 200
LONGEST_CODE = 60
_COLUMNS = "c.id, c.name, c.code, c.price, c.vat_rate, c.version, c.active"


def add(tx: Tx, *, name: str, price: int, vat_rate: int, code: str = "") -> CatalogueItem:
    """Add an item; `price` in pence with VAT inside, `vat_rate` in basis points. Raises BadInput and NeedsManager."""
    require_manager(tx, DEED)
    item = _checked(tx, CatalogueItem(new_id(), name, code, price, vat_rate))
    tx.run(
        "INSERT INTO catalogue (id, name, code, price, vat_rate, created_at)"
        " VALUES (:id, :name, :code, :price, :vat_rate, :now)",
        id=item.id,
        name=item.name,
        code=item.code,
        price=price,
        vat_rate=vat_rate,
        now=tx.now,
    )
    return item


def change(
    tx: Tx, item_id: str, *, name: str, price: int, vat_rate: int, code: str, version: int | None
) -> CatalogueItem:
    """Save an item as loaded at `version`; what was sold before keeps its price.

    Raises BadInput, NotFound, NeedsManager, and EditConflict when somebody else saved it first.
    """
    require_manager(tx, DEED)
    kept = get(tx, item_id)
    if kept.version != version:
        raise EditConflict(f"Somebody else has just saved {kept.name}. Look at it again, then repeat your change.")
    item = _checked(tx, CatalogueItem(item_id, name, code, price, vat_rate))
    tx.run(
        "UPDATE catalogue SET name = :name, code = :code, price = :price, vat_rate = :vat_rate,"
        " version = version + 1 WHERE id = :id",
        id=item_id,
        name=item.name,
        code=item.code,
        price=price,
        vat_rate=vat_rate,
    )
    return get(tx, item_id)


def switch(tx: Tx, item_id: str, *, on: bool) -> CatalogueItem:
    """Sell an item again or not any more; invoices that have it keep it. Raises NotFound and NeedsManager."""
    require_manager(tx, DEED)
    get(tx, item_id)
    tx.run("UPDATE catalogue SET active = :on, version = version + 1 WHERE id = :id", on=on, id=item_id)
    return get(tx, item_id)


def get(reader: Reader, item_id: str) -> CatalogueItem:
    """Return one item, sold or not. Raises NotFound."""
    row = reader.one(f"SELECT {_COLUMNS} FROM catalogue c WHERE c.id = :id", id=item_id)
    if row is None:
        raise NotFound(
            f"There is no item {cleaned(item_id)[:40]} in the catalogue. Find its id with `paydesk catalogue list`."
        )
    return _item(row)


def find(reader: Reader, text: str = "", *, limit: int = 50, every: bool = False) -> list[CatalogueItem]:
    """Return items whose name or code has every word typed, in the order they were entered.

    Only those that are sold now, or `every` one.
    """
    match = search.match(text)
    if match is None:
        rows = reader.all(
            f"SELECT {_COLUMNS} FROM catalogue c WHERE c.active = 1 OR :every ORDER BY c.seq LIMIT :n",
            n=limit,
            every=every,
        )
    else:
        rows = reader.all(
            f"SELECT {_COLUMNS} FROM catalogue_fts f JOIN catalogue c ON c.seq = f.rowid"
            " WHERE catalogue_fts MATCH :match AND (c.active = 1 OR :every) ORDER BY f.rowid LIMIT :n",
            match=match,
            n=limit,
            every=every,
        )
    return [_item(row) for row in rows]


def by_code(reader: Reader, code: str) -> CatalogueItem | None:
    """Return the item on sale with exactly this code, in capitals or not: what a barcode scanner has typed."""
    row = reader.one(
        f"SELECT {_COLUMNS} FROM catalogue c WHERE c.code = :code COLLATE NOCASE AND c.code <> '' AND c.active = 1"
        " ORDER BY c.seq LIMIT 1",
        code=cleaned(code),
    )
    return None if row is None else _item(row)


def _checked(tx: Tx, item: CatalogueItem) -> CatalogueItem:
    name, code = cleaned(item.name), cleaned(item.code)
    if not name:
        raise BadInput("name", "Type the name of the service or product.")
    if len(name) > LONGEST_NAME:
        raise BadInput("name", f"The name is {len(name)} letters long; {LONGEST_NAME} are the most. Shorten it.")
    if not 0 <= item.price <= LARGEST:
        raise BadInput("price", f"A price is from {format_money(0)} to {format_money(LARGEST)}.")
    if not 0 <= item.vat_rate <= HIGHEST_RATE:
        raise BadInput("vat", "A VAT rate is from 0 to 100 per cent.")
    if len(code) > LONGEST_CODE:
        raise BadInput("code", f"The code is {len(code)} letters long; {LONGEST_CODE} are the most. Shorten it.")
    other = tx.one(
        "SELECT name, active FROM catalogue WHERE code = :code COLLATE NOCASE AND code <> '' AND id <> :id",
        code=code,
        id=item.id,
    )
    if other is not None:
        off = "" if other["active"] else ", which is not sold any more"
        raise BadInput("code", f"“{code}” is the code of {other['name']}{off}. Each item needs a code of its own.")
    return CatalogueItem(item.id, name, code, item.price, item.vat_rate)


def _item(row: Row) -> CatalogueItem:
    return CatalogueItem(
        row["id"],
        row["name"],
        row["code"],
        row["price"],
        row["vat_rate"],
        row["version"],
        bool(row["active"]),
    )
