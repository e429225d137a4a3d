"""How each kind of fact changes the tables that screens read: one small function a kind.

The same functions run when a fact is written and when everything is rebuilt from the ledger, so the two
cannot drift apart unnoticed. They use nothing but the fact itself and the tables they keep.
"""

from collections.abc import Callable

from store.database import Tx
from store.models import LedgerEntry


def apply(tx: Tx, entry: LedgerEntry) -> None:
    """Carry one fact into the tables. Raises KeyError for a kind that nobody registered."""
    _APPLY[entry.kind](tx, entry)


def _invoice_issued(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "INSERT INTO invoices (id, number, client_id, state, currency, total, vat, search, created_at, created_by,"
        " issued_at) VALUES (:id, :number, :client, 'unpaid', :currency, :total, :vat, '', :at, :actor, :at)"
        " ON CONFLICT (id) DO UPDATE SET state = 'unpaid', client_id = :client, currency = :currency,"
        " total = :total, vat = :vat, issued_at = :at, version = version + 1",
        id=entry.invoice_id,
        number=fact["number"],
        client=fact["client"],
        currency=fact["currency"],
        total=fact["total"],
        vat=fact["vat"],
        at=entry.at,
        actor=entry.actor,
    )
    tx.run("DELETE FROM lines WHERE invoice_id = :id", id=entry.invoice_id)
    tx.run_many(
        "INSERT INTO lines (invoice_id, position, description, quantity, unit_price, vat_rate, total)"
        " VALUES (:invoice_id, :position, :description, :quantity, :unit_price, :vat_rate, :total)",
        [
            {
                "invoice_id": entry.invoice_id,
                "position": position,
                "description": description,
                "quantity": quantity,
                "unit_price": unit_price,
                "vat_rate": vat_rate,
                "total": total,
            }
            for position, (description, quantity, unit_price, vat_rate, total) in enumerate(fact["lines"], 1)
        ],
    )
    _settle_state(tx, entry.invoice_id)


def _invoice_voided(tx: Tx, entry: LedgerEntry) -> None:
    tx.run("UPDATE invoices SET state = 'void', version = version + 1 WHERE id = :id", id=entry.invoice_id)


def _payment_recorded(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "INSERT INTO payments (id, invoice_id, type, amount, at, reference, request_id, gateway_payment_id, actor)"
        " VALUES (:id, :invoice_id, :type, :amount, :at, :reference, :request_id, :gateway_payment_id, :actor)",
        id=fact["payment"],
        invoice_id=entry.invoice_id,
        type=fact["type"],
        amount=fact["amount"],
        at=fact.get("paid_at", entry.at),
        reference=fact.get("reference", ""),
        request_id=fact.get("request"),
        gateway_payment_id=fact.get("gateway_payment"),
        actor=entry.actor,
    )
    tx.run("UPDATE invoices SET paid = paid + :amount WHERE id = :id", amount=fact["amount"], id=entry.invoice_id)
    _settle_state(tx, entry.invoice_id)
    if fact.get("request"):
        _move_request(tx, fact["request"], "paid", reason=fact.get("note", ""), closed_at=entry.at)


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
    tx.run_many(
        "INSERT INTO messages (id, kind, request_id, invoice_id, channel, state, net, vat, segments, created_at)"
        " VALUES (:id, 'payment_request', :request_id, :invoice_id, :channel, 'queued', :net, :vat, :segments, :at)",
        [
            {
                "id": message_id,
                "request_id": fact["request"],
                "invoice_id": entry.invoice_id,
                "channel": channel,
                "net": net,
                "vat": vat,
                "segments": segments,
                "at": entry.at,
            }
            for message_id, channel, net, vat, segments in fact.get("messages", ())
        ],
    )


