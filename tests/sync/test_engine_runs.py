"""One run: where it ends, when the next one is due, what a full disk and another engine do to it."""

import asyncio
from datetime import timedelta

import pytest

from store.errors import DiskFull, StoreError
from store.models import PaymentRequest
from store.times import to_text
from sync.engine import Engine
from sync.errors import Busy, OutcomeUnknown, Unreachable
from tests.sync.engine_fakes import Acted, FakeGateway
from tests.sync.engine_world import BOTH, LeakyStore, World, until


async def begun(world: World, engine: Engine | None = None, method: str = "create_link") -> "asyncio.Task[object]":
    """Start a run whose first call of `method` is held up, and return once it is."""
    world.gateway.gates[method] = asyncio.Event()
    run = asyncio.create_task((engine or world.engine).run_once(world.clock.now))
    await until(lambda: world.gateway.called(method))
    return run


def let_go(world: World, method: str = "create_link") -> None:
    """Let what is held up go on."""
    world.gateway.gates.pop(method).set()


async def test_nothing_to_do(coherent: World) -> None:
    """Without entries and open links nothing is asked, and nothing needs waking for."""
    turn = await coherent.run()
    assert (turn.deeds, turn.wake_at, coherent.gateway.calls) == ((), None, [])


async def test_a_run_ends_when_nothing_is_due(world: World) -> None:
    """More needless entries than there are slots, then one that matters: all in one run."""
    ids = world.send_many(30)
    world.store.write(lambda tx: tx.run("UPDATE requests SET state = 'stopped' WHERE id < :last", last=ids[-1]))
    turn = await world.run()
    assert [deed.outcome for deed in turn.deeds].count("not needed") == 29
    assert list(world.gateway.made_for) == [ids[-1]]
    assert world.waiting() == []


async def test_what_a_settlement_adds_goes_in_the_same_run(world: World) -> None:
    """On a clock that runs, the messages of a new link are written a moment later, and still go in this run."""
    world.send(BOTH)
    ticking = world.clock

    def tick() -> object:
        ticking.now += timedelta(milliseconds=3)
        return ticking.now

    world.store.clock = tick  # type: ignore[assignment]
    await world.run()
    assert (len(world.courier.emails), len(world.courier.texts), world.waiting()) == (1, 1, [])


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (Busy("x", retry_after=17), 17),
        (Busy("x"), 5),
        (OutcomeUnknown("x"), 2),
        (Unreachable("x"), 2),
    ],
)
async def test_when_to_wake(coherent: World, error: Exception, wait: int) -> None:
    """The next run is due when the entry is: after the pause that was asked for, a backoff, or the next probe."""
    coherent.send({"email": ""})
    coherent.courier.script.fails("email", error)
    turn = await coherent.run()
    link = coherent.clock.now + timedelta(seconds=10)
    assert turn.wake_at == min(coherent.clock.now + timedelta(seconds=wait), link)


async def test_a_run_that_died_is_taken_over(world: World) -> None:
    """What a dead engine had in flight is unsure: the next one repeats it under the same key."""
    request = world.send()
    run = await begun(world)
    run.cancel()
    await asyncio.wait([run])
    assert world.entry(request.id).state == "claimed"
    let_go(world)
    await world.another_engine("second").run_once(world.clock.now)
    assert world.now_is(request).state == "live"
    assert len({order.idempotency_key for order in world.gateway.orders}) == 1


async def test_a_run_that_died_at_coherent_is_for_a_person(coherent: World) -> None:
    """What a dead engine had in flight may exist: no second link is made by itself."""
    request = coherent.send()
    run = await begun(coherent)
    run.cancel()
    await asyncio.wait([run])
    let_go(coherent)
    await coherent.another_engine("second").run_once(coherent.clock.now)
    assert (coherent.now_is(request).state, len(coherent.gateway.orders)) == ("attention", 1)


async def test_an_sms_that_was_in_flight_is_for_a_person(world: World) -> None:
    """An engine that died while an SMS was going out leaves it to a person, not to a second SMS."""
    request = world.send({"sms": ""})
    world.courier.script.gates["sms"] = asyncio.Event()
    run = asyncio.create_task(world.engine.run_once(world.clock.now))
    await until(lambda: world.courier.script.called("sms"))
    run.cancel()
    await asyncio.wait([run])
    world.courier.script.gates.clear()
    await world.another_engine("second").run_once(world.clock.now)
    assert (world.message(request, "sms").state, world.now_is(request).messages[0].state) == ("attention", "failed")
    assert len(world.courier.script.called("sms")) == 1


async def test_an_engine_that_slept_settles_nothing(world: World) -> None:
    """Its claims were taken over while it slept: what comes back to it changes nothing any more."""
    request = world.send({"email": ""})
    sleeper = await begun(world, world.another_engine("sleeper", slots=1))
    gate = world.gateway.gates.pop("create_link")
    await world.another_engine("second").run_once(world.clock.forward(600))
    entries = world.store.read(lambda reader: reader.value("SELECT count(*) FROM ledger"))
    attempts = world.store.read(lambda reader: reader.value("SELECT count(*) FROM attempts"))
    gate.set()
    await sleeper
    assert world.store.read(lambda reader: reader.value("SELECT count(*) FROM ledger")) == entries
    assert world.store.read(lambda reader: reader.value("SELECT count(*) FROM attempts")) == attempts
    assert (world.now_is(request).state, len(world.courier.emails)) == ("live", 1)


