"""Today's sums in lines: since when, by payment type, by VAT rate, the till, and how the world stands."""

from itertools import zip_longest

from textual.content import Content

from store.day_text import rate_name
from store.day_views import OpenDay
from store.money import format_money
from store.takings import Takings
from tui.desk.days import Today
from tui.format import clock_seconds, time_of
from tui.screens.invoice_sections import MONEY, Here
from tui.widgets.sheet import Col, Lines, ends, row
from tui.widgets.state import gateway_state
from tui.widgets.top_bar import waiting

SIDE_BY_SIDE = 66
"""Cells from which on types and rates stand beside each other."""

BETWEEN = 4
_TYPES = (Col(), Col(5, right=True, style="$quiet"), Col(MONEY, right=True))
_RATES = (Col(), Col(10, right=True, style="$quiet"), Col(MONEY, right=True))
_SUM = (Col(), Col(MONEY, right=True))


def head_lines(today: Today, here: Here, currency: str, width: int) -> Lines:
    """Return since when everything counts, and the sum."""
    total = Content.assemble(("Taken  ", "$quiet"), (format_money(today.day.takings.total, currency), "bold"))
    return [ends(width, Content(since(today.day, here)), total)]


def since(day: OpenDay, here: Here) -> str:
    """Return in words from when on the open day counts."""
    if day.from_at is None:
        return "Nothing taken yet"
    when = time_of(day.from_at, here.zone, here.now)
    return f"Since the first entry, {when}" if day.first else f"Since the last close, {when}"


def sum_lines(today: Today, currency: str, width: int) -> Lines:
    """Return the takings by type and by rate, beside each other where there is room, and the till."""
    if width < SIDE_BY_SIDE:
        apart: Lines = [Content("")]
        return [
            *_types(today.day.takings, currency, width, whole=True),
            *apart,
            *_rates(today.day.takings, currency, width),
            *apart,
            *_till(today.day, currency, width),
        ]
    left = (width - BETWEEN) // 2
    right = width - BETWEEN - left
    pairs = zip_longest(
        _types(today.day.takings, currency, left, whole=False),
        [*_rates(today.day.takings, currency, right), *_expected(today.day, currency, right)],
        fillvalue=None,
    )
    return [
        Content.assemble(
            one if one is not None else " " * left, " " * BETWEEN, other if other is not None else " " * right
        )
        for one, other in pairs
    ]


def world_lines(today: Today, here: Here, width: int) -> Lines:
    """Return how the gateway stands, when it was last heard, and what waits."""
    status = today.status
    heard = status.gateway.heard_at if status.gateway else None
    parts = [Content.styled("Gateway ", "$quiet"), gateway_state(status, here.zone, here.now).content]
    if heard:
        day = time_of(heard, here.zone, here.now)
        last = clock_seconds(heard, here.zone) if len(day) == 5 else day
        parts.append(Content.styled(f"  last heard {last}", "$quiet"))
    return [ends(width, Content.assemble(*parts), Content.assemble(("Outbox ", "$quiet"), waiting(status)))]


def _types(taken: Takings, currency: str, width: int, *, whole: bool) -> Lines:
    """Return a line a type; with refunds and deposits on lines of their own where `whole`."""
    lines = [row(width, _TYPES, ("By type", "", ""), "$quiet")]
    for one in taken.types:
        lines.append(row(width, _TYPES, (one.name, f"{one.count} ×", format_money(one.total, currency))))
        for word, pence in (("refunded", one.refunded), ("deposits", one.deposits)) if whole else ():
            if pence:
                lines.append(row(width, _TYPES, (f"  {word}", "", format_money(pence, currency)), "$quiet"))
    if not taken.types:
        lines.append(row(width, (Col(),), ("Nothing taken yet.",), "$quiet"))
    lines.append(row(width, _SUM, ("Total", format_money(taken.total, currency)), "bold"))
    if taken.credit_used:
        used = ("Account credit used", format_money(taken.credit_used, currency))
        lines.append(row(width, _SUM, used, "$quiet"))
    return lines


def _rates(taken: Takings, currency: str, width: int) -> Lines:
    lines = [row(width, _RATES, ("By VAT rate", "VAT in it", ""), "$quiet")]
    for one in taken.rates:
        inside = format_money(one.vat, currency) if one.rate else ""
        name = "Deposits" if one.rate is None and width < SIDE_BY_SIDE // 2 + BETWEEN * 2 else rate_name(one.rate)
        lines.append(row(width, _RATES, (name, inside, format_money(one.amount, currency))))
    if not taken.rates:
        lines.append(row(width, (Col(),), ("Nothing taken yet.",), "$quiet"))
    inside = format_money(sum(one.vat for one in taken.rates), currency)
    lines.append(row(width, _RATES, ("Total", inside, format_money(taken.total, currency)), "bold"))
    return lines


def _expected(day: OpenDay, currency: str, width: int) -> Lines:
    return [row(width, _SUM, ("Should be in the till", format_money(day.expected, currency)), "$quiet")]


def _till(day: OpenDay, currency: str, width: int) -> Lines:
    sums = (("Float", day.float), ("Cash taken", day.takings.cash))
    return [
        row(width, _SUM, ("The till", ""), "$quiet"),
        *(row(width, _SUM, (word, format_money(pence, currency))) for word, pence in sums),
        row(width, _SUM, ("Should be in it", format_money(day.expected, currency)), "bold"),
    ]
