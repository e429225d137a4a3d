"""What the gateway says of refunds: ours that it has done or refused, and those that somebody made there.

Each refund at the gateway has an id there and is recorded once. One of ours is known by the outbox entry that asked
for it, where the gateway carries its id; where it cannot, by payment and amount among those that may have left.
"""

from dataclasses import dataclass
from typing import Literal

from store import ledger, notices, outbox
from store.database import Reader, Tx
from store.ids import new_id
from store.models import OutboxEntry, Refund
from store.reading import invoice_by_number
from store.refunds import LINK, by_id, existing, left_of, move_money, request
from store.settings import Settings
from store.text import cleaned

MADE_THERE = "made at the gateway"
_FAILED = ":failed"


@dataclass(frozen=True, slots=True)
class SeenRefund:
    """A refund that the gateway reports; `refund_id` and `payment_id` are the gateway's.

    `order_id` is the outbox entry of ours that it carries, None when it carries none; `nameless`: the gateway cannot
    carry one, so it may be ours all the same.
    """

    refund_id: str
    payment_id: str
    amount: int
    state: Literal["pending", "done", "failed"]
    reason: str
    at: str
    order_id: str | None
    nameless: bool


def hear(tx: Tx, seen: SeenRefund, settings: Settings) -> str | None:
    """Record what the gateway says of a refund; None when it is recorded already or is not of a payment of ours.

    Returns the id of the payment that was recorded, or of the refund that failed.
    """
    payment = tx.one(
        "SELECT id, invoice_id FROM payments WHERE gateway_payment_id = :id AND amount > 0", id=seen.payment_id
    )
    if payment is None:
        return None
    kept = _ours(tx, payment["id"], seen)
    if kept is not None:
        return answered(tx, kept, seen, settings)
    if seen.state == "done" and not _recorded(tx, seen.refund_id):
        return _made_there(tx, payment["invoice_id"], payment["id"], seen)
    if seen.state == "failed" and (kept := _of_gateway(tx, seen.refund_id)):
        return _taken_back(tx, kept, seen, settings)
    return None


def answered(tx: Tx, kept: Refund, seen: SeenRefund, settings: Settings) -> str | None:
    """Record what the gateway says of one refund of ours, also of one given up here: money that moved has moved."""
    if seen.state == "done" and kept.state != "done" and not _recorded(tx, seen.refund_id):
        _need_nobody(tx, kept)
        return move_money(tx, kept, gateway_payment=seen.refund_id, at=seen.at)
    if seen.state == "failed":
        if kept.state == "done" and kept.gateway_refund_id == seen.refund_id:
            return _taken_back(tx, kept, seen, settings)
        if kept.state == "pending":
            _need_nobody(tx, kept)
            fail(tx, kept, seen.reason, settings)
            return kept.id
    return None


def fail(tx: Tx, kept: Refund, why: str, settings: Settings) -> None:
    """The money was not given back; the clinic is told where it wants to be."""
    told = cleaned(why) or "the gateway gave no reason"
    ledger.append(tx, "refund_failed", kept.invoice_id, {"refund": kept.id, "reason": told})
    notices.queue(tx, settings, "refund_failed", kept.id, kept.invoice_id)


def drop(tx: Tx, kept: Refund, why: str) -> None:
    """A person gave a refund up."""
    if kept.state == "pending":
        ledger.append(tx, "refund_failed", kept.invoice_id, {"refund": kept.id, "reason": why})


def shortfall(reader: Reader, kept: Refund) -> bool:
    """Tell whether less is left of the payment than the refund is to give back: it was given back meanwhile."""
    invoice = invoice_by_number(reader, kept.invoice_id)
    return left_of(invoice, kept.payment_id, besides=kept.id) < kept.amount


def twin_of(reader: Reader, kept: Refund) -> str | None:
    """Return a refund of the same amount that was made at the gateway after `kept` was asked for, or None."""
    found: str | None = reader.value(
        "SELECT max(id) FROM refunds WHERE payment_id = :payment AND amount = :amount AND created_at >= :since"
        " AND id <> :id AND state = 'done' AND result = :made_there",
        payment=kept.payment_id,
        amount=kept.amount,
        since=kept.created_at,
        id=kept.id,
        made_there=MADE_THERE,
    )
    return found


