"""Both gateways against the sandbox over loopback HTTP, with a client's browser that pays."""

import contextlib
import re
from collections.abc import AsyncIterator, Iterator

import httpx
import pytest

from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable, WorldError
from sync.gateways.base import CursorLost, Gateway, Link
from sync.gateways.factory import make_gateway
from sync.gateways.stripe import EMPTY_FEED
from sync.sandbox.server import Sandbox
from tests.sync.gateways.fakes import an_order

KEYS = {"stripe": "sk_test_paydesk", "coherent": "sandbox-paydesk"}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Run one sandbox for all tests of this file."""
    with Sandbox(tmp_path_factory.mktemp("sandbox")) as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """Give the sandbox, and mend whatever a test broke."""
    yield running
    running.mend()


@pytest.fixture
async def stripe(sandbox: Sandbox) -> AsyncIterator[Gateway]:
    """Give a Stripe gateway at the sandbox."""
    async with contextlib.aclosing(make_gateway("stripe", sandbox.address, KEYS["stripe"])) as gateway:
        yield gateway


@pytest.fixture
async def coherent(sandbox: Sandbox) -> AsyncIterator[Gateway]:
    """Give a Coherent gateway at the sandbox."""
    async with contextlib.aclosing(make_gateway("coherent", sandbox.address, KEYS["coherent"])) as gateway:
        yield gateway


@pytest.fixture(params=["stripe", "coherent"])
async def gateway(request: pytest.FixtureRequest, sandbox: Sandbox) -> AsyncIterator[Gateway]:
    """Give each of the gateways in turn."""
    async with contextlib.aclosing(make_gateway(request.param, sandbox.address, KEYS[request.param])) as gateway:
        yield gateway


async def press(link: Link, outcome: str, method: str = "card", *, page: str | None = None) -> int:
    """Open the link as a client does, or go on with an open page, press a button, and return the status."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = page or await open_page(link)
        form = {"session": page, "outcome": outcome, "method": method}
        return (await browser.post(link.url, data=form)).status_code


