"""Messages to the client: queued, sent, failed, stopped."""

from store.database import Tx
from store.facts.kind import Apply
from store.models import LedgerEntry


def insert_messages(tx: Tx, entry: LedgerEntry, kind: str, *, request_id: str | None) -> None:
    """Write the rows of a fact's messages: each `[id, channel, net, vat, segments]`, its charge in pence."""
    tx.run_many(
        "INSERT INTO messages (id, kind, request_id, invoice_id, channel, state, net, vat, segments, created_at)"
        " VALUES (:id, :kind, :request_id, :invoice_id, :channel, 'queued', :net, :vat, :segments, :at)",
        [
            {
                "id": message_id,
                "kind": kind,
                "request_id": request_id,
                "invoice_id": entry.invoice_id,
                "channel": channel,
                "net": net,
                "vat": vat,
                "segments": segments,
                "at": entry.at,
            }
            for message_id, channel, net, vat, segments in entry.payload.get("messages", ())
        ],
    )


def _messages_queued(tx: Tx, entry: LedgerEntry) -> None:
    insert_messages(tx, entry, entry.payload["kind"], request_id=entry.payload.get("request"))


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


APPLY: Apply = {
    "messages_queued": _messages_queued,
    "message_sent": _message_sent,
    "message_failed": _message_failed,
    "message_stopped": _message_stopped,
    "message_queued_again": _message_queued_again,
}
