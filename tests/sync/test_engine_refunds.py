"""Refunds through the gateway: each once, whatever breaks; and what was given back in the gateway's own pages."""

import pytest

from store import decisions, refunds
from store.models import PaymentRequest, Refund
from sync.errors import Busy, Declined, OutcomeUnknown, Unreachable
from sync.gateways.base import GatewayPayment
from tests.sync.engine_fakes import COHERENT, STRIPE, Acted
from tests.sync.engine_world import World

BROKE = OutcomeUnknown("The line broke.")


async def paid(world: World) -> PaymentRequest:
    """Return a request whose link was paid, £211.00."""
    request = world.send()
    await world.run()
    world.gateway.pays(str(world.now_is(request).gateway_id), request.id)
    await world.run(10)
    assert world.now_is(request).state == "paid"
    return request


def give(world: World, request: PaymentRequest, pence: int = 5_000) -> Refund:
    """Ask for money to be given back."""
    bill = world.bill(request)
    payment = next(each for each in bill.payments if not each.refund_of)
    return world.store.write(
        lambda tx: refunds.refund(tx, bill.row.number, payment.id, pence, reason="she is moving away")
    )


def now_is(world: World, refund: Refund) -> Refund:
    """Return a refund as it is now."""
    return world.store.read(lambda reader: refunds.existing(reader, refund.id))


def hold(world: World, refund: Refund) -> None:
    """Keep a refund back, so that it does not leave."""
    entry = world.entry(refund.id, "refund")
    world.store.write(lambda tx: decisions.hold(tx, entry.id))


def let_go(world: World, refund: Refund) -> None:
    """Let a refund go again."""
    entry = world.entry(refund.id, "refund")
    world.store.write(lambda tx: decisions.retry(tx, entry.id))


def given_back(world: World, request: PaymentRequest) -> list[int]:
    """Return what is recorded as given back."""
    return [-each.amount for each in world.bill(request).payments if each.refund_of]


def at_the_gateway(world: World) -> list[int]:
    """Return what was given back at the gateway."""
    return [each.amount for link in world.gateway.links.values() for each in link.refunds if each.state != "failed"]


async def test_given_back(either: World) -> None:
    """One refund there, one negative payment here, in any number of runs."""
    request = await paid(either)
    refund = give(either, request)
    turn = await either.run()
    assert [(deed.kind, deed.outcome, deed.text) for deed in turn.deeds] == [("refund", "done", "money given back")]
    await either.run(24 * 3600)
    await either.run(24 * 3600)
    assert (now_is(either, refund).state, given_back(either, request)) == ("done", [5_000])
    assert at_the_gateway(either) == [5_000]
    (order,) = either.gateway.refund_orders
    assert (order.gateway_id, order.payment_id, order.amount) == ("plink_1", "pi_plink_1", 5_000)
    assert (order.reason, order.code) == ("she is moving away", request.code)
    assert either.bill(request).row.due == 0
    assert either.is_whole()


async def test_asked_for_while_offline(either: World) -> None:
    """It waits, spends nothing, and goes once when the line is back."""
    request = await paid(either)
    refund = give(either, request)
    either.gateway.always_fails("refund", Unreachable("No line."))
    for _ in range(5):
        await either.run(600)
    entry = either.entry(refund.id, "refund")
    assert (entry.state, entry.attempts, now_is(either, refund).state) == ("ready", 0, "pending")
    either.gateway.works()
    await either.run(600)
    assert (given_back(either, request), at_the_gateway(either)) == ([5_000], [5_000])
    assert either.waiting() == []


@pytest.mark.parametrize("acted", [True, False])
async def test_the_answer_is_lost(either: World, acted: bool) -> None:
    """With a key the same refund comes back; without one it is looked at first. Never two."""
    request = await paid(either)
    refund = give(either, request)
    either.gateway.fails("refund", Acted(BROKE) if acted else BROKE)
    await either.run()
    assert (either.entry(refund.id, "refund").unsure, now_is(either, refund).state) == (True, "pending")
    for _ in range(6):
        await either.run(60)
    assert (now_is(either, refund).state, given_back(either, request)) == ("done", [5_000])
    assert (at_the_gateway(either), either.waiting()) == ([5_000], [])
    keys = {order.idempotency_key for order in either.gateway.refund_orders}
    assert len(keys) == (2 if either.gateway.capabilities == COHERENT and not acted else 1)
    assert either.is_whole()