async def open_page(link: Link) -> str:
    """Open the link and return the session that the page carries."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        html = (await browser.get(link.url)).text
    tag = re.search(r'<input[^>]*name="session"[^>]*>', html)
    value = tag and re.search(r'value="([^"]+)"', tag.group())
    assert value, "the page is open to pay"
    return value.group(1)


async def test_made_fetched_and_paid(gateway: Gateway) -> None:
    """A link is live until the client has paid it; then it is paid, with the money."""
    link = await gateway.create_link(an_order())
    assert (link.amount, link.currency, link.state) == (21100, "GBP", "live")
    assert (await gateway.fetch_link(link.gateway_id)) == link
    await press(link, "decline")
    assert (await gateway.fetch_link(link.gateway_id)).state == "live"
    await press(link, "succeed")
    paid = await gateway.fetch_link(link.gateway_id)
    assert (paid.state, len(paid.payments)) == ("paid", 1)
    assert (paid.payments[0].amount, paid.payments[0].currency) == (21100, "GBP")
    assert paid.payments[0].gateway_id == link.gateway_id


async def test_cancelled_for_good(gateway: Gateway) -> None:
    """After cancelling, neither the link nor a page that was open before takes money; twice is as once."""
    link = await gateway.create_link(an_order(idempotency_key="cancelled"))
    page = await open_page(link)
    assert (await gateway.cancel_link(link.gateway_id, "cancel-1")).state == "cancelled"
    assert await press(link, "succeed", page=page) == 409
    assert (await gateway.cancel_link(link.gateway_id, "cancel-1")).state == "cancelled"
    assert (await gateway.fetch_link(link.gateway_id)).payments == ()


async def test_cancelled_too_late(gateway: Gateway) -> None:
    """Cancelling what the client has paid tells that it is paid."""
    link = await gateway.create_link(an_order(idempotency_key="too-late"))
    await press(link, "succeed", "apple_pay")
    late = await gateway.cancel_link(link.gateway_id, "cancel-2")
    assert late.state == "paid"
    assert "apple" in late.payments[0].method.lower()


async def test_a_link_that_is_not_there(gateway: Gateway) -> None:
    """An id that the gateway does not know is declined."""
    with pytest.raises(Declined):
        await gateway.fetch_link("plink_none")


async def test_a_refused_key(gateway: Gateway, sandbox: Sandbox) -> None:
    """A wrong key is said to be refused."""
    wrong_key = make_gateway(gateway.capabilities.kind, sandbox.address, "wrong")
    async with contextlib.aclosing(wrong_key) as wrong:
        with pytest.raises(Misconfigured, match="key refused"):
            await wrong.create_link(an_order())


@pytest.mark.parametrize(
    ("fault", "value", "making", "asking"),
    [
        ("offline", "", Unreachable, Unreachable),
        ("refuse", "", OutcomeUnknown, Unreachable),
        ("reset_after", "", OutcomeUnknown, Unreachable),
        ("error_500", "after", OutcomeUnknown, Unreachable),
        ("rate_limit", "7", Busy, Busy),
        ("html", "", OutcomeUnknown, Unreachable),
        ("wrong_json", "", OutcomeUnknown, Unreachable),
        ("truncated", "", OutcomeUnknown, Unreachable),
    ],
)
async def test_each_fault(
    gateway: Gateway,
    sandbox: Sandbox,
    fault: str,
    value: str,
    making: type[WorldError],
    asking: type[WorldError],
) -> None:
    """Each fault of the sandbox is the error that tells the engine what to do."""
    link = await gateway.create_link(an_order(idempotency_key=f"before-{fault}"))
    sandbox.fault(fault, value)
    with pytest.raises(making) as made:
        await gateway.create_link(an_order(idempotency_key=f"during-{fault}"))
    with pytest.raises(asking) as asked:
        await gateway.fetch_link(link.gateway_id)
    assert (type(made.value), type(asked.value)) == (making, asking)
    sandbox.mend()
    assert (await gateway.fetch_link(link.gateway_id)).state == "live"


async def test_the_key_brings_back_one_link(stripe: Gateway, sandbox: Sandbox) -> None:
    """An answer that was lost on the way comes back by its key: one link, however often it is asked for."""
    order = an_order(request_id="01JD0000000000000000000007", idempotency_key="once")
    sandbox.fault("reset_after", count=1)
    with pytest.raises(OutcomeUnknown):
        await stripe.create_link(order)
    first = await stripe.create_link(order)
    assert await stripe.create_link(order) == first
    found = await stripe.find_link(order.request_id)
    assert found == first
    assert len([link for link in sandbox.book.links() if link.id == first.gateway_id]) == 1
    assert await stripe.find_link("01JD000000000000000000000X") is None


async def test_the_same_key_for_another_order(stripe: Gateway) -> None:
    """A key that was used with other details will never tell what became of them."""
    await stripe.create_link(an_order(idempotency_key="twice"))
    with pytest.raises(OutcomeUnknown) as caught:
        await stripe.create_link(an_order(idempotency_key="twice", amount=100))
    assert caught.value.replayed


async def test_a_fault_that_its_key_keeps(stripe: Gateway, sandbox: Sandbox) -> None:
    """A 500 that is kept for its key comes back replayed."""
    order = an_order(idempotency_key="kept")
    sandbox.fault("error_500", "during", count=1)
    with pytest.raises(OutcomeUnknown) as first:
        await stripe.create_link(order)
    with pytest.raises(OutcomeUnknown) as again:
        await stripe.create_link(order)
    assert (first.value.replayed, again.value.replayed) == (False, True)


async def test_coherent_makes_a_new_link_each_time(coherent: Gateway) -> None:
    """Without keys, two calls are two links: why the engine never repeats one by itself."""
    first, second = await coherent.create_link(an_order()), await coherent.create_link(an_order())
    assert first.gateway_id != second.gateway_id


async def test_without_klarna(sandbox: Sandbox) -> None:
    """A link that keeps Klarna out offers cards and wallets."""
    without = make_gateway("stripe", sandbox.address, KEYS["stripe"], klarna=False)
    async with contextlib.aclosing(without) as gateway:
        link = await gateway.create_link(an_order(idempotency_key="no-klarna"))
        assert await press(link, "succeed", "klarna") == 400
        assert await press(link, "succeed", "google_pay") == 303


async def test_the_feed_from_its_first_event(tmp_path_factory: pytest.TempPathFactory) -> None:
    """An empty feed, three payments, and each of them heard once, in order."""
    with Sandbox(tmp_path_factory.mktemp("feed")) as sandbox:
        feeding = make_gateway("stripe", sandbox.address, KEYS["stripe"])
        async with contextlib.aclosing(feeding) as gateway:
            await hear_three_payments(gateway)


async def hear_three_payments(gateway: Gateway) -> None:
    """Make three links on a gateway whose feed is empty, pay them, and hear each payment once."""
    start = await gateway.hear(None)
    assert start.cursor == EMPTY_FEED
    links = [await gateway.create_link(an_order(idempotency_key=f"feed-{n}")) for n in range(3)]
    for link in links[:2]:
        await press(link, "succeed")
    heard = await gateway.hear(start.cursor)
    assert [payment.gateway_id for payment in heard.payments] == [link.gateway_id for link in links[:2]]
    assert {payment.request_id for payment in heard.payments} == {an_order().request_id}
    fetched = await gateway.fetch_link(links[0].gateway_id)
    assert heard.payments[0].payment_id == fetched.payments[0].payment_id
    assert (await gateway.hear(heard.cursor)).payments == ()
    await press(links[2], "succeed")
    later = await gateway.hear(heard.cursor)
    assert [payment.gateway_id for payment in later.payments] == [links[2].gateway_id]
    assert (await gateway.hear(None)).cursor == later.cursor
    with pytest.raises(CursorLost):
        await gateway.hear("evt_forgotten")
