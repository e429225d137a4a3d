"""Payment requests: asked, live, paid, taken back."""

from store.database import Tx
from store.facts.kind import Apply
from store.facts.messages import insert_messages
from store.models import LedgerEntry


def _payment_requested(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "INSERT INTO requests (id, code, invoice_id, amount, origin, state, created_at)"
        " VALUES (:id, :code, :invoice_id, :amount, :origin, 'queued', :at)",
        id=fact["request"],
        code=fact["code"],
        invoice_id=entry.invoice_id,
        amount=fact["amount"],
        origin=fact["origin"],
        at=entry.at,
    )
    insert_messages(tx, entry, "payment_request", request_id=fact["request"])


def _link_created(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "UPDATE requests SET gateway = :gateway, gateway_id = :gateway_id, url = :url, live_at = :at,"
        " reason = CASE WHEN state IN ('queued', 'attention') THEN '' ELSE reason END,"
        " state = CASE WHEN state IN ('queued', 'attention') THEN 'live' ELSE state END WHERE id = :id",
        id=fact["request"],
        gateway=fact["gateway"],
        gateway_id=fact["gateway_id"],
        url=fact["url"],
        at=entry.at,
    )


def _payment_not_counted(tx: Tx, entry: LedgerEntry) -> None:
    """The link is paid, and its money is none that the invoice asked for."""
    move_request(tx, entry.payload["request"], "paid", reason=entry.payload["reason"], closed_at=entry.at)


def _request_stopped(tx: Tx, entry: LedgerEntry) -> None:
    move_request(tx, entry.payload["request"], "stopped", reason=entry.payload["reason"], closed_at=entry.at)


def _request_needs_attention(tx: Tx, entry: LedgerEntry) -> None:
    move_request(tx, entry.payload["request"], "attention", reason=entry.payload["reason"])


def _request_queued_again(tx: Tx, entry: LedgerEntry) -> None:
    move_request(tx, entry.payload["request"], "queued")


def _link_cancelling(tx: Tx, entry: LedgerEntry) -> None:
    move_request(tx, entry.payload["request"], "cancelling", reason=entry.payload["reason"])


def _link_kept(tx: Tx, entry: LedgerEntry) -> None:
    move_request(tx, entry.payload["request"], "live", reason=entry.payload["reason"])


def _link_cancelled(tx: Tx, entry: LedgerEntry) -> None:
    reason = entry.payload["reason"]
    move_request(tx, entry.payload["request"], "cancelled", reason=reason, closed_at=entry.at)


def _link_expired(tx: Tx, entry: LedgerEntry) -> None:
    move_request(tx, entry.payload["request"], "expired", closed_at=entry.at)


def move_request(tx: Tx, request_id: str, state: str, *, reason: str = "", closed_at: str | None = None) -> None:
    """Put a request into a state, with why, and when it closed."""
    tx.run(
        "UPDATE requests SET state = :state, reason = :reason, closed_at = :closed_at WHERE id = :id",
        id=request_id,
        state=state,
        reason=reason,
        closed_at=closed_at,
    )


APPLY: Apply = {
    "payment_requested": _payment_requested,
    "link_created": _link_created,
    "payment_not_counted": _payment_not_counted,
    "request_stopped": _request_stopped,
    "request_needs_attention": _request_needs_attention,
    "request_queued_again": _request_queued_again,
    "link_cancelling": _link_cancelling,
    "link_kept": _link_kept,
    "link_cancelled": _link_cancelled,
    "link_expired": _link_expired,
}
