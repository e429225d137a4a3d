"""Hearing back: what the gateway says was paid and given back, by its event feed or by asking for each link.

Event, payment, ledger entry, notification and cursor move in one transaction; what was recorded before changes
nothing, so hearing twice is harmless. A paid link is asked for too, more seldom: somebody may give its money back in
the gateway's own pages.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from store import gateway_refunds, outbox, payments, requests, services, strays
from store.database import Reader, Tx
from store.gateway_refunds import SeenRefund
from store.payments import Received
from store.restored import restored_at
from store.settings import Settings
from store.times import from_text, to_text
from sync.gateways.base import START_OF_FEED, Capabilities, CursorLost, Gateway, GatewayPayment, GatewayRefund, Link

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
REFUNDING = timedelta(hours=1)
"""How often a link is asked for while the gateway has still to finish a refund of its money."""
REFUNDABLE = timedelta(days=90)
"""How long after its payment a link is still asked for refunds that were made in the gateway's own pages."""
FEED_KEPT = timedelta(days=31)
"""Longer than a gateway keeps its feed; Stripe keeps 30 days."""
HEARTBEAT = timedelta(seconds=20)
"""How often the time of the last answer is written down when nothing else is."""


@dataclass(frozen=True, slots=True)
class Due:
    """A link that is to be asked for: open, or paid."""

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


def next_refund_poll(
    reader: Reader, now: datetime, request_id: str, paid_at: datetime, abilities: Capabilities
) -> datetime | None:
    """Return when a paid link is asked for again, or None: the feed tells of its refunds, or it is too long ago."""
    if gateway_refunds.any_pending(reader, request_id):
        return now + REFUNDING
    if abilities.has_event_feed or now - paid_at >= REFUNDABLE:
        return None
    return now + DAILY


def due_links(reader: Reader, kind: str, now: datetime, limit: int) -> list[Due]:
    """Return the links of gateway `kind` that are to be asked for by now."""
    rows = reader.all(
        "SELECT id, gateway_id, live_at, watched_until > :now AS watched FROM"
        " (SELECT * FROM (SELECT * FROM requests WHERE state IN ('live', 'cancelling') AND next_poll_at <= :now"
        " AND gateway = :kind ORDER BY next_poll_at LIMIT :limit)"
        " UNION ALL SELECT * FROM (SELECT * FROM requests WHERE state = 'paid' AND next_poll_at IS NOT NULL"
        " AND next_poll_at <= :now AND gateway = :kind ORDER BY next_poll_at LIMIT :limit))"
        " ORDER BY next_poll_at LIMIT :limit",
        now=to_text(now),
        kind=kind,
        limit=limit,
    )
    return [Due(row["id"], row["gateway_id"], row["live_at"], bool(row["watched"])) for row in rows]


def next_poll_due(reader: Reader, kind: str) -> str | None:
    """Return when the next link of gateway `kind` is to be asked for, or None."""
    found: str | None = reader.value(
        "SELECT min(at) FROM (SELECT min(next_poll_at) AS at FROM requests"
        " WHERE state IN ('live', 'cancelling') AND gateway = :kind"
        " UNION ALL SELECT min(next_poll_at) FROM requests"
        " WHERE state = 'paid' AND next_poll_at IS NOT NULL AND gateway = :kind)",
        kind=kind,
    )
    return found


def ask_all(tx: Tx, kind: str) -> None:
    """Ask for every link of gateway `kind` now that can bring news: the feed may have said what nobody heard."""
    tx.run(
        "UPDATE requests SET next_poll_at = :now WHERE gateway = :kind"
        " AND (state IN ('live', 'cancelling') OR (state = 'paid' AND closed_at > :since))",
        now=tx.now,
        kind=kind,
        since=to_text(from_text(tx.now) - REFUNDABLE),
    )


@dataclass(frozen=True, slots=True)
class Page:
    """What one reading of the feed brought; `lost`: the cursor is gone and every link must be asked for."""

    payments: tuple[GatewayPayment, ...]
    cursor: str | None
    more: bool
    lost: bool = False
    refunds: tuple[GatewayRefund, ...] = ()


def whole_feed(reader: Reader, now: datetime) -> bool:
    """Tell whether all that a feed still holds is news: the file was brought back from a backup not long ago."""
    at = restored_at(reader)
    return at is not None and now - from_text(at) < FEED_KEPT


