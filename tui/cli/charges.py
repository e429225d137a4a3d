"""`paydesk charges`: what messages to clients cost."""

import argparse
from collections.abc import Iterable
from typing import get_args

from store.charges import ChargeRow, Per
from store.models import Channel, Origin
from store.money import format_money, format_rate, parse_amount, parse_vat_rate
from tui.cli.arguments import subcommand, subcommands
from tui.cli.documents import Document
from tui.cli.output import Answer, table
from tui.cli.session import on_desk
from tui.desk import Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    subcommand(commands, "list", on_desk(_list), "list what messages cost, by where they are sent from")
    change = subcommand(commands, "set", on_desk(_set), "change what messages cost from now on")
    change.add_argument("origin", choices=get_args(Origin), help="where it is sent from")
    change.add_argument("channel", choices=get_args(Channel), help="how it is sent")
    change.add_argument("--net", required=True, metavar="A", help="pounds and pence without VAT, such as 0.05")
    change.add_argument("--vat", default="0", metavar="RATE", help="VAT that is added, in per cent; 0 if not given")
    change.add_argument("--per", default="message", choices=get_args(Per), help="what the charge is for")


async def _list(desk: Desk, _args: argparse.Namespace) -> Answer:
    return _answer(await desk.charges())


async def _set(desk: Desk, args: argparse.Namespace) -> Answer:
    net = parse_amount(args.net, field="net", zero=True)
    return _answer([await desk.save_charge(args.origin, args.channel, net, parse_vat_rate(args.vat), args.per)])


def _answer(rows: Iterable[ChargeRow]) -> Answer:
    rows = list(rows)
    cells = [
        (row.origin, row.channel, format_money(row.net), f"VAT {format_rate(row.vat_rate)}", f"per {row.per}")
        for row in rows
    ]
    return Answer([_document(row) for row in rows], table(cells, right=(2,)))


def _document(row: ChargeRow) -> Document:
    rate = row.vat_rate / 100 if row.vat_rate % 100 else row.vat_rate // 100
    return {"origin": row.origin, "channel": row.channel, "net": row.net, "vat_rate": rate, "per": row.per}
