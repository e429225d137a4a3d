"""The engine: makes the outside world agree with what was committed here, and hears back.

`run_once` claims what is due into free slots, does it, settles what has come back together with the next claim in
one transaction, hears back from the gateway when that is due, and returns when nothing is due any more. Clock,
jitter, gateway and courier are given to it. It keeps nothing that a crash could lose but the breakers.
"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TypeVar

from store import outbox, services, settings
from store.database import ENGINE, Store, Tx
from store.errors import StoreError
from store.services import SERVICES
from store.settings import Settings
from store.times import from_text, to_text
from sync.breaker import Breaker
from sync.clock_watch import ClockWatch
from sync.couriers.apprise_courier import Courier
from sync.exchange import SLOTS, Exchange
from sync.handlers import HANDLERS
from sync.handlers.base import Work, World
from sync.happenings import MoneyHeard, Observe, ServiceChanged, TurnTaken, settled_as, write_down
from sync.listening import Listener
from sync.pace import Pace
from sync.settling import Deed, Finished, inform
from sync.tending import Tending
from sync.world import MakeGateway, gateway_from, world_from

T = TypeVar("T")

log = logging.getLogger(__name__)

ACTOR = "engine"
APART = 0.002
"""Seconds from one bite to the next: longer than a person's process waits to try again for the file."""
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
        apart: float = APART,
        observe: Observe = write_down,
        holds: Callable[[], bool] = lambda: True,
    ) -> None:
        """`holds` tells whether this is still the engine: one that is not claims nothing more."""
        self._store = store
        self._folder = folder
        self._owner = owner
        self._jitter = jitter
        self._make_gateway = make_gateway
        self._courier = courier or Courier()
        self._slots = slots
        self._together = together
        self._apart = apart
        self._observe = observe
        self._holds = holds
        self._told: dict[str, str] = {}
        self._breakers = {name: Breaker(jitter) for name in SERVICES.values()}
        self._world: World | None = None
        self._pace: Pace | None = None
        self._listener: Listener | None = None
        self._tending: Tending | None = None
        self._clock = ClockWatch(store, actor=ACTOR)
        self._noticed = asyncio.Event()
        self._ending = False
        self._kept: list[Finished] = []

    async def run_once(self, now: datetime) -> Turn:
        """Work until nothing is due, and return what was done and when to run again.

        Raises StoreError when the data file cannot be written; what has come back by then is kept for the next run.
        """
        began = time.monotonic()
        world = await self._current_world()
        await self._heed_clock(now, world)
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
        self._clock.seen(now)
        self._observe(TurnTaken(time.monotonic() - began))
        return Turn(tuple(running.deeds), await self._wake_at(now))

    def notice(self) -> None:
        """Something was written: look again, in the middle of a run too. Call on the engine's loop."""
        self._noticed.set()

    def wind_down(self) -> None:
        """Begin nothing new: a run ends when what is under way has come back. Call on the engine's loop."""
        self._ending = True
        self._noticed.set()

    def _may_begin(self) -> bool:
        return not self._ending and self._holds()

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
            if self._world.gateway is not None:
                self._pace = Pace(self._world.gateway.capabilities.requests_per_second)
            self._attend(self._world)
        return self._world

    def _attend(self, world: World) -> None:
        """Begin to listen and to tend anew, with nothing known of when that was done last."""
        breaker, chosen, gateway = self._breakers[services.GATEWAY], world.settings, world.gateway
        self._tending = Tending(self._store, chosen, breaker, actor=ACTOR)
        self._listener = None
        if gateway is not None and self._pace is not None:
            self._listener = Listener(
                self._store, gateway, chosen, breaker, self._pace, actor=ACTOR, most=self._slots
            )

    async def _heed_clock(self, now: datetime, world: World) -> None:
        """Plan anew where the clock was put back since the last look."""
        if by := await self._clock.put_back(now, world.gateway):
            for breaker in self._breakers.values():
                breaker.put_back(by)
            self._attend(world)

    async def _time(self, before: datetime, world: World) -> datetime:
        """Return the time, in the middle of a run: what is written bears it, so it is followed backwards too."""
        now = self._store.clock()
        if now < before:
            self._clock.seen(before)
            await self._heed_clock(now, world)
        return now

    async def _pick_up(self, now: datetime) -> None:
        """Put back what a dead or broken run had in flight, and heed who asked for another try."""
        if not self._kept and self._holds() and await self._store.aread(outbox.any_claimed):
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
            now = await self._time(now, world)
            await self._start_hearing(running, now)
            if self._tending is not None and self._may_begin():
                running.deeds += await self._tending.tend(now, asking=running.hearing is not None)
            wrote, more = await self._exchange(running, world, now)
            if more:
                await asyncio.sleep(self._apart)
            elif running.tasks():
                await self._wait(running)
            elif not wrote:
                return now

    async def _exchange(self, running: _Running, world: World, now: datetime) -> tuple[bool, bool]:
        """Write down what has come back and claim what fits into the free slots, if need be.

        Return whether it was, and whether more of it is to follow at once.
        """
        exchange = Exchange(
            running.finished,
            running.works.values(),
            self._slots if self._may_begin() else 0,
            world,
            self._breakers,
            self._owner,
            now,
            self._jitter,
        )
        free = exchange.free()
        kinds = [kind for kind in HANDLERS if free[SERVICES[kind]] > 0]
        due = await self._store.aread(lambda reader: outbox.next_due(reader, kinds))
        if not running.finished and (due is None or due > to_text(now)):
            return False, False
        done = await self._write(exchange)
        running.finished = done.kept
        running.deeds += [deed for _, deed in done.told]
        for what, deed in done.told:
            self._observe(settled_as(what, deed))
        self._tell_services()
        for item in done.works:
            self._breakers[SERVICES[item.entry.kind]].started()
            running.works[asyncio.create_task(self._act(item))] = item
        return True, done.more

    async def _act(self, work: Work) -> Finished:
        """Do one piece of work; whatever goes wrong is part of the answer."""
        if SERVICES[work.entry.kind] == services.GATEWAY and self._pace is not None:
            await self._pace.turn()
        began = time.monotonic()
        try:
            answer = await work.act()
        except Exception as error:  # noqa: BLE001 - an unforeseen error must not stop the other entries
            return Finished(work, None, error, time.monotonic() - began)
        return Finished(work, answer, None, time.monotonic() - began)

    async def _start_hearing(self, running: _Running, now: datetime) -> None:
        if self._listener is None or running.hearing is not None or not self._may_begin():
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
            deeds = heard.result()
            running.deeds += deeds
            for deed in deeds:
                self._observe(MoneyHeard(deed.subject_id))
            self._tell_services()

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

    def _tell_services(self) -> None:
        for name, breaker in self._breakers.items():
            if breaker.state != self._told.get(name, "online"):
                self._told[name] = breaker.state
                self._observe(ServiceChanged(name, breaker.state))

    async def _write(self, work: Callable[[Tx], T]) -> T:
        return await self._store.awrite(work, actor=ACTOR, priority=ENGINE)
