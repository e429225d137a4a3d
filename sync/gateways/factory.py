"""From settings to a gateway."""

from collections.abc import Collection

import httpx

from sync.errors import Misconfigured
from sync.gateways.addresses import base_address
from sync.gateways.base import Gateway
from sync.gateways.coherent import COHERENT_URL, CoherentGateway
from sync.gateways.stripe import STRIPE_URL, StripeGateway

DEFAULT_URLS = {"stripe": STRIPE_URL, "coherent": COHERENT_URL}


def make_gateway(
    kind: str,
    url: str,
    key: str,
    *,
    klarna: bool = True,
    allowed_hosts: Collection[str] = (),
    transport: httpx.AsyncBaseTransport | None = None,
) -> Gateway:
    """Return the gateway that the settings name; an empty `url` is the provider's own address.

    `allowed_hosts` are further hosts on which its payment links may lie. Raises Misconfigured.
    """
    kind = kind.strip().lower()
    if kind not in DEFAULT_URLS:
        raise Misconfigured("The gateway must be stripe or coherent. Choose one in the settings.")
    key = key.strip()
    if not key:
        raise Misconfigured("There is no key for the gateway. Put it in the settings.")
    if not key.isascii() or not key.isprintable() or " " in key:
        raise Misconfigured("The gateway's key has characters that no key has. Copy it again into the settings.")
    base_url = base_address(url.strip() or DEFAULT_URLS[kind])
    if kind == "coherent":
        return CoherentGateway(base_url, key, allowed_hosts=allowed_hosts, transport=transport)
    return StripeGateway(base_url, key, klarna=klarna, allowed_hosts=allowed_hosts, transport=transport)
