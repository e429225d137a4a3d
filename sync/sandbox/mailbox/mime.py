"""Reading the bytes of an email, however badly made, into what a mail program would show."""

from dataclasses import dataclass
from email import message_from_bytes, policy
from email.errors import HeaderParseError, MessageError
from email.message import EmailMessage
from typing import cast

from sync.sandbox.mailbox.message import Part

# What the standard library's header parser is known to raise on malformed input, besides its own errors.
_HEADER_ERRORS = (HeaderParseError, ValueError, IndexError, AttributeError, TypeError, KeyError)


@dataclass(frozen=True, slots=True)
class Parsed:
    """The readable content of one email."""

    headers: dict[str, str]
    text: str
    html: str
    parts: tuple[Part, ...]

    @property
    def message_id(self) -> str:
        """The Message-ID with its brackets, or an empty string."""
        return next((value for name, value in self.headers.items() if name.lower() == "message-id"), "")


def parse(raw: bytes) -> Parsed:
    """Return the headers, both bodies and the files of an email; never raises on bad input."""
    message = message_from_bytes(raw, policy=policy.default)
    bodies = {kind: _body(message, kind) for kind in ("plain", "html")}
    return Parsed(
        headers=_headers(message),
        text=_text(bodies["plain"]),
        html=_text(bodies["html"]),
        parts=tuple(_part(part) for part in _leaves(message) if part not in bodies.values()),
    )


def _headers(message: EmailMessage) -> dict[str, str]:
    headers: dict[str, str] = {}
    for name, source in message.raw_items():
        try:
            value = str(message.policy.header_fetch_parse(name, source))
        except _HEADER_ERRORS:
            value = str(source)
        headers.setdefault(name, value.strip())
    return headers


def _body(message: EmailMessage, kind: str) -> EmailMessage | None:
    try:
        return cast("EmailMessage | None", message.get_body(preferencelist=(kind,)))
    except _HEADER_ERRORS:
        return None


def _text(part: EmailMessage | None) -> str:
    if part is None:
        return ""
    try:
        return str(part.get_content()).replace("\r\n", "\n")
    except (LookupError, MessageError, *_HEADER_ERRORS):
        return _bytes(part).decode("utf-8", "replace")


def _bytes(part: EmailMessage) -> bytes:
    payload = part.get_payload(decode=True)
    return payload if isinstance(payload, bytes) else b""


def _leaves(message: EmailMessage) -> list[EmailMessage]:
    return [part for part in message.walk() if not part.is_multipart()]


def _part(part: EmailMessage) -> Part:
    content_id = str(part.get("Content-ID", "")).strip().strip("<>")
    return Part(
        content_type=part.get_content_type(),
        filename=part.get_filename("") or "",
        content_id=content_id,
        inline=part.get_content_disposition() == "inline" or bool(content_id),
        data=_bytes(part),
    )
