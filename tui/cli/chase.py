"""`paydesk chase`: remind clients of unpaid payment links."""

import argparse

from store.errors import BadInput
from tui.cli.arguments import on_command
from tui.cli.output import Answer
from tui.cli.resend import again_document, by_which
from tui.cli.session import on_desk
from tui.desk import CHANNELS, Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Remind a client of a live link, where it went before; by the channels of the setting chase.channels unless "
        "--email or --sms say which. With --due all the links that the chasing rule would remind of now."
    )
    parser.add_argument(
        "request_id", nargs="?", default="", metavar="REQUEST_ID", help="the payment request's id or its code"
    )
    parser.add_argument("--due", action="store_true", help="every link whose reminder is due by the rule")
    for channel, word in (("email", "email"), ("sms", "SMS")):
        parser.add_argument(f"--{channel}", action="store_true", help=f"remind by {word}")
    on_command(parser, on_desk(_chase))


async def _chase(desk: Desk, args: argparse.Namespace) -> Answer:
    if args.due == bool(args.request_id):
        raise BadInput("request_id", "Name one payment link by its code, or give --due for all that are due.")
    if args.due:
        reminded = await desk.chase_due()
        lines = [f"Reminder of {sent.request.code} queued, {by_which(sent)}." for sent in reminded]
        return Answer([again_document(sent) for sent in reminded], lines or ["No reminder is due."])
    sent = await desk.chase(args.request_id, [channel for channel in CHANNELS if getattr(args, channel)])
    return Answer(again_document(sent), [f"Reminder of {sent.request.code} queued, {by_which(sent)}."])
