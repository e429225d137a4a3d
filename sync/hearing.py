"""Hearing back: what the gateway says has been paid, by its event feed or by asking for each open link.

Event, payment, ledger entry, notification and cursor move in one transaction; what was recorded before changes
nothing, so hearing twice is harmless.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from store import payments, requests, services
from store.database import Reader, Tx
from store.payments import Received
from store.settings import Settings
from store.times import from_text, to_text
from sync.gateways.base import Capabilities, CursorLost, Gateway, GatewayPayment, Link

WATCHED = timedelta(seconds=1)
OPEN = timedelta(seconds=5)
QUIET = timedelta(seconds=60)
DAILY = timedelta(hours=24)
POLLS_BY_AGE = (
    (timedelta(minutes=10), timedelta(seconds=10)),
    (timedelta(hours=1), timedelta(seconds=30)),
    (timedelta(days=1), timedelta(minutes=5)),
)
OLDEST_POLL = timedelta(hours=1)
HEARTBEAT = timedelta(seconds=20)
"""How often the time of the last answer is written down when nothing else is."""


@dataclass(frozen=True, slots=True)
class Due:
    """An open link that is to be asked for."""

    request_id: str
    gateway_id: str
    live_at: str
    watched: bool


def first_poll(reader: Reader, request_id: str, now: datetime, abilities: Capabilities) -> datetime:
    """Return when a new link is first asked for by its id: soon, and sooner when somebody waits with its QR.

    Where there is a feed, that is only the daily check.
    """
    if abilities.has_event_feed:
        return now + DAILY
    watched = reader.value(
        "SELECT 1 FROM requests WHERE id = :id AND watched_until > :now", id=request_id, now=to_text(now)
    )
    return now + (2 * WATCHED if watched else POLLS_BY_AGE[0][1])


def next_poll(now: datetime, due: Due, abilities: Capabilities) -> datetime:
    """Return when an open link is asked for again; the older it is, the more seldom."""
    if abilities.has_event_feed:
        return now + DAILY
    if due.watched:
        return now + 2 * WATCHED
    age = now - from_text(due.live_at)
    return now + next((pause for limit, pause in POLLS_BY_AGE if age < limit), OLDEST_POLL)


def feed_pause(reader: Reader, now: datetime) -> timedelta:
    """Return how long to wait before the feed is read again: short while somebody looks at a QR."""
    if reader.value("SELECT 1 FROM requests WHERE watched_until > :now LIMIT 1", now=to_text(now)):
        return WATCHED
    open_links = reader.value("SELECT 1 FROM requests WHERE state IN ('live', 'cancelling') LIMIT 1")
    return OPEN if open_links else QUIET


def due_links(reader: Reader, kind: str, now: datetime, limit: int) -> list[Due]:
    """Return the open links of gateway `kind` that are to be asked for by now."""
    rows = reader.all(
        "SELECT id, gateway_id, live_at, watched_until > :now AS watched FROM requests"
        " WHERE state IN ('live', 'cancelling') AND next_poll_at <= :now AND gateway = :kind"
        " ORDER BY next_poll_at LIMIT :limit",
        now=to_text(now),
        kind=kind,
        limit=limit,
    )
    return [Due(row["id"], row["gateway_id"], row["live_at"], bool(row["watched"])) for row in rows]


def next_poll_due(reader: Reader, kind: str) -> str | None:
    """Return when the next open link of gateway `kind` is to be asked for, or None."""
    found: str | None = reader.value(
        "SELECT min(next_poll_at) FROM requests WHERE state IN ('live', 'cancelling') AND gateway = :kind", kind=kind
    )
    return found


def ask_all(tx: Tx, kind: str) -> None:
    """Ask for every open link of gateway `kind` now: the feed may have said what nobody heard."""
    tx.run(
        "UPDATE requests SET next_poll_at = :now WHERE state IN ('live', 'cancelling') AND gateway = :kind",
        now=tx.now,
        kind=kind,
    )


@dataclass(frozen=True, slots=True)
class Page:
    """What one reading of the feed brought; `lost`: the cursor is gone and every link must be asked for."""

    payments: tuple[GatewayPayment, ...]
    cursor: str | None
    more: bool
    lost: bool = False


async def read_feed(gateway: Gateway, cursor: str | None) -> Page:
    """Read one page of the event feed after `cursor`."""
    try:
        heard = await gateway.hear(cursor)
    except CursorLost:
        newest = await gateway.hear(None)
        return Page((), newest.cursor, more=False, lost=True)
    return Page(tuple(heard.payments), heard.cursor, heard.more)


def put_off(tx: Tx, due: Due) -> None:
    """The gateway will not tell of this link: ask again tomorrow, so that it keeps no other waiting."""
    at = to_text(from_text(tx.now) + DAILY)
    tx.run("UPDATE requests SET next_poll_at = :at WHERE id = :id", at=at, id=due.request_id)


def record_page(tx: Tx, page: Page, kind: str, before: str | None, settings: Settings) -> list[str]:
    """Record a page and move the cursor. A first reading and a lost cursor have every open link asked for."""
    told = record_payments(tx, page.payments, settings)
    if page.lost or before is None:
        ask_all(tx, kind)
    if page.cursor is not None and page.cursor != before:
        services.move_cursor(tx, kind, page.cursor)
    return told


def record_link(tx: Tx, due: Due, link: Link, abilities: Capabilities, settings: Settings) -> list[str]:
    """Record what asking for one link brought, and when to ask again."""
    told = record_payments(tx, link.payments, settings)
    if link.state in {"cancelled", "expired"}:
        requests.link_closed(tx, due.request_id, expired=link.state == "expired")
    at = to_text(next_poll(from_text(tx.now), due, abilities))
    tx.run("UPDATE requests SET next_poll_at = :at WHERE id = :id", at=at, id=due.request_id)
    return told


def record_payments(tx: Tx, seen: Iterable[GatewayPayment], settings: Settings) -> list[str]:
    """Record each payment that is not recorded yet, with the clinic's notifications; return what to log."""
    targets = []
    if settings.on("notify.payment_link_paid.enabled"):
        targets = settings.list_of("notify.payment_link_paid.targets")
    told = []
    for payment in seen:
        received = Received(
            payment_id=payment.payment_id,
            gateway_id=payment.gateway_id,
            request_id=payment.request_id,
            amount=payment.amount,
            currency=payment.currency,
            paid_at=to_text(payment.paid_at),
            method=payment.method,
        )
        if kept := payments.receive(tx, received, notify=targets):
            told.append(kept.id)
    return told
