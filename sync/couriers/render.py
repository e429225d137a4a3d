"""The looks of every email, from the templates beside this file; the words to clients are the clinic's.

A name may hold markup, line breaks or right-to-left text: HTML escapes it, and one line of it at most reaches
a subject, so that nobody writes a header with a client's name.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from store import receipt_text
from store.money import format_quantity, format_rate
from store.receipts import Receipt
from store.templates import EmailWords, MessageKind, body_of, subject_of
from store.text import cleaned
from sync import qr
from sync.couriers.blocks import Block, blocks

QR_CID = "payment-qr@paydesk"
"""The Content-ID by which the HTML names the picture of the QR code."""

LABELS: dict[MessageKind, str] = {"payment_request": "Payment request", "reminder": "Reminder"}


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes with an email."""

    name: str
    mimetype: str
    content: bytes


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
    attachments: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Notice:
    """What the clinic is told: a subject, what happened in a word or two, the figure it is about, and the facts."""

    subject: str
    label: str
    figure: str
    sentence: str
    facts: Sequence[tuple[str, str]]
    foot: str
    good: bool = True


def link_email(words: EmailWords, values: Mapping[str, str], kind: MessageKind) -> RenderedMail:
    """Render the email that asks a client to pay by the link, or reminds them of it."""
    parts = blocks(words.body, values, asks=True)
    shown: dict[str, Any] = {"label": LABELS[kind], "subject": subject_of(words, values), **_placed(parts)}
    return RenderedMail(
        subject=shown["subject"],
        html=_render("payment_request.html", values, **shown, qr_cid=QR_CID),
        text=body_of(words, values) + "\n",
        qr_png=qr.png(values["url"]),
        html_without_picture=_render("payment_request.html", values, **shown, qr_cid=""),
    )


def receipt_email(words: EmailWords, values: Mapping[str, str], receipt: Receipt, pdf: bytes) -> RenderedMail:
    """Render the email that brings a receipt; the PDF is attached, and the text holds the receipt as well."""
    subject = subject_of(words, values)
    html = _render(
        "receipt.html",
        values,
        subject=subject,
        receipt=receipt,
        blocks=blocks(words.body, values, asks=False),
        rate=format_rate,
        quantity=format_quantity,
        off=lambda discount, rate: receipt_text.off(receipt, discount, rate),
        balance=receipt_text.balance(receipt),
        shows_vat=receipt_text.shows_vat(receipt),
    )
    return RenderedMail(
        subject=subject,
        html=html,
        text=f"{body_of(words, values)}\n\n\n{receipt_text.receipt_text(receipt)}",
        qr_png=b"",
        html_without_picture=html,
        attachments=(Attachment(f"{receipt.title}-{receipt.number}.pdf", "application/pdf", pdf),),
    )


def notice_mail(notice: Notice) -> RenderedMail:
    """Render what the clinic is told."""
    facts = [(label, cleaned(value)) for label, value in notice.facts if cleaned(value)]
    words = {
        "subject": cleaned(notice.subject),
        "label": notice.label,
        "figure": cleaned(notice.figure),
        "sentence": cleaned(notice.sentence),
        "foot": cleaned(notice.foot),
    }
    html = _render("notice.html", words, facts=facts, good=notice.good)
    width = max((len(label) for label, _ in facts), default=0) + 3
    told = "".join(f"{f'{label}:':<{width}}{value}\n" for label, value in facts)
    paragraphs = [words["sentence"], told.rstrip("\n"), words["foot"]]
    text = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return RenderedMail(words["subject"], html, text + "\n", b"", html)


def _placed(parts: Sequence[Block]) -> dict[str, Any]:
    """Return the parts for the template: those of the card in their order, and those of the foot."""
    check = Block("check", ()) if all(part.kind != "check" for part in parts) else None
    card = [part for part in parts if part.kind != "foot"]
    return {"blocks": [*card, *([check] if check else [])], "foot": [part for part in parts if part.kind == "foot"]}


def _render(template: str, words: Mapping[str, str], **more: Any) -> str:
    return _environment().get_template(template).render({**words, **more})


@lru_cache(maxsize=1)
def _environment() -> Environment:
    options: dict[str, Any] = {"trim_blocks": True, "lstrip_blocks": True, "keep_trailing_newline": True}
    return Environment(
        loader=PackageLoader("sync.couriers"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        **options,
    )
