"""One conversation with a mail server.

The server, its port, the kind of encryption and the sign-in come from Apprise, which reads every form of a
`mailto://` or `mailtos://` URL and knows the defaults of the large providers. The conversation is smtplib's,
because Apprise writes a text part and a Message-ID of its own, and keeps to itself why a server refused.
"""

import contextlib
import smtplib
import socket
import ssl
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import Any

from sync.couriers.smtp_outcome import answered, meaning, words
from sync.errors import Misconfigured

GOODBYE_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where to deliver, and how; `mode` is "insecure", "starttls" or "ssl", timeouts are in seconds.

    `setting` is what a person must correct when this does not fit the server.
    """

    setting: str
    host: str
    port: int
    mode: str
    user: str
    password: str
    verify_certificate: bool
    connect_seconds: float
    answer_seconds: float


class _Conversation(smtplib.SMTP):
    """An SMTP session that remembers how far the message got."""

    content_left = False
    receipt = ""

    def data(self, msg: Any) -> tuple[int, bytes]:
        """Send the content, and keep what the server said to it."""
        self.content_left = True
        code, reply = super().data(msg)
        self.receipt = words(code, reply)
        return code, reply


class _EncryptedConversation(_Conversation, smtplib.SMTP_SSL):
    """The same, encrypted from the first byte."""


def deliver(server: MailServer, message: EmailMessage, to: Sequence[str], others: Sequence[str] = ()) -> str:
    """Hand `message` to the server for `to` and for `others` (copies); return what it answered.

    Raises the errors of `sync.errors`, whose texts may repeat what the server said. An answer is believed; a
    connection lost before the content left is Unreachable, after that OutcomeUnknown.
    """
    sender = message["From"].addresses[0].addr_spec
    with _session(server) as talk:
        _sign_in(talk, server)
        refused = _handed_over(talk, message, sender, [*to, *others])
    if all(address in refused for address in to):
        code, reply = refused[to[0]]
        raise answered(code, reply, server.setting, refused_address=", ".join(to))
    missed = f", refused for {', '.join(sorted(refused))}" if refused else ""
    return f"accepted by {server.host}: {talk.receipt}{missed}"


def greet(server: MailServer) -> None:
    """Open a session, sign in and leave: proves address, encryption and sign-in, and sends nothing.

    Raises the errors of `sync.errors`, whose texts may repeat what the server said.
    """
    with _session(server) as talk:
        talk.ehlo_or_helo_if_needed()
        _sign_in(talk, server)


@contextlib.contextmanager
def _session(server: MailServer) -> Iterator["_Conversation"]:
    """Talk with the server and take leave; what goes wrong is told as an error of `sync.errors`."""
    talk: _Conversation | None = None
    try:
        talk = _connected(server)
        yield talk
    except OSError as error:
        content_left = talk is not None and talk.content_left
        raise meaning(error, server.host, server.setting, content_left=content_left) from None
    except UnicodeError as error:
        wrong = f"{server.setting} holds a server name that cannot be. Correct {server.setting}."
        raise Misconfigured(wrong, detail=str(error)) from None
    finally:
        if talk is not None:
            _say_goodbye(talk)


def _handed_over(
    talk: _Conversation, message: EmailMessage, sender: str, recipients: Sequence[str]
) -> dict[str, tuple[int, bytes]]:
    """Hand the message over and return who was refused; not by `send_message`, which changes lines with “From ”."""
    options: tuple[str, ...] = ()
    policy = SMTP
    if not all(address.isascii() for address in (sender, *recipients)):
        talk.ehlo_or_helo_if_needed()
        if not talk.has_extn("smtputf8"):
            raise smtplib.SMTPNotSupportedError("the server takes no address with such letters (SMTPUTF8)")
        policy, options = SMTPUTF8, ("SMTPUTF8", "BODY=8BITMIME")
    return talk.sendmail(sender, recipients, message.as_bytes(policy=policy), options)


def _connected(server: MailServer) -> _Conversation:
    """Open the session, giving our name so that smtplib does not ask a name server for it."""
    context = ssl.create_default_context()
    if not server.verify_certificate:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    name = socket.gethostname()
    name = name if name.isascii() and "." in name else "[127.0.0.1]"
    if server.mode == "ssl":
        return _EncryptedConversation(server.host, server.port, name, timeout=server.connect_seconds, context=context)
    talk = _Conversation(server.host, server.port, name, timeout=server.connect_seconds)
    if server.mode == "starttls":
        try:
            talk.starttls(context=context)
        except OSError:
            talk.close()
            raise
    return talk


def _sign_in(talk: _Conversation, server: MailServer) -> None:
    if server.user and server.password:
        try:
            talk.login(server.user, server.password)
        except UnicodeError:
            raise smtplib.SMTPAuthenticationError(535, "no sign-in with these letters") from None
    if talk.sock is not None:
        talk.sock.settimeout(server.answer_seconds)


def _say_goodbye(talk: _Conversation) -> None:
    """Close politely but briefly: the outcome is already known."""
    with contextlib.suppress(OSError):
        if talk.sock is not None:
            talk.sock.settimeout(GOODBYE_SECONDS)
            talk.quit()
    talk.close()