@pytest.mark.parametrize("acted", [True, False])
async def test_the_engine_died_in_the_middle(either: World, acted: bool) -> None:
    """Another engine takes over and finds out; what was done is not done again."""
    request = await paid(either)
    refund = give(either, request)
    entry = either.entry(refund.id, "refund")
    either.store.write(
        lambda tx: tx.run(
            "UPDATE outbox SET state = 'claimed', lease_owner = 'dead', lease_until = :now, first_attempt_at = :now"
            " WHERE id = :id",
            now=tx.now,
            id=entry.id,
        )
    )
    if acted:
        either.gateway.gives_back("plink_1", 5_000, order_id=entry.id, told=False)
        if either.gateway.capabilities == STRIPE:
            either.gateway._refunds_by_key[entry.idempotency_key] = "re_plink_1_1"
    for _ in range(6):
        await either.run(60)
    assert (now_is(either, refund).state, given_back(either, request)) == ("done", [5_000])
    assert at_the_gateway(either) == [5_000]


async def test_without_a_key_a_slow_refund_has_time_to_be_seen(coherent: World) -> None:
    """Two minutes pass before what cannot be seen is taken as absent: a request may still be on its way there."""
    request = await paid(coherent)
    refund = give(coherent, request)
    coherent.gateway.fails("refund", BROKE)
    await coherent.run()
    coherent.gateway.calls.clear()
    await coherent.run(100)
    assert coherent.gateway.called("refund") == []
    coherent.gateway.gives_back("plink_1", 5_000)
    await coherent.run(30)
    assert coherent.gateway.called("refund") == []
    assert (now_is(coherent, refund).state, at_the_gateway(coherent)) == ("done", [5_000])


async def test_without_a_key_an_unclear_list_is_for_a_person(coherent: World) -> None:
    """The gateway says that all was given back, and not in which parts: a person looks there."""
    request = await paid(coherent)
    refund = give(coherent, request)
    coherent.gateway.fails("refund", BROKE)
    await coherent.run()
    link = coherent.gateway.links["plink_1"]
    coherent.gateway.links["plink_1"] = type(link)(
        link.gateway_id, link.url, link.amount, link.currency, "paid", link.payments, refunds_whole=False
    )
    await coherent.run(150)
    entry = coherent.entry(refund.id, "refund")
    assert (entry.state, now_is(coherent, refund).state) == ("attention", "pending")
    assert "Look there" in entry.last_error
    assert given_back(coherent, request) == []
    coherent.store.write(lambda tx: decisions.drop(tx, entry.id, reason="it was given back"))
    assert now_is(coherent, refund).state == "failed"


@pytest.mark.parametrize("acted", [True, False])
async def test_a_key_that_is_too_old(world: World, acted: bool) -> None:
    """After the window the payment's refunds are looked at: found, it is ours; absent, it goes under a new key."""
    request = await paid(world)
    refund = give(world, request)
    world.gateway.fails("refund", Acted(BROKE) if acted else BROKE)
    await world.run()
    world.gateway._refunds_by_key.clear()
    await world.run(30 * 3600)
    await world.run(120)
    assert (now_is(world, refund).state, at_the_gateway(world)) == ("done", [5_000])
    assert len({order.idempotency_key for order in world.gateway.refund_orders}) == (1 if acted else 2)


@pytest.mark.parametrize("acted", [True, False])
async def test_an_old_answer_that_the_key_brings_for_ever(world: World, acted: bool) -> None:
    """A kept error is no answer: look, and take a new key where nothing was done."""
    request = await paid(world)
    refund = give(world, request)
    kept = OutcomeUnknown("A fault of its own.", replayed=True)
    world.gateway.fails("refund", Acted(kept) if acted else kept)
    await world.run()
    await world.run(60)
    assert (now_is(world, refund).state, at_the_gateway(world)) == ("done", [5_000])


