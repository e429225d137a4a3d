"""Refunds that the gateway has still to make: asked for, failed, asked for again. Done is a payment's fact."""

from store.database import Tx
from store.facts.kind import Apply
from store.models import LedgerEntry


def _refund_requested(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "INSERT INTO refunds (id, invoice_id, payment_id, amount, credited, type, state, reason, created_at, actor,"
        " still_owed) VALUES (:id, :invoice, :payment, :amount, :credited, :type, 'pending', :reason, :at, :actor,"
        " :still_owed)",
        id=fact["refund"],
        invoice=entry.invoice_id,
        payment=fact["payment"],
        amount=fact["amount"],
        credited=fact["credited"],
        type=fact["type"],
        reason=fact["reason"],
        at=entry.at,
        actor=entry.actor,
        still_owed=int(fact.get("still_owed", False)),
    )


def _refund_failed(tx: Tx, entry: LedgerEntry) -> None:
    _move(tx, entry, "failed", result=entry.payload["reason"], closed_at=entry.at)


def _refund_queued_again(tx: Tx, entry: LedgerEntry) -> None:
    _move(tx, entry, "pending", result="", closed_at=None)


def _move(tx: Tx, entry: LedgerEntry, state: str, *, result: str, closed_at: str | None) -> None:
    tx.run(
        "UPDATE refunds SET state = :state, result = :result, closed_at = :closed_at WHERE id = :id",
        id=entry.payload["refund"],
        state=state,
        result=result,
        closed_at=closed_at,
    )


APPLY: Apply = {
    "refund_requested": _refund_requested,
    "refund_failed": _refund_failed,
    "refund_queued_again": _refund_queued_again,
}
