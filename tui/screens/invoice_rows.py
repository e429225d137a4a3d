"""One invoice as a row of the invoices list, and as the two lines under it that say the rest."""

from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from store.invoice_filters import days_late
from store.models import InvoiceRow
from store.money import format_money
from store.text import cleaned
from store.times import from_text
from tui.clinic import Clinic
from tui.format import clock, date_of
from tui.screens.invoice_sections import MONEY
from tui.widgets.list_table import Cell, Column
from tui.widgets.sheet import Lines, ends, quiet
from tui.widgets.state import NOTHING, Mark, invoice_state, link_state

COLUMNS = (
    Column("Number", 10),
    Column("Client"),
    Column("Payment link", 12),
    Column("Code", 7, quiet=True, from_width=130),
    Column("Date", 8, quiet=True),
    Column("Total", MONEY, right=True, from_width=100),
    Column("VAT", MONEY, right=True, quiet=True, from_width=130),
    Column("Paid", MONEY, right=True, from_width=115),
    Column("Refunded", MONEY, right=True, quiet=True, from_width=145),
    Column("Due", MONEY, right=True),
    Column("State", 12),
)


def cells(row: InvoiceRow, clinic: Clinic, now: datetime) -> tuple[Cell, ...]:
    """Return the invoice's cells, one for each of `COLUMNS`."""
    return (
        row.number,
        row.client_name or "no client yet",
        short_link(row, clinic.zone, now),
        row.request_code,
        short_date(day_of(row), clinic.zone, now),
        format_money(row.total, row.currency),
        format_money(row.vat, row.currency),
        format_money(row.paid, row.currency),
        format_money(row.refunded, row.currency) if row.refunded else "",
        format_money(row.due, row.currency),
        short_state(row, days_late(row, now, clinic.zone, clinic.payment_days)),
    )


def day_of(row: InvoiceRow) -> str:
    """Return the stored time of an invoice: that of its issue, a draft's that of its making."""
    return row.issued_at or row.created_at


def short_state(row: InvoiceRow, late: int) -> Mark:
    """Return an invoice's state in twelve cells: what is overdue says for how long."""
    return Mark("!", f"{_age(late)} late", "bad") if late else invoice_state(row)


def whole_state(row: InvoiceRow, late: int) -> Mark:
    """Return an invoice's state with all that goes with it: `Part paid, 12 days overdue`, `Paid, refunded £50.00`."""
    state = invoice_state(row)
    parts = [state.word]
    if late:
        parts.append(f"{late} day{'' if late == 1 else 's'} overdue")
    if row.refunded:
        refunded = f"refunded {format_money(row.refunded, row.currency)}"
        parts = [f"R{refunded[1:]}"] if state.word == "Refunded" else [*parts, refunded]
    if row.refunding:
        parts.append(f"{format_money(row.refunding, row.currency)} on its way back")
    return Mark("!" if late else state.sign, ", ".join(parts), "bad" if late else state.tone)


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


def summary_lines(row: InvoiceRow, clinic: Clinic, now: datetime, width: int) -> Lines:
    """Return what the row may have had no room for: the whole name, day and amounts, state and payment link."""
    local = from_text(day_of(row)).astimezone(clinic.zone)
    amounts = [("Total", row.total), ("Paid", row.paid), *([("Overpaid", row.overpaid)] if row.overpaid else [])]
    shown = " · ".join(f"{word} {format_money(pence, row.currency)}" for word, pence in amounts)
    named = Content.assemble((row.number, "bold"), "  ", cleaned(row.client_name or "no client yet"))
    state = whole_state(row, days_late(row, now, clinic.zone, clinic.payment_days)).content
    return [
        ends(width, named, Content.assemble(state, (f" · {local.day} {local:%B %Y}", "$quiet"))),
        ends(width, quiet(shown), link_state(row, clinic.zone, now).content),
    ]


def _age(days: int) -> str:
    return f"{days} d" if days < 1000 else f"{days // 365} y"


def _when(text: str, zone: ZoneInfo, now: datetime) -> str:
    moment = from_text(text)
    same_day = moment.astimezone(zone).date() == now.astimezone(zone).date()
    return clock(moment, zone) if same_day else f"{moment.astimezone(zone).day} {moment.astimezone(zone):%b}"
