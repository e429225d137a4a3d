"""Two sections of an invoice's pop-up in lines: what it is for with discounts, VAT and totals; and its payments."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from textual.content import Content

from store.contact import shown_mobile
from store.discounts import vat_breakdown
from store.models import Invoice, Line, Payment
from store.money import format_money, format_quantity, format_rate
from tui.format import time_of
from tui.screens.invoice_options import failed_refunds
from tui.widgets.sheet import Col, Lines, hanging, quiet, row, wrapped_row

MONEY = 11
"""Cells that the largest amount needs, £999,999.99."""

CHANNELS = {"email": "Email", "sms": "SMS"}
TYPES: Mapping[str, str] = {
    "cash": "Cash",
    "card": "Card terminal",
    "transfer": "Bank transfer",
    "payment_link": "Payment link",
    "account_credit": "Account credit",
}
"""The payment types of the first day, until the clinic's own names have been read."""

_ITEMS = (Col(), Col(6, right=True), Col(MONEY, right=True), Col(6, right=True), Col(MONEY, right=True))
_TOTALS = (Col(right=True), Col(MONEY, right=True))
_PAYMENTS = (Col(12), Col(), Col(14), Col(MONEY, right=True))
_NOTES = 9
_Entry = tuple[str, str, str, int, str]
"""One line of the payments: stored time, words, who, pence, style."""


@dataclass(frozen=True, slots=True)
class Here:
    """Where and when one looks: the clinic's zone, the present moment, and what the payment types are called."""

    zone: ZoneInfo
    now: datetime
    types: Mapping[str, str] = field(default_factory=lambda: TYPES)

    def time(self, text: str) -> str:
        """Write a stored time: `14:02`, or `21 Nov 14:02` on another day."""
        return time_of(text, self.zone, self.now)


def lines_section(invoice: Invoice, _here: Here, width: int) -> Lines:
    """Return the invoice's lines with their discounts, the VAT inside each rate, the totals, and the notes."""
    shown: Lines = [quiet("No lines yet. They are added in the POS.")]
    if invoice.lines:
        head = row(width, _ITEMS, ("Description", "Qty", "Price", "VAT", "Total"), "$quiet")
        items = [line for item in invoice.lines for line in _item(item, invoice.row.currency, width)]
        shown = [head, *items, Content(""), *_totals(invoice, width)]
    if invoice.row.external_ref:
        shown += [Content(""), *hanging(width, _NOTES, "Ref", invoice.row.external_ref)]
    if invoice.row.notes:
        shown += [Content(""), *hanging(width, _NOTES, "Notes", invoice.row.notes)]
    return shown


def payments_section(invoice: Invoice, here: Here, width: int) -> Lines:
    """Return what was paid and given back: when, how, who wrote it down, how much; what waits or failed says so."""
    moved = [*_moved(invoice, here), *_not_moved(invoice, here)]
    uncounted = _uncounted(invoice, width)
    if not moved:
        return uncounted or [quiet("Nothing has been paid yet.")]
    lines = [row(width, _PAYMENTS, ("When", "How", "By", "Amount"), "$quiet")]
    for at, how, actor, pence, style in sorted(moved, key=lambda entry: entry[0]):
        pieces = (here.time(at), how, actor, format_money(pence, invoice.row.currency))
        lines += wrapped_row(width, _PAYMENTS, pieces, style)
    lines += [Content(""), *uncounted] if uncounted else []
    if (over := invoice.row.overpaid - invoice.row.refunding) > 0:
        told = f"{format_money(over, invoice.row.currency)} more was paid than is owed. O, then F gives it back."
        lines += [Content(""), *hanging(width, 0, "", told, "$text-warning")]
    if failed_refunds(invoice):
        lines += [Content(""), quiet("O, then F tries a refund again that failed.")]
    return lines


def address_of(channel: str, address: str) -> str:
    """Return an address as people read it."""
    return shown_mobile(address) if channel == "sms" else address


