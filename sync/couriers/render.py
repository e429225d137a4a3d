"""The words and looks of every email, from the templates beside this file.

A name may hold markup, line breaks or right-to-left text: HTML escapes it, and one line of it at most reaches
a subject, so that nobody writes a header with a client's name.
"""

from dataclasses import asdict, dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from store.text import cleaned
from sync import qr

QR_CID = "payment-qr@paydesk"
"""The Content-ID by which the HTML names the picture of the QR code."""


@dataclass(frozen=True, slots=True)
class PaymentRequestMail:
    """What a client is told about one payment request; `amount_text` is shown as it is ("£211.00")."""

    clinic_name: str
    client_name: str
    invoice_number: str
    amount_text: str
    url: str
    code: str
    support_email: str


@dataclass(frozen=True, slots=True)
class PaymentLinkPaidMail:
    """What a clinic is told when a link was paid; `method` is how ("Visa ending 4242") or empty."""

    clinic_name: str
    client_name: str
    invoice_number: str
    amount_text: str
    method: str
    paid_at_text: str
    code: str


@dataclass(frozen=True, slots=True)
class RenderedMail:
    """An email that is ready to be addressed.

    `html` shows the picture `qr_png` inline by `QR_CID`; `html_without_picture` is for services that can only
    attach it. Both are the same where there is no picture (`qr_png` is empty).
    """

    subject: str
    html: str
    text: str
    qr_png: bytes
    html_without_picture: str


def payment_request_email(mail: PaymentRequestMail) -> RenderedMail:
    """Render the email that asks a client to pay by the link."""
    words = _one_line_each(mail)
    return RenderedMail(
        subject=f"Payment request from {words['clinic_name']}",
        html=_render("payment_request.html", words, qr_cid=QR_CID),
        text=_render("payment_request.txt", words),
        qr_png=qr.png(mail.url),
        html_without_picture=_render("payment_request.html", words, qr_cid=""),
    )


def payment_link_paid(mail: PaymentLinkPaidMail) -> RenderedMail:
    """Render the notification that tells the clinic that a link was paid."""
    words = _one_line_each(mail)
    html = _render("payment_link_paid.html", words)
    return RenderedMail(
        subject=f"Payment link paid: {words['amount_text']}, {words['invoice_number']}",
        html=html,
        text=_render("payment_link_paid.txt", words),
        qr_png=b"",
        html_without_picture=html,
    )


def _one_line_each(mail: PaymentRequestMail | PaymentLinkPaidMail) -> dict[str, str]:
    return {name: cleaned(value) for name, value in asdict(mail).items()}


def _render(template: str, words: dict[str, str], **more: str) -> str:
    return _environment().get_template(template).render(words | more)


@lru_cache(maxsize=1)
def _environment() -> Environment:
    options: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
    return Environment(
        loader=PackageLoader("sync.couriers"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        **options,
    )
