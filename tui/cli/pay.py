"""`paydesk pay`: money that was taken at the desk."""

import argparse

from store.errors import BadInput
from store.money import format_money, parse_amount
from store.payments import change_for
from tui.cli.arguments import on_command
from tui.cli.documents import payment_document
from tui.cli.output import Answer, state_words
from tui.cli.session import on_desk
from tui.desk import Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    parser.add_argument(
        "--type",
        required=True,
        metavar="TYPE",
        help="how it was paid: a code from `paydesk types list`, such as cash",
    )
    parser.add_argument("--amount", required=True, metavar="A", help="pounds and pence, such as 12.50")
    parser.add_argument("--tendered", metavar="A", help="the cash handed over; the change is printed")
    parser.add_argument("--reference", default="", metavar="TEXT", help="a receipt number or the like")
    parser.add_argument(
        "--id", default="", metavar="ID", help="an id of your own: the same payment is not taken twice under it"
    )
    on_command(parser, on_desk(_pay))


async def _pay(desk: Desk, args: argparse.Namespace) -> Answer:
    names = {kept.code: kept for kept in await desk.payment_types()}
    amount = parse_amount(args.amount)
    change = None
    if args.tendered is not None:
        if args.type in names and names[args.type].kind != "cash":
            raise BadInput("tendered", "Only cash gives change. Leave --tendered out.")
        currency = (await desk.invoice(args.number)).row.currency
        change = change_for(amount, parse_amount(args.tendered, field="tendered"), currency)
    payment = await desk.take_payment(args.number, args.type, amount, reference=args.reference, payment_id=args.id)
    row = (await desk.invoice(args.number)).row
    document = {**payment_document(payment), "number": row.number, "state": row.state, "due": row.due}
    paid, due = format_money(payment.amount, row.currency), format_money(row.due, row.currency)
    name = names[payment.type].name if payment.type in names else payment.type
    lines = [f"{row.number}: {paid} taken by {name}. It is {state_words(row.state)}, {due} due."]
    if change is not None:
        document["change"] = change
        lines.append(f"Change {format_money(change, row.currency)}")
    return Answer(document, lines)
