"""`paydesk cancel`: take a payment link back."""

import argparse

from tui.cli.arguments import on_command
from tui.cli.documents import asked_document
from tui.cli.output import Answer
from tui.cli.session import on_desk
from tui.desk import Desk

_SAID = {
    "cancelling": "is being cancelled: it takes money until the gateway has switched it off.",
    "stopped": "will not be sent.",
}


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument(
        "request_id", metavar="REQUEST_ID", help="the payment request's id or its code, such as K7Q-42M"
    )
    on_command(parser, on_desk(_cancel))


async def _cancel(desk: Desk, args: argparse.Namespace) -> Answer:
    request = await desk.cancel(args.request_id)
    said = _SAID.get(request.state, f"is {request.state}.")
    return Answer(asked_document(request), [f"Payment link {request.code} {said}"])
