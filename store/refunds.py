"""Giving money back: what is left to give of each payment, and asking for it.

What was taken at the desk goes back at once. What came by a payment link goes back through the gateway, by the
outbox, and is `pending` until the gateway has done it; what the gateway says is written down by
`store.gateway_refunds`. A refund is a negative payment that names the payment it is of. What is given back is no
longer owed, beyond what was overpaid, unless it is to stay due.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from store import ledger, outbox
from store.authority import require_manager
from store.database import Reader, Tx
from store.errors import BadInput, NotFound, Refused
from store.ids import new_id
from store.models import Invoice, Payment, Refund
from store.money import format_money
from store.once import own_id
from store.reading import invoice_by_number
from store.text import cleaned

DEED = "give money back"
LONGEST_REASON = 200
LINK, CREDIT = "payment_link", "account_credit"


@dataclass(frozen=True, slots=True)
class Refundable:
    """A payment of which `left` pence can still be given back, and the payment types by which that may be done.

    The first of `ways` is the one it was paid by. What waits at the gateway is taken off `left` already.
    """

    payment: Payment
    left: int
    ways: tuple[str, ...]


def refundable(reader: Reader, number: str) -> list[Refundable]:
    """Return the payments of an invoice of which something can be given back, oldest first. Raises NotFound."""
    invoice = invoice_by_number(reader, number)
    found = [Refundable(p, left_of(invoice, p.id), ways_of(reader, p)) for p in invoice.payments if not p.refund_of]
    return [each for each in found if each.left > 0]


def refund(
    tx: Tx,
    number: str,
    payment_id: str,
    amount: int,
    *,
    to: str = "",
    reason: str,
    still_owed: bool = False,
    refund_id: str = "",
) -> Refund:
    """Give `amount` pence of a payment back, to the way it was paid or `to` another payment type.

    What came by link may go back by the link (pending until the gateway has done it) or to account credit. With
    `still_owed` it stays due. The same `refund_id` again changes nothing. Raises BadInput (its `field` is amount,
    payment, reason or to), Refused, NotFound, NeedsManager.
    """
    require_manager(tx, DEED)
    if refund_id and (known := by_id(tx, refund_id)):
        return _same(known, payment_id, amount)
    invoice = invoice_by_number(tx, number)
    payment = _payment(invoice, payment_id)
    way = _way(tx, payment, to)
    _check_amount(invoice, payment, amount)
    why = cleaned(reason)
    if not why:
        raise BadInput("reason", "Say why the money is given back; the invoice log keeps it.")
    if len(why) > LONGEST_REASON:
        raise BadInput("reason", f"A reason can have {LONGEST_REASON} letters; this has {len(why)}.")
    kept = request(tx, invoice, payment.id, amount, way=way, why=why, still_owed=still_owed, refund_id=refund_id)
    if way == LINK:
        outbox.add(tx, "refund", kept.id, invoice.row.id)
    else:
        move_money(tx, kept)
    return existing(tx, kept.id)


def retry(tx: Tx, refund_id: str) -> Refund:
    """Ask the gateway again for a refund that failed. Raises Refused, BadInput when less is left, NeedsManager."""
    require_manager(tx, DEED)
    kept = existing(tx, refund_id)
    if kept.state != "failed":
        raise Refused(f"This refund is {kept.state}, so there is nothing to try again.")
    invoice = invoice_by_number(tx, kept.invoice_id)
    _check_amount(invoice, _payment(invoice, kept.payment_id), kept.amount)
    ledger.append(tx, "refund_queued_again", kept.invoice_id, {"refund": kept.id})
    outbox.add(tx, "refund", kept.id, kept.invoice_id)
    return existing(tx, kept.id)


def request(
    tx: Tx,
    invoice: Invoice,
    payment_id: str,
    amount: int,
    *,
    way: str,
    why: str,
    still_owed: bool = False,
    refund_id: str = "",
) -> Refund:
    """Write down that money is to be given back. No checks: they are the caller's."""
    kept_id = own_id(refund_id)
    fact = {
        "refund": kept_id,
        "payment": payment_id,
        "amount": amount,
        "credited": 0 if still_owed else no_longer_owed(invoice, amount, after=_pending(invoice)),
        "type": way,
        "reason": why,
    }
    ledger.append(tx, "refund_requested", invoice.row.id, fact | ({"still_owed": True} if still_owed else {}))
    return existing(tx, kept_id)


