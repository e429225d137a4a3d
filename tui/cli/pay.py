"""`paydesk pay`: money that was taken at the desk."""

import argparse

from store.money import format_money, parse_amount
from store.payments import AT_THE_DESK
from tui.cli.arguments import on_command
from tui.cli.documents import payment_document
from tui.cli.output import Answer, state_words
from tui.cli.session import on_desk
from tui.desk import Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    parser.add_argument("--type", required=True, choices=AT_THE_DESK, help="how it was paid")
    parser.add_argument("--amount", required=True, metavar="A", help="pounds and pence, such as 12.50")
    on_command(parser, on_desk(_pay))


async def _pay(desk: Desk, args: argparse.Namespace) -> Answer:
    payment = await desk.take_payment(args.number, args.type, parse_amount(args.amount))
    row = (await desk.invoice(args.number)).row
    document = {**payment_document(payment), "number": row.number, "state": row.state, "due": row.due}
    paid, due = format_money(payment.amount, row.currency), format_money(row.due, row.currency)
    return Answer(
        document, [f"{row.number}: {paid} taken by {payment.type}. It is {state_words(row.state)}, {due} due."]
    )
