"""Invoices: drafts that change, and issued invoices that do not."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from store import clients, ledger, lines
from store.authority import require_manager
from store.database import Row, Tx
from store.discount_limit import approval_for, kept_with
from store.discounts import NONE, Discount, Given, vat_breakdown
from store.errors import BadInput, EditConflict, NotFound, Refused
from store.ids import new_id
from store.lines import NewLine
from store.models import Invoice
from store.money import LARGEST, format_money
from store.reading import invoice_by_number
from store.text import cleaned

__all__ = ["NewLine", "checked_notes", "issue", "priced", "save_draft", "void"]

LONGEST_NOTES = 1000
LAST_SERIAL = "last_invoice"
"""The key in `meta` of the highest serial number that a discarded draft had."""


@dataclass(frozen=True, slots=True)
class Priced:
    """A draft's lines, checked, and what they come to in pence; `given` is what all its discounts take off."""

    lines: Sequence[NewLine]
    discount: int
    total: int
    vat: int
    given: Given


def priced(new_lines: Sequence[NewLine], discount: Discount = NONE, *, currency: str = "GBP") -> Priced:
    """Work out what lines come to once `discount` is off. Raises BadInput for what will not do."""
    checked = [lines.checked(line) for line in new_lines]
    subtotal = sum(line.total for line in checked)
    discount.check(subtotal, "the invoice", currency)
    off = discount.off(subtotal)
    if subtotal - off > LARGEST:
        raise BadInput("lines", f"The invoice comes to more than {format_money(LARGEST, currency)}. Split it in two.")
    given = Given(
        off=off + sum(line.off for line in checked),
        full=sum(line.full for line in checked),
        rates=sum(bool(line.discount_rate) for line in checked) + bool(discount.rate),
    )
    vat = sum(vat for _, vat in vat_breakdown(checked, off).values())
    return Priced(checked, off, subtotal - off, vat, given)


def save_draft(
    tx: Tx,
    client_id: str,
    new_lines: Sequence[NewLine],
    *,
    currency: str,
    prefix: str,
    number: str | None = None,
    version: int | None = None,
    discount: Discount = NONE,
    notes: str = "",
    discount_limit: int = 0,
) -> Invoice:
    """Save a draft whole, new (`number` None) or as loaded at `version`; a parked one is then no longer parked.

    `client_id` may be empty until it is issued. `discount_limit` is the per cent that may be given away without a
    manager. Raises BadInput for what will not do, NotFound, EditConflict when somebody else saved it first, Refused
    when it is no draft any more, and NeedsManager for a discount over the limit.
    """
    if client_id:
        client_id = clients.present(tx, client_id).id
    draft = priced(new_lines, discount, currency=currency)
    notes = checked_notes(notes)
    before = None if number is None else _loaded(tx, number, version)
    approval = approval_for(tx, draft.given, discount_limit, kept_with(tx, number or ""))
    columns = {
        "client": client_id,
        "currency": currency,
        "total": draft.total,
        "vat": draft.vat,
        "discount": draft.discount,
        "discount_rate": discount.rate,
        "notes": notes,
        "approved_by": approval.by,
        "approved_off": approval.off,
        "approved_full": approval.full,
    }
    invoice_id = _insert(tx, prefix, columns) if before is None else _update(tx, before["id"], columns)
    lines.write(tx, invoice_id, draft.lines)
    return invoice_by_number(tx, invoice_id)


def issue(tx: Tx, number: str) -> Invoice:
    """Turn a draft into an issued invoice, which nobody edits any more. Issued already: nothing changes.

    Raises NotFound, Refused for an invoice that is void or without lines, and BadInput (client) without a client.
    """
    invoice = invoice_by_number(tx, number)
    row = invoice.row
    if row.state == "void":
        raise Refused(f"{row.number} is void. Make a new invoice.")
    if row.state != "draft":
        return invoice
    if not invoice.lines:
        raise Refused(f"{row.number} has no lines yet. Add a service or product first.")
    if not row.client_id:
        raise BadInput("client", f"Choose a client first: {row.number} is nobody's yet.")
    fact: dict[str, Any] = {
        "number": row.number,
        "client": row.client_id,
        "currency": row.currency,
        "total": row.total,
        "vat": row.vat,
        "discount": row.discount,
        "discount_rate": row.discount_rate,
        "lines": [
            [x.description, x.quantity, x.unit_price, x.vat_rate, x.total, x.discount, x.discount_rate]
            for x in invoice.lines
        ],
    }
    if approved_by := tx.value("SELECT approved_by FROM invoices WHERE id = :id", id=row.id):
        fact["discount_approved_by"] = approved_by
    ledger.append(tx, "invoice_issued", row.id, fact)
    return invoice_by_number(tx, row.id)


