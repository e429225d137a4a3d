"""One data file, one writing connection a process, and the only way to write: `Store.write`.

Every write is one `BEGIN IMMEDIATE` transaction on the process's writer thread; a person's write goes
before the engine's. SQLite's lock has no queue, so a writer that finds it taken tries again after a
millisecond or two (the engine after more): waiting by `busy_timeout` would sleep up to 100 ms. Reads have a
connection and a thread of their own and see only committed work. No I/O happens inside a transaction.
"""

import asyncio
import itertools
import logging
import queue
import random
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar

from store import opening
from store.errors import StoreError
from store.headfile import HeadFile
from store.sqlite import sqlite3
from store.sqlite_errors import is_busy, translated
from store.times import Clock, to_text, utc_now

log = logging.getLogger(__name__)

T = TypeVar("T")
Row = Mapping[str, Any]

PERSON, ENGINE = 0, 1
PATIENCE = 30.0


@dataclass(frozen=True, slots=True)
class By:
    """Who does something. `person` and `approver` are ids of staff whose PIN was right; empty where none was asked.

    `name` is what the ledger keeps; `approver_name` stands beside it where a manager approved.
    """

    name: str
    person: str = ""
    approver: str = ""
    approver_name: str = ""


class Reader:
    """A connection to read with; parameters are named only."""

    def __init__(self, connection: "sqlite3.Connection") -> None:
        self._connection = connection

    def one(self, sql: str, **params: Any) -> Row | None:
        """Return the first row, or None."""
        row: Row | None = self._connection.execute(sql, params).fetchone()
        return row

    def all(self, sql: str, **params: Any) -> list[Row]:
        """Return every row."""
        return self._connection.execute(sql, params).fetchall()

    def each(self, sql: str, **params: Any) -> Iterator[Row]:
        """Yield the rows one by one, without holding them all."""
        yield from self._connection.execute(sql, params)

    def value(self, sql: str, **params: Any) -> Any:
        """Return the first column of the first row, or None."""
        row = self._connection.execute(sql, params).fetchone()
        return None if row is None else row[0]


class Tx(Reader):
    """An open immediate transaction; `now` is its time and `by` who does it, `actor` their name."""

    def __init__(self, connection: "sqlite3.Connection", now: str, actor: str | By) -> None:
        super().__init__(connection)
        self.now = now
        self.by = By(actor) if isinstance(actor, str) else actor
        self.actor = self.by.name
        self.head: tuple[str, int, bytes] | None = None

    def run(self, sql: str, **params: Any) -> int:
        """Run one statement and return how many rows it changed."""
        return self._connection.execute(sql, params).rowcount

    @contextmanager
    def attempt(self) -> Iterator[None]:
        """Undo what the block wrote, and nothing else, when it raises."""
        head = self.head
        self._connection.execute("SAVEPOINT attempt")
        try:
            yield
        except BaseException:
            self.head = head
            if self._connection.in_transaction:  # a full disk may have undone the whole transaction already
                self._connection.execute("ROLLBACK TO attempt")
            raise
        finally:
            if self._connection.in_transaction:
                self._connection.execute("RELEASE attempt")

    def run_many(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run one statement for each mapping of named parameters."""
        self._connection.executemany(sql, rows)


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
        self._head = HeadFile(path)
        self._thread = threading.Thread(target=self._work, name="paydesk-writer", daemon=True)
        self._thread.start()
        self._readers = ThreadPoolExecutor(1, "paydesk-reader")
        self._reading: sqlite3.Connection | None = None

    def write(self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = PERSON) -> T:
        """Run `work` in one transaction and return what it returns, once that is on disk.

        Whatever `work` raises rolls everything back. Errors of the file itself come as StoreError.
        """
        return self._submit(work, actor, priority).result()

    async def awrite(self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = PERSON) -> T:
        """Run `write` without blocking the loop; cancelling the wait does not cancel the write."""
        return await asyncio.shield(asyncio.wrap_future(self._submit(work, actor, priority)))

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

    def _submit(self, work: Callable[[Tx], T], actor: str | By, priority: int, *, alone: bool = False) -> "Future[T]":
        job = _Job(work, actor, priority, alone=alone)
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
            job.run(self._alone if job.alone else self._transact)
        self._connection.close()

    def _alone(self, job: "_Job[T]") -> T:
        """Do work that is no transaction."""
        return job.work(Tx(self._connection, to_text(self.clock()), job.actor))

    def _transact(self, job: "_Job[T]") -> T:
        connection = self._connection
        _begin(connection, urgent=job.priority == PERSON)
        try:
            tx = Tx(connection, to_text(self.clock()), job.actor)
            answer = job.work(tx)
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise
        if tx.head is not None:
            self._head.note(*tx.head)
        self._tell_listeners()
        return answer

    def _tell_listeners(self) -> None:
        for listener in self._listeners:
            try:
                listener()
            except Exception:
                log.exception("a listener failed; what was committed stands")

    def _read(self, work: Callable[[Reader], T]) -> T:
        try:
            if self._reading is None:
                self._reading = opening.open_for_reading(self.path)
            self._reading.execute("BEGIN")
            try:
                return work(Reader(self._reading))
            finally:
                if self._reading.in_transaction:
                    self._reading.execute("ROLLBACK")
        except sqlite3.Error as error:
            raise translated(error) from error

    def _close_reader(self) -> None:
        if self._reading is not None:
            self._reading.close()


class _Job(Generic[T]):
    """One piece of work for the writer, and where its answer goes; once handed over it cannot be cancelled.

    It is one transaction, unless it is to be done `alone`.
    """

    def __init__(self, work: Callable[[Tx], T], actor: str | By, priority: int, *, alone: bool) -> None:
        self.work = work
        self.actor = actor
        self.priority = priority
        self.alone = alone
        self.future: Future[T] = Future()
        self.future.set_running_or_notify_cancel()

    def run(self, transact: "Callable[[_Job[T]], T]") -> None:
        """Do the work and hand over its answer or its error."""
        try:
            answer = transact(self)
        except sqlite3.Error as error:
            told = translated(error)
            told.__cause__ = error
            self.future.set_exception(told)
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


def _begin(connection: "sqlite3.Connection", *, urgent: bool) -> None:
    """Take the write lock, trying again every millisecond or two (engine: up to 20 ms)."""
    deadline = time.monotonic() + PATIENCE
    longest = 0.002 if urgent else 0.02
    while True:
        try:
            connection.execute("BEGIN IMMEDIATE")
        except sqlite3.OperationalError as error:
            if not is_busy(error) or time.monotonic() > deadline:
                raise
            time.sleep(random.uniform(longest / 4, longest))  # noqa: S311
        else:
            return
