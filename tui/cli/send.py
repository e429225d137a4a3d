"""`paydesk send`: ask a client to pay by a payment link."""

import argparse

from store.charges import Charge
from store.contact import shown_mobile
from store.models import Channel, Message
from store.money import format_money, parse_amount
from tui.cli.arguments import on_command
from tui.cli.documents import asked_document, charges_document
from tui.cli.output import Answer, table
from tui.cli.session import on_desk
from tui.desk import CHANNELS, Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Make a payment link and send it. It is safely queued when this returns; a desk that is open, or "
        "`paydesk sync`, makes the link and sends it. Without --email and --sms there is only the link, to be shown "
        "with `paydesk qr`."
    )
    parser.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    parser.add_argument("--amount", metavar="A", help="pounds and pence, such as 12.50 (else all that is due)")
    for option, place, own in (("--email", "ADDR", "email address"), ("--sms", "MOBILE", "mobile")):
        parser.add_argument(
            option, nargs="?", const="", metavar=place, help=f"send it there (else the client's {own})"
        )
    on_command(parser, on_desk(_send))


async def _send(desk: Desk, args: argparse.Namespace) -> Answer:
    amount = None if args.amount is None else parse_amount(args.amount)
    typed: dict[Channel, str | None] = {"email": args.email, "sms": args.sms}
    addresses = {channel: to for channel in CHANNELS if (to := typed[channel]) is not None}
    sent = await desk.send(args.number, addresses, amount=amount, origin="invoice")
    request = sent.request
    row = (await desk.invoice(args.number)).row
    charges = {charge.channel: charge for charge in sent.charges}
    lines = [
        f"Payment link {request.code} for {format_money(request.amount, row.currency)} of {row.number} is queued.",
        *table([_message(message, charges[message.channel], row.currency) for message in request.messages]),
    ]
    return Answer({**asked_document(request), "charges": charges_document(sent.charges)}, lines)


def _message(message: Message, charge: Charge, currency: str) -> tuple[str, str, str]:
    word, address = (
        ("Email", message.address) if message.channel == "email" else ("SMS", shown_mobile(message.address))
    )
    return f"  {word}", address, format_money(charge.gross, currency) if charge.gross else "free"
