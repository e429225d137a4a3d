"""Payments on links of this file that it does not know: the links were made after the backup it was restored from.

A link carries the file's id, our request's id and code, and the invoice's number. The payment is counted on that very
invoice where it is there, issued, and owes as much; numbers are never given twice, so it can be no other. Else a
person says what it was for: until then it stands in the outbox. Payments of other programs and other data files on
the same account at the gateway are none of ours.
"""

from dataclasses import dataclass, fields
from typing import Any

from store import ledger, outbox, payments
from store.database import Reader, Row, Tx
from store.errors import NotFound, Refused
from store.ids import new_code
from store.invoices import issue
from store.models import OutboxEntry, Payment
from store.money import format_money
from store.payments import Received
from store.text import cleaned

EVENT = "stray_payment"
"""The event of the outbox entry, of kind `notify`, that waits for a person."""


@dataclass(frozen=True, slots=True)
class Marks:
    """What the gateway carries of ours beside the request's id: the data file's id, the link's code, the invoice."""

    file_id: str = ""
    code: str = ""
    number: str = ""


@dataclass(frozen=True, slots=True)
class Stray:
    """A payment that is not known here, as the gateway told of it: `amount` pence, paid by `method` at `paid_at`."""

    id: str
    amount: int
    currency: str
    code: str
    number: str
    paid_at: str
    method: str
    gateway: str
    gateway_id: str


def file_id(reader: Reader) -> str:
    """Return the data file's id, which it keeps when it is restored."""
    return str(reader.value("SELECT value FROM meta WHERE key = 'file_id'"))


def notice(tx: Tx, received: Received, marks: Marks, *, gateway: str, notify: list[str]) -> str | None:
    """Write down a payment on a link of this file that it does not know; None when it is no such, or is known.

    Returns the payment's id where it could be counted, else the id under which a person finds it in the outbox.
    """
    if not received.request_id or received.amount <= 0 or marks.file_id != file_id(tx):
        return None
    if tx.value("SELECT 1 FROM requests WHERE id = :id", id=received.request_id) or _row(tx, received.payment_id):
        return None
    fact = {
        "stray": received.payment_id,
        "gateway": gateway,
        "gateway_id": received.gateway_id,
        "request": received.request_id,
        "code": cleaned(marks.code)[:20],
        "number": cleaned(marks.number)[:100],
        "minor": received.amount,
        "currency": cleaned(received.currency.upper()),
        "paid_at": received.paid_at,
        "method": cleaned(received.method),
    }
    ledger.append(tx, "stray_payment", None, fact)
    stray = _open(tx, received.payment_id)
    if invoice_id := _its_invoice(tx, stray):
        return _count(tx, stray, invoice_id, notify).id
    entry_id = outbox.add(tx, "notify", stray["id"], None, {"event": EVENT})
    outbox.ask(tx, outbox.get(tx, entry_id), why=waits_because(tx, stray["id"]), unsure=False)
    return str(stray["id"])


def waits_because(reader: Reader, stray_id: str) -> str:
    """Say what a person is to do with a stray payment; empty where nothing is left to do."""
    row = _row(reader, stray_id)
    if row is None or row["state"] != "open":
        return ""
    money = format_money(row["amount"], row["currency"])
    return (
        f"{money} was paid by link {row['code']} for {row['number']}, which is not known here: the link was made"
        " after the backup that was brought back. Make the invoice anew if it is gone; then count the money on it,"
        " with G in the outbox or `paydesk outbox count`; or give it back in the gateway's own pages and drop this."
    )


def about(reader: Reader, stray_id: str) -> str:
    """Name a stray payment: its amount, link and invoice."""
    row = _row(reader, stray_id)
    if row is None:
        return ""
    return f"{format_money(row['amount'], row['currency'])}, link {row['code']}, {row['number']}"


