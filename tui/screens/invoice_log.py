"""The invoice log: who did what and when, with amount, channel, address, result and charge."""

from collections.abc import Sequence

from store.models import LogLine
from store.money import format_money
from tui.screens.invoice_sections import CHANNELS, MONEY, Here, address_of
from tui.widgets.sheet import Col, Lines, hanging, quiet, row, wrapped_row

TABLE_FROM = 120
"""Columns from which each line of the log is one row of a table; below, its details stand under it."""

_SHORT = (Col(12, style="$quiet"), Col(), Col(MONEY, right=True))
_WIDE = (
    Col(12, style="$quiet"),
    Col(14),
    Col(42),
    Col(MONEY, right=True),
    Col(7),
    Col(26),
    Col(),
    Col(6, right=True),
)
_HEADS = ("When", "Who", "What", "Amount", "Channel", "Address", "Result", "Charge")


def log_lines(log: Sequence[LogLine], currency: str, here: Here, width: int) -> Lines:
    """Return the log, oldest first, in the shape that `width` has room for."""
    if width < TABLE_FROM:
        return [line for entry in log for line in _stacked(entry, currency, here, width)]
    rows = (line for entry in log for line in _tabled(entry, currency, here, width))
    return [row(width, _WIDE, _HEADS, "$quiet"), *rows]


def _stacked(entry: LogLine, currency: str, here: Here, width: int) -> Lines:
    parts = [entry.actor, CHANNELS.get(entry.channel, ""), address_of(entry.channel, entry.address), entry.result]
    if entry.charge is not None:
        parts.append(f"charge {format_money(entry.charge, currency)}")
    details = " · ".join(part for part in parts if part)
    head = wrapped_row(width, _SHORT, (here.time(entry.at), entry.text, _money(entry.amount, currency)))
    return [*head, *(hanging(width, 14, "", quiet(details)) if details else [])]


def _tabled(entry: LogLine, currency: str, here: Here, width: int) -> Lines:
    return wrapped_row(
        width,
        _WIDE,
        (
            here.time(entry.at),
            entry.actor,
            entry.text,
            _money(entry.amount, currency),
            CHANNELS.get(entry.channel, ""),
            address_of(entry.channel, entry.address),
            entry.result,
            _money(entry.charge, currency),
        ),
    )


def _money(pence: int | None, currency: str) -> str:
    return "" if pence is None else format_money(pence, currency)