async def read_feed(gateway: Gateway, cursor: str | None, *, whole: bool = False) -> Page:
    """Read one page of the event feed after `cursor`; without one, from the newest event on, or the `whole` feed.

    After a lost cursor too all that the feed still holds is read: a closed link that was opened again in the
    gateway's own pages and paid is told of nowhere else.
    """
    try:
        heard, lost = await gateway.hear(cursor or (START_OF_FEED if whole else None)), False
    except CursorLost:
        heard, lost = await gateway.hear(START_OF_FEED), True
    return Page(tuple(heard.payments), heard.cursor, heard.more, lost, tuple(heard.refunds))


def put_off(tx: Tx, due: Due) -> None:
    """The gateway will not tell of this link: ask again tomorrow, so that it keeps no other waiting."""
    at = to_text(from_text(tx.now) + DAILY)
    tx.run("UPDATE requests SET next_poll_at = :at WHERE id = :id", at=at, id=due.request_id)


def record_page(tx: Tx, page: Page, kind: str, before: str | None, settings: Settings) -> list[str]:
    """Record a page and move the cursor. A first reading and a lost cursor have every open link asked for."""
    for payment in page.payments:
        _know_link(tx, payment, kind)
    told = record_payments(tx, page.payments, settings) + record_refunds(tx, page.refunds, settings)
    if page.lost or before is None:
        ask_all(tx, kind)
    if page.cursor is not None and page.cursor != before:
        services.move_cursor(tx, kind, page.cursor)
    return told


def _know_link(tx: Tx, payment: GatewayPayment, kind: str) -> None:
    """A payment may be the first that is heard of a link, where the answer to its making was lost.

    The request needs the link, or its money could not be given back through it; and nobody need look for it now.
    """
    if not payment.gateway_id or not tx.value(
        "SELECT 1 FROM requests WHERE id = :id AND gateway_id IS NULL", id=payment.request_id
    ):
        return
    request_id = str(payment.request_id)
    requests.link_made(
        tx, request_id, gateway=kind, gateway_id=payment.gateway_id, url="", poll_at=from_text(tx.now) + DAILY
    )
    entry = outbox.of_subject(tx, request_id, "create_link")
    if entry is not None and entry.state in {"attention", "held"}:
        outbox.set_state(tx, entry.id, "ready", why="")


def record_link(tx: Tx, due: Due, link: Link, abilities: Capabilities, settings: Settings) -> list[str]:
    """Record what asking for one link brought, and when to ask again."""
    told = record_money(tx, link, settings)
    if link.state in {"cancelled", "expired"}:
        requests.link_closed(tx, due.request_id, expired=link.state == "expired")
    now = from_text(tx.now)
    at: datetime | None = next_poll(now, due, abilities)
    paid_at = tx.value("SELECT closed_at FROM requests WHERE id = :id AND state = 'paid'", id=due.request_id)
    if paid_at is not None:
        at = next_refund_poll(tx, now, due.request_id, from_text(paid_at), abilities)
    tx.run(
        "UPDATE requests SET next_poll_at = :at WHERE id = :id",
        at=None if at is None else to_text(at),
        id=due.request_id,
    )
    return told


def record_money(tx: Tx, link: Link, settings: Settings) -> list[str]:
    """Record what was paid on a link and given back of it; refunds only where the gateway told all of them."""
    told = record_payments(tx, link.payments, settings)
    return told + (record_refunds(tx, link.refunds, settings) if link.refunds_whole else [])


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
        elif stray := strays.notice(tx, received, payment.marks, gateway=settings["gateway.kind"], notify=targets):
            told.append(stray)
    return told


def record_refunds(tx: Tx, found: Iterable[GatewayRefund], settings: Settings) -> list[str]:
    """Record each refund that is not recorded yet; return what to log."""
    told = (gateway_refunds.hear(tx, seen(refund, tx.now), settings) for refund in found)
    return [kept for kept in told if kept is not None]


def seen(refund: GatewayRefund, now: str) -> SeenRefund:
    """Return a refund as the store takes it; where the gateway does not say when it was made, it is `now`."""
    return SeenRefund(
        refund_id=refund.refund_id,
        payment_id=refund.payment_id,
        amount=refund.amount,
        state=refund.state,
        reason=refund.reason,
        at=to_text(refund.at) if refund.at else now,
        order_id=refund.order_id,
        nameless=refund.nameless,
    )
