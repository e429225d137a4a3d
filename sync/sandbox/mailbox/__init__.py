"""The client's side of the sandbox: a mail server, an SMS provider, and the screens they fill."""

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from email.message import EmailMessage
from email.utils import make_msgid
from pathlib import Path

from starlette.routing import Route

from sync.sandbox.mailbox.archive import Archive
from sync.sandbox.mailbox.message import Channel, Fault, FaultAction, Message, Part
from sync.sandbox.mailbox.screens import screen_routes
from sync.sandbox.mailbox.sms import PostError, e164
from sync.sandbox.mailbox.sms_endpoint import sms_route
from sync.sandbox.mailbox.smtp import Handler, Server

__all__ = ["Channel", "Fault", "FaultAction", "Mailbox", "Message", "Part", "PostError"]


SANDBOX_SENDER = "Sandbox <no-reply@sandbox.test>"


def _no_fault(_address: str) -> FaultAction | None:
    return None


class Mailbox:
    """Everything that clients receive, kept in `mailbox.sqlite` in the data folder.

    `fault` is asked for each address of an email (see `message.Fault`); `clock` returns aware UTC
    datetimes. Every method may be called from any thread.
    """

    def __init__(
        self,
        data_dir: Path,
        fault: Fault = _no_fault,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        # At its info level aiosmtpd tells every command of every connection.
        logging.getLogger("mail.log").setLevel(logging.WARNING)
        data_dir.mkdir(parents=True, exist_ok=True)
        self._archive = Archive(data_dir / "mailbox.sqlite", clock)
        self._handler = Handler(self._archive.add_email, fault)
        self._clock = clock
        self._server: Server | None = None

    def routes(self) -> list[Route]:
        """Return the SMS endpoint, the phone-and-mailbox pages and the stylesheet of all pages."""
        return [sms_route(self.deliver_sms), *screen_routes(self._archive, clock=self._clock)]

    def start_smtp(self, port: int) -> int:
        """Start the mail server on 127.0.0.1 and return its port; 0 chooses a free one.

        Raises OSError, saying what to do, when the port is taken.
        """
        if self._server is not None:
            return int(self._server.port)
        server = Server(port, self._handler)
        server.start()
        self._server = server
        return int(server.port)

    def stop(self) -> None:
        """Stop the mail server and close the file; calling it twice is harmless."""
        if self._server is not None:
            self._server.stop()
            self._server = None
        self._archive.close()

    def deliver_sms(self, to: str, text: str, sender: str = "") -> int:
        """Put an SMS on a phone and return its id. Raises PostError when the number is not a phone number."""
        return self._archive.add_sms(e164(to), text, sender)

    def deliver_email(
        self,
        to: str,
        subject: str,
        text: str,
        *,
        html: str = "",
        sender: str = SANDBOX_SENDER,
    ) -> int:
        """Put an email that the sandbox itself writes in a mailbox, and return its id."""
        email = EmailMessage()
        email["From"], email["To"], email["Subject"] = sender, to, subject
        email["Message-ID"] = make_msgid(domain="sandbox.test")
        email.set_content(text)
        if html:
            email.add_alternative(html, subtype="html")
        return self._archive.add_email(to, email.as_bytes(), sender)

    def messages(self, address: str | None = None) -> list[Message]:
        """Return what has been received, oldest first; `address` is one email address or mobile number."""
        return self._archive.messages(address)
