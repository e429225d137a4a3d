"""The engine and a file that is damaged, or gone: nothing is sent, nothing is tried for ever, everybody is told."""

import asyncio
import threading
from pathlib import Path

import pytest

from store import health
from store.database import Store
from store.errors import Damaged, Moved
from sync.host import EngineHost, serve, work_until_quiet
from sync.lock import EngineLock
from sync.sandbox.server import Sandbox
from tests.sync.test_host import PATIENCE, is_live, send, until


def tamper(store: Store) -> None:
    """Change an entry of the ledger behind its back."""
    store.write(lambda tx: tx.run("DROP TRIGGER ledger_is_append_only_update"))
    store.write(lambda tx: tx.run("UPDATE ledger SET actor = 'Mallory' WHERE seq = 1"))


def is_free(folder: Path) -> bool:
    """Tell whether another process could be the engine now."""
    lock = EngineLock(folder)
    try:
        return lock.try_acquire()
    finally:
        lock.release()


def run(store: Store, folder: Path) -> EngineHost:
    """Start an engine and wait until it has given up."""
    gave_up = threading.Event()
    host = EngineHost(store, folder, gave_up=gave_up.set)
    host.start()
    assert gave_up.wait(PATIENCE)
    host._thread.join(PATIENCE)
    return host


def test_nothing_is_sent_from_a_file_that_the_start_finds_damaged(
    store: Store, folder: Path, sandbox: Sandbox
) -> None:
    """It is checked before the first turn, everybody can see why, and nothing can be written any more."""
    send(store)
    tamper(store)
    host = run(store, folder)
    found = health.damaged(store.path)
    assert found is not None
    assert "its content was changed" in found.problems[0]
    assert sandbox.book.links() == []
    with pytest.raises(Damaged):
        send(store)
    with pytest.raises(Damaged, match="paydesk restore"):
        asyncio.run(work_until_quiet(store, folder))
    assert is_free(folder)
    host.stop()


def test_damage_that_is_met_at_work_stops_the_engine(store: Store, folder: Path) -> None:
    """Found by any process on the file, while the engine waits for work: it stops, and gives the lock up."""
    host = EngineHost(store, folder)
    host.start()
    until(is_live(store, send(store)))
    health.mark_damaged(store.path, ("The disk failed.",))
    host._thread.join(PATIENCE)
    assert not host._thread.is_alive()
    assert is_free(folder)
    host.stop()


@pytest.mark.parametrize("how", ["deleted", "replaced"])
def test_a_file_that_has_lost_its_place_stops_the_engine(store: Store, folder: Path, how: str) -> None:
    """It notices by itself, before anything is written, and does not call the new file damaged."""
    host = EngineHost(store, folder)
    host.start()
    until(is_live(store, send(store)))
    if how == "replaced":
        (folder / "other").write_bytes(store.path.read_bytes())
        (folder / "other").replace(store.path)
    else:
        store.path.unlink()
    host._thread.join(PATIENCE)
    assert not host._thread.is_alive()
    assert isinstance(store.trouble(), Moved)
    assert health.damaged(store.path) is None
    host.stop()


def test_the_engine_without_a_screen_ends_and_says_why(store: Store, folder: Path) -> None:
    """`paydesk sync` does not sit there doing nothing."""
    send(store)
    tamper(store)
    with pytest.raises(Damaged, match="nothing is saved or sent any more"):
        serve(store, folder, threading.Event())
