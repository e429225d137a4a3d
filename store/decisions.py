"""What a person may decide about an outbox entry: try it again, adopt a link found, hold it, or drop it."""

import re
from dataclasses import dataclass

from store import gateway_refunds, ledger, outbox, refunds, services
from store.database import Tx
from store.errors import BadInput, Refused
from store.models import Message, OutboxEntry
from store.reading import message_by_id, request_by_id
from store.requests import link_kept, queue_again, stop
from store.text import cleaned

_GATEWAY_ID = re.compile(r"[A-Za-z0-9_-]{6,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Retried:
    """How many entries are tried again now, and how many need somebody to look at the gateway or ask the client."""

    tried: int
    left: int


def retry(tx: Tx, entry_id: str) -> OutboxEntry:
    """Try an entry again now; from `attention` this means sending again, as another request. Raises Refused."""
    entry = _open_entry(tx, entry_id)
    outbox.note(tx, entry, adopt=None)
    if entry.kind == "create_link":
        queue_again(tx, request_by_id(tx, entry.subject_id))
    if entry.state == "attention" and entry.kind in {"email", "sms"}:
        ledger.append(tx, "message_queued_again", entry.invoice_id, {"message": entry.subject_id})
    if entry.state == "attention":
        outbox.renew_key(tx, entry.seq)
    outbox.set_state(tx, entry_id, "ready", why="")
    services.try_now(tx)
    return outbox.get(tx, entry_id)


def retry_all(tx: Tx, kind: str = "") -> Retried:
    """Try every entry of `kind` (all by default) again now, but for what is held and what may be done already.

    What may be done already takes a look first, so it is decided one by one.
    """
    tried = left = 0
    for entry in outbox.waiting(tx, limit=-1):
        if (kind and entry.kind != kind) or entry.state not in {"ready", "attention"}:
            continue
        if entry.state == "attention" and entry.unsure:
            left += 1
        else:
            retry(tx, entry.id)
            tried += 1
    return Retried(tried, left)


def adopt(tx: Tx, entry_id: str, gateway_id: str) -> OutboxEntry:
    """Take the link that was found at the gateway under `gateway_id` for one that may exist there.

    The engine fetches and compares it first. Raises BadInput (field gateway_id) or Refused.
    """
    entry = _open_entry(tx, entry_id)
    if entry.kind != "create_link" or entry.state != "attention" or not entry.unsure:
        raise Refused("Only a payment link of which nobody knows whether it was made can be adopted.")
    found = gateway_id.strip()
    if not _GATEWAY_ID.fullmatch(found):
        raise BadInput("gateway_id", "That is no id of the gateway. Copy the link's or transaction's id from there.")
    owner = tx.value("SELECT code FROM requests WHERE gateway_id = :id", id=found)
    if owner is not None:
        raise BadInput("gateway_id", f"That is the link of the payment request {owner} already. Look for another.")
    queue_again(tx, request_by_id(tx, entry.subject_id))
    outbox.note(tx, entry, adopt=found)
    outbox.set_state(tx, entry_id, "ready", why="")
    services.try_now(tx)
    return outbox.get(tx, entry_id)


def hold(tx: Tx, entry_id: str, *, reason: str = "") -> OutboxEntry:
    """Keep an entry back until somebody retries it. Raises Refused."""
    entry = _open_entry(tx, entry_id)
    if entry.state != "held":
        why = cleaned(reason)
        outbox.set_state(tx, entry_id, "held", why=f"held by {tx.actor}: {why}" if why else f"held by {tx.actor}")
    return outbox.get(tx, entry_id)


def drop(tx: Tx, entry_id: str, *, reason: str) -> OutboxEntry:
    """Give an entry up for good; what it was for says so. Raises BadInput without a reason, Refused."""
    why = cleaned(reason)
    if not why:
        raise BadInput("reason", "Say why it is dropped; the invoice log keeps the reason.")
    entry = _open_entry(tx, entry_id)
    told = f"dropped by {tx.actor}: {why}"
    outbox.set_state(tx, entry_id, "dropped", why=told)
    if entry.kind == "create_link":
        request = request_by_id(tx, entry.subject_id)
        if request.state in {"queued", "attention"}:
            stop(tx, request, why=told)
    elif entry.kind == "cancel_link":
        link_kept(tx, request_by_id(tx, entry.subject_id), why=told)
    elif entry.kind == "refund":
        gateway_refunds.drop(tx, refunds.existing(tx, entry.subject_id), told)
    elif entry.kind in {"email", "sms"}:
        _stop_message(tx, message_by_id(tx, entry.subject_id), told)
    return outbox.get(tx, entry_id)


def _open_entry(tx: Tx, entry_id: str) -> OutboxEntry:
    entry = outbox.get(tx, entry_id)
    if entry.state == "claimed":
        raise Refused("This is being sent at this moment. Wait for its answer, then decide.")
    if entry.state in {"done", "dropped"}:
        raise Refused(f"This entry is {entry.state} already.")
    return entry


def _stop_message(tx: Tx, message: Message, why: str) -> None:
    if message.state in {"queued", "failed"}:
        fact = {"message": message.id, "reason": why}
        ledger.append(tx, "message_stopped", message.invoice_id, fact)
