"""`paydesk day`: what has been taken since the last close, closing the day, and days that were closed."""

import argparse

from store.day_text import rate_pairs, type_pairs
from store.day_views import CashCount, ClosedDay
from store.errors import BadInput
from store.money import format_money, parse_amount
from store.takings import Takings
from tui.cli.arguments import subcommand, subcommands
from tui.cli.documents import Document
from tui.cli.output import Answer, local_time, table
from tui.cli.report import per_cent
from tui.cli.session import EVERY, on_desk
from tui.desk import Desk

LAST = "last"


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    subcommand(commands, "show", on_desk(_show), "show what has been taken since the last close")
    close = subcommand(commands, "close", on_desk(_close), "close the day with what was counted in the till")
    close.add_argument("--counted", required=True, metavar="AMOUNT", help="what is in the till, all notes and coins")
    close.add_argument(
        "--keep", metavar="AMOUNT", help="what stays in it as the next day's float; else as much as now"
    )
    close.add_argument(
        "--float", metavar="AMOUNT", help="what the day began with; else what stayed at the last close"
    )
    close.add_argument("--reason", default="", metavar="TEXT", help="why the count is not what is expected")
    subcommand(commands, "list", on_desk(_list), "list the days that were closed, newest first")
    printed = subcommand(commands, "print", on_desk(_print), "print a closed day as text, 48 columns wide")
    printed.add_argument(
        "day_id", nargs="?", default=LAST, metavar="ID", help="from `paydesk day list`; else the last"
    )


async def _show(desk: Desk, _args: argparse.Namespace) -> Answer:
    settings = await desk.settings()
    currency, zone = settings["clinic.currency"], settings["clinic.zone"]
    today = await desk.today(limit=0)
    day, status = today.day, today.status

    def money(pence: int) -> str:
        return format_money(pence, currency)

    heard = status.gateway.heard_at if status.gateway else None
    sections = (
        ("By type", type_pairs(day.takings, currency)),
        ("By VAT rate", rate_pairs(day.takings, currency)),
        ("The till", [("Float", money(day.float)), ("Should be in it", money(day.expected))]),
        ("Account credit", [("Used (no new money)", money(day.takings.credit_used))]),
        (
            "On its way",
            [
                (f"Payment links not paid: {today.flying.count}", money(today.flying.amount)),
                (f"Waiting in the outbox: {status.queued + status.attention + status.held}", ""),
                ("Gateway last heard", local_time(heard, zone) if heard else "never"),
            ],
        ),
    )
    pairs = [pair for _, section in sections for pair in section]
    lined = iter(table(pairs, right=(1,)))
    since = f"Since {local_time(day.from_at, zone)}" if day.from_at else "Nothing taken yet"
    lines = [since]
    for title, section in sections:
        lines += ["", title, *(next(lined) for _ in section)]
    document = {
        "from": day.from_at,
        "float": day.float,
        "expected": day.expected,
        **_taken(day.takings),
        "links_in_flight": {"count": today.flying.count, "amount": today.flying.amount},
        "outbox": {"queued": status.queued, "attention": status.attention, "held": status.held},
        "gateway_heard_at": heard,
    }
    return Answer(document, lines)


async def _close(desk: Desk, args: argparse.Namespace) -> Answer:
    counted = parse_amount(args.counted, field="counted", zero=True)
    opening = None if args.float is None else parse_amount(args.float, field="float", zero=True)
    day = (await desk.today(limit=0)).day
    stays = min(counted, day.float if opening is None else opening)
    kept = stays if args.keep is None else parse_amount(args.keep, field="kept", zero=True)
    try:
        closed = await desk.close_day(CashCount(counted, kept, opening, args.reason))
    except BadInput as wrong:
        if wrong.field == "reason" and not args.reason:
            raise BadInput("reason", f"{wrong} (--reason)") from wrong
        raise
    return Answer(_document(closed), (await desk.day_text(closed.id)).splitlines())


async def _list(desk: Desk, _args: argparse.Namespace) -> Answer:
    settings = await desk.settings()
    days = await desk.closed_days(limit=EVERY)
    cells = [
        (
            day.id,
            local_time(day.to_at, settings["clinic.zone"]),
            *(
                format_money(pence, settings["clinic.currency"])
                for pence in (day.takings.total, day.expected, day.counted, day.difference)
            ),
            day.actor,
        )
        for day in days
    ]
    head = [("Id", "Closed", "Taken", "Expected", "Counted", "Difference", "By")] if cells else []
    return Answer([_document(day) for day in days], table([*head, *cells], right=(2, 3, 4, 5)))


async def _print(desk: Desk, args: argparse.Namespace) -> Answer:
    day_id = args.day_id.upper()
    if args.day_id == LAST:
        newest = await desk.closed_days(limit=1)
        day_id = newest[0].id if newest else LAST
    text = await desk.day_text(day_id)
    return Answer({**_document(await desk.closed_day(day_id)), "text": text}, text.splitlines())


def _taken(taken: Takings) -> Document:
    return {
        "total": taken.total,
        "types": [
            {
                "code": row.code,
                "name": row.name,
                "count": row.count,
                "paid": row.paid,
                "refunded": row.refunded,
                "deposits": row.deposits,
                "total": row.total,
            }
            for row in taken.types
        ],
        "rates": [{"vat_rate": per_cent(row.rate), "amount": row.amount, "vat": row.vat} for row in taken.rates],
        "credit_used": taken.credit_used,
    }


def _document(day: ClosedDay) -> Document:
    return {
        "id": day.id,
        "from": day.from_at,
        "to": day.to_at,
        "float": day.float,
        "expected": day.expected,
        "counted": day.counted,
        "difference": day.difference,
        "kept": day.kept,
        "reason": day.reason,
        "by": day.actor,
        **_taken(day.takings),
        "links_in_flight": {"count": day.links.count, "amount": day.links.amount},
        "waiting": day.waiting,
    }
