"""The key: in the header of each request, and nowhere that a person or a log could read."""

import traceback

import httpx
import pytest

from sync.errors import WorldError
from sync.gateways.coherent import CoherentGateway
from sync.gateways.factory import make_gateway
from sync.gateways.stripe import StripeGateway
from tests.sync.gateways.fakes import KEY, Script, an_order, says, stripe_error


@pytest.mark.parametrize("kind", ["stripe", "coherent"])
@pytest.mark.parametrize(
    "answer",
    [
        stripe_error(401, message=f"Invalid API Key provided: {KEY}"),
        stripe_error(400, message=f"You sent {KEY}"),
        says({"error": f"{KEY}"}, 500),
        says({"message": KEY}, 429),
        httpx.LocalProtocolError(f"Illegal header value b'Bearer {KEY}'"),
        httpx.ConnectError(f"no {KEY}"),
        httpx.ReadError(f"no {KEY}"),
    ],
)
async def test_no_error_holds_the_key(kind: str, answer: httpx.Response | Exception) -> None:
    """Text, detail, repr and traceback of an error are free of the key, even when the gateway echoes it."""
    gateway = make_gateway(kind, "", KEY, transport=Script(answer))
    with pytest.raises(WorldError) as caught:
        await gateway.create_link(an_order())
    error = caught.value
    trace = "".join(traceback.format_exception(error))
    assert KEY not in f"{error} {error!r} {error.detail} {trace}"
    await gateway.aclose()


def test_no_repr_holds_the_key() -> None:
    """Neither a gateway nor what it is made of shows the key."""
    for gateway in (StripeGateway("https://x.example", KEY), CoherentGateway("https://x.example", KEY)):
        parts = [repr(part) for part in vars(gateway).values()]
        assert KEY not in repr(gateway) + "".join(parts)


async def test_the_key_travels_in_its_header() -> None:
    """Stripe takes a bearer token, Coherent its own header."""
    refused = stripe_error(400)
    for kind, header, value in (("stripe", "authorization", f"Bearer {KEY}"), ("coherent", "access-token", KEY)):
        script = Script(refused)
        gateway = make_gateway(kind, "", f" {KEY}\n", transport=script)
        with pytest.raises(WorldError):
            await gateway.create_link(an_order())
        assert script.asked[0].headers[header] == value
        assert KEY not in str(script.asked[0].url)
        await gateway.aclose()