def behind(reader: Reader, entry_id: str) -> Stray:
    """Return the payment behind an outbox entry. Raises NotFound, and Refused where it is none or is decided."""
    entry = outbox.get(reader, entry_id)
    if not is_stray(entry):
        raise Refused("That entry is no payment that was not known. `paydesk outbox list` shows which are.")
    row = _open(reader, entry.subject_id)
    return Stray(**{each.name: row[each.name] for each in fields(Stray)})


def count(tx: Tx, entry_id: str, number: str, *, notify: list[str]) -> Payment:
    """Count the stray payment behind an outbox entry on an invoice, which is issued if it is a draft.

    Raises NotFound, and Refused where the entry is no stray payment, is decided, or the invoice will not do.
    """
    stray = behind(tx, entry_id)
    row = issue(tx, number).row
    if row.currency != stray.currency:
        raise Refused(f"{row.number} is in {row.currency}, and {stray.currency} was paid. Choose another invoice.")
    payment = _count(tx, _open(tx, stray.id), row.id, notify)
    outbox.set_state(tx, entry_id, "done", why="")
    return payment


def close(tx: Tx, stray_id: str, why: str) -> None:
    """A person says that a stray payment is not to be counted."""
    row = _row(tx, stray_id)
    if row is not None and row["state"] == "open":
        ledger.append(tx, "stray_closed", None, {"stray": stray_id, "reason": why})


def is_stray(entry: OutboxEntry) -> bool:
    """Tell whether an outbox entry is a payment that was not known."""
    return entry.kind == "notify" and entry.payload.get("event") == EVENT


def _count(tx: Tx, stray: Row, invoice_id: str, notify: list[str]) -> Payment:
    """Write down the request as the gateway knows it, its link, and the payment on it."""
    if not tx.value("SELECT 1 FROM requests WHERE id = :id", id=stray["request_id"]):
        request: dict[str, Any] = {
            "request": stray["request_id"],
            "code": _code(tx, stray["code"]),
            "amount": stray["amount"],
            "origin": "invoice",
            "messages": [],
        }
        link = {
            "request": stray["request_id"],
            "gateway": stray["gateway"],
            "gateway_id": stray["gateway_id"],
            "url": "",
        }
        ledger.append(tx, "payment_requested", invoice_id, request)
        ledger.append(tx, "link_created", invoice_id, link)
    ledger.append(tx, "stray_counted", invoice_id, {"stray": stray["id"]})
    received = Received(
        payment_id=stray["id"],
        gateway_id=stray["gateway_id"],
        request_id=stray["request_id"],
        amount=stray["amount"],
        currency=stray["currency"],
        paid_at=stray["paid_at"],
        method=stray["method"],
    )
    payment = payments.receive(tx, received, notify=notify)
    if payment is None:
        raise Refused("This payment is recorded already. Look at the invoice's log.")
    return payment


def _its_invoice(tx: Tx, stray: Row) -> str | None:
    """Return the invoice whose number the link carries, where the payment can be no other's."""
    found: str | None = tx.value(
        "SELECT id FROM invoices WHERE number = :number AND state IN ('unpaid', 'part_paid')"
        " AND currency = :currency AND total - credited - paid >= :amount",
        number=stray["number"],
        currency=stray["currency"],
        amount=stray["amount"],
    )
    return found


def _code(tx: Tx, code: str) -> str:
    def taken(code: str) -> bool:
        return bool(tx.value("SELECT 1 FROM requests WHERE code = :code", code=code))

    return new_code(taken) if not code or taken(code) else code


def _open(reader: Reader, stray_id: str) -> Row:
    row = _row(reader, stray_id)
    if row is None:
        raise NotFound("There is no such payment.")
    if row["state"] != "open":
        raise Refused("Somebody has decided about this payment already.")
    return row


def _row(reader: Reader, stray_id: str) -> Row | None:
    return reader.one("SELECT * FROM strays WHERE id = :id", id=stray_id)
