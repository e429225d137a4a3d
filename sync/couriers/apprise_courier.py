"""Sends emails, text messages and clinic notifications to the places that Apprise URLs name.

Sending blocks, so it runs in a thread, and the wait for it has an end: after that, or when the waiting task is
cancelled, the thread finishes by itself and nobody can say whether the message left.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from uuid import uuid4

from sync.couriers.background import beside
from sync.couriers.letter import Envelope, ascii_domain, is_address, letter
from sync.couriers.masking import masked
from sync.couriers.outcome import Service
from sync.couriers.render import Attachment, RenderedMail
from sync.couriers.services import Limits, filled, is_mail_server, mail_server, opened, tell
from sync.couriers.smtp import deliver
from sync.errors import Declined, Misconfigured, OutcomeUnknown, WorldError

EMAIL = Service("The email service", "email.url")
SMS = Service("The SMS service", "sms.url")


@dataclass(frozen=True, slots=True)
class _Heading:
    """What a letter needs beside its words; no `to` means the URL's own targets."""

    from_name: str
    message_id: str
    to: Sequence[str] = ()
    reply_to: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Courier:
    """Carries messages to wherever a URL says; safe to use from many tasks at once.

    Every method returns what to write into the log, and raises only the errors of `sync.errors`, whose texts
    hold no secret of the URL.
    """

    limits: Limits = field(default_factory=Limits)

    async def send_email(
        self,
        url_template: str,
        to: str,
        mail: RenderedMail,
        *,
        message_id: str,
        reply_to: str | None,
        clinic_name: str,
    ) -> str:
        """Email `mail` to `to`, for which `{email}` stands in the template.

        By `mailto://` and `mailtos://` the Message-ID is `message_id` at the sender's domain, however often it is
        sent. Other services make a message of their own from the HTML, with the QR code attached.
        """
        if not is_address(to):
            raise Declined(f"“{to}” is not an email address. Correct it and send again.")
        url = filled(url_template, "{email}", to, EMAIL)
        reply = (reply_to,) if reply_to and is_address(reply_to) else ()
        heading = _Heading(clinic_name, message_id, (to,), reply)
        return await self._carry(partial(self._email, url, EMAIL, mail, heading), url, EMAIL, shown=(to,))

    async def send_sms(self, url_template: str, to_e164: str, text: str) -> str:
        """Text a mobile in E.164 form ("+447700900123"), for which `{mobile}` stands in the template."""
        if not _is_e164(to_e164):
            raise Declined(f"“{to_e164}” is not a mobile number. Correct it and send again.")
        url = filled(url_template, "{mobile}", to_e164, SMS)
        return await self._carry(partial(self._web, url, text), url, SMS, shown=(to_e164,))

    async def notify(
        self, target_url: str, title: str, body: str, *, kind: str, html: str = "", message_id: str = ""
    ) -> str:
        """Tell the clinic something at one of its own targets, those of the notification `kind`.

        A mail server gets `html` beside the text, under `message_id` if there is one; others get the text.
        """
        mail = RenderedMail(title, html, body, b"", html)
        heading = _Heading("Paydesk", message_id or uuid4().hex)
        service = Service("The notification service", f"notify.{kind}.targets")
        return await self._carry(partial(self._notify, target_url, service, mail, heading), target_url, service)

    async def _carry(self, job: Callable[[], str], url: str, service: Service, shown: tuple[str, ...] = ()) -> str:
        """Run `job` in a thread, and let nothing out that shows a secret of `url`."""
        try:
            async with asyncio.timeout(self.limits.total):
                return masked(await beside(job), url, shown)
        except TimeoutError:
            raise OutcomeUnknown(f"{service.name} took too long and did not confirm the message.") from None
        except WorldError as error:
            error.args = (masked(str(error), url, shown),)
            error.detail = masked(error.detail, url, shown)
            raise

    def _email(self, url: str, service: Service, mail: RenderedMail, heading: _Heading) -> str:
        plugin = opened(url, service, self.limits)
        if is_mail_server(plugin):
            return self._post(plugin, service, mail, heading)
        picture = (Attachment("payment-qr.png", "image/png", mail.qr_png),) if mail.qr_png else ()
        files = (*picture, *mail.attachments)
        return tell(plugin, service, mail.subject, mail.html_without_picture, html=True, files=files)

    def _web(self, url: str, text: str) -> str:
        return tell(opened(url, SMS, self.limits), SMS, "", text, html=False)

    def _notify(self, url: str, service: Service, mail: RenderedMail, heading: _Heading) -> str:
        plugin = opened(url, service, self.limits)
        if is_mail_server(plugin):
            return self._post(plugin, service, mail, heading)
        return tell(plugin, service, mail.subject, mail.text, html=False)

    def _post(self, plugin: Any, service: Service, mail: RenderedMail, heading: _Heading) -> str:
        """Write the letter and hand it to the mail server of a `mailto://` URL."""
        server = mail_server(plugin, service, self.limits)
        to = heading.to or [address for _, address in plugin.targets]
        if not to:
            raise Misconfigured(f"{service.setting} names nobody to write to. Correct it.")
        try:
            recipients = [ascii_domain(address) for address in to]
            message = letter(
                Envelope(
                    from_name=heading.from_name,
                    from_address=plugin.from_addr[1],
                    to=recipients,
                    message_id=heading.message_id,
                    reply_to=heading.reply_to or sorted(plugin.reply_to),
                    cc=sorted(plugin.cc),
                    headers=plugin.headers,
                ),
                mail,
            )
        except ValueError as error:
            raise Declined(
                "No email can be sent to this address. Correct it and send again.", detail=str(error)
            ) from None
        return deliver(server, message, recipients, sorted(plugin.cc | plugin.bcc))


def _is_e164(text: str) -> bool:
    return text.startswith("+") and text[1:].isdigit() and text.isascii() and 8 <= len(text) <= 16
