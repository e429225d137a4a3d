"""Apprise's services: opened from a URL, and told one message.

Everything here blocks, and belongs in a thread. Apprise is imported by the first call.
"""

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote

from sync.couriers.outcome import Service, accepted, refusal
from sync.couriers.render import Attachment
from sync.couriers.safe_line import refuse_unsafe
from sync.couriers.smtp import MailServer
from sync.couriers.webhook import webhook
from sync.errors import Misconfigured

_FIRST_USE = threading.Lock()
"""Apprise loads its services on first use, and that is not made for two threads at once."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How long to wait, in seconds: for a connection, for each answer, and for a whole sending."""

    connect: float = 10.0
    answer: float = 20.0
    total: float = 60.0


def filled(template: str, placeholder: str, value: str, service: Service) -> str:
    """Return the URL in which `value`, quoted for a URL, stands for `placeholder`.

    Raises Misconfigured when the setting is empty or has no place for the address.
    """
    if not template.strip():
        raise Misconfigured(f"{service.name} is not set up. Fill in {service.setting}.")
    if placeholder not in template:
        raise Misconfigured(f"{service.setting} does not say where the address goes. Put {placeholder} in it.")
    return template.strip().replace(placeholder, quote(value, safe=""))


def opened(url: str, service: Service, limits: Limits) -> Any:
    """Return Apprise's plugin for `url`: it sends once, follows no redirect, and waits as `limits` allow.

    Raises Misconfigured when Apprise makes nothing of the URL, or its line would not be safe.
    """
    with _FIRST_USE:
        from apprise import Apprise, AppriseAsset

        log = logging.getLogger("apprise")
        log.setLevel(logging.DEBUG)
        log.propagate = False
        plugin: Any = Apprise.instantiate(url, asset=AppriseAsset(app_id="Paydesk", storage_mode="memory"))
    if plugin is None:
        raise Misconfigured(f"{service.setting} is not an address that messages can be sent to. Correct it.")
    refuse_unsafe(plugin, url, service, mail=is_mail_server(plugin))
    vars(plugin).update(
        retry=0,
        redirects=False,
        socket_connect_timeout=min(plugin.socket_connect_timeout, limits.connect),
        socket_read_timeout=limits.answer,
    )
    return plugin


def is_mail_server(plugin: Any) -> bool:
    """Say whether the plugin stands for a mail server (`mailto://`, `mailtos://`), not for a web service."""
    from apprise.plugins.email import NotifyEmail

    return type(plugin) is NotifyEmail


def mail_server(plugin: Any, service: Service, limits: Limits) -> MailServer:
    """Return how to reach the mail server that a `mailto://` URL means.

    Raises Misconfigured when the URL asks for encryption or signing by PGP, which these emails do not have.
    """
    if plugin.pgp_mode != "no":
        raise Misconfigured(f"Paydesk's emails cannot be encrypted. Remove pgp and wkd from {service.setting}.")
    return MailServer(
        setting=service.setting,
        host=plugin.smtp_host,
        port=plugin.port,
        mode=plugin.secure_mode,
        user=plugin.user or "",
        password=plugin.password or "",
        verify_certificate=plugin.verify_certificate,
        connect_seconds=plugin.socket_connect_timeout,
        answer_seconds=limits.answer,
    )


def tell(
    plugin: Any, service: Service, title: str, body: str, *, html: bool, files: Sequence[Attachment] = ()
) -> str:
    """Give one message with its files to a web service; return what to log. Raises the errors of `sync.errors`."""
    from apprise import Apprise
    from apprise.attachment.memory import AttachMemory

    attached: Any = AttachMemory
    attach = [attached(content=file.content, name=file.name, mimetype=file.mimetype) for file in files]
    own = webhook(plugin, service)
    sender = Apprise()
    sender.add(plugin)
    with sender.notify(
        body=body,
        title=title,
        body_format="html" if html else "text",
        attach=attach or None,
        log_level=logging.DEBUG,
    ) as result:
        if accepted(result):
            return f"accepted by {plugin.service_name}"
        raise (own.error if own else None) or refusal(result, service)
