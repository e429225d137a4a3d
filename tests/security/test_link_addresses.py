"""The QR leads to the gateway's own hosts, whatever the gateway answers and whatever stands in the file."""

import asyncio
from pathlib import Path

import httpx
import pytest

from store import messages, services
from store.errors import BadInput
from store.setting_checks import hosts
from store.web_address import fit_for_clients, is_loopback, web_parts
from sync.errors import Declined, Misconfigured, OutcomeUnknown
from sync.gateways.addresses import LinkRule, base_address
from sync.gateways.base import Gateway
from sync.gateways.factory import make_gateway
from tests.sync.engine_world import World
from tests.sync.gateways.fakes import KEY, Script, an_order, listed, payment_link, says, transaction
from tests.tui.cli.conftest import Paydesk

LIVE = LinkRule("Stripe", "https://api.stripe.com", ("*.stripe.com",))
SANDBOX = LinkRule("Stripe", "http://127.0.0.1:8787", ("*.stripe.com",))

NOT_EVEN_AN_ADDRESS = (
    "",
    "//buy.stripe.com/x",
    "javascript:alert(1)//buy.stripe.com",
    "JaVaScRiPt://buy.stripe.com/%0aalert(1)",
    "data:text/html,buy.stripe.com",
    "file://buy.stripe.com/etc/passwd",
    "intent://buy.stripe.com#Intent;scheme=https;end",
    "https:buy.stripe.com/x",
    "https:/buy.stripe.com/x",
    "https:///buy.stripe.com/x",
    "https://user@buy.stripe.com/x",
    "https://user:pass@buy.stripe.com/x",
    "https://buy.stripe.com@evil.example/x",
    "https://buy.stripe.com%40evil.example@evil.example/x",
    "https://evil.example\\@buy.stripe.com/x",
    "https://evil.example\\.stripe.com/x",
    "https://evil.example%2f.stripe.com/x",
    "https://evil.example%00.stripe.com/x",
    "https://evil.example,.stripe.com/x",
    "https://evil.example;.stripe.com/x",
    "https://evil.example'.stripe.com/x",
    "https://buy.stripe.com\t/x",
    "https://buy.stripe.com/\r\nSet-Cookie:x",
    " https://buy.stripe.com/x",
    "https://buy.stripe.com/x ",
    "https://buy.stripe.com/\x1b]8;;https://evil.example\x07",
    "https://buy.stripe.com/\u202egnp.exe",
    "https://buy.stripe.com\u3002/x",
    "https://bu\u0443.stripe.com/x",
    "https://buy.strıpe.com/x",
    "https://buy.stripe.com./x",
    "https://.stripe.com/x",
    "https://buy..stripe.com/x",
    "https://-.stripe.com/x",
    "https://buy.stripe.com:0/x",
    "https://buy.stripe.com:-1/x",
    "https://buy.stripe.com:99999/x",
    "https://buy.stripe.com:443:443/x",
    "https://[buy.stripe.com]/x",
    "https://[::1/x",
    "https://buy.stripe.com/" + "a" * 2000,
    "https://" + "a" * 64 + ".stripe.com/x",
)
ELSEWHERE = (
    "http://buy.stripe.com/x",
    "https://stripe.com/x",
    "https://evilstripe.com/x",
    "https://stripe.com.evil.example/x",
    "https://buy-stripe.com/x",
    "https://xn--by-2hc.xn--strpe-xxa.com/x",
    "https://evil.example/buy.stripe.com",
    "https://evil.example/?https://buy.stripe.com",
    "https://evil.example#.stripe.com",
    "https://evil.example?.stripe.com",
    "https://buy.stripe.com:22/x",
    "https://buy.stripe.com:8443/x",
    "https://127.0.0.1/x",
    "http://127.0.0.1:8787/pay/x",
    "http://localhost:8787/pay/x",
    "https://[::1]/x",
    "http://[::ffff:10.0.0.7]/x",
)


@pytest.mark.parametrize("url", [*NOT_EVEN_AN_ADDRESS, *ELSEWHERE])
def test_a_live_gateway_points_nowhere_but_home(url: str) -> None:
    """Users, ports, look-alike letters, control characters, other schemes, crooked hosts: all are kept back."""
    assert not LIVE.allows(url)
    with pytest.raises(Declined, match="not passed on"):
        LIVE.checked(url)


@pytest.mark.parametrize("url", NOT_EVEN_AN_ADDRESS)
def test_what_is_read_in_several_ways_is_no_address(url: str) -> None:
    """Nothing is repaired or guessed, so it is not shown from an old data row either."""
    assert (web_parts(url), fit_for_clients(url)) == (None, "")


