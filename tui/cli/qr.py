"""`paydesk qr`: the live link of an invoice, for a client at the desk to scan."""

import argparse
import sys

from store.errors import Refused
from store.models import Invoice, PaymentRequest, Status
from store.money import format_money
from tui.cli.arguments import on_command
from tui.cli.output import Answer, Drawn, local_time
from tui.cli.session import on_desk
from tui.desk import Desk

BLACK_ON_WHITE, AS_BEFORE = "\x1b[30;107m", "\x1b[0m"


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    on_command(parser, on_desk(_qr))


async def _qr(desk: Desk, args: argparse.Namespace) -> Answer:
    from sync.qr import half_blocks

    invoice = await desk.invoice(args.number)
    request = next((request for request in reversed(invoice.requests) if request.state == "live"), None)
    if request is None:
        zone = (await desk.settings())["clinic.zone"]
        raise Refused(_why_not(invoice, await desk.status(), zone))
    if not request.url:
        raise Refused(f"The address of {request.code} is none that a client may be given. Cancel it and send anew.")
    await desk.watch_request(request.id)
    document = {
        "number": invoice.row.number,
        "request_id": request.id,
        "code": request.code,
        "state": request.state,
        "amount": request.amount,
        "url": request.url,
    }
    amount = format_money(request.amount, invoice.row.currency)
    return Answer(document, [*_drawn(half_blocks(request.url)), request.url, f"{amount}  {request.code}"])


def _drawn(rows: tuple[str, ...]) -> list[str]:
    """Return the code as a phone can read it: on a terminal black on white, whatever its colours."""
    if not sys.stdout.isatty():
        return list(rows)
    return [Drawn(f"{BLACK_ON_WHITE}{row}{AS_BEFORE}") for row in rows]


def _why_not(invoice: Invoice, status: Status, zone: str) -> str:
    """Say why there is nothing to scan."""
    number = invoice.row.number
    if not invoice.requests:
        return f"{number} has no payment link. Make one with `paydesk send {number}`."
    newest = invoice.requests[-1]
    if newest.state == "queued":
        return f"{number}: payment link {newest.code} is still queued: {_why_queued(status, zone)}"
    reason = f": {newest.reason}" if newest.reason and newest.state != "paid" else ""
    return f"{number} has no live payment link; {_last(newest)}{reason}."


def _why_queued(status: Status, zone: str) -> str:
    gateway = status.gateway
    if gateway is None or gateway.state == "online":
        return "it is made by a desk that is open, or by `paydesk sync`."
    since = local_time(gateway.since, zone)
    if gateway.state == "refused":
        return f"the gateway has refused the key since {since}. Correct gateway.key."
    return f"offline since {since}. It goes out by itself when the line is back."


def _last(request: PaymentRequest) -> str:
    words = {"stopped": "was not sent", "attention": "needs attention", "cancelling": "is being cancelled"}
    return f"{request.code} {words.get(request.state, f'is {request.state}')}"
