"""One data file, one writing connection a process, and the only way to write: `Store.write`.

Every write is one `BEGIN IMMEDIATE` transaction on the process's writer thread; a person's write goes
before the engine's. SQLite's lock has no queue, so a writer that finds it taken tries again within
a millisecond (the engine within 20): waiting by `busy_timeout` would sleep up to 100 ms. Reads have a
connection and a thread of their own and see only committed work. No I/O happens inside a transaction.
"""

import asyncio
import itertools
import logging
import os
import queue
import random
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Generic, TypeVar

from store import damage, opening
from store.company import Company
from store.errors import Damaged, Moved, StoreError
from store.headfile import HeadFile
from store.in_place import InPlace, rescue
from store.sqlite import sqlite3
from store.sqlite_errors import OF_THE_FILE, is_busy, translated
from store.times import Clock, to_text, utc_now
from store.transaction import By, Reader, Row, Tx

__all__ = ["ENGINE", "PERSON", "By", "Reader", "Row", "Store", "Tx"]

log = logging.getLogger(__name__)

T = TypeVar("T")
PERSON, ENGINE = 0, 1
PATIENCE = 30.0

LONG_LOG = 64 << 20
"""Bytes of write-ahead log from which on it is said that somebody reads for too long."""


MOVED = (
    "The data file was deleted, moved or replaced while Paydesk had it open, so nothing is saved or sent any more. "
    "Close Paydesk on every screen, and ring whoever looks after this computer."
)


