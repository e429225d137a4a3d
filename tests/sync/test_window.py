"""An attempt without an answer, looked at later: what is found at the gateway decides, and nothing is made twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from store import decisions, refunds, requests
from store.errors import BadInput
from store.models import OutboxEntry, PaymentRequest, Refund
from sync.errors import Busy, Misconfigured, OutcomeUnknown, Unreachable
from tests.sync.engine_fakes import STRIPE, Acted
from tests.sync.engine_world import World

BROKE = OutcomeUnknown("The line broke.")
PAST = 24 * 3600


async def lost(world: World, *, made: bool = True) -> PaymentRequest:
    """Send a link, made or not, whose answer is lost."""
    request = world.send({"email": ""})
    world.gateway.fails("create_link", Acted(BROKE) if made else BROKE)
    await world.run()
    assert world.entry(request.id).unsure
    return request


def again(world: World, entry: OutboxEntry) -> None:
    """A person presses Retry."""
    world.store.write(lambda tx: decisions.retry(tx, entry.id))


def there(world: World) -> list[tuple[str, int]]:
    """Return state and pence of each link at the gateway, oldest first."""
    return [(link.state, link.amount) for link in world.gateway.links.values()]


async def test_found_and_closed_there(world: World) -> None:
    """Somebody switched it off in the gateway's own pages: it takes no money, so another is made, once."""
    request = await lost(world)
    world.gateway.links["plink_1"] = replace(world.gateway.links["plink_1"], state="cancelled")
    await world.run(PAST)
    await world.run(120)
    assert (world.now_is(request).state, world.now_is(request).gateway_id) == ("live", "plink_2")
    assert there(world) == [("cancelled", 21_100), ("live", 21_100)]
    assert len(world.courier.emails) == 1


@pytest.mark.parametrize("pence", [21_100, 5_000])
async def test_found_and_paid_there(world: World, pence: int) -> None:
    """Money has moved, whatever its amount: it is recorded once, and nobody is asked for it again."""
    request = await lost(world)
    world.gateway.links["plink_1"] = replace(world.gateway.links["plink_1"], amount=pence)
    world.gateway.pays("plink_1", request.id)
    world.gateway.feed.clear()
    await world.run(PAST)
    await world.run(PAST)
    bill, now = world.bill(request), world.now_is(request)
    assert (now.state, now.gateway_id, bill.row.paid, len(bill.payments)) == ("paid", "plink_1", pence, 1)
    assert now.reason == ("" if pence == 21_100 else "£50.00 was paid, £211.00 was asked")
    assert (world.courier.emails, world.waiting(), len(world.gateway.orders)) == ([], [], 1)
    assert world.is_whole()


async def test_found_and_asking_for_another_amount(world: World) -> None:
    """It takes money, and the wrong amount: no second beside it until somebody has switched it off."""
    request = await lost(world)
    world.gateway.links["plink_1"] = replace(world.gateway.links["plink_1"], amount=5_000)
    await world.run(PAST)
    for _ in range(2):
        entry = world.entry(request.id)
        assert (entry.state, world.now_is(request).state, there(world)) == (
            "attention",
            "attention",
            [("live", 5_000)],
        )
        assert "asks for £50.00, and £211.00 was asked for: plink_1. Switch it off there" in entry.last_error
        again(world, entry)
        await world.run()
    world.gateway.links["plink_1"] = replace(world.gateway.links["plink_1"], state="cancelled")
    again(world, world.entry(request.id))
    await world.run()
    assert (world.now_is(request).state, there(world)) == ("live", [("cancelled", 5_000), ("live", 21_100)])


@pytest.mark.parametrize(
    "error", [Unreachable("No line."), Busy("Wait.", retry_after=30), Misconfigured("The key may not list.")]
)
@pytest.mark.parametrize("made", [True, False])
async def test_the_look_up_fails(world: World, error: Exception, made: bool) -> None:
    """It says nothing: the entry waits, as unsure as before, no attempt is lost, and no link is made."""
    request = await lost(world, made=made)
    world.gateway.always_fails("find_link", error)
    await world.run(PAST)
    entry = world.entry(request.id)
    assert (entry.state, entry.unsure, entry.attempts, len(world.gateway.orders)) == ("ready", True, 1, 1)
    world.gateway.works()
    again(world, entry)
    await world.run(60)
    await world.run(120)
    assert (world.now_is(request).state, len(world.gateway.links)) == ("live", 1)


