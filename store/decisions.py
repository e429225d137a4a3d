"""What a person may decide about an outbox entry: try it again, adopt a link found, hold it, or drop it."""

import re
from dataclasses import dataclass

from store import gateway_refunds, ledger, outbox, refunds, services, strays
from store.database import Reader, Tx
from store.errors import BadInput, Refused
from store.models import EntryKind, Message, OutboxEntry
from store.reading import message_by_id, request_by_id
from store.requests import link_kept, queue_again, stop
from store.text import cleaned

REPEATABLE: tuple[EntryKind, ...] = ("cancel_link", "notify")
"""What may be done twice without harm, so that it is tried again even where nobody knows whether it was done."""

_GATEWAY_ID = re.compile(r"[A-Za-z0-9_-]{6,255}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Retried:
    """How many entries are tried again now, and how many need somebody to look at the gateway or ask the client."""

    tried: int
    left: int


def retry(tx: Tx, entry_id: str) -> OutboxEntry:
    """Try an entry again now; from `attention` this means sending again, as another request. Raises Refused."""
    entry = _open_entry(tx, entry_id)
    if entry.kind == "create_link":
        queue_again(tx, request_by_id(tx, entry.subject_id))
    if entry.state == "attention" and entry.kind in {"email", "sms"}:
        ledger.append(tx, "message_queued_again", entry.invoice_id, {"message": entry.subject_id})
    if entry.state == "attention":
        outbox.note(tx, entry, adopt=None)
        outbox.renew_key(tx, entry.seq)
    outbox.set_state(tx, entry_id, "ready", why="")
    services.try_now(tx)
    return outbox.get(tx, entry_id)


def retry_all(tx: Tx, kind: str = "") -> Retried:
    """Try every entry of `kind` (all by default) again now, but for what is held and what may be done already.

    What may be done already takes a look first, so it is decided one by one; not so what is `REPEATABLE`. A payment
    that is not known here is nothing to try.
    """
    tried = left = 0
    for entry in outbox.waiting(tx, limit=-1):
        if (kind and entry.kind != kind) or entry.state not in {"ready", "attention"} or strays.is_stray(entry):
            continue
        if entry.state == "attention" and entry.unsure and entry.kind not in REPEATABLE:
            left += 1
        else:
            retry(tx, entry.id)
            tried += 1
    return Retried(tried, left)


def adopt(tx: Tx, entry_id: str, gateway_id: str) -> OutboxEntry:
    """Take the link that was found at the gateway under `gateway_id` for one that may exist there.

    Once for one request. The engine fetches and compares it first. Raises BadInput (field gateway_id) or Refused.
    """
    entry = _open_entry(tx, entry_id)
    if entry.kind != "create_link" or entry.state != "attention" or not entry.unsure:
        raise Refused("Only a payment link of which nobody knows whether it was made can be adopted.")
    found = cleaned(gateway_id)
    if "/" in found:
        raise BadInput(
            "gateway_id",
            "That is a web address, and no id of the gateway. Look the link up in the gateway's own pages, and copy"
            " the link's or transaction's id from there.",
        )
    if not _GATEWAY_ID.fullmatch(found):
        raise BadInput("gateway_id", "That is no id of the gateway. Copy the link's or transaction's id from there.")
    if owner := link_owner(tx, found, besides=entry.subject_id):
        raise BadInput("gateway_id", f"That is the link of the payment request {owner} already. Look for another.")
    queue_again(tx, request_by_id(tx, entry.subject_id))
    outbox.note(tx, entry, adopt=found)
    outbox.set_state(tx, entry_id, "ready", why="")
    services.try_now(tx)
    return outbox.get(tx, entry_id)


def link_owner(reader: Reader, gateway_id: str, *, besides: str) -> str:
    """Return the code of the request, other than `besides`, that has a link or is about to adopt it; empty: none."""
    code: str | None = reader.value(
        "SELECT code FROM requests WHERE id <> :request AND (lower(gateway_id) = lower(:link) OR id IN"
        " (SELECT subject_id FROM outbox WHERE kind = 'create_link' AND state IN ('ready', 'claimed')"
        " AND lower(json_extract(payload, '$.adopt')) = lower(:link))) LIMIT 1",
        link=gateway_id,
        request=besides,
    )
    return code or ""


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
    elif strays.is_stray(entry):
        strays.close(tx, entry.subject_id, told)
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
