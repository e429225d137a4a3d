"""Outbox entries in plain words: what waits, for whom, and why."""

from dataclasses import dataclass

from store import outbox, services, strays
from store.contact import shown_mobile
from store.database import Reader, Row
from store.models import OutboxEntry, Service
from store.money import format_money
from store.payment_types import name_of
from store.services import SERVICES
from store.settings import masked
from store.text import lower_first


@dataclass(frozen=True, slots=True)
class OutboxLine:
    """One entry as the outbox screen shows it. `what` is a sentence; `why` is why it still waits, or empty.

    `brief` is `what` without address, target or code, for a line with less room. `next_try_at` is when it will be
    tried, None when that takes a person. `topic` is a message's kind or a notification's event, else empty.
    """

    entry: OutboxEntry
    what: str
    brief: str
    why: str
    number: str
    next_try_at: str | None
    topic: str


def waiting_lines(reader: Reader, *, limit: int = 500) -> list[OutboxLine]:
    """Return what waits, in words, what needs a person first."""
    known = services.known(reader)
    return [_line(reader, entry, known.get(SERVICES[entry.kind])) for entry in outbox.waiting(reader, limit=limit)]


def _line(reader: Reader, entry: OutboxEntry, service: Service | None) -> OutboxLine:
    row = reader.one(
        "SELECT i.number, i.currency, r.amount, r.code, m.address, m.kind AS message, p.amount AS paid,"
        " f.amount AS refunded, f.type AS way FROM invoices i"
        " LEFT JOIN messages m ON m.id = :subject"
        " LEFT JOIN payments p ON p.id = :subject"
        " LEFT JOIN refunds f ON f.id = :subject"
        " LEFT JOIN requests r ON r.id = coalesce(m.request_id, :subject)"
        " WHERE i.id = :invoice",
        subject=entry.subject_id,
        invoice=entry.invoice_id,
    )
    down = service if service is not None and service.state != "online" else None
    why = entry.last_error or (down.reason if down and entry.state == "ready" else "")
    words = _words(reader, entry, row)
    number = row["number"] if row else ""
    topic = entry.payload.get("event", "") or (row["message"] if row else "") or ""
    return OutboxLine(entry, words.whole, words.brief, why, number, _next_try(entry, down), topic)


def _next_try(entry: OutboxEntry, down: Service | None) -> str | None:
    if entry.state != "ready" or (down is not None and down.state == "refused"):
        return None
    return max(entry.next_attempt_at, (down.next_try_at if down else None) or "")


@dataclass(frozen=True, slots=True)
class _Words:
    """A deed, which one of its like, and what it is about."""

    deed: str
    which: str = ""
    about: str = ""

    @property
    def whole(self) -> str:
        return self.deed + self.which + self.about

    @property
    def brief(self) -> str:
        return self.deed + self.about


def _words(reader: Reader, entry: OutboxEntry, row: Row | None) -> _Words:
    """Say what waits."""
    if entry.kind == "notify":
        return _notice(reader, entry, row)
    if row is None:
        return _Words(entry.kind)
    about = f", {_about(row, row['amount'])}"
    if entry.kind == "refund":
        way = name_of(reader, row["way"] or "payment_link")
        return _Words(f"Refund by {lower_first(way)}", about=f", {_about(row, row['refunded'])}")
    if entry.kind in {"email", "sms"}:
        deed = "Email" if entry.kind == "email" else "Text"
        address = row["address"] or ""
        to = address if entry.kind == "email" else shown_mobile(address)
        return _Words(f"{deed} {_MESSAGES.get(row['message'], 'message')}", f" to {to}" if to else "", about)
    deed = "Make" if entry.kind == "create_link" else "Cancel"
    return _Words(f"{deed} payment link", f" {row['code']}", about)


def _notice(reader: Reader, entry: OutboxEntry, row: Row | None) -> _Words:
    """Say of what the clinic is to be told, and by which target, without its secrets."""
    event = entry.payload.get("event", "")
    which = f" ({masked(entry.payload.get('target', ''))})"
    if event == strays.EVENT:
        return _Words("Payment that is not known here", about=f": {strays.about(reader, entry.subject_id)}")
    if event == "test":
        return _Words("Test notification", which)
    words = _EVENTS.get(event, "")
    if row is None:
        return _Words("Tell the clinic", which, words.format(of=""))
    amount = next((row[name] for name in ("paid", "refunded", "amount") if row[name] is not None), None)
    of = "" if amount is None else f" of {format_money(amount, row['currency'])}"
    return _Words("Tell the clinic", which, f"{words.format(of=of)}, {row['number']}")


def _about(row: Row, amount: int | None) -> str:
    """Name the invoice, with an amount where there is one."""
    return str(row["number"]) + ("" if amount is None else f", {format_money(amount, row['currency'])}")


_MESSAGES = {"payment_request": "payment link", "reminder": "reminder", "receipt": "receipt"}

_EVENTS = {
    "payment_link_paid": " of the payment{of}",
    "payment_link_failed": " of the payment link{of} that was not sent",
    "refund_failed": " of the refund{of} that failed",
    "offline": " that the gateway is away",
    "backup_failed": " that there is no backup",
    "end_of_day": " of the end of the day",
}
