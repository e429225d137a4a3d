"""Payments: money that moved, written down once, and what follows from it."""

from dataclasses import dataclass

from store import ledger, outbox
from store.database import Tx
from store.errors import BadInput, Refused
from store.ids import new_id
from store.invoices import issue
from store.models import Payment, PaymentRequest
from store.money import format_money
from store.reading import invoice_by_number, request_by_id
from store.requests import stop_messages, trim_open_requests
from store.text import cleaned

AT_THE_DESK = ("cash", "card", "transfer")


@dataclass(frozen=True, slots=True)
class Received:
    """A payment that the gateway reports. `payment_id` is the gateway's and makes it unique."""

    payment_id: str
    gateway_id: str
    request_id: str | None
    amount: int
    currency: str
    paid_at: str
    method: str


def take(tx: Tx, number: str, kind: str, amount: int, *, reference: str = "") -> Payment:
    """Record `amount` pence taken at the desk by `kind` (cash, card, transfer); issue a draft first.

    Links that then ask for more than is due are taken back. Raises BadInput or Refused.
    """
    if kind not in AT_THE_DESK:
        raise BadInput("type", f"“{cleaned(kind)[:40]}” is not a payment type. Use one of: {', '.join(AT_THE_DESK)}.")
    row = issue(tx, number).row
    if row.due == 0:
        raise Refused(f"{number} is {row.state}: nothing is due.")
    if amount <= 0:
        raise BadInput("amount", "The amount must be above zero.")
    if amount > row.due:
        money = format_money(row.due, row.currency)
        raise BadInput("amount", f"{format_money(amount, row.currency)} is more than the {money} due on {number}.")
    payment_id = new_id()
    ledger.append(
        tx,
        "payment_recorded",
        row.id,
        {"payment": payment_id, "type": kind, "amount": amount, "reference": cleaned(reference)},
    )
    trim_open_requests(tx, row.id)
    return next(p for p in invoice_by_number(tx, number).payments if p.id == payment_id)


def receive(tx: Tx, received: Received, *, notify: list[str]) -> Payment | None:
    """Record a payment made on a link; None when it is recorded already or the link is not ours.

    One transaction: payment, request, invoice, what is now asked for too much, and one notification for each
    target in `notify`. Money is recorded whatever state the request is in: it has moved.
    """
    request = _request_behind(tx, received)
    if request is None or received.amount == 0:
        return None
    if tx.value("SELECT 1 FROM payments WHERE gateway_payment_id = :id", id=received.payment_id):
        return None
    payment_id = new_id()
    ledger.append(
        tx,
        "payment_recorded",
        request.invoice_id,
        {
            "payment": payment_id,
            "type": "payment_link",
            "amount": received.amount,
            "reference": cleaned(received.method),
            "request": request.id,
            "gateway_payment": received.payment_id,
            "paid_at": received.paid_at,
            "note": _note(request, received, invoice_by_number(tx, request.invoice_id).row.currency),
        },
    )
    stop_messages(tx, request, "the client has paid")
    trim_open_requests(tx, request.invoice_id)
    for target in notify:
        outbox.add(tx, "notify", payment_id, request.invoice_id, {"event": "payment_link_paid", "target": target})
    invoice = invoice_by_number(tx, request.invoice_id)
    return next(p for p in invoice.payments if p.id == payment_id)


def _request_behind(tx: Tx, received: Received) -> PaymentRequest | None:
    """Find the request by the id the gateway carried, else by the link's id."""
    found = tx.value(
        "SELECT id FROM requests WHERE id = :request OR gateway_id = :link ORDER BY id = :request DESC",
        request=received.request_id,
        link=received.gateway_id,
    )
    return None if found is None else request_by_id(tx, found)


def _note(request: PaymentRequest, received: Received, currency: str) -> str:
    """Say what is unusual about the payment, or nothing."""
    paid_in = cleaned(received.currency.upper())
    if paid_in != currency:
        return f"paid in {paid_in}, not {currency}: check with the gateway"
    if request.state == "paid":
        return "paid a second time: check with the gateway and pay it back"
    if received.amount != request.amount:
        return (
            f"{format_money(received.amount, currency)} was paid, {format_money(request.amount, currency)} was asked"
        )
    if request.state in {"cancelled", "cancelling", "expired", "stopped"}:
        return f"paid although the request was {request.state}"
    return ""
