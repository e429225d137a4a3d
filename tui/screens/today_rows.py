"""Today's lists in rows: links in flight with their age, the payments of the day, and what waits in the outbox."""

from datetime import datetime
from zoneinfo import ZoneInfo

from store.day_moves import Move
from store.in_flight import LinkInFlight
from store.money import format_money
from store.outbox_words import OutboxLine
from tui.desk.days import Today
from tui.format import age, time_of
from tui.screens.invoice_sections import MONEY
from tui.screens.outbox_words import STATES, next_try
from tui.widgets.list_table import Cell, Column, ListRow
from tui.widgets.state import Mark

LISTS = (("links", "Links in flight"), ("moves", "Payments"), ("waiting", "Outbox"))
"""The lists, in their order: name and title."""

COLUMNS: dict[str, tuple[Column, ...]] = {
    "links": (
        Column("State", 13),
        Column("Invoice", 10),
        Column("Client"),
        Column("Code", 7, quiet=True, from_width=88),
        Column("Age", 8, right=True),
        Column("Amount", MONEY, right=True),
    ),
    "moves": (
        Column("When", 12),
        Column("How", 16),
        Column("Invoice", 10),
        Column("Client"),
        Column("By", 10, quiet=True, from_width=88),
        Column("Amount", MONEY, right=True),
    ),
    "waiting": (Column("State", 9), Column("What waits"), Column("Next try", 9, right=True)),
}

EMPTY = {
    "links": "No payment link is on its way.",
    "moves": "Nothing has been taken since the last close.",
    "waiting": "Nothing waits. Everything has gone out.",
}


def titles(today: Today) -> dict[str, str]:
    """Return each list's title with how many there are."""
    waits = today.status.queued + today.status.attention + today.status.held
    counts = {
        "links": today.flying.count,
        "moves": max(len(today.moves), sum(row.count for row in today.day.takings.types)),
        "waiting": waits,
    }
    return {name: f"{title} {counts[name]}" if counts[name] else title for name, title in LISTS}


def rows(today: Today, zone: ZoneInfo, now: datetime, currency: str) -> dict[str, list[ListRow]]:
    """Return each list's rows; the key of one is what it is about."""
    return {
        "links": [ListRow(link.id, _link(link, zone, now)) for link in today.links],
        "moves": [ListRow(move.id, _move(move, zone, now, currency)) for move in today.moves],
        "waiting": [ListRow(line.entry.id, _waiting(line, now)) for line in today.waiting],
    }


def numbers(today: Today) -> dict[str, str]:
    """Return the invoice's number behind each row's key; empty where there is none."""
    return {
        **{link.id: link.number for link in today.links},
        **{move.id: move.number for move in today.moves},
        **{line.entry.id: line.number for line in today.waiting},
    }


def _link(link: LinkInFlight, zone: ZoneInfo, now: datetime) -> tuple[Cell, ...]:
    amount = format_money(link.amount, link.currency)
    since = link.sent_at or link.created_at
    return (_state(link, zone, now), link.number, link.client_name, link.code, age(since, now), amount)


def _state(link: LinkInFlight, zone: ZoneInfo, now: datetime) -> Mark:
    if link.state == "attention":
        return Mark("!", "Attention", "bad")
    if link.state == "queued":
        return Mark("◷", "Queued", "wait")
    if link.sent_at is None:
        return Mark("◉", "Ready", "wait")
    when = time_of(link.sent_at, zone, now)
    return Mark("◉", f"Sent {when}" if len(when) == 5 else f"Sent {when[:-6]}", "wait")


def _move(move: Move, zone: ZoneInfo, now: datetime, currency: str) -> tuple[Cell, ...]:
    how = move.type if move.number else f"Deposit, {move.type[:1].lower()}{move.type[1:]}"
    amount = format_money(move.amount, currency)
    shown: Cell = Mark("", amount, "warn") if move.amount < 0 else amount
    return (time_of(move.at, zone, now), how, move.number, move.client_name, move.actor, shown)


def _waiting(line: OutboxLine, now: datetime) -> tuple[Cell, ...]:
    because = f": {line.why}" if line.why else ""
    return (STATES[line.entry.state], line.brief + because, next_try(line, now))
