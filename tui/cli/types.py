"""`paydesk types`: the ways in which the clinic takes money."""

import argparse
from collections.abc import Iterable

from store.models import PaymentType
from store.payment_types import KINDS
from tui.cli.arguments import Commands, subcommand, subcommands
from tui.cli.documents import Document
from tui.cli.output import Answer, table
from tui.cli.session import Work, on_desk
from tui.desk import Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    found = subcommand(commands, "list", on_desk(_list), "list the payment types in their order")
    found.add_argument("--all", action="store_true", help="also those that are switched off")
    add = subcommand(commands, "add", on_desk(_add), "add a payment type")
    add.add_argument("--name", required=True, metavar="N", help="what it is called, such as Cheque")
    add.add_argument("--kind", default="recorded", choices=KINDS, help="cash gives change, recorded is written down")
    add.add_argument("--key", default="", metavar="K", help="the letter that chooses it at the desk")
    rename = _of_one(commands, "rename", _rename, "change what a payment type is called")
    rename.add_argument("--name", required=True, metavar="N", help="what it is called from now on")
    rename.add_argument("--key", metavar="K", help="the letter that chooses it at the desk; empty is none")
    _of_one(commands, "on", _on, "switch a payment type on")
    _of_one(commands, "off", _off, "switch a payment type off")
    move = _of_one(commands, "move", _move, "move a payment type up or down in the order")
    move.add_argument("--by", required=True, type=int, metavar="N", help="places down; up where it is below zero")


def type_document(kept: PaymentType) -> Document:
    """Return a payment type."""
    return {"code": kept.code, "name": kept.name, "kind": kept.kind, "key": kept.key, "active": kept.active}


def _of_one(commands: Commands, name: str, work: Work, help_text: str) -> argparse.ArgumentParser:
    parser = subcommand(commands, name, on_desk(work), help_text)
    parser.add_argument("code", metavar="CODE", help="the payment type's code, from `paydesk types list`")
    return parser


async def _list(desk: Desk, args: argparse.Namespace) -> Answer:
    return _all(await desk.payment_types(all=args.all))


async def _add(desk: Desk, args: argparse.Namespace) -> Answer:
    return _one(await desk.save_payment_type(None, name=args.name, kind=args.kind, key=args.key))


async def _rename(desk: Desk, args: argparse.Namespace) -> Answer:
    return _one(await desk.save_payment_type(args.code, name=args.name, key=args.key))


async def _on(desk: Desk, args: argparse.Namespace) -> Answer:
    return _one(await desk.switch_payment_type(args.code, True))


async def _off(desk: Desk, args: argparse.Namespace) -> Answer:
    return _one(await desk.switch_payment_type(args.code, False))


async def _move(desk: Desk, args: argparse.Namespace) -> Answer:
    return _all(await desk.move_payment_type(args.code, args.by))


def _one(kept: PaymentType) -> Answer:
    return Answer(type_document(kept), _lines([kept]))


def _all(types: Iterable[PaymentType]) -> Answer:
    return Answer([type_document(kept) for kept in types], _lines(types))


def _lines(types: Iterable[PaymentType]) -> list[str]:
    return table([(kept.code, kept.name, kept.kind, kept.key, "" if kept.active else "off") for kept in types])
