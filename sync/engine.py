"""The engine: makes the outside world agree with what was committed here, and hears back.

`run_once` claims what is due into free slots, does it, settles what has come back together with the next claim in
one transaction, hears back from the gateway when that is due, and returns when nothing is due any more. Clock,
jitter, gateway and courier are given to it. It keeps nothing that a crash could lose but the breakers.
"""

import asyncio
import logging
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TypeVar

from store import outbox, services, settings
from store.database import ENGINE, Store, Tx
from store.errors import StoreError
from store.models import EntryKind, OutboxEntry
from store.services import SERVICES
from store.settings import Settings
from store.times import from_text, to_text
from sync.alarms import report
from sync.breaker import Breaker
from sync.couriers.apprise_courier import Courier
from sync.errors import Misconfigured
from sync.gateways.base import Gateway
from sync.handlers import HANDLERS
from sync.handlers.base import Ask, Closed, Later, Work, World
from sync.listening import Listener
from sync.pace import Pace
from sync.settling import Deed, Finished, give_up, inform, is_of_the_file, note_service, settle
from sync.tending import Tending
from sync.world import MakeGateway, gateway_from, world_from

T = TypeVar("T")

log = logging.getLogger(__name__)

ACTOR = "engine"
SLOTS = 8
LEASE = timedelta(minutes=5)
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
        self._listener: Listener | None = None
        self._tending: Tending | None = None
        self._noticed = asyncio.Event()
        self._ending = False
        self._kept: list[Finished] = []

    async def run_once(self, now: datetime) -> Turn:
        """Work until nothing is due, and return what was done and when to run again.

        Raises StoreError when the data file cannot be written; what has come back by then is kept for the next run.
        """
        world = await self._current_world()
        await self._pick_up(now)
        running = _Running(finished=self._kept)
        self._kept = []
        try:
            now = await self._work(running, world, now)
        except StoreError:
            await self._keep_what_comes_back(running)
            raise
        finally:
            for task in running.tasks():
                task.cancel()
        return Turn(tuple(running.deeds), await self._wake_at(now))

    def notice(self) -> None:
        """Something was written: look again, in the middle of a run too. Call on the engine's loop."""
        self._noticed.set()

    def wind_down(self) -> None:
        """Begin nothing new: a run ends when what is under way has come back. Call on the engine's loop."""
        self._ending = True
        self._noticed.set()

    async def aclose(self) -> None:
        """Close the gateway's connections."""
        if self._world is not None and self._world.gateway is not None:
            await self._world.gateway.aclose()

    async def _current_world(self) -> World:
        chosen: Settings = await self._store.aread(lambda reader: settings.load(reader, self._folder))
        if self._world is None or dict(self._world.settings) != dict(chosen):
            await self.aclose()
            self._world = world_from(chosen, self._make_gateway, self._courier)
            for breaker in self._breakers.values():
                breaker.reset()
            self._tending = Tending(self._store, chosen, self._breakers[services.GATEWAY], actor=ACTOR)
            self._listener = None
            if self._world.gateway is not None:
                self._pace = Pace(self._world.gateway.capabilities.requests_per_second)
                self._listener = self._listener_to(self._world.gateway, self._pace, chosen)
        return self._world

    def _listener_to(self, gateway: Gateway, pace: Pace, chosen: Settings) -> Listener:
        breaker = self._breakers[services.GATEWAY]
        return Listener(self._store, gateway, chosen, breaker, pace, actor=ACTOR, most=self._slots)

    async def _pick_up(self, now: datetime) -> None:
        """Put back what a dead or broken run had in flight, and heed who asked for another try."""
        if not self._kept and await self._store.aread(outbox.any_claimed):
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

    async def _work(self, running: _Running, world: World, now: datetime) -> datetime:
        """Do what is due until nothing is, and return the time of the last look."""
        while True:
            now = max(now, self._store.clock())
            await self._start_hearing(running, now)
            if self._tending is not None and not self._ending:
                running.deeds += await self._tending.tend(now, asking=running.hearing is not None)
            wrote = await self._settle_and_claim(running, world, now)
            if running.tasks():
                await self._wait(running)
            elif not wrote:
                return now

    async def _settle_and_claim(self, running: _Running, world: World, now: datetime) -> bool:
        """Write down what has come back and claim what fits into the free slots, in one transaction, if need be."""
        room = 0 if self._ending else self._slots - len(running.works)
        free = {name: breaker.room(now, room) for name, breaker in self._breakers.items()}
        kinds = [kind for kind in HANDLERS if free[SERVICES[kind]] > 0]
        due = await self._store.aread(lambda reader: outbox.next_due(reader, kinds))
        if not running.finished and (due is None or due > to_text(now)):
            return False

        def work(tx: Tx) -> tuple[list[Work], list[Deed]]:
            deeds = [self._settled(tx, done, world, now) for done in running.finished]
            claimed = self._claimed(tx, kinds, room, now)
            prepared = [self._prepared(tx, entry, world, now) for entry in claimed]
            works = [item for item in prepared if isinstance(item, Work)]
            told = [item for item in (*deeds, *prepared) if isinstance(item, Deed)]
            for deed in told:
                report(tx, deed, world.settings)
            return works, told

        works, deeds = await self._write(work)
        running.finished = []
        running.deeds += deeds
        for item in works:
            self._breakers[SERVICES[item.entry.kind]].started()
            running.works[asyncio.create_task(self._act(item))] = item
        return True

    def _claimed(self, tx: Tx, kinds: list[EntryKind], room: int, now: datetime) -> list[OutboxEntry]:
        """Claim up to `room` entries, of which one as the probe of each service that is not known to answer."""
        until = to_text(now + LEASE)
        taken: list[OutboxEntry] = []

        def claim(some: list[EntryKind], limit: int) -> None:
            nonlocal taken
            taken += outbox.claim(tx, some, limit=limit, owner=self._owner, now=to_text(now), until=until)

        probed = [name for name, breaker in self._breakers.items() if breaker.open_until is not None]
        for name in probed:
            claim([kind for kind in kinds if SERVICES[kind] == name], min(1, room - len(taken)))
        claim([kind for kind in kinds if SERVICES[kind] not in probed], room - len(taken))
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
        except Exception as error:
            if is_of_the_file(error):
                raise
            log.exception("could not prepare %s %s", entry.kind, entry.id)
            return give_up(tx, entry, f"This entry cannot be done: {error}", unsure=entry.unsure)
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

    async def _start_hearing(self, running: _Running, now: datetime) -> None:
        if self._listener is None or running.hearing is not None or self._ending:
            return
        due = await self._listener.due_at(now)
        if due is not None and due <= now and self._breakers[services.GATEWAY].room(now, 1):
            self._breakers[services.GATEWAY].started()
            running.hearing = asyncio.create_task(self._listener.hear(now))

    async def _wait(self, running: _Running) -> None:
        """Wait until something comes back (a moment longer for what comes with it) or something was written."""
        noticed = asyncio.create_task(self._noticed.wait())
        try:
            await asyncio.wait([*running.tasks(), noticed], return_when=asyncio.FIRST_COMPLETED)
        finally:
            noticed.cancel()
        self._noticed.clear()
        if self._together and len(running.works) > 1 and any(task.done() for task in running.works):
            await asyncio.wait(running.tasks(), timeout=self._together)
        self._collect(running)
        if running.hearing is not None and running.hearing.done():
            heard, running.hearing = running.hearing, None
            running.deeds += heard.result()

    def _collect(self, running: _Running) -> None:
        """Take what has come back, and let the breakers know."""
        now = self._store.clock()
        for task in [task for task in running.works if task.done()]:
            done = task.result()
            del running.works[task]
            if HANDLERS[done.work.entry.kind].one_service:
                inform(self._breakers[SERVICES[done.work.entry.kind]], done.error, now)
            running.finished.append(done)

    async def _keep_what_comes_back(self, running: _Running) -> None:
        """Nothing can be written: wait for what is under way, so that its outcome is not forgotten."""
        await asyncio.gather(*running.tasks(), return_exceptions=True)
        self._collect(running)
        self._kept = running.finished

    async def _wake_at(self, now: datetime) -> datetime | None:
        """Return the earliest moment at which something will be due: an entry, a probe, a hearing, a reminder."""
        times: list[datetime] = []
        for name, breaker in self._breakers.items():
            kinds = [kind for kind in HANDLERS if SERVICES[kind] == name]
            due = await self._store.aread(partial(outbox.next_due, kinds=kinds))
            if due is not None and not breaker.refused:
                times.append(max(from_text(due), breaker.wake_at() or now))
        heard = await self._listener.due_at(now) if self._listener is not None else None
        tended = await self._tending.due_at(now) if self._tending is not None else None
        return min([*times, *(at for at in (heard, tended) if at is not None)], default=None)

    async def _write(self, work: Callable[[Tx], T]) -> T:
        return await self._store.awrite(work, actor=ACTOR, priority=ENGINE)
