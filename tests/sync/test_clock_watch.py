"""A wall clock that is put back: what was planned by the later time is planned anew."""

import asyncio
from datetime import timedelta

import pytest

from store import services
from sync.errors import OutcomeUnknown
from tests.sync.engine_fakes import Acted
from tests.sync.engine_world import BOTH, World, until

YEAR = timedelta(days=365)
UNCLEAR = OutcomeUnknown("the line broke")


@pytest.mark.parametrize("another", [False, True])
async def test_what_was_queued_by_a_clock_that_was_ahead_goes_out(either: World, *, another: bool) -> None:
    """Queued a year ahead, and the clock is right again: it goes at once, also by an engine that is new."""
    world = either
    await world.run()
    world.clock.now += YEAR
    request = world.send(BOTH)
    world.clock.now -= YEAR
    if another:
        world.engine = world.another_engine("second")
    await world.run(1)
    assert (world.now_is(request).state, world.waiting()) == ("live", [])


async def test_what_was_queued_by_a_clock_that_was_ahead_goes_out_behind_something_newer(world: World) -> None:
    """Nobody was at work while the clock was ahead; the newest entry bears the right time."""
    await world.run()
    world.clock.now += YEAR
    ahead = world.send()
    world.clock.now -= YEAR
    behind = world.send()
    world.engine = world.another_engine("second")
    await world.run(1)
    assert [world.now_is(request).state for request in (ahead, behind)] == ["live", "live"]


async def test_a_clock_that_is_put_back_in_the_middle_of_a_run(coherent: World) -> None:
    """The run comes to its end: what it plans by the earlier time is not due by the later, again and again."""
    world = coherent
    there = world.gateway.gates["create_link"] = asyncio.Event()
    request = world.send()
    run = asyncio.create_task(world.engine.run_once(world.clock.now))
    await until(lambda: world.gateway.called("create_link"))
    world.clock.now -= timedelta(hours=1)
    there.set()
    async with asyncio.timeout(5):
        turn = await run
    assert (world.now_is(request).state, world.gateway.called("fetch_link")) == ("live", [])
    assert turn.wake_at == world.clock.now + timedelta(seconds=10)


async def test_a_probe_stays_as_far_away_as_it_was(world: World) -> None:
    """Offline, and the clock is put back: the next probe goes when it would have gone."""
    world.gateway.always_fails("create_link", OutcomeUnknown("gone"))
    for _ in range(5):
        world.send()
    await world.run()
    assert world.service() == "offline"
    world.gateway.works()
    world.clock.now -= YEAR
    await world.run(1)
    await world.run(30)
    await world.run(600)
    assert (world.service(), world.waiting()) == ("online", [])


async def test_a_key_that_looks_young_again_is_not_trusted(world: World) -> None:
    """Tried, unclear, 30 hours pass while the clock is put back by a day: the gateway is asked what it has."""
    world.gateway.fails("create_link", Acted(UNCLEAR))
    request = world.send()
    await world.run()
    world.clock.forward(hours=30)
    world.clock.forward(hours=-24)
    world.engine = world.another_engine("second")
    world.clock.forward(hours=-12)
    await world.run()
    assert world.gateway.called("find_link") == [request.id]
    assert (len(world.gateway.links), world.now_is(request).state) == (1, "live")


async def test_a_link_that_was_to_be_asked_for_in_a_year_is_asked_for_now(coherent: World) -> None:
    """Made by a clock that was ahead, paid after it was put right: the payment is heard."""
    world = coherent
    world.clock.now += YEAR
    request = world.send()
    await world.run()
    world.clock.now -= YEAR
    world.gateway.pays(world.now_is(request).gateway_id or "")
    await world.run(1)
    assert world.now_is(request).state == "paid"


async def test_a_small_step_back_changes_nothing(world: World) -> None:
    """A time server puts the clock back by seconds: what is paused stays paused."""
    world.gateway.fails("create_link", UNCLEAR)
    request = world.send()
    await world.run()
    due = world.entry(request.id).next_attempt_at
    await world.run(-20)
    assert (world.entry(request.id).next_attempt_at, world.gateway.called("find_link")) == (due, [])


async def test_a_clock_that_was_heeded_is_heeded_once(world: World) -> None:
    """What was noted by the later clock stays noted; it does not make every turn begin anew."""
    await world.run()
    world.clock.now += YEAR
    world.send()
    await world.run()
    world.clock.now -= YEAR
    await world.run(1)
    known = world.store.read(services.known)["gateway"]
    assert known.heard_at is not None
    heard = len(world.gateway.cursors)
    await world.run(1)
    assert len(world.gateway.cursors) == heard
