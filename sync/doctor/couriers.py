"""Mail, SMS and the clinic's own notifications: reached and signed in to, without sending anything."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from store.setting_list import NOTICES
from store.settings import Settings
from sync.couriers.apprise_courier import EMAIL, SMS
from sync.couriers.background import beside
from sync.couriers.masking import masked
from sync.couriers.outcome import Service
from sync.couriers.services import Limits, is_mail_server, mail_server, opened
from sync.couriers.smtp import greet
from sync.doctor.finding import Finding, limited, ok, problem, warning
from sync.doctor.known import Known
from sync.doctor.reach import SECONDS, Unreached, connect, proxied
from sync.errors import Misconfigured, WorldError

LIMITS = Limits(connect=SECONDS, answer=SECONDS, total=SECONDS)
NOBODY, NO_MOBILE = "nobody@example.com", "+447700900000"
"""Addresses that nobody has, for URLs that must hold one (RFC 2606, 3; Ofcom's numbers for drama)."""

_LINE = "Check the line. What is queued waits."


@dataclass(frozen=True, slots=True)
class Place:
    """A target as somebody set it up: the finding's name, its URL, and which setting it is of."""

    name: str
    url: str
    service: Service


async def couriers(known: Known) -> list[Finding]:
    """Look at everything that messages go through, all at once."""
    if known.settings is None:
        return [warning("Email", "Not looked at, because the settings were not read.", "See above.")]
    missing = [_not_set("Email", "email.url")] if not known.settings["email.url"] else []
    missing += [ok("SMS", "Not set up, so no text messages are sent.")] if not known.settings["sms.url"] else []
    looks = (limited(place.name, _looked_at(place)) for place in places(known.settings))
    return missing + [finding for found in await asyncio.gather(*looks) for finding in found]


def places(settings: Settings) -> Iterator[Place]:
    """Yield where messages go: clients' email and SMS, and each target of the notifications that are on, once."""
    if settings["email.url"]:
        yield Place("Email", settings["email.url"].replace("{email}", NOBODY), EMAIL)
    if settings["sms.url"]:
        yield Place("SMS", settings["sms.url"].replace("{mobile}", NO_MOBILE), SMS)
    seen: set[str] = set()
    for kind in NOTICES:
        setting = f"notify.{kind}.targets"
        for number, url in enumerate(settings.list_of(setting), 1):
            if settings.on(f"notify.{kind}.enabled") and url not in seen:
                seen.add(url)
                yield Place(f"Notify, {kind.replace('_', ' ')} {number}", url, Service("The service", setting))


async def _looked_at(place: Place) -> list[Finding]:
    return [await beside(lambda: _look(place))]


def _look(place: Place) -> Finding:
    """Reach one place; blocks."""
    setting = place.service.setting
    try:
        plugin = opened(place.url, place.service, LIMITS)
        if is_mail_server(plugin):
            server = mail_server(plugin, place.service, LIMITS)
            greet(server)
            signed_in = ", and takes our sign-in" if server.user and server.password else ""
            return ok(place.name, f"The mail server {server.host} answers{signed_in}.")
        return _reached(place, plugin)
    except WorldError as error:
        ours = isinstance(error, Misconfigured)
        remedy = f"`paydesk settings get {setting}` shows what is set." if ours else _LINE
        return problem(place.name, masked(str(error), place.url), remedy)
    except Unreached as error:
        return problem(place.name, masked(f"{error}.", place.url), _LINE)


def _reached(place: Place, plugin: Any) -> Finding:
    service = str(plugin.service_name or "The service")
    at = _web_address(plugin)
    if at is None:
        return ok(place.name, f"{service}: understood; where it is cannot be looked at without sending.")
    scheme, host, port = at
    if proxied(scheme, host):
        return ok(place.name, f"{service}: understood; it is behind this network's proxy.")
    connect(host, port, tls=scheme == "https", verify=bool(plugin.verify_certificate))
    return ok(place.name, f"{service} can be reached.")


def _web_address(plugin: Any) -> tuple[str, str, int] | None:
    """Return scheme, host and port of what the plugin calls: an address of its own, or the URL's host."""
    for own in (getattr(plugin, "notify_url", None), getattr(plugin, "api_url", None)):
        if isinstance(own, str) and own.startswith(("https://", "http://")) and "{" not in urlsplit(own).netloc:
            parts = urlsplit(own)
            return parts.scheme, parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    host = getattr(plugin, "host", None)
    if not isinstance(host, str) or ("." not in host and host != "localhost"):
        return None
    scheme = "https" if plugin.secure else "http"
    return scheme, host, plugin.port or (443 if plugin.secure else 80)


def _not_set(name: str, setting: str) -> Finding:
    return warning(name, "Not set up, so no emails are sent.", f"Set {setting}; see docs/command-line.md.")