async def test_written_during_a_run_goes_at_once(world: World) -> None:
    """A call that hangs holds up nobody: what is sent meanwhile goes out beside it."""
    slow = world.send()
    run = await begun(world)
    gate = world.gateway.gates.pop("create_link")
    quick = world.send({"email": ""})
    world.engine.notice()
    await until(lambda: world.courier.emails)
    assert (world.now_is(quick).state, world.now_is(slow).state) == ("live", "queued")
    gate.set()
    await run
    assert world.now_is(slow).state == "live"


async def test_winding_down_finishes_what_is_under_way(world: World) -> None:
    """An engine that is told to stop begins nothing new, and knows what came of the rest."""
    engine = world.another_engine("narrow", slots=1)
    first, second = world.send(), world.send()
    run = await begun(world, engine)
    engine.wind_down()
    let_go(world)
    await run
    assert [world.now_is(request).state for request in (first, second)] == ["live", "queued"]
    assert [entry.state for entry in world.waiting()] == ["ready"]


async def full_disk(world: World, store: LeakyStore, request: PaymentRequest) -> None:
    """Run once so that the disk is full when the link's answer is to be written down."""
    run = await begun(world)
    store.broken.on = True
    let_go(world)
    with pytest.raises(DiskFull):
        await run
    assert (world.now_is(request).state, len(world.gateway.links)) == ("queued", 1)


async def test_a_full_disk_forgets_nothing(leaky: tuple[World, LeakyStore]) -> None:
    """The answer came and could not be written: it is kept, and written when there is room, without a second call."""
    world, store = leaky
    request = world.send({"email": ""})
    await full_disk(world, store, request)
    with pytest.raises(DiskFull):
        await world.run(5)
    store.broken.on = False
    await world.run(5)
    assert world.now_is(request).state == "live"
    assert (len(world.gateway.orders), len(world.courier.emails), world.waiting()) == (1, 1, [])
    assert world.entry(request.id).attempts == 1


async def test_a_full_disk_and_then_a_crash(leaky: tuple[World, LeakyStore]) -> None:
    """The engine dies before there is room: the next one repeats the call under its key, and there is one link."""
    world, store = leaky
    request = world.send()
    await full_disk(world, store, request)
    store.broken.on = False
    await world.another_engine("second").run_once(world.clock.now)
    assert (world.now_is(request).state, len(world.gateway.links)) == ("live", 1)


async def test_a_full_disk_waits_for_what_is_in_flight(leaky: tuple[World, LeakyStore]) -> None:
    """What was still under way when the disk filled is waited for: its outcome is known, not guessed."""
    world, store = leaky
    slow = world.send()
    run = await begun(world)
    gate = world.gateway.gates.pop("create_link")
    quick = world.send()
    world.engine.notice()
    await until(lambda: len(world.gateway.orders) == 2)
    store.broken.on = True
    await until(lambda: store.broken.hits)
    gate.set()
    with pytest.raises(DiskFull):
        await run
    store.broken.on = False
    await world.run(1)
    assert [world.now_is(request).state for request in (slow, quick)] == ["live", "live"]
    assert len(world.gateway.orders) == 2


async def test_sqlite_itself_says_that_the_disk_is_full(world: World) -> None:
    """A real “disk full” from SQLite stops the run, changes nothing, and is no entry's fault."""
    request = world.send({"sms": ""})
    await world.run()
    other = world.send({"sms": ""})
    begins = world.courier.script.begins

    async def filling(method: str, about: str) -> Exception | None:
        world.store.write(lambda tx: tx.one("PRAGMA max_page_count = 1"))
        return await begins(method, about)

    world.courier.script.begins = filling  # type: ignore[method-assign]
    carry = world.courier._carry_to

    async def wordy(*sent: object) -> str:
        await carry(*sent)  # type: ignore[arg-type]
        return "queued " * 50_000

    object.__setattr__(world.courier, "_carry_to", wordy)
    with pytest.raises(StoreError):
        await world.run(1)
    assert world.now_is(other).messages[0].state == "queued"
    world.store.write(lambda tx: tx.one("PRAGMA max_page_count = 1000000"))
    await world.run(1)
    assert world.now_is(other).messages[0].state == "sent"
    assert (len(world.courier.texts), world.now_is(request).state, world.is_whole()) == (2, "live", True)


async def test_settings_that_cannot_make_a_gateway(world: World) -> None:
    """Without a gateway the reason is told where the link waits, and messages of live links still go."""
    world.courier.script.always_fails("email", Unreachable("No line."))
    sent = world.send({"email": ""})
    await world.run()
    world.courier.script.works()
    gateway = world.gateway
    world.put("gateway.key", "")
    engine = Engine(world.store, world.folder, owner="real", jitter=lambda: 1.0, courier=world.courier, together=0)
    waits = world.send()
    await engine.run_once(world.clock.forward(60))
    assert world.service() == "refused"
    assert "key" in world.entry(waits.id).last_error
    assert (world.now_is(sent).messages[0].state, len(gateway.orders)) == ("sent", 1)


async def test_an_unforeseen_failure_after_acting_is_unsure(world: World) -> None:
    """Whatever went wrong after the bytes left, the entry says that it may have been done."""
    gateway: FakeGateway = world.gateway
    gateway.fails("create_link", Acted(RuntimeError("odd")))
    request = world.send()
    await world.run()
    assert world.entry(request.id).unsure
    assert world.entry(request.id).next_attempt_at <= to_text(world.clock.now)
