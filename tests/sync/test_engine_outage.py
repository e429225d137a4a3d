"""Outages and crowds: one probe a step, nothing spent, everything in order, and no entry that blocks another."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import cast

import pytest

from store import outbox
from sync.errors import OutcomeUnknown, Unreachable
from sync.gateways.base import Link, LinkOrder
from tests.sync.engine_fakes import Acted, FakeGateway
from tests.sync.engine_world import World

NO_LINE = Unreachable("No line.")


def cut(gateway: FakeGateway) -> None:
    """Nothing reaches the gateway."""
    for method in ("create_link", "cancel_link", "fetch_link", "find_link", "hear"):
        gateway.always_fails(method, NO_LINE)


async def test_three_days_offline_with_a_thousand_entries(world: World) -> None:
    """One call a probe, no attempt spent; the line is back: all of them, oldest first, a few at once."""
    ids = world.send_many(1000)
    cut(world.gateway)
    await world.run()
    for _ in range(60):
        before = len(world.gateway.calls)
        turn = await world.engine.run_once(world.clock.now)
        assert len(world.gateway.calls) - before <= 1
        assert turn.wake_at is not None
        assert timedelta() < turn.wake_at - world.clock.now <= timedelta(seconds=30)
        world.clock.now = turn.wake_at
    await world.run(3 * 24 * 3600)
    spent = "SELECT count(*) FROM outbox WHERE attempts > 0 OR unsure OR state <> 'ready'"
    assert world.store.read(lambda reader: reader.value(spent)) == 0
    world.gateway.works()
    world.gateway.calls.clear()
    world.gateway.most_at_once = 0
    await world.run(60)
    assert world.gateway.called("create_link") == ids
    assert world.gateway.most_at_once <= 8
    assert world.waiting() == []


async def test_the_first_failures_cost_no_more_than_the_slots(world: World) -> None:
    """What was in flight when the line broke fails; after it only probes go."""
    world.send_many(100)
    cut(world.gateway)
    await world.run()
    assert len(world.gateway.calls) <= 9


async def test_the_rate_limit_holds_back_a_queue(world: World) -> None:
    """A queue drains no faster than the gateway allows, and what it hears counts too."""
    rate = 250.0
    world.gateway.capabilities = replace(world.gateway.capabilities, requests_per_second=rate)
    world.send_many(80)
    began = asyncio.get_running_loop().time()
    await world.run()
    took = asyncio.get_running_loop().time() - began
    assert len(world.gateway.links) == 80
    assert took >= 80 / rate - 0.1 - 1 / rate


async def test_a_poison_entry_among_a_hundred(world: World) -> None:
    """One entry that cannot even be looked at goes to a person; the others go out in the same run."""
    ids = world.send_many(100)
    poisoned = world.entry(ids[3])
    world.store.write(
        lambda tx: tx.run(
            'UPDATE outbox SET payload = \'{"order":{"odd":1},"gateway":"stripe"}\' WHERE id = :id',
            id=poisoned.id,
        )
    )
    await world.run()
    assert (world.entry(ids[3]).state, len(world.gateway.links)) == ("attention", 99)
    assert [entry.id for entry in world.waiting()] == [poisoned.id]


async def test_an_entry_without_its_request(world: World) -> None:
    """An entry for something that is not there goes to a person, and blocks nobody."""
    world.store.write(lambda tx: outbox.add(tx, "create_link", "01J0000000000000000000NONE", None))
    request = world.send()
    await world.run()
    assert world.now_is(request).state == "live"
    assert [entry.state for entry in world.waiting()] == ["attention"]


async def test_a_link_whose_answer_breaks_the_books(world: World) -> None:
    """An answer that cannot be written down goes to a person; what came back with it is settled."""
    requests = [world.send() for _ in range(3)]
    make = world.gateway.make

    def odd(order: LinkOrder) -> Link:
        link = make(order)
        return replace(link, url=cast("str", {"no": "text"})) if order.request_id == requests[1].id else link

    world.gateway.make = odd  # type: ignore[method-assign]
    await world.run()
    assert [world.now_is(request).state for request in requests] == ["live", "attention", "live"]
    assert world.entry(requests[1].id).unsure
    assert world.is_whole()


@pytest.mark.parametrize("slots", [1, 3])
async def test_never_more_than_the_slots(world: World, slots: int) -> None:
    """Probes included, no more is in flight or claimed than there are slots."""
    cut(world.gateway)
    world.courier.script.always_fails("email", NO_LINE)
    engine = world.another_engine("narrow", slots=slots)
    for _ in range(6):
        world.send({"email": ""})
    await engine.run_once(world.clock.now)
    world.gateway.works()
    most = 0

    def look() -> None:
        nonlocal most
        claimed = world.store.read(lambda reader: reader.value("SELECT count(*) FROM outbox WHERE state = 'claimed'"))
        most = max(most, claimed)

    begins = world.gateway.begins

    async def watched(method: str, about: str) -> Exception | None:
        look()
        return await begins(method, about)

    world.gateway.begins = watched  # type: ignore[method-assign]
    for _ in range(4):
        await engine.run_once(world.clock.forward(60))
    assert 1 <= most <= slots
    assert len(world.gateway.links) == 6


async def test_one_service_down_the_other_works(world: World) -> None:
    """The mail server is away: links are made and texts go out, the emails wait and go later."""
    world.courier.script.always_fails("email", NO_LINE)
    requests = [world.send({"email": "", "sms": ""}) for _ in range(5)]
    await world.run()
    assert (len(world.courier.texts), world.service("email"), world.service()) == (5, "offline", "online")
    world.courier.script.works()
    await world.run(60)
    assert len(world.courier.emails) == 5
    assert {world.now_is(request).state for request in requests} == {"live"}


async def test_unclear_answers_open_the_breaker(world: World) -> None:
    """A gateway that only stumbles is left alone after a few, not asked by every entry in turn."""
    world.send_many(50)
    world.gateway.always_fails("create_link", Acted(OutcomeUnknown("500")))
    world.gateway.always_fails("hear", NO_LINE)
    await world.run()
    assert (len(world.gateway.called("create_link")) <= 8, world.service()) == (True, "offline")
    world.gateway.works()
    await world.run(60)
    await world.run(60)
    assert (len(world.gateway.links), world.waiting()) == (50, [])


async def test_offline_without_anything_to_ask_comes_back(coherent: World) -> None:
    """A gateway without a feed and without open links: the next entry is the probe, and nothing takes its place."""
    coherent.gateway.always_fails("create_link", NO_LINE)
    request = coherent.send()
    await coherent.run()
    for _ in range(5):
        turn = await coherent.run(60)
        assert turn.wake_at is not None
        assert turn.wake_at > coherent.clock.now
    assert len(coherent.gateway.called("create_link")) == 6
    coherent.gateway.works()
    await coherent.run(60)
    assert coherent.now_is(request).state == "live"
