"""Web addresses that Paydesk may call, and those that it may pass on to a client."""

from collections.abc import Collection
from dataclasses import dataclass

from store.web_address import is_loopback, web_parts
from sync.errors import Declined, Misconfigured
from sync.gateways.base import LinkState

__all__ = ["LinkRule", "base_address", "host_of", "is_loopback"]

_PORTS = {None, 443}
"""Payment pages are on the usual port: another one is another program's, even on the right host."""


def host_of(url: str) -> str:
    """Return the host of a web address in lower case; empty when it is not a web address."""
    parts = web_parts(url)
    return "" if parts is None else parts.hostname or ""


def base_address(url: str) -> str:
    """Return a gateway's address without a slash at its end.

    Raises Misconfigured when it is not a web address, or would carry the key unencrypted beyond this machine.
    """
    parts = web_parts(url.strip())
    if parts is None or parts.query or parts.fragment:
        raise Misconfigured(
            "The gateway's address is not a web address. It should look like https://api.stripe.com; "
            "correct it in the settings."
        )
    if parts.scheme == "http" and not is_loopback(parts.hostname or ""):
        raise Misconfigured(
            "The gateway's address must begin with https:// so that the key and the payments stay private. "
            "Correct it in the settings."
        )
    return parts.geturl().rstrip("/")


@dataclass(frozen=True, slots=True)
class LinkRule:
    """Which payment links may reach a client.

    A link is passed on when it is https on one of `hosts` (`*.example.com` is every host below example.com).
    While the gateway itself is on this machine, its own host is right too, and http will do there.
    """

    gateway: str
    base_url: str
    hosts: Collection[str]

    def allows(self, url: str) -> bool:
        """Tell whether a client may be given this link."""
        parts = web_parts(url)
        if parts is None:
            return False
        host = parts.hostname or ""
        if is_loopback(host) and host == host_of(self.base_url):
            return True
        usual = parts.scheme == "https" and parts.port in _PORTS
        return usual and any(_matches(host, pattern.lower()) for pattern in self.hosts)

    def checked(self, url: str) -> str:
        """Return the link itself. Raises Declined when no client may be given it."""
        if self.allows(url):
            return url
        where = host_of(url) or "an address that is not a web page"
        raise Declined(
            f"{self.gateway} made the payment link on {where}, which is not known to be theirs, so it was "
            "not passed on. If that is the clinic's own payment address, add it in the settings and send again."
        )

    def shown(self, url: str, state: LinkState) -> str:
        """Return the link, empty when it is closed and on an unknown host; raises Declined when it is live.

        A closed link is not refused, because the payments that were made on it must not be lost.
        """
        return self.checked(url) if state == "live" or self.allows(url) else ""


def _matches(host: str, pattern: str) -> bool:
    if pattern.startswith("*."):
        return host.endswith(pattern[1:]) and len(host) > len(pattern) - 1
    return host == pattern
