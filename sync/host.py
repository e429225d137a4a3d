"""Where the engine runs: a thread of a desk, or a process of its own.

Any process on the data file may host it; the engine lock makes sure that one does, and when that one dies another
takes over at once.
"""

import asyncio
import contextlib
import logging
import os
import threading
import time
from pathlib import Path

from store.database import Store
from store.errors import PaydeskError, Refused
from store.ids import new_id
from sync.checking import check_gateway
from sync.drop_folder import DropFolder
from sync.engine import Engine, Turn
from sync.lock import EngineLock
from sync.settling import Deed
from sync.watch import FileWatch

__all__ = ["Deed", "EngineHost", "serve", "work_until_quiet"]

log = logging.getLogger(__name__)

LONGEST_SLEEP = 60.0
AFTER_TROUBLE = 5.0
PATIENCE = 5.0
A_MOMENT = 0.2
"""Seconds in which an engine that is just beginning notices that it is to stop."""

GRACE = 3.0
"""Seconds that a stopped engine gives to what is in flight: what comes back is known, the rest is not."""


class EngineHost:
    """The engine in a thread of this process: works while it holds the engine lock."""

    def __init__(self, store: Store, folder: Path) -> None:
        self._store = store
        self._folder = folder
        self._lock = EngineLock(folder)
        self._ours = threading.Event()
        self._stopping = threading.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._engine: Engine | None = None
        self._turns: asyncio.Task[None] | None = None
        self._poked = asyncio.Event()
        self._watch = FileWatch(store.path, self._poke)
        self._dropped = DropFolder(store, folder)
        self._thread = threading.Thread(target=self._run, name="paydesk-engine", daemon=True)

    def start(self) -> None:
        """Start working as soon as the engine lock is ours; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop: what is in flight gets a few seconds to come back, and is else taken over by the next engine."""
        self._stopping.set()
        self._watch.stop()
        self._poke()
        self._thread.join(A_MOMENT)
        if self._ours.is_set():
            self._thread.join(PATIENCE)

    async def check_gateway(self) -> str:
        """Prove the gateway's address and key by a call of its own, from any event loop. Raises PaydeskError."""
        return await check_gateway(self._store, self._folder)

    def _run(self) -> None:
        self._lock.acquire()
        self._ours.set()
        try:
            if not self._stopping.is_set():
                asyncio.run(self._work())
        finally:
            self._lock.release()

    async def _work(self) -> None:
        self._engine = engine = Engine(self._store, self._folder, owner=_owner())
        self._loop = asyncio.get_running_loop()
        self._store.on_commit(self._poke)
        self._watch.start()
        self._dropped.start()
        self._turns = asyncio.create_task(self._take_turns(engine))
        try:
            await asyncio.wait((self._turns,))
        finally:
            await asyncio.to_thread(self._dropped.stop)
            await engine.aclose()

    async def _take_turns(self, engine: Engine) -> None:
        while not self._stopping.is_set():
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
        except PaydeskError as error:
            log.error("the engine could not work: %s", error)  # noqa: TRY400 - the text says it all
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
        if self._stopping.is_set():
            self._engine.wind_down()
            self._loop.call_later(GRACE, self._turns.cancel)


async def work_until_quiet(store: Store, folder: Path, *, patience: float = PATIENCE) -> list[Deed]:
    """Hear back, work until nothing is due now, and return what was done.

    Raises Refused if an engine still runs after `patience` seconds.
    """
    lock = EngineLock(folder)
    deadline = time.monotonic() + patience
    while not lock.try_acquire():
        if time.monotonic() > deadline:
            raise Refused(
                f"Paydesk already works on this data folder (process {lock.holder()}) and sends everything by itself."
            )
        await asyncio.sleep(0.05)
    engine = Engine(store, folder, owner=_owner())
    try:
        return list((await engine.run_once(store.clock())).deeds)
    finally:
        await engine.aclose()
        lock.release()


def serve(store: Store, folder: Path, stop: threading.Event) -> None:
    """Host the engine until `stop` is set."""
    host = EngineHost(store, folder)
    host.start()
    stop.wait()
    host.stop()


def _owner() -> str:
    return f"{os.getpid()}-{new_id()}"
