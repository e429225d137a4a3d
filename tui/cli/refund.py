"""`paydesk refund`: money given back."""

import argparse

from store.errors import BadInput
from store.money import format_money, parse_amount
from tui.cli.arguments import on_command
from tui.cli.documents import refund_document
from tui.cli.output import Answer
from tui.cli.session import on_desk
from tui.desk import Desk

_SAID = {
    "pending": "to be given back; the gateway does it as soon as it can be reached",
    "done": "given back",
}


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    parser.add_argument(
        "--payment",
        default="",
        metavar="ID",
        help="which payment, by the id that `paydesk invoices show --json` has; needed where there are several",
    )
    parser.add_argument("--amount", required=True, metavar="A", help="pounds and pence, such as 12.50")
    parser.add_argument("--reason", required=True, metavar="TEXT", help="why; the invoice log keeps it")
    parser.add_argument(
        "--to", default="", metavar="TYPE", help="a payment type, such as account_credit; else the way it was paid"
    )
    parser.add_argument("--still-owed", action="store_true", help="it stays due, to be paid another way")
    parser.add_argument(
        "--id", default="", metavar="ID", help="an id of your own: the same refund is not made twice under it"
    )
    on_command(parser, on_desk(_refund))


async def _refund(desk: Desk, args: argparse.Namespace) -> Answer:
    amount = parse_amount(args.amount)
    payment_id = await _payment_of(desk, args)
    refund = await desk.refund(
        args.number,
        payment_id,
        amount,
        to=args.to,
        reason=args.reason,
        still_owed=args.still_owed,
        refund_id=args.id,
    )
    row = (await desk.invoice(args.number)).row
    names = {kept.code: kept.name for kept in await desk.payment_types(all=True)}
    back, due = format_money(refund.amount, row.currency), format_money(row.due, row.currency)
    way = names.get(refund.type, refund.type)
    document = {**refund_document(refund), "number": row.number, "due": row.due}
    return Answer(document, [f"{row.number}: {back} {_SAID.get(refund.state, refund.state)}, by {way}. {due} due."])


async def _payment_of(desk: Desk, args: argparse.Namespace) -> str:
    """Return the payment that was named, else that of the refund made under the same id, else the only one there is.

    Raises BadInput where there are several.
    """
    invoice = await desk.invoice(args.number)
    made = next((refund.payment_id for refund in invoice.refunds if refund.id == args.id), "")
    if args.payment or made:
        return str(args.payment or made)
    paid = [payment.id for payment in invoice.payments if not payment.refund_of]
    found = [each.payment.id for each in await desk.refundable(args.number)] or paid[:1]
    if len(found) > 1:
        raise BadInput("payment", f"There are {len(found)} payments to choose from. Name one with --payment.")
    return found[0] if found else ""
