"""What can be done with an invoice: the options of its pop-up, and why one does not apply just now."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from store.models import OPEN_REQUESTS, Invoice, PaymentRequest, Refund

Verb = Literal[
    "send_link",
    "resend",
    "chase",
    "cancel_link",
    "show_qr",
    "copy_link",
    "show_log",
    "email_receipt",
    "save_pdf",
    "take_payment",
    "refund",
    "void",
    "notes",
    "open_in_pos",
]

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


def live_links(invoice: Invoice) -> list[PaymentRequest]:
    """Return the payment requests whose link a client can open, newest first."""
    return [request for request in open_requests(invoice) if request.state == "live" and request.url]


def refund_left(invoice: Invoice) -> int:
    """Return the pence that were paid and have neither gone back nor are on their way back."""
    return sum(payment.amount for payment in invoice.payments) - invoice.row.refunding


def failed_refunds(invoice: Invoice) -> list[Refund]:
    """Return the refunds that failed and for which enough is left to try again: no other has taken their place."""
    left = refund_left(invoice)
    return [refund for refund in invoice.refunds if refund.state == "failed" and refund.amount <= left]


def _not_payable(invoice: Invoice) -> str:
    if invoice.row.state == "void":
        return "the invoice is void"
    if not invoice.lines:
        return "no lines yet"
    if not invoice.client.id:
        return "no client yet"
    return "" if invoice.row.due else "nothing is due"


def _not_askable(invoice: Invoice) -> str:
    return _not_payable(invoice) or ("" if invoice.askable else "all that is due is asked for already")


def _nothing_open(invoice: Invoice) -> str:
    return "" if open_requests(invoice) else "no open link"


def _nothing_live(invoice: Invoice) -> str:
    if live_links(invoice):
        return ""
    return "the link is not made yet" if open_requests(invoice) else "no live link"


def _nothing_to_cancel(invoice: Invoice) -> str:
    if cancellable(invoice):
        return ""
    is_leaving = any(request.state == "cancelling" for request in invoice.requests)
    return "it is being cancelled already" if is_leaving else "no open link"


def _nothing_to_refund(invoice: Invoice) -> str:
    if refund_left(invoice) > 0:
        return ""
    return "all of it went back already" if invoice.row.refunded or invoice.row.refunding else "nothing was paid"


def _not_voidable(invoice: Invoice) -> str:
    if invoice.row.state == "void":
        return "it is void already"
    if invoice.row.state == "draft":
        return "a draft is discarded in the POS"
    if invoice.payments:
        return "money was taken: refund it instead"
    return "cancel its open link first" if _link_stands(invoice) else ""


def _link_stands(invoice: Invoice) -> bool:
    return bool(invoice.asked) or any(request.state == "cancelling" for request in invoice.requests)


def _draft(invoice: Invoice) -> str:
    return "it is a draft: there is no receipt yet" if invoice.row.state == "draft" else ""


def _no_draft(invoice: Invoice) -> str:
    return "" if invoice.row.state == "draft" else "it is issued, so it is not edited any more"


def _always(_invoice: Invoice) -> str:
    return ""


OPTIONS = (
    InvoiceOption("s", "send_link", "Send payment link", "Ask the client to pay by email, SMS or QR", _not_askable),
    InvoiceOption("r", "resend", "Resend link", "The same link again, to any address", _nothing_live),
    InvoiceOption("h", "chase", "Chase", "Remind the client of a link that is not paid", _nothing_live),
    InvoiceOption("x", "cancel_link", "Cancel link", "Take a payment link back", _nothing_to_cancel),
    InvoiceOption("q", "show_qr", "Show QR", "The newest open link, to scan at the desk", _nothing_open),
    InvoiceOption("c", "copy_link", "Copy link", "Put the live link's address on the clipboard", _nothing_live),
    InvoiceOption("l", "show_log", "Invoice log", "Who did what, when, to whom, and what it cost", _always),
    InvoiceOption("m", "email_receipt", "Email receipt", "Send the receipt, or the invoice while it is due", _draft),
    InvoiceOption("p", "save_pdf", "Print/Save PDF", "Into the documents folder, and to the printer", _draft),
    InvoiceOption(
        "t", "take_payment", "Take payment", "Cash, card terminal and the other payment types", _not_payable
    ),
    InvoiceOption("f", "refund", "Refund", "Give money back, all of it or a part", _nothing_to_refund),
    InvoiceOption("v", "void", "Void", "Make the invoice void: nothing is owed", _not_voidable),
    InvoiceOption("n", "notes", "Notes", "Write down what colleagues should know", _always),
    InvoiceOption("e", "open_in_pos", "Open in POS", "Change the lines of a draft", _no_draft),
)
"""Every option, in the menu's order."""
