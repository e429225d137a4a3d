"""The catalogue: services and products with their price and the VAT rate that a person chose for each."""

from store import search
from store.database import Reader, Row, Tx
from store.errors import BadInput
from store.ids import new_id
from store.models import CatalogueItem
from store.money import HIGHEST_RATE, LARGEST, format_money
from store.text import cleaned

LONGEST_NAME = 200
_COLUMNS = "c.id, c.name, c.code, c.price, c.vat_rate"


def add(tx: Tx, *, name: str, price: int, vat_rate: int, code: str = "") -> CatalogueItem:
    """Add an item; `price` in pence with VAT inside, `vat_rate` in basis points. Raises BadInput."""
    name = cleaned(name)
    if not name:
        raise BadInput("name", "Type the name of the service or product.")
    if len(name) > LONGEST_NAME:
        raise BadInput("name", f"The name is {len(name)} letters long; {LONGEST_NAME} are the most. Shorten it.")
    if not 0 <= price <= LARGEST:
        raise BadInput("price", f"A price is from {format_money(0)} to {format_money(LARGEST)}.")
    if not 0 <= vat_rate <= HIGHEST_RATE:
        raise BadInput("vat", "A VAT rate is from 0 to 100 per cent.")
    item = CatalogueItem(new_id(), name, cleaned(code), price, vat_rate)
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


def find(reader: Reader, text: str = "", *, limit: int = 50) -> list[CatalogueItem]:
    """Return active items whose name or code has every word typed, in the order they were entered."""
    match = search.match(text)
    if match is None:
        rows = reader.all(f"SELECT {_COLUMNS} FROM catalogue c WHERE c.active = 1 ORDER BY c.seq LIMIT :n", n=limit)
    else:
        rows = reader.all(
            f"SELECT {_COLUMNS} FROM catalogue_fts f JOIN catalogue c ON c.seq = f.rowid"
            " WHERE catalogue_fts MATCH :match AND c.active = 1 ORDER BY f.rowid LIMIT :n",
            match=match,
            n=limit,
        )
    return [_item(row) for row in rows]


def _item(row: Row) -> CatalogueItem:
    return CatalogueItem(row["id"], row["name"], row["code"], row["price"], row["vat_rate"])