async def test_refused(either: World) -> None:
    """The gateway's reason is kept, the clinic is told, nothing waits, and a manager can ask once more."""
    either.put("notify.refund_failed.enabled", "on")
    either.put("notify.refund_failed.targets", "json://example.org")
    request = await paid(either)
    refund = give(either, request)
    either.gateway.fails("refund", Declined("The gateway said no: the balance is too low."))
    await either.run()
    kept = now_is(either, refund)
    assert (kept.state, kept.result) == ("failed", "The gateway said no: the balance is too low.")
    assert either.entry(refund.id, "notify").state in {"ready", "done", "attention"}
    assert [entry.kind for entry in either.waiting() if entry.kind == "refund"] == []
    either.store.write(lambda tx: refunds.retry(tx, refund.id))
    await either.run(60)
    assert (now_is(either, refund).state, given_back(either, request)) == ("done", [5_000])
    assert len({order.order_id for order in either.gateway.refund_orders}) == 2
    assert either.is_whole()


async def test_busy(either: World) -> None:
    """Patience costs no attempt."""
    request = await paid(either)
    refund = give(either, request)
    either.gateway.fails("refund", Busy("Busy.", retry_after=30))
    await either.run()
    assert either.entry(refund.id, "refund").attempts == 0
    await either.run(31)
    assert given_back(either, request) == [5_000]


async def test_on_its_way_and_then_there(world: World) -> None:
    """Pending is accepted: nothing waits in the outbox, and the feed says when it is done."""
    request = await paid(world)
    refund = give(world, request)
    entry = world.entry(refund.id, "refund")
    slow = world.gateway.gives_back("plink_1", 5_000, order_id=entry.id, state="pending", told=False)
    world.gateway._refunds_by_key[entry.idempotency_key] = slow.refund_id
    turn = await world.run()
    assert turn.deeds[0].text == "refund accepted; the gateway has still to finish it"
    assert (world.waiting(), now_is(world, refund).state) == ([], "pending")
    world.gateway.moves(slow, "done")
    await world.run(60)
    assert (now_is(world, refund).state, given_back(world, request)) == ("done", [5_000])


@pytest.mark.parametrize("told", [True, False])
async def test_on_its_way_and_then_not(world: World, told: bool) -> None:
    """It fails later: the feed says so, and where it was not heard the payment's refunds are looked at."""
    request = await paid(world)
    refund = give(world, request)
    entry = world.entry(refund.id, "refund")
    slow = world.gateway.gives_back("plink_1", 5_000, order_id=entry.id, state="pending", told=False)
    world.gateway._refunds_by_key[entry.idempotency_key] = slow.refund_id
    await world.run()
    world.gateway.moves(slow, "failed", "the bank refused it")
    if not told:
        world.gateway.feed.pop()
    await world.run(3_700)
    kept = now_is(world, refund)
    assert (kept.state, kept.result, given_back(world, request)) == ("failed", "the bank refused it", [])


async def test_done_and_then_sent_back(world: World) -> None:
    """A refund that bounces after it was done: the money is the clinic's again, and the ledger adds up."""
    request = await paid(world)
    refund = give(world, request)
    await world.run()
    (made,) = world.gateway.links["plink_1"].refunds
    world.gateway.moves(made, "failed", "the bank refused it")
    await world.run(60)
    assert (now_is(world, refund).state, world.bill(request).row.paid) == ("failed", 21_100)
    assert world.is_whole()


async def test_made_in_the_gateways_own_pages(either: World) -> None:
    """It is heard by the feed, or by asking for the paid link; recorded once, and not confused with ours."""
    request = await paid(either)
    refund = give(either, request, 700)
    await either.run()
    either.gateway.gives_back("plink_1", 5_000)
    either.gateway.gives_back("plink_1", 700)
    await either.run(24 * 3600)
    await either.run(24 * 3600)
    assert sorted(given_back(either, request)) == [700, 700, 5_000]
    assert [each.reason for each in either.bill(request).refunds] == [
        "she is moving away",
        "made at the gateway",
        "made at the gateway",
    ]
    assert now_is(either, refund).state == "done"
    assert either.is_whole()


