"""`paydesk report`: takings, VAT, message charges and payment links of a month, as a table, JSON or CSV."""

import argparse
from datetime import date
from pathlib import Path
from zoneinfo import ZoneInfo

from store.csv_text import BYTE_ORDER_MARK
from store.errors import Refused
from store.money import format_money, format_rate
from store.months import Month
from store.private import opener
from store.reports import KINDS, Report, ReportColumn, ReportKind, Value, report_csv
from store.times import utc_now
from tui.cli.arguments import Run, subcommand, subcommands
from tui.cli.documents import Document
from tui.cli.output import Answer, table
from tui.cli.session import on_desk
from tui.desk import Desk

HELP: dict[ReportKind, str] = {
    "takings": "show what was taken each day, by payment type",
    "vat": "show the VAT on what was invoiced, by rate",
    "charges": "show what messages cost, by channel",
    "links": "show how many payment links were sent and paid, and how soon",
}
STDOUT = "-"


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    for kind in KINDS:
        command = subcommand(commands, kind, _of(kind), HELP[kind])
        command.add_argument("--month", metavar="YYYY-MM", help="the month, such as 2026-11; else this month")
        command.add_argument("--csv", metavar="FILE", help="write CSV to this file, - for the output")


def _of(kind: ReportKind) -> Run:
    async def work(desk: Desk, args: argparse.Namespace) -> Answer:
        month = Month.parse(args.month) if args.month is not None else await _this_month(desk)
        report = await desk.report(kind, month)
        if args.csv is not None and args.csv != STDOUT:
            where = _written(args.csv, report)
            return Answer({**_document(report), "file": str(where)}, [str(where)])
        if args.csv == STDOUT and not args.json:
            return Answer(None, report_csv(report).splitlines())
        return Answer(_document(report), _lines(report))

    return on_desk(work)


async def _this_month(desk: Desk) -> Month:
    return Month.of(utc_now(), ZoneInfo((await desk.settings())["clinic.zone"]))


def _written(named: str, report: Report) -> Path:
    """Write the CSV, with the byte order mark by which Excel knows UTF-8. Raises Refused."""
    to = Path(named).expanduser()
    try:
        with open(to, "w", encoding="utf-8", newline="", opener=opener) as file:
            file.write(BYTE_ORDER_MARK + report_csv(report))
    except OSError as error:
        raise Refused(f"{to} cannot be written: {error.strerror}. Choose another file.") from error
    return to


def _lines(report: Report) -> list[str]:
    head = tuple(column.title for column in report.columns)
    cells = [
        tuple(_word(value, column, report.currency) for value, column in zip(row, report.columns, strict=True))
        for row in (*report.rows, report.sums)
    ]
    cells[-1] = ("Total", *cells[-1][1:])
    return [report.month.title, *table([head, *cells], right=range(1, len(head))), report.note]


def _word(value: Value, column: ReportColumn, currency: str) -> str:
    if value is None:
        return "-"
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return value.isoformat()
    if column.kind == "money":
        return format_money(value, currency)
    if column.kind == "span":
        return f"{value // 3600}:{value // 60 % 60:02d} h"
    return format_rate(value) if column.kind == "rate" else str(value)


def per_cent(rate: int | None) -> float | None:
    """Return basis points as the number that people say: 20, 17.5."""
    if rate is None:
        return None
    return rate / 100 if rate % 100 else rate // 100


def _document(report: Report) -> Document:
    names = [column.name for column in report.columns]
    kinds = [column.kind for column in report.columns]
    rows = [dict(zip(names, map(_plain, row, kinds), strict=True)) for row in report.rows]
    return {
        "report": report.kind,
        "month": str(report.month),
        "currency": report.currency,
        "rows": rows,
        "sums": dict(zip(names[1:], report.sums[1:], strict=True)),
        "note": report.note,
    }


def _plain(value: Value, kind: str) -> object:
    if isinstance(value, date):
        return value.isoformat()
    return per_cent(value) if kind == "rate" and isinstance(value, int) else value
