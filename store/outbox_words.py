"""Outbox entries in plain words: what waits, for whom, and why."""

from dataclasses import dataclass

from store import outbox, services
from store.contact import shown_mobile
from store.database import Reader, Row
from store.models import OutboxEntry, Service
from store.money import format_money
from store.services import SERVICES
from store.settings import masked


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One entry as the outbox screen shows it. `what` is a sentence; `why` is why it still waits, or empty.

    `brief` is `what` without address, target or code, for a line with less room. `next_try_at` is when it will be
    tried, None when that takes a person.
    """

    entry: OutboxEntry
    what: str
    brief: str
    why: str
    number: str
    next_try_at: str | None


def waiting_lines(reader: Reader, *, limit: int = 500) -> list[OutboxLine]:
    """Return what waits, in words, what needs a person first."""
    known = services.known(reader)
    return [_line(reader, entry, known.get(SERVICES[entry.kind])) for entry in outbox.waiting(reader, limit=limit)]


def _line(reader: Reader, entry: OutboxEntry, service: Service | None) -> OutboxLine:
    row = reader.one(
        "SELECT i.number, i.currency, r.amount, r.code, m.address, p.amount AS paid FROM invoices i"
        " LEFT JOIN messages m ON m.id = :subject"
        " LEFT JOIN payments p ON p.id = :subject"
        " LEFT JOIN requests r ON r.id = coalesce(m.request_id, :subject)"
        " WHERE i.id = :invoice",
        subject=entry.subject_id,
        invoice=entry.invoice_id,
    )
    number = row["number"] if row else ""
    down = service if service is not None and service.state != "online" else None
    why = entry.last_error or (down.reason if down and entry.state == "ready" else "")
    what, brief = _what(entry, row, whole=True), _what(entry, row, whole=False)
    return OutboxLine(entry, what, brief, why, number, _next_try(entry, down))


def _next_try(entry: OutboxEntry, down: Service | None) -> str | None:
    if entry.state != "ready" or (down is not None and down.state == "refused"):
        return None
    return max(entry.next_attempt_at, (down.next_try_at if down else None) or "")


def _what(entry: OutboxEntry, row: Row | None, *, whole: bool) -> str:
    """Say what waits; not `whole`, without the address, target or code that tells it from its like."""
    if row is None:
        return {"notify": "Tell the clinic"}.get(entry.kind, entry.kind)
    about = row["number"] + ("" if row["amount"] is None else f", {format_money(row['amount'], row['currency'])}")
    address = row["address"] or ""
    paid = "" if row["paid"] is None else f" of {format_money(row['paid'], row['currency'])}"
    deed, which, rest = {
        "create_link": ("Make payment link", f" {row['code']}", f", {about}"),
        "cancel_link": ("Cancel payment link", f" {row['code']}", f", {about}"),
        "email": ("Email payment link", f" to {address}", f", {about}"),
        "sms": ("Text payment link", f" to {shown_mobile(address)}", f", {about}"),
    }.get(
        entry.kind,
        ("Tell the clinic", f" ({masked(entry.payload.get('target', ''))})", f" of the payment{paid}, {about}"),
    )
    return deed + (which if whole else "") + rest
