"""Races with money, in every order that matters: each penny recorded once, and no link over what is not due."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from store import decisions, ledger, refunds, requests, settings
from store.database import Tx
from store.errors import Refused
from store.models import LedgerEntry, PaymentRequest
from sync.errors import OutcomeUnknown, Unreachable
from sync.gateways.base import GatewayPayment, GatewayRefund
from sync.hearing import record_payments
from tests.sync.engine_fakes import COHERENT, Acted
from tests.sync.engine_world import BOTH, World, until

BROKE = OutcomeUnknown("The line broke.")


def number_of(world: World, request: PaymentRequest) -> str:
    """Return the invoice's number."""
    return world.bill(request).row.number


def taken_there(world: World) -> int:
    """Return the pence that the gateway took, less what it gave back."""
    links = world.gateway.links.values()
    paid = sum(payment.amount for link in links for payment in link.payments)
    return paid - sum(refund.amount for link in links for refund in link.refunds if refund.state == "done")


def by_link(world: World, request: PaymentRequest) -> int:
    """Return the pence that the ledger has of the invoice's links, less what went back by them."""
    return sum(payment.amount for payment in world.bill(request).payments if payment.type == "payment_link")


def open_there(world: World) -> list[int]:
    """Return the pence of each link that takes money."""
    return [link.amount for link in world.gateway.links.values() if link.state == "live"]


def balances(world: World, request: PaymentRequest) -> None:
    """Check that the gateway's money is the ledger's, that no link asks for too much, and that all is whole."""
    assert by_link(world, request) == taken_there(world)
    assert sum(open_there(world)) <= world.bill(request).row.due
    assert world.is_whole()


def heard(world: World, payment: GatewayPayment) -> None:
    """The gateway tells of a payment, in the middle of whatever the engine does."""

    def work(tx: Tx) -> list[str]:
        return record_payments(tx, [payment], settings.load(tx, world.folder))

    world.store.write(work)


def kinds(world: World) -> list[LedgerEntry]:
    """Return the ledger."""
    return world.store.read(lambda reader: list(ledger.entries(reader)))


async def held_up(world: World, method: str) -> "asyncio.Task[object]":
    """Start a run that is held up at its first call of `method`."""
    world.gateway.gates[method] = asyncio.Event()
    run: asyncio.Task[object] = asyncio.create_task(world.run())
    await until(lambda: world.gateway.called(method))
    return run


async def goes_on(world: World, method: str, run: "asyncio.Task[object]") -> None:
    """Let the call end, and everything that follows from it."""
    world.gateway.gates.pop(method).set()
    await run
    for _ in range(3):
        await world.run(121)


@dataclass(frozen=True)
class Fate:
    """What becomes of the call that makes the link, while cash is taken beside it."""

    error: Exception | Acted | None
    made: bool
    clear: bool


FATES = {
    "made": Fate(None, made=True, clear=True),
    "never reached": Fate(Unreachable("No line."), made=False, clear=True),
    "made, answer lost": Fate(Acted(BROKE), made=True, clear=False),
    "not made, answer lost": Fate(BROKE, made=False, clear=False),
}


@pytest.mark.parametrize("fate", FATES.values(), ids=FATES)
@pytest.mark.parametrize("cash", [21_100, 10_000])
async def test_cash_while_the_link_is_being_made(either: World, fate: Fate, cash: int) -> None:
    """Whatever becomes of the call, no link is open in the end that asks for what cash has paid; none was sent."""
    request = either.send(BOTH)
    run = await held_up(either, "create_link")
    either.cash(number_of(either, request), cash)
    if fate.error:
        either.gateway.fails("create_link", fate.error)
    await goes_on(either, "create_link", run)
    now = either.now_is(request)
    if not fate.clear and either.gateway.capabilities == COHERENT:
        assert (now.state, f"Look for the code {request.code}" in now.reason) == ("attention", True)
        entry = either.entry(request.id)
        if fate.made:
            either.store.write(lambda tx: decisions.adopt(tx, entry.id, "plink_1"))
        else:
            either.store.write(lambda tx: decisions.retry(tx, entry.id))
        await either.run(60)
        now = either.now_is(request)
    if fate.made or (not fate.clear and either.gateway.capabilities != COHERENT):
        why = "the invoice has been paid" if cash == 21_100 else "only £111.00 is still due"
        assert (now.state, now.reason) == ("cancelled", why)
    elif cash == 21_100:
        assert (now.state, now.reason) == ("stopped", "the invoice was paid meanwhile")
    else:
        assert now.state == "attention"
        assert now.reason.startswith("Only £111.00 is still due, and £211.00 was asked for. Drop this")
    assert (open_there(either), either.courier.emails, either.courier.texts) == ([], [], [])
    balances(either, request)