def _link_created(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "UPDATE requests SET gateway = :gateway, gateway_id = :gateway_id, url = :url, live_at = :at, reason = '',"
        " state = CASE WHEN state IN ('queued', 'attention') THEN 'live' ELSE state END WHERE id = :id",
        id=fact["request"],
        gateway=fact["gateway"],
        gateway_id=fact["gateway_id"],
        url=fact["url"],
        at=entry.at,
    )


def _request_stopped(tx: Tx, entry: LedgerEntry) -> None:
    _move_request(tx, entry.payload["request"], "stopped", reason=entry.payload["reason"], closed_at=entry.at)


def _request_needs_attention(tx: Tx, entry: LedgerEntry) -> None:
    _move_request(tx, entry.payload["request"], "attention", reason=entry.payload["reason"])


def _request_queued_again(tx: Tx, entry: LedgerEntry) -> None:
    _move_request(tx, entry.payload["request"], "queued")


def _link_cancelling(tx: Tx, entry: LedgerEntry) -> None:
    _move_request(tx, entry.payload["request"], "cancelling", reason=entry.payload["reason"])


def _link_kept(tx: Tx, entry: LedgerEntry) -> None:
    _move_request(tx, entry.payload["request"], "live", reason=entry.payload["reason"])


def _link_cancelled(tx: Tx, entry: LedgerEntry) -> None:
    reason = entry.payload["reason"]
    _move_request(tx, entry.payload["request"], "cancelled", reason=reason, closed_at=entry.at)


def _link_expired(tx: Tx, entry: LedgerEntry) -> None:
    _move_request(tx, entry.payload["request"], "expired", closed_at=entry.at)


def _message_sent(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "UPDATE messages SET state = 'sent', sent_at = :at, result = :result WHERE id = :id",
        id=fact["message"],
        at=entry.at,
        result=fact["result"],
    )


def _message_failed(tx: Tx, entry: LedgerEntry) -> None:
    _close_message(tx, entry, "failed")


def _message_stopped(tx: Tx, entry: LedgerEntry) -> None:
    _close_message(tx, entry, "stopped")


def _message_queued_again(tx: Tx, entry: LedgerEntry) -> None:
    tx.run("UPDATE messages SET state = 'queued', result = '' WHERE id = :id", id=entry.payload["message"])


def _close_message(tx: Tx, entry: LedgerEntry, state: str) -> None:
    tx.run(
        "UPDATE messages SET state = :state, result = :result WHERE id = :id",
        id=entry.payload["message"],
        state=state,
        result=entry.payload["reason"],
    )


def _move_request(tx: Tx, request_id: str, state: str, *, reason: str = "", closed_at: str | None = None) -> None:
    tx.run(
        "UPDATE requests SET state = :state, reason = :reason, closed_at = :closed_at WHERE id = :id",
        id=request_id,
        state=state,
        reason=reason,
        closed_at=closed_at,
    )


def _settle_state(tx: Tx, invoice_id: str | None) -> None:
    """Derive the invoice's state from its total and what has been paid; a void invoice stays void."""
    tx.run(
        "UPDATE invoices SET state = CASE WHEN state = 'void' THEN 'void' WHEN paid >= total THEN 'paid'"
        " WHEN paid > 0 THEN 'part_paid' ELSE 'unpaid' END WHERE id = :id",
        id=invoice_id,
    )


_APPLY: dict[str, Callable[[Tx, LedgerEntry], None]] = {
    "invoice_issued": _invoice_issued,
    "invoice_voided": _invoice_voided,
    "payment_recorded": _payment_recorded,
    "payment_requested": _payment_requested,
    "link_created": _link_created,
    "request_stopped": _request_stopped,
    "request_needs_attention": _request_needs_attention,
    "request_queued_again": _request_queued_again,
    "link_cancelling": _link_cancelling,
    "link_kept": _link_kept,
    "link_cancelled": _link_cancelled,
    "link_expired": _link_expired,
    "message_sent": _message_sent,
    "message_failed": _message_failed,
    "message_stopped": _message_stopped,
    "message_queued_again": _message_queued_again,
}
