"""Invoices: drafts that change, and issued invoices that do not."""

from collections.abc import Sequence
from dataclasses import dataclass

from store import clients, ledger
from store.database import Tx
from store.errors import BadInput, EditConflict, NotFound, Refused
from store.ids import new_id
from store.models import Invoice, Line
from store.money import HIGHEST_RATE, LARGEST, format_money, line_total, vat_by_rate
from store.reading import invoice_by_number
from store.text import cleaned

LONGEST_DESCRIPTION = 200


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as somebody typed it: quantity in thousandths, price in pence with VAT inside, rate in basis points."""

    description: str
    quantity: int
    unit_price: int
    vat_rate: int

    @property
    def total(self) -> int:
        """Pence for the whole line."""
        return line_total(self.quantity, self.unit_price)


def save_draft(
    tx: Tx,
    client_id: str,
    lines: Sequence[NewLine],
    *,
    currency: str,
    prefix: str,
    number: str | None = None,
    version: int | None = None,
) -> Invoice:
    """Save a draft, new (`number` None) or as loaded at `version`.

    Raises BadInput for a line that will not do, NotFound, EditConflict when somebody else saved it first,
    and Refused when it is no draft any more.
    """
    clients.get(tx, client_id)
    checked = [_checked(line) for line in lines]
    total = sum(line.total for line in checked)
    if total > LARGEST:
        raise BadInput("lines", f"The invoice comes to more than {format_money(LARGEST, currency)}. Split it in two.")
    vat = sum(vat for _, vat in vat_by_rate((line.total, line.vat_rate) for line in checked).values())
    if number is None:
        invoice_id, number = _insert_draft(tx, client_id, currency, prefix, total, vat)
    else:
        invoice_id = _update_draft(tx, number, version, client_id, currency, total, vat)
    _write_lines(tx, invoice_id, checked)
    return invoice_by_number(tx, number)


def issue(tx: Tx, number: str) -> Invoice:
    """Turn a draft into an issued invoice, which nobody edits any more. Issued already: nothing changes.

    Raises NotFound, and Refused for an invoice that is void or without lines.
    """
    invoice = invoice_by_number(tx, number)
    if invoice.row.state == "void":
        raise Refused(f"{number} is void. Make a new invoice.")
    if invoice.row.state != "draft":
        return invoice
    if not invoice.lines:
        raise Refused(f"{number} has no lines yet. Add a service or product first.")
    ledger.append(
        tx,
        "invoice_issued",
        invoice.row.id,
        {
            "number": invoice.row.number,
            "client": invoice.client.id,
            "currency": invoice.row.currency,
            "total": invoice.row.total,
            "vat": invoice.row.vat,
            "lines": [[x.description, x.quantity, x.unit_price, x.vat_rate, x.total] for x in invoice.lines],
        },
    )
    return invoice_by_number(tx, number)


def void(tx: Tx, number: str, *, reason: str) -> Invoice:
    """Make an issued invoice void, with a reason. Raises BadInput, and Refused when money or a link stands on it."""
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
    ledger.append(tx, "invoice_voided", invoice.row.id, {"reason": why})
    return invoice_by_number(tx, number)


def _checked(line: NewLine) -> NewLine:
    description = cleaned(line.description)
    if not description:
        raise BadInput("description", "A line has no description. Type what it is for.")
    if len(description) > LONGEST_DESCRIPTION:
        raise BadInput(
            "description",
            f"A description can have {LONGEST_DESCRIPTION} letters; this has {len(description)}.",
        )
    if line.quantity <= 0:
        raise BadInput("quantity", f"The quantity of “{description[:40]}” must be above zero.")
    if line.unit_price < 0:
        raise BadInput("unit_price", f"The price of “{description[:40]}” is below zero. Type it without a minus.")
    if not 0 <= line.vat_rate <= HIGHEST_RATE:
        raise BadInput("vat", f"The VAT rate of “{description[:40]}” must be from 0 to 100 per cent.")
    if line.total > LARGEST:
        raise BadInput("lines", f"The line “{description[:40]}” comes to more than {format_money(LARGEST)}.")
    return NewLine(description, line.quantity, line.unit_price, line.vat_rate)


def _insert_draft(tx: Tx, client_id: str, currency: str, prefix: str, total: int, vat: int) -> tuple[str, str]:
    serial = int(tx.value("SELECT coalesce(max(seq), 0) FROM invoices")) + 1
    number = f"{prefix}{serial:06d}"
    invoice_id = new_id()
    tx.run(
        "INSERT INTO invoices (seq, id, number, client_id, state, currency, total, vat, search, created_at,"
        " created_by) VALUES (:seq, :id, :number, :client, 'draft', :currency, :total, :vat, :search, :now, :actor)",
        seq=serial,
        id=invoice_id,
        number=number,
        client=client_id,
        currency=currency,
        total=total,
        vat=vat,
        search=f"{number} {serial}",
        now=tx.now,
        actor=tx.actor,
    )
    return invoice_id, number


def _update_draft(
    tx: Tx, number: str, version: int | None, client_id: str, currency: str, total: int, vat: int
) -> str:
    row = tx.one("SELECT id, state, version FROM invoices WHERE number = :number", number=number)
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
    tx.run(
        "UPDATE invoices SET client_id = :client, currency = :currency, total = :total, vat = :vat,"
        " version = version + 1 WHERE id = :id",
        id=row["id"],
        client=client_id,
        currency=currency,
        total=total,
        vat=vat,
    )
    return str(row["id"])


def _write_lines(tx: Tx, invoice_id: str, lines: Sequence[NewLine | Line]) -> None:
    tx.run("DELETE FROM lines WHERE invoice_id = :id", id=invoice_id)
    tx.run_many(
        "INSERT INTO lines (invoice_id, position, description, quantity, unit_price, vat_rate, total)"
        " VALUES (:invoice, :position, :description, :quantity, :unit_price, :vat_rate, :total)",
        [
            {
                "invoice": invoice_id,
                "position": position,
                "description": line.description,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "vat_rate": line.vat_rate,
                "total": line.total,
            }
            for position, line in enumerate(lines, 1)
        ],
    )