@pytest.mark.parametrize(("first", "cash"), [("cash", 21_100), ("cash", 10_000), ("payment", 21_100)])
async def test_cash_and_a_payment_while_the_link_is_being_made(world: World, first: str, cash: int) -> None:
    """The feed tells of the payment before the call that made the link has come back; cash comes before or after."""
    request = world.send(BOTH)
    run = await held_up(world, "create_link")
    world.gateway.make(world.gateway.orders[0])
    world.gateway._by_key[world.gateway.orders[0].idempotency_key] = "plink_1"
    payment = world.gateway.pays("plink_1", request.id)
    if first == "cash":
        world.cash(number_of(world, request), cash)
        heard(world, payment)
    else:
        heard(world, payment)
        with pytest.raises(Refused, match="nothing is due"):
            world.cash(number_of(world, request), cash)
    await goes_on(world, "create_link", run)
    now, row = world.now_is(request), world.bill(request).row
    over = cash if first == "cash" else 0
    assert (now.state, now.gateway_id, row.paid, row.overpaid) == ("paid", "plink_1", 21_100 + over, over)
    assert ("more than was still due" in now.reason) == (first == "cash")
    assert (world.courier.emails, world.courier.texts, world.waiting()) == ([], [], [])
    balances(world, request)


async def pays_now(world: World, request: PaymentRequest) -> None:
    """The client's money moves, and the feed tells of it at once."""
    heard(world, world.gateway.pays("plink_1", request.id))


async def pays_unheard(world: World, request: PaymentRequest) -> None:
    """The client's money moves; it is heard of later."""
    world.gateway.pays("plink_1", request.id)


@pytest.mark.parametrize("error", [None, BROKE, Acted(BROKE), Unreachable("No line.")])
@pytest.mark.parametrize("pay", [pays_now, pays_unheard])
@pytest.mark.parametrize("cash", [0, 21_100])
async def test_a_cancelling_that_crosses_a_payment(
    either: World, error: Exception | Acted | None, pay: Callable[..., object], cash: int
) -> None:
    """Paid while the cancelling is under way, heard before or after its answer, lost or not: recorded once."""
    request = either.send()
    await either.run()
    if cash:
        either.cash(number_of(either, request), cash)
    else:
        either.store.write(lambda tx: requests.cancel(tx, request.id, why="wrong amount"))
    run = await held_up(either, "cancel_link")
    paying = pay(either, request)
    assert asyncio.iscoroutine(paying)
    await paying
    if error:
        either.gateway.fails("cancel_link", error)
    await goes_on(either, "cancel_link", run)
    now, row = either.now_is(request), either.bill(request).row
    assert (now.state, row.paid, row.overpaid) == ("paid", 21_100 + cash, cash)
    assert now.reason == "the client paid while the link was being cancelled"
    assert (len(either.bill(request).payments), either.waiting()) == (2 if cash else 1, [])
    balances(either, request)


@pytest.mark.parametrize("cash", [0, 21_100])
async def test_paid_after_the_link_was_cancelled(world: World, cash: int) -> None:
    """A payment that was under way comes through after the gateway said that the link is off: it is money."""
    request = world.send()
    await world.run()
    number = number_of(world, request)
    if cash:
        world.cash(number, cash)
    else:
        world.store.write(lambda tx: requests.cancel(tx, request.id, why="wrong amount"))
    await world.run()
    assert world.now_is(request).state == "cancelled"
    world.gateway.pays("plink_1", request.id)
    await world.run(60)
    now, row = world.now_is(request), world.bill(request).row
    assert (now.state, now.reason) == ("paid", "the client paid although the link had been cancelled")
    assert (row.state, row.overpaid) == ("paid", cash)
    balances(world, request)


async def test_paid_although_it_was_given_up(world: World) -> None:
    """Nobody knew whether there was a link, and it was dropped: its payment finds the invoice all the same."""
    request = world.send(BOTH)
    world.gateway.fails("create_link", Acted(BROKE))
    await world.run()
    entry = world.entry(request.id)
    world.store.write(lambda tx: decisions.drop(tx, entry.id, reason="she pays next week"))
    world.gateway.pays("plink_1", request.id)
    await world.run(60)
    now = world.now_is(request)
    assert (now.state, now.gateway_id, now.reason.startswith("the client paid")) == ("paid", "plink_1", True)
    assert world.waiting() == []
    balances(world, request)


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("cash", [0, 5_000])
async def test_two_links_paid_at_once(either: World, reverse: bool, cash: int) -> None:
    """Both are recorded in whatever order they are heard; with cash beside them what is too much is overpaid."""
    number = either.invoice().row.number
    two = [either.send(number=number, amount=pence) for pence in (10_000, 11_100)]
    await either.run()
    for place, request in enumerate(two, 1):
        either.gateway.pays(f"plink_{place}", request.id)
    if reverse:
        either.gateway.feed.reverse()
    if cash:
        either.cash(number, cash)
    for _ in range(3):
        await either.run(60)
    row = either.bill(two[0]).row
    assert [either.now_is(request).state for request in two] == ["paid", "paid"]
    assert (row.state, row.paid, row.overpaid, either.waiting()) == ("paid", 21_100 + cash, cash, [])
    reasons = [either.now_is(request).reason for request in two]
    assert any(reasons) == bool(cash)
    balances(either, two[0])


