"""What can be done with an invoice: the options of its pop-up, and why one does not apply just now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from store.models import OPEN_REQUESTS, Invoice, PaymentRequest

Verb = Literal["send_link", "show_log", "show_qr", "copy_link", "cancel_link", "take_payment", "open_in_pos"]

CANCELLABLE = ("queued", "live", "attention")
"""States of a payment request that somebody at the desk may still take back."""


@dataclass(frozen=True, slots=True)
class InvoiceOption:
    """One option: its key, what it does, its words, what it means, and `why_not` (empty when it applies)."""

    key: str
    verb: Verb
    label: str
    help: str
    why_not: Callable[[Invoice], str]


def open_requests(invoice: Invoice) -> list[PaymentRequest]:
    """Return the payment requests that still ask the client for money, newest first."""
    return [request for request in reversed(invoice.requests) if request.state in OPEN_REQUESTS]


def cancellable(invoice: Invoice) -> list[PaymentRequest]:
    """Return the payment requests that can be taken back, newest first."""
    return [request for request in reversed(invoice.requests) if request.state in CANCELLABLE]


def live_link(invoice: Invoice) -> PaymentRequest | None:
    """Return the newest payment request whose link a client can open, or None."""
    return next((request for request in open_requests(invoice) if request.state == "live" and request.url), None)


def _not_payable(invoice: Invoice) -> str:
    if invoice.row.state == "void":
        return "the invoice is void"
    if not invoice.lines:
        return "no lines yet"
    return "" if invoice.row.due else "nothing is due"


def _not_askable(invoice: Invoice) -> str:
    return _not_payable(invoice) or ("" if invoice.askable else "all that is due is asked for already")


def _nothing_open(invoice: Invoice) -> str:
    return "" if open_requests(invoice) else "no open link"


def _nothing_live(invoice: Invoice) -> str:
    return "" if live_link(invoice) else "no live link"


def _nothing_to_cancel(invoice: Invoice) -> str:
    if cancellable(invoice):
        return ""
    is_leaving = any(request.state == "cancelling" for request in invoice.requests)
    return "it is being cancelled already" if is_leaving else "no open link"


def _no_draft(invoice: Invoice) -> str:
    return "" if invoice.row.state == "draft" else "it is issued, so it is not edited any more"


def _always(_invoice: Invoice) -> str:
    return ""


OPTIONS = (
    InvoiceOption("s", "send_link", "Send payment link", "Ask the client to pay by email, SMS or QR", _not_askable),
    InvoiceOption("l", "show_log", "Invoice log", "Who did what, when, to whom, and what it cost", _always),
    InvoiceOption("q", "show_qr", "Show QR", "The newest open link, to scan at the desk", _nothing_open),
    InvoiceOption("c", "copy_link", "Copy link", "Put the live link's address on the clipboard", _nothing_live),
    InvoiceOption("x", "cancel_link", "Cancel link", "Take a payment link back", _nothing_to_cancel),
    InvoiceOption("t", "take_payment", "Take payment", "Cash, card terminal or bank transfer", _not_payable),
    InvoiceOption("e", "open_in_pos", "Open in POS", "Change the lines of a draft", _no_draft),
)
"""Every option, in the menu's order."""
