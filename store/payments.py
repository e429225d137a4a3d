"""Payments: money that moved, written down once, and what follows from it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from store import credit, ledger, outbox, payment_types
from store.database import Tx
from store.errors import BadInput, Refused
from store.ids import new_id
from store.invoices import issue
from store.models import InvoiceRow, Payment, PaymentRequest, RequestState
from store.money import format_money
from store.once import own_id
from store.reading import invoice_by_number, invoice_row, request_by_id
from store.requests import stop_messages, trim_open_requests
from store.text import cleaned

_CLOSED: Mapping[RequestState, str] = {
    "cancelling": "while the link was being cancelled",
    "cancelled": "although the link had been cancelled",
    "expired": "although the link had expired",
    "stopped": "although the link was given up here",
}
"""What is odd about a payment on a link that was no longer to be paid."""


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


def take(tx: Tx, number: str, type_code: str, amount: int, *, reference: str = "", payment_id: str = "") -> Payment:
    """Record `amount` pence taken at the desk by a type that is on; issue a draft first.

    Account credit is taken from the client's own, never more than there is. The same `payment_id` again changes
    nothing and returns the payment; another payment under it is refused. Links that then ask for more than is due are
    taken back. Raises BadInput or Refused.
    """
    if done := _already(tx, payment_id, number, type_code, amount, cleaned(reference)):
        return done
    paid_by = payment_types.at_the_desk(tx, type_code, ("cash", "recorded", "credit"))
    invoice = issue(tx, number)
    row = invoice.row
    if row.due == 0:
        raise Refused(f"{row.number} is {row.state}: nothing is due.")
    if amount <= 0:
        raise BadInput("amount", "The amount must be above zero.")
    if amount > row.due:
        money = format_money(row.due, row.currency)
        raise BadInput(
            "amount", f"{format_money(amount, row.currency)} is more than the {money} due on {row.number}."
        )
    fact = {
        "payment": own_id(payment_id),
        "type": type_code,
        "amount": amount,
        "reference": cleaned(reference),
    }
    if paid_by.kind == "credit":
        credit.check_enough(tx, invoice.client, amount, row.currency)
        fact["credit"] = new_id()
    ledger.append(tx, "payment_recorded", row.id, fact)
    trim_open_requests(tx, row.id)
    return _payment(tx, row.id, str(fact["payment"]))


def change_for(amount: int, tendered: int, currency: str = "GBP") -> int:
    """Return the change in pence for `tendered` pence of cash. Raises BadInput (tendered) for too little."""
    if tendered < amount:
        less, money = format_money(tendered, currency), format_money(amount, currency)
        raise BadInput("tendered", f"{less} is less than {money}. To take a part, lower the amount.")
    return tendered - amount


def receive(tx: Tx, received: Received, *, notify: list[str]) -> Payment | None:
    """Record a payment made on a link; None when it is recorded already or the link is not ours.

    One transaction: payment, request, invoice, what is now asked for too much, and one notification for each
    target in `notify`. Money is recorded whatever state the request is in: it has moved. Money in another currency
    than the invoice's is written down and not counted: None too.
    """
    request = _request_behind(tx, received)
    if request is None or received.amount == 0:
        return None
    if tx.value("SELECT 1 FROM payments WHERE gateway_payment_id = :id", id=received.payment_id):
        return None
    row = invoice_row(tx, request.invoice_id)
    if cleaned(received.currency.upper()) != row.currency:
        _leave_uncounted(tx, request, received, row.currency, notify)
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
            "note": _note(request, received, row),
        },
    )
    stop_messages(tx, request, "the client has paid")
    trim_open_requests(tx, request.invoice_id)
    for target in notify:
        outbox.add(tx, "notify", payment_id, request.invoice_id, {"event": "payment_link_paid", "target": target})
    return _payment(tx, request.invoice_id, payment_id)


def _payment(tx: Tx, invoice_id: str, payment_id: str) -> Payment:
    return next(p for p in invoice_by_number(tx, invoice_id).payments if p.id == payment_id)


def _already(tx: Tx, payment_id: str, number: str, type_code: str, amount: int, reference: str) -> Payment | None:
    """Return the payment that is recorded under `payment_id`, if any. Raises Refused where it is another one."""
    if not payment_id:
        return None
    invoice_id = tx.value("SELECT invoice_id FROM payments WHERE id = :id", id=payment_id)
    if invoice_id is None:
        return None
    row = invoice_row(tx, invoice_id)
    kept = _payment(tx, invoice_id, payment_id)
    if number not in {row.number, row.id} or (kept.type, kept.amount, kept.reference) != (
        type_code,
        amount,
        reference,
    ):
        money = format_money(kept.amount, row.currency)
        raise Refused(f"This payment is recorded already, as {money} on {row.number}. Look there before taking more.")
    return kept


def _request_behind(tx: Tx, received: Received) -> PaymentRequest | None:
    """Find the request by the id the gateway carried, else by the link's id."""
    found = tx.value(
        "SELECT id FROM requests WHERE id = :request OR gateway_id = :link ORDER BY id = :request DESC",
        request=received.request_id,
        link=received.gateway_id,
    )
    return None if found is None else request_by_id(tx, found)


def _leave_uncounted(
    tx: Tx, request: PaymentRequest, received: Received, currency: str, notify: Sequence[str]
) -> None:
    """Money in another currency pays no part of the invoice: a person has to see it, and what it is is kept."""
    if tx.value(
        "SELECT 1 FROM ledger WHERE invoice_id = :invoice AND kind = 'payment_not_counted'"
        " AND json_extract(payload, '$.gateway_payment') = :id",
        invoice=request.invoice_id,
        id=received.payment_id,
    ):
        return
    paid_in = cleaned(received.currency.upper())
    money = format_money(received.amount, paid_in)
    why = f"{money} was paid, in {paid_in} and not in {currency}, so it is not counted."
    fact = {
        "request": request.id,
        "gateway_payment": received.payment_id,
        "minor": received.amount,
        "currency": paid_in,
        "reference": cleaned(received.method),
        "paid_at": received.paid_at,
        "reason": f"{why} Give it back in the gateway's own pages, and ask again.",
    }
    ledger.append(tx, "payment_not_counted", request.invoice_id, fact)
    stop_messages(tx, request, "the client has paid")
    for target in notify:
        outbox.add(tx, "notify", request.id, request.invoice_id, {"event": "payment_link_paid", "target": target})


def _note(request: PaymentRequest, received: Received, row: InvoiceRow) -> str:
    """Say what is unusual about the payment, or nothing."""
    currency = row.currency
    if request.state == "paid":
        return "paid a second time: check with the gateway and pay it back"
    if received.amount != request.amount:
        return (
            f"{format_money(received.amount, currency)} was paid, {format_money(request.amount, currency)} was asked"
        )
    if request.state in _CLOSED:
        return f"the client paid {_CLOSED[request.state]}"
    if received.amount > row.due:
        return f"that is {format_money(received.amount - row.due, currency)} more than was still due"
    return ""