class Store:
    """The data file, open: `write` and `read` take a function of one transaction or one reader."""

    def __init__(self, path: Path, *, clock: Clock = utc_now) -> None:
        """Open `path`, creating or migrating it. Raises StoreError, NewerFile, Damaged or DiskFull."""
        self.path = path
        self.clock = clock
        self._listeners: list[Callable[[], None]] = []
        self._jobs: queue.PriorityQueue[tuple[int, int, _Job[Any] | None]] = queue.PriorityQueue()
        self._order = itertools.count()
        self._gate = threading.Lock()
        self._closed = False
        self._guard = opening.guard(path)
        try:
            self._connection = opening.open_for_writing(path)
        except BaseException:
            self._guard.close()
            raise
        self._company = Company(self._connection)
        self._head = HeadFile(path)
        self._place = InPlace(path)
        self._marker = str(damage.marker(path))
        self._trouble: StoreError | None = None
        self._long_log = self._told_of_log = LONG_LOG
        self._thread = threading.Thread(target=self._work, name="paydesk-writer", daemon=True)
        self._thread.start()
        self._readers = ThreadPoolExecutor(1, "paydesk-reader")
        self._reading: sqlite3.Connection | None = None

    def write(self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = PERSON) -> T:
        """Run `work` in one transaction and return what it returns, once that is on disk.

        Whatever `work` raises rolls everything back. Errors of the file itself come as StoreError.
        """
        return self._submit(work, actor, priority).result()

    async def awrite(
        self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = PERSON, anyway: bool = False
    ) -> T:
        """Run `write` without blocking the loop; cancelling the wait does not cancel the write.

        `anyway` writes also where there is `trouble`: only for what need not be kept.
        """
        return await asyncio.shield(asyncio.wrap_future(self._submit(work, actor, priority, anyway=anyway)))

    def read(self, work: Callable[[Reader], T]) -> T:
        """Run `work` on the reading connection and return what it returns; all it reads is one moment's state."""
        return self._ask(work).result()

    async def aread(self, work: Callable[[Reader], T]) -> T:
        """Run `read` without blocking the loop."""
        return await asyncio.wrap_future(self._ask(work))

    def scrub(self) -> None:
        """Write the file anew, so that nothing that was deleted can be read out of it or out of its log any more.

        It takes as much room again as the file has, and about a second per 100 MB in which nobody else can write.
        Raises StoreError when there is no room, or when somebody reads the old state for too long.
        """
        self._submit(_written_anew, "desk", PERSON, alone=True).result()

    def trouble(self) -> StoreError | None:
        """Return why nothing may be saved any more (Damaged, Moved), or None while all is well; takes no time."""
        if self._trouble is not None or self._closed:
            return self._trouble
        if not self._place.whole():
            return Moved(MOVED)
        return Damaged(damage.REFUSAL) if os.path.lexists(self._marker) else None

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener`, on the writer's thread, after each commit of this process; what it raises is logged."""
        self._listeners.append(listener)

    def close(self) -> None:
        """Finish what is queued and close the file; closed already, nothing happens."""
        with self._gate:
            if self._closed:
                return
            self._closed = True
            self._jobs.put((ENGINE + 1, next(self._order), None))
        self._thread.join()
        self._readers.submit(self._close_reader).result()
        self._readers.shutdown()
        self._guard.close()

    def _submit(
        self,
        work: Callable[[Tx], T],
        actor: str | By,
        priority: int,
        *,
        alone: bool = False,
        anyway: bool = False,
    ) -> "Future[T]":
        job = _Job(work, actor, priority, alone=alone, anyway=anyway)
        with self._gate:
            self._refuse_closed()
            self._jobs.put((priority, next(self._order), job))
        return job.future

    def _ask(self, work: Callable[[Reader], T]) -> "Future[T]":
        with self._gate:
            self._refuse_closed()
            return self._readers.submit(self._read, work)

    def _refuse_closed(self) -> None:
        if self._closed:
            raise StoreError("The data file is closed. Start Paydesk again.")

    def _work(self) -> None:
        while (job := self._jobs.get()[2]) is not None:
            job.run(self._alone if job.alone else self._transact, self._told)
        self._connection.close()

    def _alone(self, job: "_Job[T]") -> T:
        """Do work that is no transaction."""
        self._refuse_trouble()
        return job.work(Tx(self._connection, to_text(self.clock()), job.actor))

    def _transact(self, job: "_Job[T]") -> T:
        connection = self._connection
        if not job.anyway:
            self._refuse_trouble()
        _begin(connection, urgent=job.priority == PERSON)
        try:
            tx = Tx(connection, to_text(self.clock()), job.actor, in_company=self._in_company(job.priority))
            before = connection.total_changes
            answer = job.work(tx)
            counted = _count(tx) if connection.total_changes > before else None
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        if not job.anyway:
            self._refuse_trouble()
        if tx.head is not None:
            self._head.note(*tx.head)
        if counted is not None:
            self._head.note_commits(*counted)
        self._look_at_log()
        self._tell_listeners()
        return answer

    def _in_company(self, priority: int) -> bool:
        """Tell whether somebody else writes too; a person's own work is company to the engine."""
        if priority == PERSON:
            self._company.wrote()
            return False
        return self._company.there()

    def _refuse_trouble(self) -> None:
        """Raise when nothing may be saved any more. A file that has lost its name is written anew first, once."""
        trouble = self.trouble()
        if isinstance(trouble, Moved) and self._trouble is None:
            trouble = self._trouble = Moved(MOVED, rescue(self._connection, self.path))
        if trouble is not None:
            raise trouble

    def _told(self, error: Exception) -> StoreError:
        """Return SQLite's error in words; damage is made known to every process on the file."""
        told = translated(error)
        if not self._place.whole():
            return Moved(MOVED)
        found = (f"SQLite found damage while Paydesk worked: {error}.",)
        if isinstance(told, Damaged) and not damage.mark_damaged(self.path, found):
            self._trouble = told
        return told

    def _look_at_log(self) -> None:
        """Say so, each time it has doubled, when the log grows because somebody reads one old state for long."""
        size = self._place.log_size
        if size < self._long_log:
            self._told_of_log = self._long_log
        elif size >= self._told_of_log:
            self._told_of_log = 2 * size
            log.warning("the log beside the data file has %d MB: another program reads the file for long", size >> 20)

    def _tell_listeners(self) -> None:
        for listener in self._listeners:
            try:
                listener()
            except Exception:
                log.exception("a listener failed; what was committed stands")

    def _read(self, work: Callable[[Reader], T]) -> T:
        try:
            if self._reading is None:
                self._reading = self._opened_for_reading()
            self._reading.execute("BEGIN")
            try:
                return work(Reader(self._reading))
            finally:
                if self._reading.in_transaction:
                    self._reading.execute("ROLLBACK")
        except OF_THE_FILE as error:
            raise self._told(error) from error

    def _opened_for_reading(self) -> "sqlite3.Connection":
        connection = opening.open_for_reading(self.path)
        if self._place.whole():
            return connection
        connection.close()
        raise Moved(MOVED)

    def _close_reader(self) -> None:
        if self._reading is not None:
            self._reading.close()


class _Job(Generic[T]):
    """One piece of work for the writer, and where its answer goes; once handed over it cannot be cancelled.

    It is one transaction, unless it is to be done `alone`; `anyway` also in a file that nothing may be saved in.
    """

    def __init__(self, work: Callable[[Tx], T], actor: str | By, priority: int, *, alone: bool, anyway: bool) -> None:
        self.work = work
        self.actor = actor
        self.priority = priority
        self.alone = alone
        self.anyway = anyway
        self.future: Future[T] = Future()
        self.future.set_running_or_notify_cancel()

    def run(self, transact: "Callable[[_Job[T]], T]", told: Callable[[Exception], StoreError]) -> None:
        """Do the work and hand over its answer or its error."""
        try:
            answer = transact(self)
        except OF_THE_FILE as error:
            worded = told(error)
            worded.__cause__ = error
            self.future.set_exception(worded)
        except BaseException as error:  # noqa: BLE001 - whatever it was, it belongs to whoever asked
            self.future.set_exception(error)
        else:
            self.future.set_result(answer)


def _written_anew(connection: Tx) -> None:
    """Write the file anew by VACUUM, and empty the log into it (https://sqlite.org/lang_vacuum.html)."""
    connection.value(f"PRAGMA busy_timeout = {int(PATIENCE * 1000)}")
    try:
        connection.run("VACUUM")
        in_use = connection.value("PRAGMA wal_checkpoint(TRUNCATE)")
    finally:
        connection.value("PRAGMA busy_timeout = 0")
    if in_use:
        raise StoreError("Another program reads the data file for so long that its log could not be emptied.")


def _count(tx: Tx) -> tuple[str, int]:
    """Count this commit in the file, and return the writer's id and the number: the head file notes both."""
    row = tx.one(
        "INSERT INTO meta (key, value) VALUES ('commits', '1') ON CONFLICT (key) DO UPDATE"
        " SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT)"
        " RETURNING (SELECT value FROM meta WHERE key = 'writer_id') AS writer, CAST(value AS INTEGER) AS number"
    )
    return (row["writer"] or "", row["number"]) if row else ("", 0)


def _begin(connection: "sqlite3.Connection", *, urgent: bool) -> None:
    """Take the write lock, trying again within a millisecond (engine: within 20)."""
    deadline = time.monotonic() + PATIENCE
    longest = 0.001 if urgent else 0.02
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(longest / 4, longest))  # noqa: S311
        else:
            return