def move_money(tx: Tx, kept: Refund, *, gateway_payment: str = "", at: str = "", reference: str = "") -> str:
    """Write down that the money of a refund has moved, and return the id of the payment that says so."""
    payment_id = new_id()
    credited = 0 if kept.still_owed else no_longer_owed(invoice_by_number(tx, kept.invoice_id), kept.amount)
    fact = {
        "payment": payment_id,
        "type": kept.type,
        "amount": -kept.amount,
        "refund_of": kept.payment_id,
        "credited": credited,
        "refund": kept.id,
        "reference": reference,
    }
    if gateway_payment:
        fact |= {"gateway_payment": gateway_payment, "paid_at": at or tx.now}
    if kept.type == CREDIT:
        fact["credit"] = new_id()
    ledger.append(tx, "payment_recorded", kept.invoice_id, fact)
    return payment_id


def left_of(invoice: Invoice, payment_id: str, *, besides: str = "") -> int:
    """Return the pence of a payment that are neither given back nor waiting to be, but for the refund `besides`."""
    paid = next((payment.amount for payment in invoice.payments if payment.id == payment_id), 0)
    returned = sum(payment.amount for payment in invoice.payments if payment.refund_of == payment_id)
    waiting = sum(r.amount for r in _pending(invoice) if r.payment_id == payment_id and r.id != besides)
    return max(0, paid + returned - waiting)


def no_longer_owed(invoice: Invoice, amount: int, *, after: Sequence[Refund] = ()) -> int:
    """Return how much of a refund of `amount` pence is no longer owed: what was overpaid was never owed.

    `after`: refunds that are taken as done before it. Which of several comes first makes no difference to their sum.
    """
    paid = invoice.row.paid - sum(each.amount for each in after)
    owed = 0 if invoice.row.state == "void" else invoice.row.owed - sum(each.credited for each in after)
    return min(max(0, amount - max(0, paid - owed)), max(0, owed))


def ways_of(reader: Reader, payment: Payment) -> tuple[str, ...]:
    """Return the payment types by which a payment may be given back, the one it was paid by first."""
    rows = reader.all("SELECT code, kind FROM payment_types WHERE active = 1 ORDER BY position")
    allowed = {"credit"} if payment.type == LINK else {"cash", "recorded", "credit"}
    return (payment.type, *(r["code"] for r in rows if r["kind"] in allowed and r["code"] != payment.type))


def by_id(reader: Reader, refund_id: str) -> Refund | None:
    """Return a refund, or None."""
    row = reader.one("SELECT * FROM refunds WHERE id = :id", id=refund_id)
    return None if row is None else Refund(**row)


def existing(reader: Reader, refund_id: str) -> Refund:
    """Return a refund. Raises NotFound."""
    kept = by_id(reader, refund_id)
    if kept is None:
        raise NotFound(f"There is no refund {cleaned(refund_id)[:40]}. The invoice log shows those there are.")
    return kept


def _pending(invoice: Invoice) -> list[Refund]:
    return [each for each in invoice.refunds if each.state == "pending"]


def _payment(invoice: Invoice, payment_id: str) -> Payment:
    if not invoice.payments:
        raise Refused(f"Nothing has been paid on {invoice.row.number}, so there is nothing to give back.")
    found = next((payment for payment in invoice.payments if payment.id == payment_id), None)
    if found is None:
        raise BadInput("payment", f"{invoice.row.number} has no such payment. Choose one of its payments.")
    if found.refund_of:
        raise BadInput("payment", "That is a refund itself. Choose the payment that is to be given back.")
    return found


def _way(tx: Tx, payment: Payment, to: str) -> str:
    ways = ways_of(tx, payment)
    if to and to not in ways:
        why = f"It cannot be given back by “{cleaned(to)[:40]}”. Use one of: {', '.join(ways)}."
        raise BadInput("to", f"{why} It was paid by link." if payment.type == LINK else why)
    return to or payment.type


def _check_amount(invoice: Invoice, payment: Payment, amount: int) -> None:
    currency = invoice.row.currency
    left = left_of(invoice, payment.id)
    if amount <= 0:
        raise BadInput("amount", "The amount must be above zero.")
    if left == 0:
        raise BadInput("payment", f"All {format_money(payment.amount, currency)} of it has been given back already.")
    if amount > left:
        asked, rest = format_money(amount, currency), format_money(left, currency)
        raise BadInput("amount", f"{asked} is more than the {rest} that is left of this payment.")


def _same(known: Refund, payment_id: str, amount: int) -> Refund:
    if (known.payment_id, known.amount) != (payment_id, amount):
        raise Refused("This refund has been asked for already with another amount. Begin the refund anew.")
    return known
