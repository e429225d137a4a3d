"""The engine: makes the outside world agree with what was committed here, and hears back.

`run_once` claims what is due into free slots, does it, settles what has come back together with the next claim in
one transaction, hears back from the gateway when that is due, and returns when nothing is due any more. Clock,
jitter, gateway and courier are given to it. It keeps nothing that a crash could lose but the breakers.
"""

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from store import outbox, services, settings
from store.database import ENGINE, Reader, Store, Tx
from store.errors import PaydeskError
from store.models import EntryKind, OutboxEntry
from store.services import SERVICES
from store.settings import Settings
from store.times import from_text, to_text
from sync import hearing
from sync.breaker import Breaker
from sync.couriers.apprise_courier import Courier
from sync.errors import Misconfigured, OutcomeUnknown, Unreachable, WorldError
from sync.gateways.base import Gateway
from sync.handlers import HANDLERS
from sync.handlers.base import Ask, Closed, Later, Work, World
from sync.pace import Pace
from sync.settling import Deed, Finished, give_up, inform, note_service, settle
from sync.world import MakeGateway, gateway_from, world_from

T = TypeVar("T")

ACTOR = "engine"
SLOTS = 8
LEASE = timedelta(minutes=5)
HEARTBEAT = timedelta(seconds=20)
TOGETHER = 0.005
"""Seconds to wait for more to come back, so that it is settled in the same transaction."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What one run did, and when to run again; `wake_at` None: only when something is written."""

    deeds: tuple[Deed, ...]
    wake_at: datetime | None


@dataclass
class _Running:
    """What is under way in one run."""

    works: dict["asyncio.Task[Finished]", Work] = field(default_factory=dict)
    hearing: "asyncio.Task[list[Deed]] | None" = None
    finished: list[Finished] = field(default_factory=list)
    deeds: list[Deed] = field(default_factory=list)

    def tasks(self) -> "list[asyncio.Task[Finished] | asyncio.Task[list[Deed]]]":
        return [*self.works, *([self.hearing] if self.hearing else [])]


