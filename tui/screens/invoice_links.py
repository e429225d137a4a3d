"""A section of an invoice's pop-up in lines: its payment links, and what became of each message that carried them."""

from textual.content import Content

from store.models import Invoice, Message, PaymentRequest
from store.money import format_money
from tui.screens.invoice_sections import CHANNELS, MONEY, Here, address_of
from tui.widgets.sheet import Col, Lines, hanging, quiet, row
from tui.widgets.state import message_state, request_state

_REQUEST = (Col(7, style="bold"), Col(), Col(18, style="$quiet"), Col(MONEY, right=True))
_INDENT = 9


def requests_section(invoice: Invoice, here: Here, width: int, marked: str = "") -> Lines:
    """Return the payment links, newest first: code, state and why, amount, and what became of each message.

    The request `marked` (an id) comes before the others, with a line that answers who asks whether it is genuine.
    """
    if not invoice.requests:
        return [quiet("No payment link yet. O, then S sends one.")]
    lines: Lines = []
    newest_first = invoice.requests[::-1]
    for request in sorted(newest_first, key=lambda request: request.id != marked):
        lines += [Content("")] if lines else []
        lines += _genuine(request, invoice, here, width) if request.id == marked else []
        lines += _request(request, invoice.row.currency, here, width)
    return lines


def _genuine(request: PaymentRequest, invoice: Invoice, here: Here, width: int) -> Lines:
    amount = format_money(request.amount, invoice.row.currency)
    whom = f" {invoice.client.name}" if invoice.client.name else ""
    when = here.time(request.created_at)
    text = f"▸ {request.code} is ours: we asked{whom} for {amount} of {invoice.row.number}, {when}."
    return hanging(width, 0, "", text, "$text-accent bold")


def _request(request: PaymentRequest, currency: str, here: Here, width: int) -> Lines:
    state = request_state(request, here.zone, here.now)
    asked = f"asked {here.time(request.created_at)}"
    lines = [row(width, _REQUEST, (request.code, state, asked, format_money(request.amount, currency)))]
    if request.reason:
        lines += hanging(width, _INDENT, "", _sentence(request.reason))
    if request.state == "attention":
        lines += hanging(width, _INDENT, "", "What becomes of it is decided in the outbox (F5).", "$quiet")
    for message in request.messages:
        lines += hanging(width, _INDENT, CHANNELS[message.channel], _sent(message, here))
    if not request.messages:
        lines += hanging(width, _INDENT, "QR", "shown at the desk, no message", "$quiet")
    if request.state == "live" and request.url:
        lines += hanging(width, _INDENT, "Link", request.url, "$quiet")
    return lines


def _sent(message: Message, here: Here) -> Content:
    state = message_state(message, here.zone, here.now).content
    kind = "  reminder" if message.kind == "reminder" else ""
    why = f" · {message.result}" if message.result and not message.sent_at else ""
    return Content.assemble(state, (f"{kind}  {address_of(message.channel, message.address)}{why}", "$quiet"))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
