"""Where the engine runs: a thread of a desk, or a process of its own.

Any process on the data file may host it; the engine lock makes sure that one does, and when that one dies another
takes over at once, when it stands still within a minute or so. The file is checked before a process waits for that
lock, so taking over is as quick with a large file; nothing is sent from a file that was found damaged, or that has
lost its place.
"""

import asyncio
import contextlib
import logging
import os
import threading
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from store import health
from store.database import Store
from store.errors import Damaged, Moved, PaydeskError, Refused, StoreError
from store.ids import new_id
from sync.backing_up import DailyBackup
from sync.checking import check_gateway
from sync.damage_told import tell_of_damage
from sync.drop_folder import DropFolder
from sync.engine import Engine, Turn
from sync.happenings import Observe, write_down
from sync.lock import STALE, EngineLock
from sync.settling import Deed
from sync.watch import FileWatch

__all__ = ["Deed", "EngineHost", "serve", "work_until_quiet"]

log = logging.getLogger(__name__)

LONGEST_SLEEP = 60.0
AFTER_TROUBLE = 5.0
PATIENCE = 5.0
LOADED_EARLY = ("sync.gateways.factory", "httpcore", "anyio._backends._asyncio", "watchfiles")
"""What the engine works with first, loaded before it waits for its lock: taking over must not wait for it."""
A_MOMENT = 0.2
"""Seconds in which an engine that is just beginning notices that it is to stop."""

GRACE = 3.0
"""Seconds that a stopped engine gives to what is in flight: what comes back is known, the rest is not."""


class EngineHost:
    """The engine in a thread of this process: works while it holds the engine lock."""

    def __init__(
        self,
        store: Store,
        folder: Path,
        *,
        observe: Observe = write_down,
        gave_up: Callable[[], None] = lambda: None,
        stale: float = STALE,
    ) -> None:
        """`gave_up` is called, on the engine's thread, when it stops because of the file; `Store.trouble` says why.

        `stale` is after how many seconds an engine that stands still is replaced.
        """
        self._store = store
        self._folder = folder
        self._observe = observe
        self._gave_up = gave_up
        self._lock = EngineLock(folder, stale=stale)
        self._ours = threading.Event()
        self._stopping = threading.Event()
        self._telling = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._engine: Engine | None = None
        self._turns: asyncio.Task[None] | None = None
        self._poked = asyncio.Event()
        self._dropped = DropFolder(store, folder)
        self._thread = threading.Thread(target=self._run, name="paydesk-engine", daemon=True)

    def start(self) -> None:
        """Start working as soon as the engine lock is ours; returns at once."""
        self._store.on_commit(self._poke)
        self._thread.start()

    def stop(self) -> None:
        """Stop: what is in flight gets a few seconds to come back, and is else taken over by the next engine."""
        self._stopping.set()
        self._poke()
        self._thread.join(A_MOMENT)
        if self._ours.is_set() or self._telling.is_set():
            self._thread.join(PATIENCE)

    async def check_gateway(self) -> str:
        """Prove the gateway's address and key by a call of its own, from any event loop. Raises PaydeskError."""
        return await check_gateway(self._store, self._folder)

    def _run(self) -> None:
        look_for_damage(self._store)
        for name in LOADED_EARLY:
            import_module(name)
        while not self._stopping.is_set() and self._store.trouble() is None:
            self._wait_and_work()
        if not self._stopping.is_set() and (trouble := self._store.trouble()) is not None:
            log.error("the engine stops", exc_info=trouble)
            self._telling.set()
            self._gave_up()
            tell_of_damage(self._store, self._folder)
            self._telling.clear()

    def _wait_and_work(self) -> None:
        try:
            self._lock.acquire()
        except OSError:
            log.exception("the engine lock cannot be had")
            self._stopping.wait(AFTER_TROUBLE)
            return
        self._ours.set()
        log.info("the engine is ours")
        try:
            if not self._stopping.is_set() and self._store.trouble() is None:
                asyncio.run(self._work())
        finally:
            self._lock.release()
            self._ours.clear()
            log.info("the engine is given up")

    async def _work(self) -> None:
        holds = self._lock.holds
        self._engine = engine = Engine(self._store, self._folder, owner=_owner(), observe=self._observe, holds=holds)
        self._loop = asyncio.get_running_loop()
        self._poked = asyncio.Event()
        self._dropped = DropFolder(self._store, self._folder)
        self._dropped.start()
        daily = DailyBackup(self._store, self._folder)
        daily.start()
        watch = FileWatch(self._store.path, self._poke)
        watch.start()
        self._turns = asyncio.create_task(self._take_turns(engine))
        beating = asyncio.create_task(_beat(self._lock, self._look))
        try:
            await asyncio.wait((self._turns,))
        finally:
            beating.cancel()
            watch.stop()
            daily.stop()
            await asyncio.to_thread(self._dropped.stop)
            await engine.aclose()

    async def _take_turns(self, engine: Engine) -> None:
        while not self._stopping.is_set() and self._lock.holds() and self._store.trouble() is None:
            self._poked.clear()
            pause = await self._turn(engine)
            if not self._stopping.is_set():
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._poked.wait(), pause)

    async def _turn(self, engine: Engine) -> float:
        """Run once and return for how many seconds to sleep."""
        now = self._store.clock()
        try:
            turn: Turn = await engine.run_once(now)
        except (Damaged, Moved):
            return 0.0
        except PaydeskError as error:
            log.exception("the engine could not work", extra={"setting": getattr(error, "field", "")})
            return AFTER_TROUBLE
        except Exception:
            log.exception("the engine stumbled")
            return AFTER_TROUBLE
        if turn.wake_at is None:
            return LONGEST_SLEEP
        return min(LONGEST_SLEEP, max(0.0, (turn.wake_at - self._store.clock()).total_seconds()))

    def _poke(self) -> None:
        """Have the engine look again, and the watched folder; from any thread."""
        self._dropped.look()
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):
                self._loop.call_soon_threadsafe(self._look)

    def _look(self) -> None:
        self._poked.set()
        if self._engine is None or self._turns is None or self._loop is None:
            return
        self._engine.notice()
        if self._stopping.is_set() or not self._lock.holds():
            self._engine.wind_down()
            self._loop.call_later(GRACE, self._turns.cancel)