class Engine:
    """The one engine of a data file. Use from one event loop; `owner` names it in its leases."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        owner: str,
        jitter: Callable[[], float] = random.random,
        make_gateway: MakeGateway = gateway_from,
        courier: Courier | None = None,
        slots: int = SLOTS,
        together: float = TOGETHER,
    ) -> None:
        self._store = store
        self._folder = folder
        self._owner = owner
        self._jitter = jitter
        self._make_gateway = make_gateway
        self._courier = courier or Courier()
        self._slots = slots
        self._together = together
        self._breakers = {name: Breaker(jitter) for name in SERVICES.values()}
        self._world: World | None = None
        self._pace: Pace | None = None
        self._hear_at: datetime | None = None
        self._noted_at: datetime | None = None

    async def run_once(self, now: datetime) -> Turn:
        """Work until nothing is due, and return what was done and when to run again."""
        world = await self._current_world()
        await self._pick_up(now)
        running = _Running()
        try:
            while True:
                self._start_hearing(running, world, now)
                await self._settle_and_claim(running, world, now)
                if not running.tasks():
                    break
                await self._wait(running)
                now = max(now, self._store.clock())
        finally:
            for task in running.tasks():
                task.cancel()
        return Turn(tuple(running.deeds), await self._wake_at(world, now))

    async def aclose(self) -> None:
        """Close the gateway's connections."""
        if self._world is not None and self._world.gateway is not None:
            await self._world.gateway.aclose()

    async def _current_world(self) -> World:
        chosen: Settings = await self._store.aread(lambda reader: settings.load(reader, self._folder))
        if self._world is None or dict(self._world.settings) != dict(chosen):
            await self.aclose()
            self._world = world_from(chosen, self._make_gateway, self._courier)
            self._hear_at = None
            for breaker in self._breakers.values():
                breaker.reset()
            if self._world.gateway is not None:
                self._pace = Pace(self._world.gateway.capabilities.requests_per_second)
        return self._world

    async def _pick_up(self, now: datetime) -> None:
        """Put back what a dead or broken run had in flight, and heed who asked for another try."""
        if await self._store.aread(outbox.any_claimed):
            await self._write(outbox.take_over)
        known = await self._store.aread(services.known)
        for name, breaker in self._breakers.items():
            asked_at = known[name].next_try_at if name in known else None
            if (
                asked_at
                and asked_at <= to_text(now)
                and (breaker.refused or (breaker.open_until is not None and breaker.open_until > now))
            ):
                breaker.probe_now(now)

    async def _settle_and_claim(self, running: _Running, world: World, now: datetime) -> None:
        """Write down what has come back and claim what fits into the free slots, in one transaction."""
        for done in running.finished:
            inform(self._breakers[SERVICES[done.work.entry.kind]], done.error, now)
        free = {name: breaker.room(now, self._slots - len(running.works)) for name, breaker in self._breakers.items()}
        kinds = [kind for kind in HANDLERS if free[SERVICES[kind]] > 0]
        due = await self._store.aread(lambda reader: outbox.next_due(reader, kinds))
        if not running.finished and (due is None or due > to_text(now)):
            return
        finished, running.finished = running.finished, []

        def work(tx: Tx) -> tuple[list[Work], list[Deed]]:
            deeds = [self._settled(tx, done, world, now) for done in finished]
            claimed = self._claimed(tx, kinds, free, now)
            prepared = [self._prepared(tx, entry, world, now) for entry in claimed]
            works = [item for item in prepared if isinstance(item, Work)]
            told = [item for item in (*deeds, *prepared) if isinstance(item, Deed)]
            return works, told

        works, deeds = await self._write(work)
        running.deeds += deeds
        for item in works:
            self._breakers[SERVICES[item.entry.kind]].started()
            running.works[asyncio.create_task(self._act(item))] = item

    def _claimed(self, tx: Tx, kinds: list[EntryKind], free: dict[str, int], now: datetime) -> list[OutboxEntry]:
        """Claim for the services that are open up to the free slots, and one entry as the probe of each other."""
        until = to_text(now + LEASE)
        probes = [name for name in free if free[name] == 1 and self._breakers[name].open_until is not None]
        taken: list[OutboxEntry] = []
        for name in probes:
            probed = [kind for kind in kinds if SERVICES[kind] == name]
            taken += outbox.claim(tx, probed, limit=1, owner=self._owner, now=to_text(now), until=until)
        others = [kind for kind in kinds if SERVICES[kind] not in probes]
        room = max((free[SERVICES[kind]] for kind in others), default=0) - len(taken)
        if room > 0:
            taken += outbox.claim(tx, others, limit=room, owner=self._owner, now=to_text(now), until=until)
        return taken

    def _prepared(self, tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Work | Deed:
        """Have the handler look once more; what needs no call is settled here."""
        try:
            with tx.attempt():
                verdict = HANDLERS[entry.kind].prepare(tx, entry, world, now)
        except Misconfigured as error:
            self._breakers[SERVICES[entry.kind]].refuse()
            note_service(tx, SERVICES[entry.kind], self._breakers[SERVICES[entry.kind]], error)
            outbox.put_back(tx, entry, at=entry.next_attempt_at, why=str(error))
            return Deed(tx.now, entry.kind, entry.subject_id, "waiting", str(error))
        except (PaydeskError, LookupError, ValueError) as error:
            outbox.ask(tx, entry, why=f"This entry cannot be done: {error}", unsure=entry.unsure)
            return Deed(tx.now, entry.kind, entry.subject_id, "attention", str(error))
        if isinstance(verdict, Closed):
            outbox.close(tx, entry, why=verdict.why)
            return Deed(tx.now, entry.kind, entry.subject_id, "not needed", verdict.why)
        if isinstance(verdict, Later):
            outbox.put_back(tx, entry, at=to_text(now + verdict.wait), why=verdict.why)
            return Deed(tx.now, entry.kind, entry.subject_id, "waiting", verdict.why)
        if isinstance(verdict, Ask):
            return give_up(tx, entry, verdict.why, unsure=verdict.unsure)
        return verdict

    async def _act(self, work: Work) -> Finished:
        """Do one piece of work; whatever goes wrong is part of the answer."""
        if SERVICES[work.entry.kind] == services.GATEWAY and self._pace is not None:
            await self._pace.turn()
        try:
            return Finished(work, await work.act(), None)
        except Exception as error:  # noqa: BLE001 - an unforeseen error must not stop the other entries
            return Finished(work, None, error)

    def _settled(self, tx: Tx, done: Finished, world: World, now: datetime) -> Deed | None:
        name = SERVICES[done.work.entry.kind]
        note_service(tx, name, self._breakers[name], done.error)
        return settle(tx, done, world, now, self._jitter)

    def _start_hearing(self, running: _Running, world: World, now: datetime) -> None:
        gateway = world.gateway
        if gateway is None or running.hearing is not None:
            return
        due = self._hear_at is None or now >= self._hear_at
        if due and self._breakers[services.GATEWAY].room(now, 1):
            self._breakers[services.GATEWAY].started()
            running.hearing = asyncio.create_task(self._hear(gateway, world, now))

    async def _hear(self, gateway: Gateway, world: World, now: datetime) -> list[Deed]:
        """Hear back once; return what was recorded. Sets when to hear next."""
        breaker = self._breakers[services.GATEWAY]
        try:
            told, more = await self._hear_feed(gateway, world) if gateway.capabilities.has_event_feed else ([], False)
            told += await self._ask_links(gateway, world, now)
        except WorldError as error:
            gone = Unreachable(str(error)) if isinstance(error, OutcomeUnknown) else error
            inform(breaker, gone, now)
            await self._write(lambda tx: note_service(tx, services.GATEWAY, breaker, gone))
            self._hear_at = breaker.wake_at() or now + hearing.QUIET
            return []
        self._hear_at = now if more else await self._next_hearing(gateway, now)
        return [Deed(to_text(now), "payment", payment_id, "recorded", "payment recorded") for payment_id in told]

    async def _hear_feed(self, gateway: Gateway, world: World) -> tuple[list[str], bool]:
        kind = gateway.capabilities.kind
        before = await self._store.aread(lambda reader: services.cursor(reader, kind))
        page = await hearing.read_feed(gateway, before)
        return await self._heard(
            lambda tx: hearing.record_page(tx, page, kind, before, world.settings),
            news=bool(page.payments) or page.lost or page.cursor != before,
        ), page.more

    async def _ask_links(self, gateway: Gateway, world: World, now: datetime) -> list[str]:
        kind = gateway.capabilities.kind
        due = await self._store.aread(lambda reader: hearing.due_links(reader, kind, now, self._slots))
        links = await asyncio.gather(*(gateway.fetch_link(item.gateway_id) for item in due))
        told: list[str] = []
        for item, link in zip(due, links, strict=True):
            record = partial(
                hearing.record_link, due=item, link=link, abilities=gateway.capabilities, settings=world.settings
            )
            told += await self._heard(record, news=True)
        return told

    async def _heard(self, record: Callable[[Tx], list[str]], *, news: bool) -> list[str]:
        """The gateway answered: record what it said. Without news only a heartbeat is written, and seldom."""
        breaker = self._breakers[services.GATEWAY]
        was_open = breaker.open_until is not None or breaker.refused
        breaker.answered()
        clock = self._store.clock()
        stale = self._noted_at is None or clock - self._noted_at >= HEARTBEAT
        if not (news or was_open or stale):
            return []
        self._noted_at = clock

        def work(tx: Tx) -> list[str]:
            services.heard(tx, services.GATEWAY)
            return record(tx)

        return await self._write(work)

    async def _next_hearing(self, gateway: Gateway, now: datetime) -> datetime:
        def work(reader: Reader) -> datetime:
            polled = hearing.next_poll_due(reader, gateway.capabilities.kind)
            asked = from_text(polled) if polled else None
            if not gateway.capabilities.has_event_feed:
                return asked or now + hearing.QUIET
            read = now + hearing.feed_pause(reader, now)
            return min(asked, read) if asked else read

        return await self._store.aread(work)

    async def _wait(self, running: _Running) -> None:
        """Wait for something to come back, and a moment longer for what comes with it."""
        await asyncio.wait(running.tasks(), return_when=asyncio.FIRST_COMPLETED)
        if self._together and len(running.works) > 1:
            await asyncio.wait(running.tasks(), timeout=self._together)
        for task in [task for task in running.works if task.done()]:
            del running.works[task]
            running.finished.append(task.result())
        if running.hearing is not None and running.hearing.done():
            running.deeds += running.hearing.result()
            running.hearing = None

    async def _wake_at(self, world: World, now: datetime) -> datetime | None:
        """Return the earliest moment at which something will be due: an entry, a probe or a hearing."""
        times: list[datetime] = []
        for name, breaker in self._breakers.items():
            kinds = [kind for kind in HANDLERS if SERVICES[kind] == name]
            due = await self._store.aread(partial(outbox.next_due, kinds=kinds))
            if due is not None and not breaker.refused:
                times.append(max(from_text(due), breaker.wake_at() or now))
        if world.gateway is not None and not self._breakers[services.GATEWAY].refused:
            times.append(max(self._hear_at or now, self._breakers[services.GATEWAY].wake_at() or now))
        return min(times, default=None)

    async def _write(self, work: Callable[[Tx], T]) -> T:
        return await self._store.awrite(work, actor=ACTOR, priority=ENGINE)
