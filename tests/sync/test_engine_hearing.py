"""Hearing back: each payment is recorded once, whatever breaks between."""

import asyncio
from datetime import timedelta

import pytest

from store import requests, services
from store.errors import DiskFull
from store.models import PaymentRequest
from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable, WorldError
from sync.hearing import QUIET
from tests.sync.engine_fakes import Acted
from tests.sync.engine_world import BOTH, LeakyStore, World, until


async def live(world: World, count: int = 1) -> list[PaymentRequest]:
    """Return requests whose links are live."""
    made = [world.send() for _ in range(count)]
    await world.run()
    assert {world.now_is(request).state for request in made} == {"live"}
    return made


def cursor(world: World) -> str | None:
    """Return how far the feed was heard."""
    return world.store.read(lambda reader: services.cursor(reader, "stripe"))


async def test_all_pages_are_read_in_one_run(world: World) -> None:
    """Five payments on pages of two: recorded once each, and the cursor is at the end."""
    made = await live(world, 5)
    for number, request in enumerate(made, 1):
        world.gateway.pays(f"plink_{number}", request.id)
    turn = await world.run(10)
    assert [deed.outcome for deed in turn.deeds] == ["recorded"] * 5
    assert {world.now_is(request).state for request in made} == {"paid"}
    assert {world.bill(request).row.state for request in made} == {"paid"}
    assert cursor(world) == "5"
    assert (await world.run(60)).deeds == ()
    assert world.is_whole()


async def test_payment_and_cursor_move_together(leaky: tuple[World, LeakyStore]) -> None:
    """The disk is full as the payment is written: the cursor stays too, and the next run records it once."""
    world, store = leaky
    (request,) = await live(world)
    world.gateway.pays("plink_1", request.id)
    store.broken.on = True
    with pytest.raises(DiskFull):
        await world.run(10)
    assert (cursor(world), world.bill(request).payments) == ("0", ())
    store.broken.on = False
    await world.run(10)
    assert (cursor(world), world.bill(request).row.paid) == ("1", 21_100)
    await world.run(60)
    assert len(world.bill(request).payments) == 1


async def test_seen_twice_is_recorded_once(world: World) -> None:
    """An event that comes again, and the daily check that finds the same payment, change nothing."""
    (request,) = await live(world)
    payment = world.gateway.pays("plink_1", request.id)
    world.gateway.feed += [payment, payment]
    await world.run(10)
    world.store.write(lambda tx: tx.run("DELETE FROM cursors"))
    await world.run(60)
    assert len(world.bill(request).payments) == 1


async def test_heard_before_the_link_was_settled(world: World) -> None:
    """The client paid a link whose making is still unknown here: the payment finds its request by our id."""
    request = world.send({"email": ""})
    world.gateway.fails("create_link", Acted(OutcomeUnknown("The line broke.")))
    await world.run()
    world.gateway.pays("plink_1", request.id)
    await world.run(10)
    now = world.now_is(request)
    assert (now.state, world.bill(request).row.state) == ("paid", "paid")
    assert (world.courier.emails, world.waiting()) == ([], [])
    assert world.is_whole()


async def test_somebody_else_s_payment_is_let_be(world: World) -> None:
    """A payment on a link that is not ours moves the cursor and nothing else."""
    (request,) = await live(world)
    payment = world.gateway.pays("plink_1", None)
    world.gateway.feed[:] = [type(payment)("pi_x", "plink_x", None, 100, "GBP", payment.paid_at)]
    assert (await world.run(10)).deeds == ()
    assert (cursor(world), world.now_is(request).state) == ("1", "live")


async def test_a_lost_cursor_has_every_open_link_asked(world: World) -> None:
    """The feed forgot where we were: each link that can bring news is asked for, and nothing is counted twice."""
    made = await live(world, 12)
    world.gateway.pays("plink_3", made[2].id)
    await world.run(10)
    world.gateway.pays("plink_7", made[6].id)
    world.gateway.forgotten_before = 2
    world.gateway.calls.clear()
    await world.run(10)
    assert sorted(set(world.gateway.called("fetch_link"))) == sorted(world.gateway.links)
    assert [world.now_is(request).state for request in made].count("paid") == 2
    assert cursor(world) == "2"