async def work_until_quiet(store: Store, folder: Path, *, patience: float = PATIENCE) -> list[Deed]:
    """Hear back, work until nothing is due now, and return what was done.

    Raises Refused if an engine still runs after `patience` seconds, StoreError when the file is damaged.
    """
    await asyncio.to_thread(look_for_damage, store)
    if (trouble := store.trouble()) is not None:
        raise trouble
    lock = EngineLock(folder)
    deadline = time.monotonic() + patience
    while not lock.try_acquire():
        if time.monotonic() > deadline:
            raise Refused(
                f"Paydesk already works on this data folder (process {lock.holder()}) and sends everything by itself."
            )
        await asyncio.sleep(0.05)
    engine = Engine(store, folder, owner=_owner(), holds=lock.holds)
    beating = asyncio.create_task(_beat(lock, engine.wind_down))
    try:
        return list((await engine.run_once(store.clock())).deeds)
    finally:
        beating.cancel()
        await engine.aclose()
        lock.release()


def serve(store: Store, folder: Path, stop: threading.Event, *, observe: Observe = write_down) -> None:
    """Host the engine until `stop` is set; `observe` is told what it does. Raises Damaged or Moved."""
    host = EngineHost(store, folder, observe=observe, gave_up=stop.set)
    host.start()
    stop.wait()
    host.stop()
    if (trouble := store.trouble()) is not None:
        raise trouble


def look_for_damage(store: Store) -> None:
    """Check the file, and let every process know of what is found; one that cannot be read now is not damaged."""
    if store.trouble() is not None:
        return
    try:
        problems = health.check(store.path)
    except StoreError:
        log.exception("the file could not be checked")
        return
    if problems and not isinstance(store.trouble(), Moved):
        log.error("the file is damaged: %d problems found", len(problems))
        health.mark_damaged(store.path, problems)


async def _beat(lock: EngineLock, lost: Callable[[], None]) -> None:
    """Give signs of life while the lock is ours, and say when it is not: this process stood still for too long."""
    while lock.holds():
        lock.beat()
        await asyncio.sleep(lock.pause)
    log.warning("this process stood still for so long that another one is the engine now")
    lost()


def _owner() -> str:
    return f"{os.getpid()}-{new_id()}"