async def test_given_back_there_while_it_waited_here(either: World) -> None:
    """A manager asks, and before it left somebody gives back all of it there: nothing is given back twice."""
    request = await paid(either)
    refund = give(either, request)
    hold(either, refund)
    either.gateway.gives_back("plink_1", 21_100)
    await either.run(24 * 3600)
    let_go(either, refund)
    await either.run()
    kept = now_is(either, refund)
    assert (kept.state, "own pages" in kept.result) == ("failed", True)
    assert given_back(either, request) == [21_100]
    assert at_the_gateway(either) == [21_100]


async def test_the_same_amount_there_while_it_waited_here(either: World) -> None:
    """Was it the same refund? Only a person knows; their word makes a second one, and only once."""
    request = await paid(either)
    refund = give(either, request)
    hold(either, refund)
    either.gateway.gives_back("plink_1", 5_000)
    await either.run(24 * 3600)
    let_go(either, refund)
    await either.run()
    entry = either.entry(refund.id, "refund")
    assert (entry.state, entry.unsure) == ("attention", False)
    assert "£50.00" in entry.last_error
    either.store.write(lambda tx: decisions.retry(tx, entry.id))
    await either.run()
    assert (now_is(either, refund).state, given_back(either, request)) == ("done", [5_000, 5_000])


async def test_another_gateway_now(either: World) -> None:
    """The clinic has changed its provider: a person is told where the money is."""
    request = await paid(either)
    refund = give(either, request)
    either.store.write(lambda tx: tx.run("UPDATE requests SET gateway = 'other'"))
    await either.run()
    entry = either.entry(refund.id, "refund")
    assert (entry.state, "paid through Other" in entry.last_error) == ("attention", True)
    either.store.write(lambda tx: tx.run("UPDATE requests SET gateway = :k", k=either.gateway.capabilities.kind))
    either.store.write(lambda tx: decisions.retry(tx, entry.id))
    await either.run()
    assert now_is(either, refund).state == "done"


async def test_a_gateway_that_never_answers(either: World) -> None:
    """After several tries without a clear answer a person is asked, and still nothing was given back twice."""
    request = await paid(either)
    refund = give(either, request)
    either.gateway.always_fails("refund", Acted(BROKE))
    if either.gateway.capabilities == COHERENT:
        either.gateway.always_fails("fetch_link", BROKE)
    for _ in range(40):
        await either.run(900)
    entry = either.entry(refund.id, "refund")
    assert (entry.state, "not known after several tries" in entry.last_error) == ("attention", True)
    assert at_the_gateway(either) == [5_000]
    either.gateway.works()
    either.store.write(lambda tx: decisions.retry(tx, entry.id))
    await either.run(60)
    assert (now_is(either, refund).state, at_the_gateway(either)) == ("done", [5_000])


async def test_heard_while_a_person_was_asked(either: World) -> None:
    """The gateway shows it after all: nobody has to decide any more."""
    request = await paid(either)
    refund = give(either, request)
    either.gateway.always_fails("refund", BROKE)
    either.gateway.always_fails("fetch_link", BROKE)
    for _ in range(40):
        await either.run(900)
    entry = either.entry(refund.id, "refund")
    assert entry.state == "attention"
    either.gateway.works()
    either.gateway.gives_back("plink_1", 5_000, order_id=entry.id)
    await either.run(24 * 3600)
    await either.run(60)
    assert (now_is(either, refund).state, given_back(either, request), either.waiting()) == ("done", [5_000], [])
    assert either.entry(refund.id, "refund").state == "done"


async def test_a_stray_payment(world: World) -> None:
    """A refund of a payment that is not ours moves the cursor and nothing else."""
    request = await paid(world)
    (known,) = world.gateway.links["plink_1"].payments
    world.gateway.links["plink_x"] = type(world.gateway.links["plink_1"])(
        "plink_x", "", 500, "GBP", "paid", (GatewayPayment("pi_x", "plink_x", None, 500, "GBP", known.paid_at),)
    )
    world.gateway.gives_back("plink_x", 500)
    assert (await world.run(60)).deeds == ()
    assert given_back(world, request) == []
