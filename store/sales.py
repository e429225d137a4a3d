"""Sales that are not finished: parked for later, taken up again, given up; and the notes of any invoice."""

from store import ledger
from store.database import Reader, Tx
from store.errors import Refused
from store.invoices import LAST_SERIAL, checked_notes
from store.models import Invoice, InvoiceRow
from store.reading import invoice_by_number, invoice_row


def park(tx: Tx, number: str) -> Invoice:
    """Put a draft aside for later; the next save takes it up again. Raises Refused when it is issued already."""
    row = _draft(tx, number, "parked")
    tx.run("UPDATE invoices SET parked_at = :now WHERE id = :id", now=tx.now, id=row.id)
    return invoice_by_number(tx, row.id)


def parked(reader: Reader) -> list[InvoiceRow]:
    """Return the drafts that were parked, the newest first; client's name and notes say whose they are."""
    ids = reader.all("SELECT id FROM invoices WHERE parked_at IS NOT NULL ORDER BY parked_at DESC, seq DESC")
    return [invoice_row(reader, row["id"]) for row in ids]


def discard(tx: Tx, number: str) -> None:
    """Give a draft up: it is gone, and its number is not given again. Raises Refused for what was issued.

    The ledger keeps that there was one, so that a gap in the numbers can be explained.
    """
    row = _draft(tx, number, "discarded")
    ledger.append(tx, "draft_discarded", row.id, {"number": row.number})
    tx.run(
        "INSERT INTO meta (key, value) SELECT :last, CAST(seq AS TEXT) FROM invoices WHERE id = :id"
        " ON CONFLICT (key) DO UPDATE SET"
        " value = CAST(max(CAST(meta.value AS INTEGER), CAST(excluded.value AS INTEGER)) AS TEXT)",
        last=LAST_SERIAL,
        id=row.id,
    )
    tx.run("DELETE FROM lines WHERE invoice_id = :id", id=row.id)
    tx.run("DELETE FROM invoices WHERE id = :id", id=row.id)


def set_notes(tx: Tx, number: str, text: str) -> Invoice:
    """Write an invoice's notes, in whatever state it is; empty takes them away. Raises BadInput or NotFound.

    Notes are for the clinic alone: they are in no ledger and on no receipt.
    """
    notes = checked_notes(text)
    row = invoice_row(tx, number)
    tx.run("UPDATE invoices SET notes = :notes, version = version + 1 WHERE id = :id", notes=notes, id=row.id)
    return invoice_by_number(tx, row.id)


def _draft(tx: Tx, number: str, deed: str) -> InvoiceRow:
    row = invoice_row(tx, number)
    if row.state != "draft":
        raise Refused(f"{row.number} has been issued, so it cannot be {deed}. A manager can make it void.")
    return row