@pytest.mark.parametrize(
    "url", ["https://buy.stripe.com/x", "https://BUY.Stripe.COM/x", "https://checkout.stripe.com:443/c/pay#a?b"]
)
def test_the_gateways_own_pages_pass(url: str) -> None:
    """In capitals and with the usual port too."""
    assert LIVE.checked(url) == fit_for_clients(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1.evil.example/pay",
        "http://localhost.evil.example/pay",
        "http://127.0.0.1@evil.example/pay",
        "http://127.1/pay",
        "http://2130706433/pay",
        "http://0x7f.0.0.1/pay",
        "http://0177.0.0.1/pay",
        "http://0.0.0.0/pay",
        "http://[::]/pay",
        "http://10.0.0.7:8787/pay",
        "https://127.0.0.2/pay",
    ],
)
def test_the_sandbox_points_to_itself_alone(url: str) -> None:
    """What only looks like this machine is another one."""
    assert not SANDBOX.allows(url)
    with pytest.raises(Misconfigured):
        base_address(url if url.startswith("http:") else "http://evil.example")


def test_what_is_this_machine() -> None:
    """Its name, and its addresses written in full."""
    here = ("localhost", "127.0.0.1", "127.8.9.10", "::1")
    elsewhere = ("", "127.1", "0.0.0.0", "::", "2130706433", "localhost.evil.example", "127.0.0.1.evil.example")
    assert [is_loopback(host) for host in (*here, *elsewhere)] == [True] * len(here) + [False] * len(elsewhere)


@pytest.mark.parametrize(
    "value", ["*", "*.", "*.com", "https://a.example", "a.example:8443", "a.example/x", "a..b", "127.0.0.1"]
)
def test_the_list_of_hosts_cannot_let_in_everybody(value: str) -> None:
    """Each of gateway.allowed_hosts is a host, or the hosts below one."""
    with pytest.raises(BadInput, match="not the name of a host"):
        hosts(value)
    assert hosts("Pay.Example.com, *.example.org") == "pay.example.com *.example.org"


async def asked(gateway: Gateway, way: str) -> object:
    """Have a link made, looked up by our request id, or fetched, as one is that somebody adopts."""
    order = an_order()
    try:
        if way == "made":
            return await gateway.create_link(order)
        return await (gateway.find_link(order.request_id) if way == "found" else gateway.fetch_link("plink_1"))
    finally:
        await gateway.aclose()


@pytest.mark.parametrize("way", ["made", "found", "adopted"])
@pytest.mark.parametrize("url", ["https://evil.example/x", "http://buy.stripe.com/x", "javascript:alert(1)"])
async def test_stripe_brings_no_other_link_in(url: str, way: str) -> None:
    """Neither a new link nor one that was looked up or adopted."""
    link, none = says(payment_link(url=url)), listed()
    answers = {"made": [link], "found": [listed(payment_link(url=url)), link, none], "adopted": [link, none]}
    with pytest.raises(Declined, match="not passed on"):
        await asked(make_gateway("stripe", "", KEY, transport=Script(*answers[way])), way)


@pytest.mark.parametrize("way", ["made", "adopted"])
@pytest.mark.parametrize("url", ["https://evil.example/x", "http://pay.coherenthealthcare.com/x", "ftp://x"])
async def test_coherent_brings_no_other_link_in(url: str, way: str) -> None:
    """The same for the other gateway."""
    transport = Script(says(transaction(paymentUrl=url)))
    with pytest.raises(Declined, match="not passed on"):
        await asked(make_gateway("coherent", "", KEY, transport=transport), way)


async def test_a_redirect_is_followed_nowhere() -> None:
    """The key goes to the gateway's address and to no other."""
    script = Script(httpx.Response(307, headers={"location": "https://evil.example/v1/payment_links"}))
    with pytest.raises(OutcomeUnknown):
        await asked(make_gateway("stripe", "", KEY, transport=script), "made")
    assert [request.url.host for request in script.asked] == ["api.stripe.com"]


async def test_an_old_rows_link_is_neither_drawn_nor_sent(paydesk: Paydesk, folder: Path) -> None:
    """Whoever wrote it there: the desk has none to draw, the command draws none, and no message goes out."""
    world = World(folder)
    request = world.send()
    await world.run()
    world.store.write(lambda tx: tx.run("UPDATE requests SET url = 'http://evil.example/x'"))
    assert world.now_is(request).url == ""
    world.store.write(
        lambda tx: messages.resend(tx, request.id, {"email": ""}, origin="invoice", sms_segments=lambda *_: 1)
    )
    await world.run()
    assert world.courier.emails == []
    assert world.store.read(services.status).attention == 1
    number = world.store.read(lambda reader: reader.value("SELECT number FROM invoices"))
    await world.engine.aclose()
    world.store.close()
    ran = await asyncio.to_thread(paydesk, "qr", number)
    assert (ran.code, ran.out) == (1, "")
    assert "none that a client may be given" in ran.err