async def test_the_clock_was_put_forward_while_the_gateway_was_at_work(world: World) -> None:
    """Only the clock says that the key is old: what is not there yet may still come, so it is looked up twice."""
    request = await lost(world, made=False)
    await world.run(PAST)
    assert len(world.gateway.orders) == 1
    world.gateway.make(world.gateway.orders[0])
    await world.run(120)
    assert (world.now_is(request).gateway_id, len(world.gateway.links)) == ("plink_1", 1)


async def test_the_clock_was_set_back(world: World) -> None:
    """How old the key is is not known any more: the link is looked up, as past the window."""
    request = await lost(world)
    world.gateway._by_key.clear()
    world.clock.now -= timedelta(days=365)
    again(world, world.entry(request.id))
    await world.run()
    assert world.gateway.called("find_link") == [request.id]
    assert (world.now_is(request).state, len(world.gateway.links)) == ("live", 1)


async def refunding(world: World, *, done: bool) -> tuple[PaymentRequest, Refund]:
    """Have a link paid and £50.00 of it given back, or not, without an answer."""
    request = world.send()
    await world.run()
    world.gateway.pays("plink_1", request.id)
    await world.run(10)
    bill = world.bill(request)
    kept = world.store.write(
        lambda tx: refunds.refund(tx, bill.row.number, bill.payments[0].id, 5_000, reason="moving away")
    )
    world.gateway.fails("refund", Acted(BROKE) if done else BROKE)
    await world.run()
    assert world.entry(kept.id, "refund").unsure
    return request, kept


def given_back(world: World) -> list[int]:
    """Return what was given back at the gateway."""
    return [each.amount for link in world.gateway.links.values() for each in link.refunds]


@pytest.mark.parametrize("done", [True, False])
async def test_the_clock_was_set_back_under_a_refund(either: World, done: bool) -> None:
    """It is looked at before it is asked again, and that waits two minutes at most, not a year."""
    request, kept = await refunding(either, done=done)
    either.gateway._refunds_by_key.clear()
    either.clock.now -= timedelta(days=365)
    again(either, either.entry(kept.id, "refund"))
    for _ in range(4):
        await either.run(121)
    assert (given_back(either), either.waiting()) == ([5_000], [])
    assert sorted(each.amount for each in either.bill(request).payments) == [-5_000, 21_100]
    assert either.is_whole()


@pytest.mark.parametrize("done", [True, False])
async def test_the_look_at_a_refund_fails(either: World, done: bool) -> None:
    """Nothing is given back while nobody can look; then it is given back once."""
    _, kept = await refunding(either, done=done)
    either.gateway._refunds_by_key.clear()
    either.gateway.always_fails("fetch_link", Unreachable("No line."))
    either.gateway.always_fails("hear", Unreachable("No line."))
    await either.run(PAST)
    entry = either.entry(kept.id, "refund")
    assert (entry.state, entry.unsure, entry.attempts, len(either.gateway.refund_orders)) == ("ready", True, 1, 1)
    either.gateway.works()
    for _ in range(4):
        await either.run(121)
    assert (given_back(either), either.waiting()) == ([5_000], [])


async def test_a_cancelling_whose_key_brings_back_a_fault(world: World) -> None:
    """The kept answer is no answer: it is asked under another key, by itself."""
    request = world.send()
    await world.run()
    world.store.write(lambda tx: requests.cancel(tx, request.id, why="not needed"))
    first = world.entry(request.id, "cancel_link").idempotency_key
    world.gateway.fails("cancel_link", BROKE, OutcomeUnknown("A fault of its own.", replayed=True))
    await world.run()
    await world.run(60)
    assert (world.now_is(request).state, world.waiting()) == ("cancelled", [])
    assert world.entry(request.id, "cancel_link").idempotency_key != first


async def test_cancelling_at_the_gateway_of_yesterday(either: World) -> None:
    """The clinic has changed its provider: nothing is asked of the new one; a person is told where the link is."""
    request = either.send()
    await either.run()
    either.store.write(lambda tx: tx.run("UPDATE requests SET gateway = 'other'"))
    either.store.write(lambda tx: requests.cancel(tx, request.id, why="not needed"))
    await either.run()
    entry = either.entry(request.id, "cancel_link")
    assert (entry.state, either.gateway.called("cancel_link")) == ("attention", [])
    assert f"The link {request.code} is at Other" in entry.last_error
    assert "may still take money" in entry.last_error