async def test_a_part_in_cash_while_the_larger_of_two_links_is_being_paid(either: World) -> None:
    """The larger is taken back and was paid already; then the smaller asks for what is not due any more, and goes."""
    number = either.invoice().row.number
    small, large = either.send(number=number, amount=5_000), either.send(number=number, amount=16_100)
    await either.run()
    either.gateway.pays("plink_2", large.id, told=False)
    either.cash(number, 10_000)
    assert [either.now_is(request).state for request in (small, large)] == ["live", "cancelling"]
    for _ in range(3):
        await either.run(60)
    row = either.bill(small).row
    assert [either.now_is(request).state for request in (small, large)] == ["cancelled", "paid"]
    assert (row.paid, row.overpaid, either.waiting()) == (26_100, 5_000, [])
    assert either.now_is(small).reason == "the invoice has been paid"
    balances(either, small)


async def test_what_is_still_due_after_a_part_can_be_asked_for(either: World) -> None:
    """£100.00 in cash of £211.00: the link goes, a new one over £111.00 waits for that, and is the only one open."""
    request = either.send()
    await either.run()
    number = number_of(either, request)
    either.cash(number, 10_000)
    newer = either.send(number=number)
    assert (either.now_is(request).state, newer.amount) == ("cancelling", 11_100)
    for _ in range(2):
        await either.run(60)
    assert (either.now_is(request).reason, either.now_is(newer).state) == ("only £111.00 is still due", "live")
    assert open_there(either) == [11_100]
    balances(either, request)


async def test_the_older_link_is_paid_while_the_newer_waits(either: World) -> None:
    """The cancelling came too late: the newer link is never made, and both deeds are in the log."""
    request = either.send()
    await either.run()
    either.store.write(lambda tx: requests.cancel(tx, request.id, why="wrong amount"))
    newer = either.send(BOTH, number=number_of(either, request))
    either.gateway.pays("plink_1", request.id, told=False)
    for _ in range(3):
        await either.run(60)
    assert [either.now_is(each).state for each in (request, newer)] == ["paid", "stopped"]
    assert (len(either.gateway.orders), either.courier.texts, either.waiting()) == (1, [], [])
    assert [entry.kind for entry in kinds(either)].count("payment_recorded") == 1
    balances(either, request)


async def test_a_refund_is_heard_of_before_its_payment(world: World) -> None:
    """The feed tells them the wrong way round, on two pages: the daily look at the link finds what was missed."""
    world.gateway._page = 1
    request = world.send()
    await world.run()
    world.gateway.pays("plink_1", request.id)
    refund = world.gateway.gives_back("plink_1", 5_000)
    assert isinstance(refund, GatewayRefund)
    world.gateway.feed.reverse()
    await world.run(10)
    assert (world.now_is(request).state, by_link(world, request)) == ("paid", 21_100)
    await world.run(24 * 3600)
    assert by_link(world, request) == 16_100
    balances(world, request)


async def test_offline_a_refund_and_a_payment_of_another_link(either: World) -> None:
    """Given back while the line is cut, and the client pays the rest elsewhere: all of it is there in the end."""
    number = either.invoice().row.number
    first, second = either.send(number=number, amount=10_000), either.send(number=number, amount=11_100)
    await either.run()
    either.gateway.pays("plink_1", first.id)
    for _ in range(2):
        await either.run(60)
    for method in ("refund", "hear", "fetch_link"):
        either.gateway.always_fails(method, Unreachable("No line."))
    (payment,) = either.bill(first).payments
    given = either.store.write(lambda tx: refunds.refund(tx, number, payment.id, 10_000, reason="moving away"))
    await either.run(60)
    assert either.store.read(lambda reader: refunds.existing(reader, given.id)).state == "pending"
    either.gateway.pays("plink_2", second.id)
    either.gateway.works()
    for _ in range(3):
        await either.run(121)
    row = either.bill(first).row
    assert (row.paid, row.credited, row.due, row.overpaid) == (11_100, 10_000, 0, 0)
    assert either.waiting() == []
    balances(either, first)
