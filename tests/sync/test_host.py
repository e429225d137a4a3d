"""Where the engine runs: one process at a time, awake when something is written, gone when it is told to go."""

import asyncio
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from store import clients, invoices, requests
from store.database import Store, Tx
from store.errors import Refused
from store.invoices import NewLine
from store.models import PaymentRequest
from store.reading import request_by_id
from sync.host import EngineHost, serve, work_until_quiet
from sync.lock import EngineLock
from sync.sandbox.server import Sandbox

PATIENCE = 20.0
"""Seconds: far more than it takes, for machines that are busy."""

HOST = """
import sys
from pathlib import Path
from store.database import Store
from store.opening import FILE_NAME
from sync.host import EngineHost
folder = Path(sys.argv[1])
host = EngineHost(Store(folder / FILE_NAME), folder)
host.start()
print("started", flush=True)
sys.stdin.read()
"""


def send(store: Store) -> PaymentRequest:
    """Ask for money with a link alone."""

    def work(tx: Tx) -> PaymentRequest:
        client = clients.add(tx, name="Jane Smith")
        line = NewLine("Consultation", 1000, 12_000, 2000)
        number = invoices.save_draft(tx, client.id, [line], currency="GBP", prefix="INV-").row.number
        return requests.send(tx, number, {}, origin="pos")[0]

    return store.write(work)


def until(condition: Callable[[], bool]) -> float:
    """Wait for a condition and return the seconds that it took; fail when it takes too long."""
    began = time.monotonic()
    while not condition():
        assert time.monotonic() - began < PATIENCE, "it happens in time"
        threading.Event().wait(0.005)
    return time.monotonic() - began


def is_live(store: Store, request: PaymentRequest) -> Callable[[], bool]:
    """Return a question: is the link live?"""
    return lambda: store.read(lambda reader: request_by_id(reader, request.id)).state == "live"


def test_a_write_wakes_the_engine(store: Store, folder: Path) -> None:
    """What is sent at the desk goes out at once, again and again, though the engine sleeps a minute."""
    host = EngineHost(store, folder)
    host.start()
    for _ in range(3):
        until(is_live(store, send(store)))
    host.stop()


def test_a_write_of_another_process_wakes_the_engine(store: Store, folder: Path) -> None:
    """A desk without the engine writes, and the engine's process sends it."""
    command = [sys.executable, "-c", HOST, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == "started\n"
        until(is_live(store, send(store)))
        until(is_live(store, send(store)))
        child.kill()


def test_when_the_engine_is_killed_another_takes_over(store: Store, folder: Path, sandbox: Sandbox) -> None:
    """Two hosts, one engine; kill -9 for the one that works: the other has it in a moment, and sends."""
    command = [sys.executable, "-c", HOST, str(folder)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        until(is_live(store, send(store)))
        assert EngineLock(folder).holder() == str(child.pid)
        host = EngineHost(store, folder)
        host.start()
        child.kill()
        until(is_live(store, send(store)))
        host.stop()
    assert len(sandbox.book.links()) == 2


def test_stopping_waits_for_what_is_under_way(store: Store, folder: Path, sandbox: Sandbox) -> None:
    """A desk that is closed right after sending: the link on its way comes back and is known."""
    sandbox.fault("latency", 700)
    host = EngineHost(store, folder)
    host.start()
    request = send(store)
    until(lambda: bool(store.read(lambda reader: reader.value("SELECT 1 FROM outbox WHERE state = 'claimed'"))))
    host.stop()
    assert is_live(store, request)()


def test_stopped_while_waiting_for_the_lock(store: Store, folder: Path) -> None:
    """A host that never got to work goes at once, and leaves the lock to the next."""
    lock = EngineLock(folder)
    assert lock.try_acquire()
    host = EngineHost(store, folder)
    host.start()
    host.stop()
    lock.release()
    other = EngineHost(store, folder)
    other.start()
    until(is_live(store, send(store)))
    other.stop()


def test_stopped_as_soon_as_it_started(store: Store, folder: Path) -> None:
    """However far it has come, nothing works and nobody holds the lock once `stop` has returned."""
    lock = EngineLock(folder)
    for _ in range(20):
        host = EngineHost(store, folder)
        host.start()
        host.stop()
        assert lock.try_acquire()
        lock.release()


async def test_work_until_quiet(store: Store, folder: Path) -> None:
    """One run in the foreground sends what waits and gives the lock back."""
    request = send(store)
    deeds = await work_until_quiet(store, folder)
    assert [(deed.kind, deed.outcome) for deed in deeds] == [("create_link", "done")]
    assert is_live(store, request)()
    assert await work_until_quiet(store, folder) == []


async def test_work_until_quiet_beside_an_engine(store: Store, folder: Path) -> None:
    """Where an engine works already, the foreground says so and names its process."""
    lock = EngineLock(folder)
    assert lock.try_acquire()
    with pytest.raises(Refused, match=lock.holder()):
        await work_until_quiet(store, folder, patience=0)
    lock.release()


def test_serve_until_told_to_stop(store: Store, folder: Path) -> None:
    """The service works until somebody stops it."""
    stop = threading.Event()
    service = threading.Thread(target=serve, args=(store, folder, stop))
    service.start()
    until(is_live(store, send(store)))
    stop.set()
    service.join(PATIENCE)
    assert not service.is_alive()


def test_trouble_does_not_end_the_engine(store: Store, folder: Path) -> None:
    """Settings that cannot be read stop the run, not the engine: mended, it goes on."""
    broken = folder / "settings.toml"
    broken.write_text("this is not TOML")
    host = EngineHost(store, folder)
    host.start()
    request = send(store)
    until(lambda: EngineLock(folder).holder() != "")
    broken.unlink()
    other = send(store)
    until(is_live(store, other))
    until(is_live(store, request))
    host.stop()


def test_the_loop_is_left_clean(store: Store, folder: Path) -> None:
    """Started and stopped over and over, hosts leave neither lock nor thread behind."""
    for _ in range(5):
        host = EngineHost(store, folder)
        host.start()
        until(is_live(store, send(store)))
        host.stop()
        assert not host._thread.is_alive()
    assert asyncio.run(work_until_quiet(store, folder)) == []


def test_a_deleted_lock_file_is_made_anew(store: Store, folder: Path) -> None:
    """Somebody tidied the folder up: the engine works on, under a lock file that another can see."""
    host = EngineHost(store, folder, stale=0.3)
    host.start()
    until(is_live(store, send(store)))
    (folder / "engine.lock").unlink()
    until(lambda: EngineLock(folder).holder() != "")
    assert not EngineLock(folder).try_acquire()
    until(is_live(store, send(store)))
    host.stop()


def test_an_engine_that_stands_still_is_replaced(store: Store, folder: Path, sandbox: Sandbox) -> None:
    """SIGSTOP for the one that works: the other has the lock soon, and sends; the first, woken, does not send too."""
    with subprocess.Popen(
        [sys.executable, "-c", HOST, str(folder)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as child:
        assert child.stdout is not None
        child.stdout.readline()
        until(is_live(store, send(store)))
        store.write(lambda _tx: os.kill(child.pid, signal.SIGSTOP))  # while it is in no transaction of its own
        host = EngineHost(store, folder, stale=0.2)
        host.start()
        until(is_live(store, send(store)))
        os.kill(child.pid, signal.SIGCONT)
        until(is_live(store, send(store)))
        assert EngineLock(folder).holder() == str(os.getpid())
        child.kill()
        host.stop()
    assert len(sandbox.book.links()) == 3