def recorded_ids(reader: Reader, payment_id: str) -> frozenset[str]:
    """Return the gateway's ids of the refunds of a payment that are recorded."""
    rows = reader.all(
        "SELECT gateway_payment_id AS id FROM payments WHERE refund_of = :payment AND gateway_payment_id IS NOT NULL",
        payment=payment_id,
    )
    return frozenset(row["id"] for row in rows)


def any_pending(reader: Reader, request_id: str) -> bool:
    """Tell whether the gateway has still to finish a refund of a payment on this request's link."""
    return bool(
        reader.value(
            "SELECT 1 FROM payments p JOIN refunds r ON r.payment_id = p.id"
            " WHERE p.request_id = :request AND r.state = 'pending' AND r.type = :link LIMIT 1",
            request=request_id,
            link=LINK,
        )
    )


def _ours(tx: Tx, payment_id: str, seen: SeenRefund) -> Refund | None:
    """Return the refund of ours that this is, or None."""
    if seen.order_id is not None:
        row = tx.one("SELECT subject_id FROM outbox WHERE id = :id AND kind = 'refund'", id=seen.order_id)
        kept = None if row is None else by_id(tx, row["subject_id"])
        return kept if kept and kept.payment_id == payment_id and _speaks_for(tx, kept, seen) else None
    if not seen.nameless or seen.state == "failed" or _recorded(tx, seen.refund_id):
        return None
    for row in tx.all(
        "SELECT id FROM refunds WHERE payment_id = :payment AND amount = :amount AND state = 'pending'"
        " AND type = :link ORDER BY id",
        payment=payment_id,
        amount=seen.amount,
        link=LINK,
    ):
        entry = outbox.of_subject(tx, row["id"], "refund")
        if entry is not None and _may_have_left(entry):
            return existing(tx, row["id"])
    return None


def _speaks_for(tx: Tx, kept: Refund, seen: SeenRefund) -> bool:
    """After a refund failed and was asked for again, what the gateway says of the earlier one is about that alone."""
    newest = outbox.of_subject(tx, kept.id, "refund")
    if newest is not None and newest.id == seen.order_id:
        return not (kept.state == "done" and kept.gateway_refund_id != seen.refund_id)
    return False


def _need_nobody(tx: Tx, kept: Refund) -> None:
    """What a person was asked about is known now: the engine closes the entry."""
    entry = outbox.of_subject(tx, kept.id, "refund")
    if entry is not None and entry.state in {"attention", "held"}:
        outbox.set_state(tx, entry.id, "ready", why="")


def _may_have_left(entry: OutboxEntry) -> bool:
    return entry.state in {"claimed", "done"} or entry.unsure


def _recorded(tx: Tx, refund_id: str) -> bool:
    return bool(tx.value("SELECT 1 FROM payments WHERE gateway_payment_id = :id", id=refund_id))


def _of_gateway(tx: Tx, refund_id: str) -> Refund | None:
    row = tx.one("SELECT * FROM refunds WHERE gateway_refund_id = :id AND state = 'done'", id=refund_id)
    return None if row is None else Refund(**row)


def _made_there(tx: Tx, invoice_id: str, payment_id: str, seen: SeenRefund) -> str:
    kept = request(tx, invoice_by_number(tx, invoice_id), payment_id, seen.amount, way=LINK, why=MADE_THERE)
    return move_money(tx, kept, gateway_payment=seen.refund_id, at=seen.at, reference=MADE_THERE)


def _taken_back(tx: Tx, kept: Refund, seen: SeenRefund, settings: Settings) -> str | None:
    """A refund that was done has failed after all: its money is the clinic's again, and owed as before."""
    undone = f"{seen.refund_id}{_FAILED}"
    if _recorded(tx, undone):
        return None
    done = tx.one("SELECT amount, credited FROM payments WHERE gateway_payment_id = :id", id=seen.refund_id)
    if done is None:
        return None
    ledger.append(
        tx,
        "payment_recorded",
        kept.invoice_id,
        {
            "payment": new_id(),
            "type": LINK,
            "amount": -done["amount"],
            "refund_of": kept.payment_id,
            "credited": -done["credited"],
            "gateway_payment": undone,
            "paid_at": seen.at,
            "reference": "the refund failed",
        },
    )
    fail(tx, kept, seen.reason, settings)
    return kept.id
