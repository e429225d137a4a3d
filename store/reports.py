"""Reports by month, each one table that a screen, a script and a spreadsheet read alike.

Days and months are the clinic's own: a payment at half past eleven in the evening belongs to that evening, whatever
the day is in UTC then, and the days on which the clocks change have 23 or 25 hours.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Literal
from zoneinfo import ZoneInfo

from store import takings
from store.csv_text import Cell, csv_text, pounds
from store.database import Reader
from store.link_times import DayLinks, links_by_day, median
from store.money import format_rate
from store.months import Month
from store.vat_due import vat_due

ReportKind = Literal["takings", "vat", "charges", "links"]
KINDS: tuple[ReportKind, ...] = ("takings", "vat", "charges", "links")
Value = str | int | date | None
Row = tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class ReportColumn:
    """One column: `name` for programs, `title` for people, `kind` says what its values are.

    day is a date, count a number, money pence, span seconds, rate basis points.
    """

    name: str
    title: str
    kind: Literal["day", "text", "count", "money", "span", "rate"]


@dataclass(frozen=True, slots=True)
class Report:
    """One month's report. `sums` has a value for each column; `chart` one for each day of the month, or nothing.

    `note` says what is counted. Money is in pence of `currency`.
    """

    kind: ReportKind
    month: Month
    currency: str
    columns: tuple[ReportColumn, ...]
    rows: tuple[Row, ...]
    sums: Row
    note: str
    chart: tuple[int | None, ...] = ()
    charted: ReportColumn | None = None


def report(reader: Reader, kind: ReportKind, month: Month, zone: ZoneInfo, currency: str) -> Report:
    """Return one report of a month."""
    return _REPORTS[kind](reader, month, zone, currency)


def report_csv(made: Report) -> str:
    """Return a report as CSV: a head, its rows, the sums. Money in pounds, spans in minutes, rates in per cent."""
    kinds = [column.kind for column in made.columns]
    head: list[Cell] = [_headed(column) for column in made.columns]
    lines = [[_cell(value, kind) for value, kind in zip(row, kinds, strict=True)] for row in (*made.rows, made.sums)]
    return csv_text([head, *lines])


def _takings(reader: Reader, month: Month, zone: ZoneInfo, currency: str) -> Report:
    by_day = [(day, takings.by_type(reader, takings.between(*span))) for day, *span in month.days(zone)]
    whole = takings.by_type(reader, takings.between(*month.span(zone)))
    names = {row.code: row.name for row in whole if row.kind != "credit"}
    columns = (
        ReportColumn("day", "Day", "day"),
        *(ReportColumn(code, name, "money") for code, name in names.items()),
        ReportColumn("total", "Total", "money"),
        ReportColumn("credit_used", "Credit used", "money"),
    )
    listed: list[Row] = []
    totals: list[int | None] = []
    for day, rows in by_day:
        amounts = {row.code: row.total for row in rows if row.kind != "credit"}
        used = sum(row.paid + row.refunded for row in rows if row.kind == "credit")
        totals.append(sum(amounts.values()))
        if rows:
            listed.append((day, *(amounts.get(code, 0) for code in names), sum(amounts.values()), used))
    return Report(
        "takings",
        month,
        currency,
        columns,
        tuple(listed),
        _sums(listed, len(columns)),
        "Money in less refunds, with deposits. Account credit used is no new money.",
        tuple(totals),
        columns[-2],
    )


def _vat(reader: Reader, month: Month, zone: ZoneInfo, currency: str) -> Report:
    columns = (
        ReportColumn("rate", "Rate", "rate"),
        *(ReportColumn(title.lower(), title, "money") for title in ("Invoiced", "Credited", "Gross", "Net", "VAT")),
    )
    rows: list[Row] = [
        (due.rate, due.invoiced, due.credited, due.gross, due.net, due.vat)
        for due in vat_due(reader, *month.span(zone))
    ]
    note = "Invoices by their date, paid or not; less refunds and voids by theirs."
    return Report("vat", month, currency, columns, tuple(rows), _sums(rows, len(columns)), note)


def _charges(reader: Reader, month: Month, zone: ZoneInfo, currency: str) -> Report:
    start, end = month.span(zone)
    columns = (
        ReportColumn("channel", "Channel", "text"),
        ReportColumn("messages", "Messages", "count"),
        *(ReportColumn(title.lower(), title, "money") for title in ("Net", "VAT", "Gross")),
    )
    rows: list[Row] = [
        (
            {"email": "Email", "sms": "SMS"}[row["channel"]],
            row["many"],
            row["net"],
            row["vat"],
            row["net"] + row["vat"],
        )
        for row in reader.all(
            "SELECT channel, count(*) AS many, sum(net) AS net, sum(vat) AS vat FROM messages"
            " WHERE sent_at >= :start AND sent_at < :end GROUP BY channel ORDER BY channel",
            start=start,
            end=end,
        )
    ]
    note = "Messages by when they went out, with the charge that stood then."
    return Report("charges", month, currency, columns, tuple(rows), _sums(rows, len(columns)), note)


def _links(reader: Reader, month: Month, zone: ZoneInfo, currency: str) -> Report:
    by_day = links_by_day(reader, month, zone)
    columns = (
        ReportColumn("day", "Day", "day"),
        *(ReportColumn(title.lower(), title, "count") for title in ("Sent", "Paid", "Unpaid")),
        ReportColumn("asked", "Asked", "money"),
        ReportColumn("received", "Received", "money"),
        ReportColumn("median_seconds", "Time to pay", "span"),
    )
    listed: list[Row] = [(day, *_link_values(links)) for day, links in by_day.items() if links.sent]
    whole = DayLinks.together(by_day.values())
    sums: Row = (None, *_link_values(whole))
    note = "Links by the day they were asked for; the time to pay is the median."
    chart = tuple(median(links.spans) for links in by_day.values())
    return Report("links", month, currency, columns, tuple(listed), sums, note, chart, columns[-1])


def _link_values(links: DayLinks) -> Row:
    unpaid = links.sent - links.paid
    return (links.sent, links.paid, unpaid, links.asked, links.received, median(links.spans))


def _sums(rows: list[Row], width: int) -> Row:
    """Return the sum of each column of numbers after the first."""
    columns = list(zip(*rows, strict=True)) if rows else [()] * width
    return (None, *(sum(value for value in column if isinstance(value, int)) for column in columns[1:]))


def _headed(column: ReportColumn) -> str:
    return f"{column.title} (minutes)" if column.kind == "span" else column.title


def _cell(value: Value, kind: str) -> Cell:
    if value is None:
        return ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if kind == "rate":
        return format_rate(value)
    return pounds(value) if kind == "money" else value // 60 if kind == "span" else value


_REPORTS: dict[ReportKind, Callable[[Reader, Month, ZoneInfo, str], Report]] = {
    "takings": _takings,
    "vat": _vat,
    "charges": _charges,
    "links": _links,
}