async def test_all_again_takes_what_does_no_harm_twice(either: World) -> None:
    """A cancelling and a notification of which nobody knows are tried again with the rest; a link is not."""
    either.put("notify.payment_link_paid.enabled", "on")
    either.put("notify.payment_link_paid.targets", "json://one")
    cancelled, paid = either.send(), either.send()
    await either.run()
    either.gateway.pays("plink_2", paid.id)
    either.courier.script.always_fails("notify json://one", BROKE)
    either.gateway.always_fails("cancel_link", BROKE)
    either.store.write(lambda tx: requests.cancel(tx, cancelled.id, why="not needed"))
    for _ in range(40):
        await either.run(3_600)
    assert {(entry.kind, entry.state, entry.unsure) for entry in either.waiting()} == {
        ("cancel_link", "attention", True),
        ("notify", "attention", True),
    }
    either.gateway.works()
    either.courier.script.works()
    assert either.store.write(decisions.retry_all) == decisions.Retried(2, 0)
    await either.run()
    assert (either.waiting(), either.now_is(cancelled).state) == ([], "cancelled")


@pytest.mark.parametrize(
    "typed",
    ["https://pay.example/1", "buy.stripe.com/x", "http://127.0.0.1:8788/pay/aBc", " https://a.example/\u200b"],
)
async def test_the_pay_page_is_no_id(coherent: World, typed: str) -> None:
    """Its address is what one finds first: it is said where the id is."""
    request = await lost(coherent)
    entry = coherent.entry(request.id)
    with pytest.raises(BadInput, match=r"web address, and no id of the gateway\. Look") as caught:
        coherent.store.write(lambda tx: decisions.adopt(tx, entry.id, typed))
    assert caught.value.field == "gateway_id"
    assert coherent.waiting() == [entry]


@pytest.mark.parametrize("typed", [str.upper, lambda found: f"\u00a0{found}\u200b\n"])
async def test_one_link_for_one_request(coherent: World, typed: Callable[[str], str]) -> None:
    """Two in doubt: a link that one of them is about to adopt is refused to the other, however it is typed."""
    first, second = await lost(coherent), await lost(coherent)
    one, other = coherent.entry(first.id), coherent.entry(second.id)
    coherent.store.write(lambda tx: decisions.adopt(tx, one.id, "plink_1"))
    with pytest.raises(BadInput, match=f"payment request {first.code} already"):
        coherent.store.write(lambda tx: decisions.adopt(tx, other.id, typed("plink_1")))
    await coherent.run()
    assert (coherent.now_is(first).gateway_id, coherent.now_is(second).gateway_id) == ("plink_1", None)


async def test_another_became_its_owner_meanwhile(coherent: World) -> None:
    """Typed here, and recorded of another request before the engine came to it: it is not given to both."""
    first, second = await lost(coherent), await lost(coherent)
    one = coherent.entry(first.id)
    coherent.store.write(lambda tx: decisions.adopt(tx, one.id, "plink_1"))
    coherent.store.write(lambda tx: tx.run("UPDATE requests SET gateway_id = 'PLINK_1' WHERE id = :id", id=second.id))
    await coherent.run()
    asked = coherent.entry(first.id)
    assert (asked.state, asked.unsure, coherent.gateway.called("fetch_link")) == ("attention", True, [])
    assert f"The link plink_1 is that of the payment request {second.code}." in asked.last_error


async def test_the_gateway_answers_about_another(coherent: World) -> None:
    """What it tells of under another id is not adopted."""
    request = await lost(coherent)
    coherent.gateway.links["plink_9"] = coherent.gateway.links["plink_1"]
    entry = coherent.entry(request.id)
    coherent.store.write(lambda tx: decisions.adopt(tx, entry.id, "plink_9"))
    await coherent.run()
    asked = coherent.entry(request.id)
    assert (asked.state, "answered about another link, plink_1" in asked.last_error) == ("attention", True)


async def test_an_email_a_day_later(world: World) -> None:
    """It goes again under the Message-ID of the first time, however long ago that was."""
    assert world.gateway.capabilities == STRIPE
    world.courier.script.fails("email", Acted(BROKE))
    request = world.send({"email": ""})
    await world.run()
    await world.run(PAST)
    assert len({email.message_id for email in world.courier.emails}) == 1
    assert (len(world.courier.emails), world.now_is(request).messages[0].state) == (2, "sent")
