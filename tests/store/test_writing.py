"""Writing: all or nothing, a person first, and several processes at once without a lock error."""

import asyncio
import logging
import threading
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from store.database import ENGINE, PERSON, Reader, Store, Tx
from store.errors import Refused, StoreError
from store.headfile import HeadFile
from store.sqlite import sqlite3
from store.sqlite_errors import is_busy, translated
from store.verify import verify
from tests.store.builders import Clinic
from tests.store.processes import ask_for_a_penny, four_writers, run_together


def note(key: str, value: str = "") -> Callable[[Tx], None]:
    """Return work that keeps one row."""

    def work(tx: Tx) -> None:
        tx.run("INSERT INTO meta (key, value) VALUES (:key, :value)", key=key, value=value)

    return work


def notes(store: Store) -> list[str]:
    """Return the kept rows in the order they were written."""
    own = "('writer_id', 'file_id', 'commits')"
    rows = store.read(lambda reader: reader.all(f"SELECT key FROM meta WHERE key NOT IN {own} ORDER BY rowid"))
    return [row["key"] for row in rows]


def last_seq(store: Store) -> int:
    """Return the newest ledger entry's number."""
    return int(store.read(lambda reader: reader.value("SELECT coalesce(max(seq), 0) FROM ledger")))


class Blocker:
    """Work that keeps the writer busy until it is let go."""

    def __init__(self) -> None:
        self.begun = threading.Event()
        self.go = threading.Event()

    def __call__(self, tx: Tx) -> None:
        """Wait inside a transaction."""
        note("blocker")(tx)
        self.begun.set()
        assert self.go.wait(30)


def test_an_error_undoes_everything_and_reaches_the_caller(clinic: Clinic) -> None:
    """Table, ledger, the ledger's head and its file: nothing remains, and the next entry follows on."""
    clinic.issued()
    before, head = last_seq(clinic.store), HeadFile(clinic.store.path).read()
    told: list[str] = []
    clinic.store.on_commit(lambda: told.append("commit"))

    def work(tx: Tx) -> None:
        note("half")(tx)
        ask_for_a_penny(tx)
        raise Refused("no")

    with pytest.raises(Refused, match="no"):
        clinic.store.write(work)
    assert notes(clinic.store) == []
    assert (last_seq(clinic.store), HeadFile(clinic.store.path).read()) == (before, head)
    assert told == []
    clinic.store.write(ask_for_a_penny)
    assert last_seq(clinic.store) == before + 1
    assert told == ["commit"]
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).ok


def test_a_failed_block_undoes_itself_alone(clinic: Clinic) -> None:
    """`attempt` takes back its rows and its ledger entries; what came before and comes after stays."""
    clinic.issued()
    before = last_seq(clinic.store)

    def fail(tx: Tx) -> None:
        with tx.attempt():
            note("inner")(tx)
            ask_for_a_penny(tx)
            with tx.attempt():
                ask_for_a_penny(tx)
            raise Refused("no")

    def work(tx: Tx) -> None:
        ask_for_a_penny(tx)
        with pytest.raises(Refused):
            fail(tx)
        note("after")(tx)
        ask_for_a_penny(tx)

    clinic.store.write(work)
    assert notes(clinic.store) == ["after"]
    assert last_seq(clinic.store) == before + 2
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).ok


def test_a_good_block_stays(store: Store) -> None:
    """`attempt` changes nothing for what does not fail."""

    def work(tx: Tx) -> None:
        with tx.attempt():
            note("kept")(tx)

    store.write(work)
    assert notes(store) == ["kept"]


async def test_a_person_goes_before_the_engine(store: Store) -> None:
    """What the engine asked for earlier waits while a person's write is there."""
    blocker = Blocker()
    tasks = [asyncio.ensure_future(store.awrite(blocker, priority=ENGINE))]
    await asyncio.to_thread(blocker.begun.wait)
    for name, priority in (("engine 1", ENGINE), ("engine 2", ENGINE), ("person 1", PERSON), ("person 2", PERSON)):
        tasks.append(asyncio.ensure_future(store.awrite(note(name), priority=priority)))
        await asyncio.sleep(0)
    blocker.go.set()
    await asyncio.gather(*tasks)
    assert notes(store) == ["blocker", "person 1", "person 2", "engine 1", "engine 2"]


async def test_giving_up_waiting_does_not_give_up_the_write(store: Store) -> None:
    """Whether it was under way or still queued, a cancelled wait leaves a whole write behind."""
    blocker = Blocker()
    under_way = asyncio.ensure_future(store.awrite(blocker))
    await asyncio.to_thread(blocker.begun.wait)
    queued = asyncio.ensure_future(store.awrite(note("queued")))
    await asyncio.sleep(0)
    for task in (under_way, queued):
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
    blocker.go.set()
    await store.awrite(note("next"))
    assert notes(store) == ["blocker", "queued", "next"]