async def test_a_lost_cursor_has_the_feed_read_from_its_start(world: World) -> None:
    """A cancelled link that was opened again in the gateway's own pages, and paid, is told of by the feed alone."""
    (request,) = await live(world)
    world.store.write(lambda tx: requests.cancel(tx, request.id, why="by mistake"))
    await world.run(10)
    assert world.now_is(request).state == "cancelled"
    world.store.write(lambda tx: services.move_cursor(tx, "stripe", "-1"))
    world.gateway.pays("plink_1", request.id)
    await world.run(60)
    assert (world.now_is(request).state, world.bill(request).row.state, cursor(world)) == ("paid", "paid", "1")


async def test_money_tells_of_a_link_whose_making_was_never_answered(world: World) -> None:
    """The request gets its link, so that the money can be given back through it, and nobody is asked for it."""
    world.gateway.always_fails("create_link", Acted(OutcomeUnknown("a 500", replayed=True)))
    world.gateway.always_fails("find_link", Declined("not now"))
    request = world.send(BOTH)
    await world.run()
    assert world.now_is(request).state == "attention"
    payment = world.gateway.pays("plink_1", request.id)
    await world.run(60)
    kept = world.now_is(request)
    assert (kept.state, kept.gateway, kept.gateway_id) == ("paid", "stripe", "plink_1")
    assert {message.state for message in kept.messages} == {"stopped"}
    assert not world.waiting()
    assert world.is_whole()
    assert payment.amount == world.bill(request).row.paid


async def test_first_start_asks_the_open_links(world: World) -> None:
    """An engine that never heard begins at the newest event, and asks for what is open already."""
    (request,) = await live(world)
    world.store.write(lambda tx: tx.run("DELETE FROM cursors"))
    world.gateway.pays("plink_1", request.id)
    await world.another_engine("second").run_once(world.clock.forward(1))
    assert world.gateway.cursors[-1] is None
    assert (world.now_is(request).state, cursor(world)) == ("paid", "1")


async def test_the_daily_check(world: World) -> None:
    """A payment that the feed never told of is found within a day."""
    (request,) = await live(world)
    world.gateway.pays("plink_1", request.id, told=False)
    await world.run(3600)
    assert world.now_is(request).state == "live"
    await world.run(24 * 3600)
    assert world.now_is(request).state == "paid"


async def test_feed_is_read_faster_while_somebody_looks(world: World) -> None:
    """Quiet: once a minute; with open links every 5 s; with a QR on screen every second, from at once."""
    turn = await world.run()
    assert turn.wake_at == world.clock.now + QUIET
    (request,) = await live(world)
    turn = await world.run(1)
    assert turn.wake_at is not None
    assert turn.wake_at <= world.clock.now + timedelta(seconds=5)
    await world.run(10)
    until = world.clock.now + timedelta(seconds=30)
    world.store.write(lambda tx: requests.watch(tx, request.id, until))
    turn = await world.run(0)
    assert turn.wake_at is not None
    assert turn.wake_at <= world.clock.now + timedelta(seconds=1)
    world.gateway.pays("plink_1", request.id)
    await world.run(1)
    assert world.now_is(request).state == "paid"


@pytest.mark.parametrize(
    ("age", "pause"),
    [(1, 10), (9 * 60, 10), (11 * 60, 30), (59 * 60, 30), (2 * 3600, 300), (23 * 3600, 300), (25 * 3600, 3600)],
)
async def test_a_link_is_asked_for_more_seldom_as_it_ages(coherent: World, age: int, pause: int) -> None:
    """Every 10 s in the first ten minutes, 30 s in the first hour, 5 min on the first day, then hourly."""
    await live(coherent)
    await coherent.run(max(10, age))
    coherent.gateway.calls.clear()
    turn = await coherent.run(pause - 1)
    assert coherent.gateway.called("fetch_link") == []
    assert turn.wake_at == coherent.clock.now + timedelta(seconds=1)
    await coherent.run(1)
    assert coherent.gateway.called("fetch_link") == ["plink_1"]


async def test_a_watched_link_is_asked_for_every_two_seconds(coherent: World) -> None:
    """With its QR on screen a link is asked for at once and then every 2 s, however old it is."""
    (request,) = await live(coherent)
    await coherent.run(7200)
    until = coherent.clock.now + timedelta(seconds=60)
    coherent.store.write(lambda tx: requests.watch(tx, request.id, until))
    coherent.gateway.calls.clear()
    for _ in range(5):
        turn = await coherent.run(2)
        assert turn.wake_at == coherent.clock.now + timedelta(seconds=2)
    assert len(coherent.gateway.called("fetch_link")) == 5


