"""The catalogue from a CSV file. An item that is there, by its code or else its name, is brought up to date."""

from store import catalogue
from store.database import Tx
from store.importing.clients import refuse_more_cells
from store.importing.order import chosen_rate
from store.importing.run import Imported, Outcome, Piece, take
from store.importing.table import Column, Row, rows_of
from store.money import parse_amount
from store.text import cleaned

COLUMNS = (
    Column("name", "the service or product", needed=True),
    Column("price", "price with VAT, such as 120.00", needed=True),
    Column("vat", "VAT rate in per cent, such as 20; somebody chose it, it is never guessed", needed=True),
    Column("code", "code or barcode"),
)


def import_catalogue(tx: Tx, content: bytes, *, skip_bad: bool = False, dry_run: bool = False) -> Imported:
    """Add or change the items of a CSV file. Raises BadInput (file) for a file that cannot be read, NeedsManager."""
    rows = rows_of(content, COLUMNS)
    return take(tx, "catalogue", (Piece(row.number, row) for row in rows), _save, skip_bad=skip_bad, dry_run=dry_run)


def _save(tx: Tx, row: Row) -> Outcome:
    refuse_more_cells(row)
    price = parse_amount(row["price"], field="price", zero=True)
    rate = chosen_rate(row["vat"])
    item_id = _found(tx, row)
    if item_id is None:
        catalogue.add(tx, name=row["name"], price=price, vat_rate=rate, code=row["code"])
        return "added"
    before = catalogue.get(tx, item_id)
    code = row["code"] or before.code
    wanted = (cleaned(row["name"]), price, rate, cleaned(code))
    if wanted == (before.name, before.price, before.vat_rate, before.code):
        return "there"
    catalogue.change(tx, item_id, name=row["name"], price=price, vat_rate=rate, code=code, version=before.version)
    return "changed"


def _found(tx: Tx, row: Row) -> str | None:
    """Return the item with the row's code; for a row without one, the item with its name."""
    found: str | None = tx.value(
        "SELECT id FROM catalogue WHERE (:code <> '' AND code = :code COLLATE NOCASE)"
        " OR (:code = '' AND name = :name COLLATE NOCASE) ORDER BY active DESC, seq LIMIT 1",
        code=cleaned(row["code"]),
        name=cleaned(row["name"]),
    )
    return found
