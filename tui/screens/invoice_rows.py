"""One invoice as a row of the invoices list, and as the two lines under it that say the rest."""

from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from store.models import InvoiceRow
from store.money import format_money
from store.text import cleaned
from store.times import from_text
from tui.format import clock, date_of
from tui.screens.invoice_sections import MONEY
from tui.screens.sheet import Lines, ends, quiet
from tui.widgets.list_table import Cell, Column
from tui.widgets.state import NOTHING, Mark, invoice_state, link_state

FILTERS = (
    ("", "All"),
    ("draft", "Draft"),
    ("unpaid", "Unpaid"),
    ("part_paid", "Part paid"),
    ("paid", "Paid"),
    ("void", "Void"),
)
"""The states an invoice list can be narrowed to, and their words."""

COLUMNS = (
    Column("Number", 10),
    Column("Client"),
    Column("Payment link", 12),
    Column("Code", 7, quiet=True, from_width=130),
    Column("Date", 8, quiet=True),
    Column("Total", MONEY, right=True, from_width=100),
    Column("VAT", MONEY, right=True, quiet=True, from_width=130),
    Column("Paid", MONEY, right=True, from_width=115),
    Column("Due", MONEY, right=True),
    Column("State", 11),
)


def cells(row: InvoiceRow, zone: ZoneInfo, now: datetime) -> tuple[Cell, ...]:
    """Return the invoice's cells, one for each of `COLUMNS`."""
    return (
        row.number,
        row.client_name,
        short_link(row, zone, now),
        row.request_code,
        short_date(row.created_at, zone, now),
        format_money(row.total, row.currency),
        format_money(row.vat, row.currency),
        format_money(row.paid, row.currency),
        format_money(row.due, row.currency),
        invoice_state(row),
    )


def short_link(row: InvoiceRow, zone: ZoneInfo, now: datetime) -> Mark:
    """Return the newest payment link's state in a word or two: `sent 14:02`, `sent 21 Nov`, `queued`, `paid`."""
    if row.request_state is None:
        return NOTHING
    tone = link_state(row, zone, now).tone
    if row.request_state == "live":
        return Mark("", f"sent {_when(row.request_sent_at, zone, now)}" if row.request_sent_at else "ready", tone)
    words = {"attention": "! attention", "stopped": "not sent"}
    return Mark("", words.get(row.request_state, row.request_state), tone)


def short_date(text: str, zone: ZoneInfo, now: datetime) -> str:
    """Write a stored time's day in eight cells at most: `22 Nov`, `22/11/25` when it is another year."""
    local = from_text(text).astimezone(zone)
    return date_of(text, zone, now) if local.year == now.astimezone(zone).year else f"{local:%d/%m/%y}"


def summary_lines(row: InvoiceRow, zone: ZoneInfo, now: datetime, width: int) -> Lines:
    """Return what the row may have had no room for: the whole name, day and amounts, and the payment link."""
    local = from_text(row.created_at).astimezone(zone)
    amounts = [("Total", row.total), ("Paid", row.paid), *([("Overpaid", row.overpaid)] if row.overpaid else [])]
    shown = " · ".join(f"{word} {format_money(pence, row.currency)}" for word, pence in amounts)
    named = Content.assemble((row.number, "bold"), "  ", cleaned(row.client_name))
    return [
        ends(width, named, quiet(f"{local.day} {local:%B %Y}")),
        ends(width, quiet(shown), link_state(row, zone, now).content),
    ]


def nothing_found(text: str, state: str) -> str:
    """Return what to say instead of an empty list."""
    word = next((f"{word.lower()} " for key, word in FILTERS if key and key == state), "")
    if text:
        return f"No {word}invoice matches “{cleaned(text)[:40]}”. Esc shows all."
    return f"No {word}invoices. Esc shows all." if state else "No invoices yet. F2 makes the first one."


def _when(text: str, zone: ZoneInfo, now: datetime) -> str:
    moment = from_text(text)
    same_day = moment.astimezone(zone).date() == now.astimezone(zone).date()
    return clock(moment, zone) if same_day else f"{moment.astimezone(zone).day} {moment.astimezone(zone):%b}"
