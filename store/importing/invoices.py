"""Invoices from another system, as CSV (one row a line) or JSON; each once, by the other system's reference."""

import json
from collections.abc import Callable
from functools import partial
from itertools import groupby

from store import clients, invoices
from store.database import Tx
from store.errors import BadInput
from store.importing.clients import found, refuse_more_cells, yes_or_no
from store.importing.order import Order, OrderLine, from_json
from store.importing.run import Imported, Outcome, Piece, in_row, take
from store.importing.table import MOST_ROWS, Column, Row, decoded, rows_of
from store.settings import Settings
from store.text import cleaned

COLUMNS = (
    Column("ref", "the other system's number for the invoice; rows with the same one are one invoice", needed=True),
    Column("client_name", "the client's name", needed=True),
    Column("client_email", "their email address"),
    Column("client_mobile", "their mobile number"),
    Column("description", "what the line is for", needed=True),
    Column("quantity", "how many; 1 where it is empty"),
    Column("price", "price of one with VAT, such as 120.00", needed=True),
    Column("vat", "VAT rate in per cent, such as 20; somebody chose it, it is never guessed", needed=True),
    Column("discount", "off the line: 10% or an amount"),
    Column("notes", "notes on the invoice"),
    Column("draft", "yes to leave it a draft; no where it is empty"),
)
LONGEST_REF = 60
FULL = 100
"""Per cent: a discount was given in the other system, and a manager lets its files in."""

Read = Callable[[], Order]
"""Reads one invoice, or says what is wrong with it when it is its turn."""


def import_invoices(
    tx: Tx,
    content: bytes,
    settings: Settings,
    *,
    as_json: bool = False,
    skip_bad: bool = False,
    dry_run: bool = False,
) -> Imported:
    """Make the invoices of a file, issued unless they are marked as drafts; a reference that is there is left.

    Clients are found by name and address, or added. Raises BadInput (file) for a file that cannot be read.
    """
    pieces = _from_json(content) if as_json else _from_csv(content)
    unit = "Invoice" if as_json else "Row"
    return take(tx, "invoices", pieces, _maker(settings), unit=unit, skip_bad=skip_bad, dry_run=dry_run)


def _maker(settings: Settings) -> Callable[[Tx, Read], Outcome]:
    def make(tx: Tx, read: Read) -> Outcome:
        order = read()
        ref = cleaned(order.ref)
        if not ref or len(ref) > LONGEST_REF:
            raise BadInput("ref", f"The reference must have from 1 to {LONGEST_REF} letters.")
        if tx.value("SELECT 1 FROM invoices WHERE external_ref = :ref", ref=ref):
            return "there"
        new_lines = [line.read() for line in order.lines]
        client_id = found(tx, order.name, order.email, order.mobile)
        if client_id is None:
            client_id = clients.add(tx, name=order.name, email=order.email, mobile=order.mobile).id
        draft = invoices.save_draft(
            tx,
            client_id,
            new_lines,
            currency=settings["clinic.currency"],
            prefix=settings["clinic.number_prefix"],
            notes=order.notes,
            discount_limit=FULL,
        )
        tx.run("UPDATE invoices SET external_ref = :ref WHERE id = :id", ref=ref, id=draft.row.id)
        if not order.draft:
            invoices.issue(tx, draft.row.number)
        return "added"

    return make


def _from_json(content: bytes) -> list[Piece[Read]]:
    try:
        tree = json.loads(decoded(content), parse_float=str)
    except (ValueError, RecursionError) as error:
        raise BadInput("file", f"The file is not valid JSON: {error}.") from error
    orders = from_json(tree)
    if sum(len(order.lines) for order in orders) > MOST_ROWS:
        raise BadInput("file", f"The file has too many lines; {MOST_ROWS:,} are the most. Split it.")
    seen: set[str] = set()
    pieces: list[Piece[Read]] = []
    for place, order in enumerate(orders, 1):
        ref = cleaned(order.ref)
        pieces.append(Piece(place, partial(_twice if ref in seen else _as_it_is, order)))
        seen.add(ref)
    return pieces


def _as_it_is(order: Order) -> Order:
    return order


def _twice(order: Order) -> Order:
    """Refuse an invoice whose reference another one of the file has: it would be lost as “there already”."""
    raise BadInput("ref", f"The reference {cleaned(order.ref)[:60]} is in the file twice. Each invoice has its own.")


def _from_csv(content: bytes) -> list[Piece[Read]]:
    groups = [list(group) for _, group in groupby(rows_of(content, COLUMNS), key=_ref)]
    seen: set[str] = set()
    pieces: list[Piece[Read]] = []
    for rows in groups:
        ref = _ref(rows[0])
        pieces.append(Piece(rows[0].number, partial(_apart if ref in seen else _from_rows, rows)))
        seen.add(ref)
    return pieces


def _ref(row: Row) -> str:
    return cleaned(row["ref"])


def _apart(rows: list[Row]) -> Order:
    """Refuse rows whose invoice stands further up: taken by themselves they would be lost."""
    raise BadInput("ref", f"The rows of {_ref(rows[0])[:60]} must stand together. Sort the file by ref.")


def _from_rows(rows: list[Row]) -> Order:
    for row in rows:
        try:
            refuse_more_cells(row)
        except BadInput as error:
            raise in_row(row.number, error) from error
    first = rows[0]
    return Order(
        ref=first["ref"],
        name=first["client_name"],
        email=first["client_email"],
        mobile=first["client_mobile"],
        lines=tuple(
            OrderLine(
                place,
                row["description"],
                row["quantity"],
                row["price"],
                row["vat"],
                row["discount"],
                row=row.number,
            )
            for place, row in enumerate(rows, 1)
        ),
        notes=first["notes"],
        draft=bool(first["draft"]) and yes_or_no(first, "draft"),
    )
