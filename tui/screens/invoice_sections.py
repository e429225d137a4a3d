"""The sections of an invoice's pop-up in lines: what it is for with VAT and totals, payments, payment links."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from store.contact import shown_mobile
from store.models import Invoice, Message, Payment, PaymentRequest
from store.money import format_money, format_quantity, format_rate, vat_by_rate
from tui.format import time_of
from tui.screens.sheet import Col, Lines, hanging, quiet, row, wrapped_row
from tui.widgets.state import message_state, request_state

MONEY = 11
"""Cells that the largest amount needs, £999,999.99."""

CHANNELS = {"email": "Email", "sms": "SMS"}
TYPES = {"cash": "Cash", "card": "Card terminal", "transfer": "Bank transfer", "payment_link": "Payment link"}

_ITEMS = (Col(), Col(6, right=True), Col(MONEY, right=True), Col(6, right=True), Col(MONEY, right=True))
_TOTALS = (Col(right=True), Col(MONEY, right=True))
_PAYMENTS = (Col(12), Col(), Col(14), Col(MONEY, right=True))
_REQUEST = (Col(7, style="bold"), Col(), Col(18, style="$quiet"), Col(MONEY, right=True))
_INDENT = 9


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when one looks: the clinic's zone and the present moment."""

    zone: ZoneInfo
    now: datetime

    def time(self, text: str) -> str:
        """Write a stored time: `14:02`, or `21 Nov 14:02` on another day."""
        return time_of(text, self.zone, self.now)


def lines_section(invoice: Invoice, _here: Here, width: int) -> Lines:
    """Return the invoice's lines, the VAT inside each rate, and the totals."""
    if not invoice.lines:
        return [quiet("No lines yet. They are added in the POS.")]
    currency = invoice.row.currency
    head = row(width, _ITEMS, ("Description", "Qty", "Price", "VAT", "Total"), "$quiet")
    items = [
        shown
        for line in invoice.lines
        for shown in wrapped_row(
            width,
            _ITEMS,
            (
                line.description,
                format_quantity(line.quantity),
                format_money(line.unit_price, currency),
                format_rate(line.vat_rate),
                format_money(line.total, currency),
            ),
        )
    ]
    return [head, *items, Content(""), *_totals(invoice, width)]


def payments_section(invoice: Invoice, here: Here, width: int) -> Lines:
    """Return what has been paid: when, how, who wrote it down, and how much."""
    if not invoice.payments:
        return [quiet("Nothing has been paid yet.")]
    codes = {request.id: request.code for request in invoice.requests}
    head = row(width, _PAYMENTS, ("When", "How", "By", "Amount"), "$quiet")
    paid = [
        shown
        for p in invoice.payments
        for shown in wrapped_row(
            width,
            _PAYMENTS,
            (here.time(p.at), _how(p, codes), p.actor, format_money(p.amount, invoice.row.currency)),
        )
    ]
    return [head, *paid]


def requests_section(invoice: Invoice, here: Here, width: int) -> Lines:
    """Return the payment links, newest first: code, state and why, amount, and what became of each message."""
    if not invoice.requests:
        return [quiet("No payment link yet. O, then S sends one.")]
    lines: Lines = []
    for request in reversed(invoice.requests):
        lines += [*([Content("")] if lines else []), *_request(request, invoice.row.currency, here, width)]
    return lines


def address_of(channel: str, address: str) -> str:
    """Return an address as people read it."""
    return shown_mobile(address) if channel == "sms" else address


def _totals(invoice: Invoice, width: int) -> Lines:
    shown = invoice.row

    def total(words: str, pence: int, style: str = "") -> Content:
        return row(width, _TOTALS, (words, format_money(pence, shown.currency)), style)

    by_rate = vat_by_rate((line.total, line.vat_rate) for line in invoice.lines)
    vat = [
        total(f"VAT {format_rate(rate)} in {format_money(gross, shown.currency)}", inside, "$quiet")
        for rate, (gross, inside) in by_rate.items()
    ]
    last = total("Overpaid", shown.overpaid, "bold") if shown.overpaid else total("Due", shown.due, "bold")
    return [*vat, total("Total", shown.total), total("Paid", shown.paid), last]


def _how(payment: Payment, codes: dict[str, str]) -> str:
    kind = TYPES.get(payment.type, payment.type)
    parts = (f"{kind} {codes.get(payment.request_id or '', '')}".strip(), payment.reference)
    return " · ".join(part for part in parts if part)


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
    why = f" · {message.result}" if message.result and not message.sent_at else ""
    return Content.assemble(state, (f"  {address_of(message.channel, message.address)}{why}", "$quiet"))


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
