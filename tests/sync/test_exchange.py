"""How much is written down and claimed at once, and how much may be in flight."""

import asyncio
from collections import Counter
from itertools import pairwise

import pytest

from store import company, outbox
from store.errors import StoreError
from sync.exchange import BITE, CAREFUL_SLOTS, SLOTS
from tests.sync.engine_world import LeakyStore, World, until

MANY = 2 * SLOTS + 3


class Watch:
    """What was claimed after each commit, by kind."""

    def __init__(self, world: World) -> None:
        self.seen: list[Counter[str]] = []
        self._world = world
        world.store.on_commit(self._look)

    def most(self, kind: str) -> int:
        """Return how many of a kind were in flight at most."""
        return max(seen[kind] for seen in self.seen)

    def steps(self) -> list[int]:
        """Return by how many the claims grew, commit by commit."""
        counts = [seen.total() for seen in self.seen]
        return [after - before for before, after in zip([0, *counts], counts, strict=False) if after > before]

    def _look(self) -> None:
        entries = self._world.store.read(outbox.waiting)
        self.seen.append(Counter(entry.kind for entry in entries if entry.state == "claimed"))


async def run(world: World, held: str = "", until_called: int = 0) -> Watch:
    """Have an engine with all its slots do what is due; calls of `held` are held up until so many are under way."""
    watch, script = Watch(world), world.courier.script if held == "sms" else world.gateway
    engine = asyncio.create_task(world.another_engine("wide", slots=SLOTS).run_once(world.clock.now))
    if held:
        script.gates[held] = asyncio.Event()
        await until(lambda: len(script.called(held)) == until_called)
        script.gates.pop(held).set()
    await engine
    return watch


@pytest.fixture(params=[0.0, 1000.0], ids=["alone", "in company"])
def lately(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> float:
    """Have persons be there or not, and return for how many seconds one who wrote is taken to be there."""
    monkeypatch.setattr(company, "LATELY", request.param)
    return float(request.param)


async def test_how_much_is_claimed_at_once(world: World, lately: float) -> None:
    """All that fits, for few syncs; while persons write too in bites, and still as many as there are slots."""
    ids = world.send_many(MANY)
    watch = await run(world, "create_link", SLOTS)
    assert watch.steps()[0] == (BITE if lately else SLOTS)
    assert max(watch.steps()) <= (BITE if lately else SLOTS)
    assert watch.most("create_link") == SLOTS
    assert [order.request_id for order in world.gateway.orders] == ids
    assert world.waiting() == []


async def test_how_much_is_written_down_at_once(world: World, lately: float) -> None:
    """The same for what has come back."""
    world.send_many(SLOTS)
    watch = await run(world, "create_link", SLOTS)
    falls = [before - after for before, after in pairwise(seen.total() for seen in watch.seen) if before > after]
    assert falls == ([BITE] * (SLOTS // BITE) if lately else [SLOTS])


@pytest.mark.usefixtures("lately")
async def test_sms_are_sent_with_care(world: World) -> None:
    """A crash leaves each that is in flight to a person; links, whose key brings them back, use every slot."""
    for _ in range(SLOTS):
        world.send({"sms": ""})
    watch = await run(world, "sms", CAREFUL_SLOTS)
    assert (watch.most("sms"), len(world.courier.texts)) == (CAREFUL_SLOTS, SLOTS)


@pytest.mark.usefixtures("lately")
async def test_links_that_nobody_can_look_up(coherent: World) -> None:
    """A gateway without keys gets no more at once than a person wants to look up after a crash."""
    coherent.send_many(SLOTS)
    watch = await run(coherent, "create_link", CAREFUL_SLOTS)
    assert (watch.most("create_link"), len(coherent.gateway.orders)) == (CAREFUL_SLOTS, SLOTS)


async def test_the_disk_is_full_between_two_bites(
    leaky: tuple[World, LeakyStore], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What has come back and is not written down yet is kept for the next run."""
    monkeypatch.setattr(company, "LATELY", 1000.0)
    world, store = leaky
    ids = world.send_many(SLOTS)
    engine = world.another_engine("wide", slots=SLOTS)
    store.broken.lets_through = SLOTS // BITE + 2
    store.broken.on = True
    with pytest.raises(StoreError):
        await engine.run_once(world.clock.now)
    store.broken.on = False
    await engine.run_once(world.clock.forward(1))
    assert (list(world.gateway.made_for), len(world.gateway.orders), world.waiting()) == (ids, SLOTS, [])
