"""What a client receives: one email or one SMS, as it arrived."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

Channel = Literal["email", "sms"]

FaultAction = Literal["refuse", "reject", "drop_after"]
"""What the mail server does instead of taking an email.

`refuse`: 421 and the connection closes. `reject`: 550 for this address. `drop_after`: the email is kept,
then the connection is cut without the 250, so that the sender cannot know.
"""

Fault = Callable[[str], FaultAction | None]
"""Asked once for each address of an email, at its RCPT TO; None lets it through."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file inside an email: an inline image that the HTML shows, or an attachment."""

    content_type: str
    filename: str
    content_id: str
    """Without its angle brackets; empty when the HTML cannot refer to it."""
    inline: bool
    data: bytes


@dataclass(frozen=True, slots=True)
class Message:
    """One message in one client's mailbox or phone; times are aware UTC datetimes."""

    id: int
    channel: Channel
    to: str
    sender: str
    """The From header of an email; the sender's name of an SMS, or empty."""
    subject: str
    text: str
    received_at: datetime
    repeat_of: int | None = None
    """The id of the first email with this Message-ID to this address, when it had arrived before."""
    html: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    """The first of each name, decoded, spelled as it came."""
    parts: tuple[Part, ...] = ()
    raw: bytes = b""
    """The email as SMTP carried it; empty for an SMS."""

    def header(self, name: str) -> str:
        """Return a header whatever its capitals, or an empty string."""
        wanted = name.lower()
        return next((value for key, value in self.headers.items() if key.lower() == wanted), "")