def void(tx: Tx, number: str, *, reason: str) -> Invoice:
    """Make an issued invoice void, with a reason.

    Raises BadInput, NeedsManager, and Refused when money or a link stands on it.
    """
    why = cleaned(reason)
    if not why:
        raise BadInput("reason", "Say why it is made void; the invoice log keeps the reason.")
    invoice = invoice_by_number(tx, number)
    if invoice.row.state in {"draft", "void"}:
        raise Refused(f"{number} is {invoice.row.state}, so it cannot be made void.")
    if invoice.payments:
        raise Refused(f"Money has been taken on {number}, so it cannot be made void.")
    if invoice.asked or any(request.state == "cancelling" for request in invoice.requests):
        raise Refused(f"A payment link of {number} is still open. Cancel it first, then make the invoice void.")
    require_manager(tx, "make an invoice void")
    ledger.append(tx, "invoice_voided", invoice.row.id, {"reason": why})
    return invoice_by_number(tx, number)


def checked_notes(text: str) -> str:
    """Return an invoice's notes as they are kept, on one line. Raises BadInput (notes) where they are too long."""
    notes = cleaned(text)
    if len(notes) > LONGEST_NOTES:
        raise BadInput("notes", f"Notes can have {LONGEST_NOTES} letters; these have {len(notes)}. Shorten them.")
    return notes


def _loaded(tx: Tx, number: str, version: int | None) -> Row:
    """Return the draft that was loaded at `version`. Raises NotFound, Refused or EditConflict."""
    row = tx.one("SELECT * FROM invoices WHERE number = :number OR id = :number", number=number)
    if row is None:
        raise NotFound(f"There is no invoice {cleaned(number)[:40]}.")
    if row["state"] != "draft":
        raise Refused(
            f"{number} has been issued in the meantime and cannot be edited. Make a new invoice for the change."
        )
    if row["version"] != version:
        raise EditConflict(
            f"Somebody else has saved {number} in the meantime. Their version stands; yours was not saved. "
            "Open the invoice again and repeat your change."
        )
    return row


def _insert(tx: Tx, prefix: str, columns: dict[str, Any]) -> str:
    """Begin a draft under the next number; the number of a discarded draft is not given again."""
    serial = 1 + int(
        tx.value(
            "SELECT max(coalesce((SELECT max(seq) FROM invoices), 0),"
            " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = :last), 0))",
            last=LAST_SERIAL,
        )
    )
    number = f"{prefix}{serial:06d}"
    invoice_id = new_id()
    tx.run(
        "INSERT INTO invoices (seq, id, number, client_id, state, currency, total, vat, discount, discount_rate,"
        " notes, approved_by, approved_off, approved_full, search, created_at, created_by)"
        " VALUES (:seq, :id, :number, :client, 'draft', :currency, :total, :vat, :discount, :discount_rate, :notes,"
        " :approved_by, :approved_off, :approved_full, :search, :now, :actor)",
        **columns,
        seq=serial,
        id=invoice_id,
        number=number,
        search=f"{number} {serial}",
        now=tx.now,
        actor=tx.actor,
    )
    return invoice_id


def _update(tx: Tx, invoice_id: str, columns: dict[str, Any]) -> str:
    tx.run(
        "UPDATE invoices SET client_id = :client, currency = :currency, total = :total, vat = :vat,"
        " discount = :discount, discount_rate = :discount_rate, notes = :notes, approved_by = :approved_by,"
        " approved_off = :approved_off, approved_full = :approved_full, parked_at = NULL, version = version + 1"
        " WHERE id = :id",
        **columns,
        id=invoice_id,
    )
    return invoice_id
