"""`paydesk resend`: send a payment link again."""

import argparse

from store.models import Channel
from store.money import format_money
from tui.cli.arguments import on_command
from tui.cli.documents import Document, asked_document, charges_document
from tui.cli.output import Answer
from tui.cli.session import on_desk
from tui.desk import CHANNELS, Desk, Sent

CHANNEL_WORDS: dict[Channel, str] = {"email": "email", "sms": "SMS"}


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = "Send the same live link again, by --email, --sms or both; each message has its own charge."
    parser.add_argument(
        "request_id", metavar="REQUEST_ID", help="the payment request's id or its code, such as K7Q-42M"
    )
    for option, place, own in (("--email", "ADDR", "email address"), ("--sms", "MOBILE", "mobile")):
        parser.add_argument(
            option, nargs="?", const="", metavar=place, help=f"send it there (else the client's {own})"
        )
    on_command(parser, on_desk(_resend))


async def _resend(desk: Desk, args: argparse.Namespace) -> Answer:
    typed: dict[Channel, str | None] = {"email": args.email, "sms": args.sms}
    addresses = {channel: to for channel in CHANNELS if (to := typed[channel]) is not None}
    sent = await desk.resend(args.request_id, addresses, origin="invoice")
    return Answer(again_document(sent), [f"Payment link {sent.request.code} is queued again, {by_which(sent)}."])


def again_document(sent: Sent) -> Document:
    """Return what was sent again."""
    return {**asked_document(sent.request), "charges": charges_document(sent.charges)}


def by_which(sent: Sent) -> str:
    """Write the channels with their charges: `by email (£0.02) and SMS (£0.06)`."""
    costs = [
        f"{CHANNEL_WORDS[charge.channel]} ({format_money(charge.gross) if charge.gross else 'free'})"
        for charge in sent.charges
    ]
    return f"by {' and '.join(costs)}"
