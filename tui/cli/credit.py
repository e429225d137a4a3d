"""`paydesk credit`: what clients have left at the clinic for later."""

import argparse

from store.credit import CreditEntry
from store.money import format_money, parse_amount
from tui.cli.arguments import Commands, subcommand, subcommands
from tui.cli.documents import Document
from tui.cli.output import Answer, local_time, table
from tui.cli.session import Work, on_desk
from tui.desk import Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    _of_client(commands, "show", _show, "show a client's account credit")
    for name, work, help_text in (
        ("deposit", _deposit, "take money from a client for later"),
        ("return", _return, "give a client's credit back"),
    ):
        moves = _of_client(commands, name, work, help_text)
        moves.add_argument("--type", required=True, metavar="TYPE", help="a code from `paydesk types list`")
        moves.add_argument("--amount", required=True, metavar="A", help="pounds and pence, such as 12.50")
        moves.add_argument("--reference", default="", metavar="TEXT", help="a receipt number or the like")
        moves.add_argument(
            "--id", default="", metavar="ID", help="an id of your own: the same money is not moved twice under it"
        )


def entry_document(entry: CreditEntry) -> Document:
    """Return one movement of a client's credit."""
    return {
        "id": entry.id,
        "amount": entry.amount,
        "type": entry.type,
        "at": entry.at,
        "reference": entry.reference,
        "payment_id": entry.payment_id,
    }


def _of_client(commands: Commands, name: str, work: Work, help_text: str) -> argparse.ArgumentParser:
    parser = subcommand(commands, name, on_desk(work), help_text)
    parser.add_argument("client", metavar="CLIENT", help="the client's id, from `paydesk clients list`")
    return parser


async def _show(desk: Desk, args: argparse.Namespace) -> Answer:
    client = await desk.client(args.client)
    moved = await desk.credit_entries(client.id)
    chosen = await desk.settings()
    names = {kept.code: kept.name for kept in await desk.payment_types(all=True)}
    balance = await desk.credit_of(client.id)
    cells = [
        (
            local_time(entry.at, chosen["clinic.zone"]),
            names.get(entry.type, entry.type),
            format_money(entry.amount, chosen["clinic.currency"]),
            entry.reference,
        )
        for entry in moved
    ]
    head = f"{client.name}: {format_money(balance, chosen['clinic.currency'])}"
    document = {
        "client_id": client.id,
        "client_name": client.name,
        "balance": balance,
        "entries": [entry_document(entry) for entry in moved],
    }
    return Answer(document, [head, *table(cells, right=(2,))])


async def _deposit(desk: Desk, args: argparse.Namespace) -> Answer:
    entry = await desk.take_deposit(
        args.client, args.type, parse_amount(args.amount), reference=args.reference, credit_id=args.id
    )
    return await _moved(desk, entry, "taken")


async def _return(desk: Desk, args: argparse.Namespace) -> Answer:
    entry = await desk.return_deposit(
        args.client, args.type, parse_amount(args.amount), reference=args.reference, credit_id=args.id
    )
    return await _moved(desk, entry, "given back")


async def _moved(desk: Desk, entry: CreditEntry, what: str) -> Answer:
    currency = (await desk.settings())["clinic.currency"]
    balance = await desk.credit_of(entry.client_id)
    name = (await desk.client(entry.client_id)).name
    amount, left = format_money(abs(entry.amount), currency), format_money(balance, currency)
    return Answer({**entry_document(entry), "balance": balance}, [f"{name}: {amount} {what}, {left} of credit now."])