async def test_a_link_that_is_waited_for_is_asked_for_from_the_start(coherent: World) -> None:
    """Somebody looked before there was a link: it is asked for after 2 s, not only after 10."""
    request = coherent.send()
    until = coherent.clock.now + timedelta(minutes=10)
    coherent.store.write(lambda tx: requests.watch(tx, request.id, until))
    turn = await coherent.run()
    assert coherent.now_is(request).state == "live"
    assert turn.wake_at == coherent.clock.now + timedelta(seconds=2)


async def test_a_link_paid_at_coherent(coherent: World) -> None:
    """Asked for by its id, the payment is recorded once; then it is asked for its refunds daily, for 90 days."""
    (request,) = await live(coherent)
    coherent.gateway.pays("plink_1")
    turn = await coherent.run(10)
    assert [deed.kind for deed in turn.deeds] == ["payment"]
    assert (coherent.now_is(request).state, turn.wake_at) == ("paid", coherent.clock.now + timedelta(days=1))
    coherent.gateway.calls.clear()
    for days in range(1, 100):
        turn = await coherent.run(24 * 3600)
        assert turn.deeds == ()
        assert len(coherent.gateway.calls) == min(days, 90)
    assert turn.wake_at is None


async def test_refunds_are_heard_of_a_link_that_was_paid_late(coherent: World) -> None:
    """Paid a hundred days after it was made: somebody can still give its money back in the gateway's own pages."""
    (request,) = await live(coherent)
    coherent.clock.forward(days=100)
    coherent.gateway.pays("plink_1")
    await coherent.run()
    coherent.gateway.gives_back("plink_1", 1_100)
    await coherent.run(24 * 3600)
    assert [each.amount for each in coherent.bill(request).payments] == [21_100, -1_100]


async def test_one_link_that_is_gone_hides_no_other(coherent: World) -> None:
    """A link that the gateway does not know any more is put off a day; the others are heard."""
    made = await live(coherent, 3)
    coherent.gateway.pays("plink_3")
    coherent.gateway.fails("fetch_link", Declined("No such transaction."))
    await coherent.run(10)
    assert [coherent.now_is(request).state for request in made] == ["live", "live", "paid"]
    coherent.gateway.calls.clear()
    coherent.gateway.pays("plink_2")
    await coherent.run(10)
    assert coherent.gateway.called("fetch_link") == ["plink_2"]
    assert coherent.now_is(made[1]).state == "paid"


@pytest.mark.parametrize(
    "error", [Unreachable("x"), OutcomeUnknown("x"), Busy("x", retry_after=7), Declined("x"), KeyError("x")]
)
async def test_hearing_goes_wrong_and_later_right(either: World, error: Exception) -> None:
    """Whatever goes wrong while listening, entries still go out, the engine is not busy, and it listens again."""
    (request,) = await live(either)
    method = "hear" if either.gateway.capabilities.has_event_feed else "fetch_link"
    either.gateway.fails(method, error)
    either.gateway.pays("plink_1", request.id)
    turn = await either.run(10)
    assert turn.wake_at is not None
    assert turn.wake_at > either.clock.now
    other = either.send()
    await either.run(61)
    assert either.now_is(other).state == "live"
    await either.run(24 * 3600 if isinstance(error, Declined) else 61)
    assert either.now_is(request).state == "paid"


async def test_patience_is_counted_from_the_answer(either: World) -> None:
    """A gateway that asks for a minute, after half a minute of silence, has its whole minute."""
    await live(either)
    method = "hear" if either.gateway.capabilities.has_event_feed else "fetch_link"
    answers = either.gateway.gates[method] = asyncio.Event()
    either.gateway.fails(method, Busy("Wait.", retry_after=60))
    hearing = asyncio.create_task(either.run(10))
    await until(lambda: either.gateway.at_once)
    answered_at = either.clock.forward(30)
    answers.set()
    assert (await hearing).wake_at == answered_at + timedelta(seconds=60)


async def test_a_key_refused_while_listening(either: World) -> None:
    """A key that is refused while listening is told like any other, and nothing more is asked."""
    await live(either)
    refused: WorldError = Misconfigured("Key refused.")
    either.gateway.always_fails("hear", refused)
    either.gateway.always_fails("fetch_link", refused)
    turn = await either.run(10)
    assert (either.service(), turn.wake_at) == ("refused", None)


async def test_a_link_closed_at_the_gateway(either: World) -> None:
    """Somebody switched the link off in the provider's own pages: the request says so within a day."""
    (request,) = await live(either)
    await either.gateway.cancel_link("plink_1", "by hand")
    await either.run(25 * 3600)
    assert either.now_is(request).state == "cancelled"
    assert either.is_whole()