def _item(line: Line, currency: str, width: int) -> Lines:
    pieces = (
        line.description,
        format_quantity(line.quantity),
        format_money(line.unit_price, currency),
        format_rate(line.vat_rate),
        format_money(line.full, currency),
    )
    shown = wrapped_row(width, _ITEMS, pieces)
    if line.discount:
        word = _discount(line.discount_rate)
        shown.append(row(width, _ITEMS, (f"  {word}", "", "", "", format_money(-line.discount, currency)), "$quiet"))
    return shown


def _totals(invoice: Invoice, width: int) -> Lines:
    of = invoice.row

    def total(words: str, pence: int, style: str = "") -> Content:
        return row(width, _TOTALS, (words, format_money(pence, of.currency)), style)

    lines: Lines = []
    if of.discount:
        lines = [total("Subtotal", of.subtotal), total(_discount(of.discount_rate), -of.discount)]
    lines += [
        total(f"VAT {format_rate(rate)} in {format_money(gross, of.currency)}", inside, "$quiet")
        for rate, (gross, inside) in vat_breakdown(invoice.lines, of.discount).items()
    ]
    lines += [total("Total", of.total), total("Paid", of.paid + of.refunded)]
    if of.refunded:
        lines.append(total("Refunded", -of.refunded))
    if of.credited:
        lines.append(total("Not owed any more", -of.credited))
    return [*lines, total("Overpaid", of.overpaid, "bold") if of.overpaid else total("Due", of.due, "bold")]


def _moved(invoice: Invoice, here: Here) -> Iterator[_Entry]:
    """Yield the money that moved; a refund names why, which its order knows."""
    codes = {request.id: request.code for request in invoice.requests}
    done = [refund for refund in invoice.refunds if refund.state == "done"]
    for payment in invoice.payments:
        if payment.refund_of is None:
            how = _how(payment, codes, here)
        elif payment.amount > 0:
            how = f"Refund to {_named(payment.type, here)} came back"
        else:
            order = next((r for r in done if (r.payment_id, -r.amount) == (payment.refund_of, payment.amount)), None)
            if order is not None:
                done.remove(order)
            why = f" · {order.reason}" if order and order.reason else ""
            how = f"Refund to {_named(payment.type, here)}{why}"
        yield payment.at, how, payment.actor, payment.amount, ""


def _not_moved(invoice: Invoice, here: Here) -> Iterator[_Entry]:
    """Yield the refunds that are on their way, and those that failed with what the gateway said."""
    for refund in invoice.refunds:
        to = f"Refund to {_named(refund.type, here)}"
        if refund.state == "pending":
            yield (
                refund.created_at,
                f"◷ {to} is on its way{_why(refund.reason)}",
                refund.actor,
                -refund.amount,
                "$text-accent",
            )
        elif refund.state == "failed":
            yield (
                refund.closed_at or refund.created_at,
                f"✕ {to} failed{_why(refund.result)}",
                refund.actor,
                -refund.amount,
                "$text-error",
            )


def _uncounted(invoice: Invoice, width: int) -> Lines:
    """Return what was paid by link in another currency, which is no payment of this invoice."""
    counted = {payment.request_id for payment in invoice.payments}
    found = [request for request in invoice.requests if request.state == "paid" and request.id not in counted]
    return [
        line
        for request in found
        for line in hanging(width, 0, "", f"Payment link {request.code}: {request.reason}", "$text-warning")
    ]


def _how(payment: Payment, codes: Mapping[str, str], here: Here) -> str:
    kind = here.types.get(payment.type, payment.type)
    parts = (f"{kind} {codes.get(payment.request_id or '', '')}".strip(), payment.reference)
    return " · ".join(part for part in parts if part)


def _discount(rate: int) -> str:
    return f"Discount {format_rate(rate)}" if rate else "Discount"


def _named(kind: str, here: Here) -> str:
    return here.types.get(kind, kind).lower()


def _why(text: str) -> str:
    return f": {text}" if text else ""