def test_a_loop_that_ends_meanwhile_neither_loses_the_write_nor_hurts_the_writer(store: Store) -> None:
    """An application that quits while something is being saved."""
    blocker = Blocker()

    async def leave() -> None:
        tasks = [asyncio.ensure_future(store.awrite(work)) for work in (blocker, note("queued"))]
        await asyncio.to_thread(blocker.begun.wait)
        assert len(tasks) == 2

    asyncio.run(leave())
    blocker.go.set()
    store.write(note("next"))
    assert notes(store) == ["blocker", "queued", "next"]


def test_a_listener_that_fails_fails_no_write(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """What is committed is committed: the caller is not told otherwise, and the next listener is called."""
    told: list[str] = []

    def fail() -> None:
        raise LookupError("a listener's own trouble")

    store.on_commit(fail)
    store.on_commit(lambda: told.append("second"))
    with caplog.at_level(logging.ERROR):
        store.write(note("kept"))
    assert notes(store) == ["kept"]
    assert told == ["second"]
    assert "what was committed stands" in caplog.text


def test_what_was_asked_before_closing_is_done_and_nothing_after(path: Path) -> None:
    """Closing loses nothing, may come twice, and says so to whoever is late."""
    store = Store(path)
    store.write(note("before"))
    store.close()
    store.close()
    with pytest.raises(StoreError, match="closed"):
        store.write(note("late"))
    with pytest.raises(StoreError, match="closed"):
        store.read(lambda reader: reader.value("SELECT 1"))
    with closing(Store(path)) as again:
        assert notes(again) == ["before"]


def test_a_reading_sees_one_moment(store: Store) -> None:
    """An invoice and its payments are read by several statements: a commit between them must not show."""

    def work(reader: Reader) -> list[int]:
        counts = [reader.value("SELECT count(*) FROM meta")]
        store.write(note("meanwhile"))
        return [*counts, reader.value("SELECT count(*) FROM meta")]

    before, after = store.read(work)
    assert before == after
    assert notes(store) == ["meanwhile"]


def test_a_reading_cannot_write(store: Store) -> None:
    """The only way to write is `Store.write`."""
    with pytest.raises(StoreError, match="read-only"):
        store.read(lambda reader: reader.all("DELETE FROM meta RETURNING key"))
    assert store.read(lambda reader: reader.value("SELECT value FROM meta WHERE key = 'writer_id'"))


def test_a_write_waits_for_another_process_and_then_goes(store: Store, path: Path) -> None:
    """The lock is taken elsewhere: the write is neither refused nor lost."""
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        waiting = threading.Thread(target=store.write, args=(note("waited"),))
        waiting.start()
        assert notes(store) == []
        other.execute("COMMIT")
        waiting.join()
    assert notes(store) == ["waited"]


def test_a_lock_held_for_too_long_is_told_in_words(store: Store, path: Path) -> None:
    """SQLite's own error, translated."""
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as first,
        closing(sqlite3.connect(path, isolation_level=None, timeout=0)) as second,
    ):
        first.execute("BEGIN IMMEDIATE")
        with pytest.raises(sqlite3.OperationalError) as caught:
            second.execute("BEGIN IMMEDIATE")
    assert is_busy(caught.value)
    assert "held the data file for too long, so this was not saved. Try again" in str(translated(caught.value))


def test_a_rule_of_the_file_that_is_broken_is_told_and_nothing_saved(store: Store) -> None:
    """A row that a table forbids comes as the store's error, never as SQLite's."""

    def work(tx: Tx) -> None:
        note("once")(tx)
        note("once")(tx)

    with pytest.raises(StoreError, match=r"refused this change .*UNIQUE.* Nothing was saved"):
        store.write(work)
    assert notes(store) == []


def test_two_processes_with_four_threads_each_write_without_a_lock_error(clinic: Clinic) -> None:
    """1,600 facts: none refused, none lost, and the ledger has no gap."""
    clinic.issued()
    first = last_seq(clinic.store)
    assert run_together(four_writers, [clinic.store.path], processes=2) == ["fine", "fine"]
    rows = clinic.store.read(lambda reader: reader.all("SELECT seq FROM ledger ORDER BY seq"))
    assert [row["seq"] for row in rows] == list(range(1, first + 1600 + 1))
    verdict = clinic.store.read(lambda reader: verify(reader, clinic.store.path))
    assert verdict.problems == ()
