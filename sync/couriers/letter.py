"""A rendered email as the MIME message that leaves.

multipart/mixed             only where files go with it
├── multipart/alternative
│   ├── text/plain          our own text
│   └── multipart/related
│       ├── text/html
│       └── image/png       the QR code, inline, by its Content-ID
└── application/pdf         a receipt
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from store.text import cleaned
from sync.couriers.render import QR_CID, RenderedMail

HEADER_NAME = re.compile(r"[!-9;-~]+")
LONGEST_NAME = 70
"""Characters of a sender's name: on a longer one some versions of Python lose the quotes around its commas."""
ADDRESS = re.compile(r"[^\s,;:<>()\"\\@]+@[^\s,;:<>()\"\\@]+")


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who a letter is from and to; `message_id` stays the same whenever it is sent again."""

    from_name: str
    from_address: str
    to: Sequence[str]
    message_id: str
    reply_to: Sequence[str] = ()
    cc: Sequence[str] = ()
    headers: Mapping[str, str] = field(default_factory=dict)


def letter(envelope: Envelope, mail: RenderedMail) -> EmailMessage:
    """Compose the message. Raises ValueError when an address is none."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = cleaned(mail.subject)
    message["From"] = _address(envelope.from_address, _sender(envelope.from_name))
    for header, addresses in (("To", envelope.to), ("Cc", envelope.cc), ("Reply-To", envelope.reply_to)):
        if addresses:
            message[header] = [_address(address) for address in addresses]
    message["Message-ID"] = f"<{envelope.message_id}@{ascii_domain(envelope.from_address).rpartition('@')[2]}>"
    message["Date"] = format_datetime(datetime.now(UTC))
    for name, value in envelope.headers.items():
        if HEADER_NAME.fullmatch(name) and name not in message:
            message[name] = cleaned(value)
    message.set_content(mail.text, cte="quoted-printable")
    if mail.html:
        message.add_alternative(mail.html, subtype="html", cte="quoted-printable")
    if mail.html and mail.qr_png:
        _show_picture(message, mail.qr_png)
    for file in mail.attachments:
        main, _, sub = file.mimetype.partition("/")
        message.add_attachment(file.content, main, sub, filename=cleaned(file.name))
    return message


def is_address(text: str) -> bool:
    """Say whether `text` is one plain email address, fit for an envelope and for a URL."""
    return ADDRESS.fullmatch(text) is not None and cleaned(text) == text


def ascii_domain(address: str) -> str:
    """Return `address` with an international domain in the form that mail servers exchange.

    Raises ValueError for a domain that has no such form.
    """
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _address(address: str, name: str = "") -> Address:
    if not is_address(address):
        raise ValueError(f"{address!r} is not an email address")
    username, _, domain = ascii_domain(address).rpartition("@")
    return Address(name, username, domain)


def _sender(name: str) -> str:
    line = cleaned(name)
    return line if len(line) <= LONGEST_NAME else line[: LONGEST_NAME - 1].rstrip() + "…"


def _show_picture(message: EmailMessage, picture: bytes) -> None:
    page = list(message.iter_parts())[-1]
    if not isinstance(page, EmailMessage):
        raise TypeError("a letter's parts are messages of its own kind")
    page.add_related(picture, "image", "png", cid=f"<{QR_CID}>", disposition="inline", filename="payment-qr.png")
    page.set_param("type", "text/html")
