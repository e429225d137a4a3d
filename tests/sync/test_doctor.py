"""What the doctor finds: each thing that can be wrong, said with what to do, without touching the data file."""

import asyncio
import hashlib
import os
import shutil
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest

from store import settings
from store.backups import back_up
from store.damage import mark_damaged
from store.database import Store
from store.opening import FILE_NAME
from store.sqlite import sqlite3
from store.times import utc_now
from sync.doctor import file, work
from sync.doctor.couriers import couriers, places
from sync.doctor.examination import examine
from sync.doctor.finding import Finding, limited
from sync.doctor.gateway import gateway
from sync.doctor.known import Known, know
from sync.errors import Declined, Misconfigured, Unreachable
from sync.lock import EngineLock
from tests.sync.engine_fakes import FakeGateway
from tests.sync.engine_world import World

KEY = "sk_test_hunter2hunter2"


@contextmanager
def answering(reply: Callable[[], bytes]) -> Iterator[int]:
    """Answer every connection with what `reply` says, on a free port; an empty reply says nothing at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def serve() -> None:
            with suppress(OSError):
                while True:
                    line, _ = server.accept()
                    held.append(line)
                    if said := reply():
                        line.recv(65536)
                        line.sendall(said)
                        line.close()

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        try:
            yield server.getsockname()[1]
        finally:
            server.shutdown(socket.SHUT_RDWR)
            thread.join()
            for line in held:
                line.close()


def http(moment: datetime | None) -> bytes:
    """Return an answer of a web server whose clock says `moment`."""
    date = f"Date: {format_datetime(moment.astimezone(UTC), usegmt=True)}\r\n" if moment else ""
    return f"HTTP/1.1 404 Not Found\r\n{date}Content-Length: 0\r\nConnection: close\r\n\r\n".encode()


def state_of(findings: list[Finding], name: str) -> Finding:
    """Return the finding of that name."""
    return next(finding for finding in findings if finding.name == name)


def fingerprint(folder: Path) -> dict[str, str]:
    """Return what every file of a folder holds."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.is_file()}


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A data folder that nobody has open."""
    folder = tmp_path / "data"
    Store(folder / FILE_NAME).close()
    return folder


async def test_a_folder_in_order(closed: Path) -> None:
    """Everything that needs no network is well but for the engine and the backup, and nothing was written."""
    before = fingerprint(closed)
    found = await examine(closed, offline=True)
    assert {each.name for each in found if each.state != "ok"} == {"Engine", "Backup"}
    assert all(each.what_to_do for each in found if each.state != "ok")
    after = fingerprint(closed)
    assert {name: after[name] for name in before} == before
    assert set(after) - set(before) <= {f"{FILE_NAME}-wal", f"{FILE_NAME}-shm"}


async def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    """It says so, goes on with the rest, and makes nothing."""
    found = await examine(tmp_path / "missing")
    assert state_of(found, "Data file").state == "problem"
    assert state_of(found, "SQLite").state == "ok"
    assert state_of(found, "Gateway").text == "Not looked at, because the settings were not read."
    assert not (tmp_path / "missing").exists()


async def test_beside_a_desk_that_writes(world: World) -> None:
    """While others have the file open and an engine works."""
    world.send()
    lock = EngineLock(world.folder)
    assert lock.try_acquire()
    found = await examine(world.folder, offline=True, clock=world.clock)
    lock.release()
    assert state_of(found, "Engine").text.startswith(f"Process {os.getpid()}, alive ")
    assert state_of(found, "Outbox").text == "1 queued, 0 need attention, 0 held; the oldest waits for 0 seconds."


async def test_a_file_that_somebody_locks_for_himself(closed: Path) -> None:
    """It cannot be read, which is said, and the doctor does not wait for long."""
    connection = sqlite3.connect(closed / FILE_NAME, isolation_level=None)
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("BEGIN EXCLUSIVE")
    began = time.monotonic()
    found = await examine(closed, offline=True)
    connection.close()
    assert state_of(found, "Data file").state == "problem"
    assert time.monotonic() - began < 8


def test_damage_is_found_and_what_was_found_before_is_told(closed: Path) -> None:
    """In the file itself, or by another process; the remedy is the backup."""
    path = closed / FILE_NAME
    whole = path.read_bytes()
    path.write_bytes(whole[:8192] + os.urandom(4096) + whole[12288:])
    found = file.health(know(closed), whole=False)
    assert (found.state, "paydesk restore" in found.what_to_do) == ("problem", True)
    path.write_bytes(whole)
    assert file.health(know(closed), whole=True).state == "ok"
    mark_damaged(path, ("The ledger is broken at entry 7.",))
    assert "The ledger is broken at entry 7." in file.health(know(closed), whole=False).text


def test_settings_that_cannot_be_used_are_told(closed: Path) -> None:
    """The file can be read, the settings cannot: no check that needs them guesses."""
    (closed / "settings.toml").write_text('[gateway]\nkind = "cash"\n')
    known = know(closed)
    assert "gateway.kind" in known.unset
    assert file.data_file(known).state == "problem"
    assert work.last_backup(known, utc_now()).state == "warning"


def test_what_others_can_read_is_a_problem_with_a_remedy(closed: Path) -> None:
    """The command that mends it is said."""
    (closed / FILE_NAME).chmod(0o644)
    found = file.permissions(know(closed))
    assert (found.state, "chmod 600" in found.what_to_do) == ("problem", True)


def test_room_and_the_length_of_the_log(closed: Path) -> None:
    """Little room is a problem before the disk is full; a log that has grown long names the cause."""
    assert file.room("Disk", closed, needed=shutil.disk_usage(closed).free).state == "problem"
    assert file.room("Disk", closed / "gone", needed=0).state == "problem"
    with (closed / f"{FILE_NAME}-wal").open("wb") as log:
        log.truncate(65_000_000)
        assert file.write_ahead_log(Known(closed)).state == "warning"
        log.truncate(2_000_000_000)
        assert file.write_ahead_log(Known(closed)).state == "problem"


def test_the_engine(closed: Path) -> None:
    """Nobody is warned of, a queue without one is a problem, so is one that leaves things lie or stands still."""
    now = utc_now()
    assert work.engine(Known(closed), now).state == "warning"
    assert work.engine(Known(closed, queued=3), now).state == "problem"
    lock = EngineLock(closed)
    assert lock.try_acquire()
    assert work.engine(Known(closed, queued=3), now).state == "ok"
    lying = Known(closed, queued=3, overdue="2026-11-22T14:00:00.000Z")
    assert "has left something lie" in work.engine(lying, now).text
    assert "stands still" in work.engine(Known(closed), now + timedelta(minutes=5)).text
    lock.release()


def test_the_backlog_and_the_backup(closed: Path, tmp_path: Path) -> None:
    """What needs a person, what waits too long, and how old the newest backup is."""
    now = utc_now()
    assert work.backlog(Known(closed, attention=1), now).state == "warning"
    assert work.backlog(Known(closed, queued=1, oldest="2026-11-20T14:00:00.000Z"), now).state == "warning"
    known = know(closed)
    assert work.last_backup(known, now).state == "warning"
    (closed / "backups").mkdir()
    back_up(closed / FILE_NAME, closed / "backups")
    assert "on the same disk" in work.last_backup(known, now).text
    assert "2 days old" in work.last_backup(known, now + timedelta(days=2, hours=1)).text


@pytest.mark.parametrize(
    ("ahead", "state"),
    [(timedelta(0), "ok"), (timedelta(seconds=90), "warning"), (timedelta(hours=-2), "problem")],
)
async def test_the_clock_is_compared_with_the_gateways(world: World, ahead: timedelta, state: str) -> None:
    """A minute is worth a warning, an hour breaks the window of idempotency keys."""
    with answering(lambda: http(utc_now() - ahead)) as port:
        world.put("gateway.url", f"http://127.0.0.1:{port}")
        found = await gateway(know(world.folder), make=lambda _: FakeGateway())
    assert [each.name for each in found] == ["Gateway", "Clock", "Gateway key"]
    assert state_of(found, "Clock").state == state
    assert state_of(found, "Gateway").state == "ok"


@pytest.mark.parametrize("error", [Misconfigured("key refused"), Unreachable("away"), Declined("no")])
async def test_a_key_that_is_not_accepted(world: World, error: Exception) -> None:
    """The gateway's own words, as the settings' test call has them."""
    fake = FakeGateway()
    fake.fails("check", error)
    with answering(lambda: http(None)) as port:
        world.put("gateway.url", f"http://127.0.0.1:{port}")
        found = await gateway(know(world.folder), make=lambda _: fake)
    assert state_of(found, "Gateway key") == Finding("Gateway key", "problem", str(error), found[-1].what_to_do)


async def test_a_gateway_that_is_away(world: World) -> None:
    """Nothing more is asked of it, and where a sandbox is meant, that is said."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    world.put("gateway.url", f"http://127.0.0.1:{port}")
    (found,) = await gateway(know(world.folder), make=lambda _: FakeGateway())
    assert (found.state, "paydesk sandbox" in found.what_to_do) == ("problem", True)


async def test_mail_and_messages_are_reached_and_nothing_is_sent(world: World) -> None:
    """A mail server that greets, one that is away, a web service: all at once, no secret in what is said."""
    with answering(lambda: b"") as there, socket.create_server(("127.0.0.1", 0)) as free:
        away = free.getsockname()[1]
        free.close()
        world.put("email.url", f"mailto://amira:hunter2@127.0.0.1:{away}?from=a@b.example&to={{email}}&mode=insecure")
        world.put("sms.url", f"json://127.0.0.1:{there}/hunter2path?:to={{mobile}}")
        world.put("notify.offline.enabled", "on")
        world.put("notify.offline.targets", f"json://127.0.0.1:{there}/x jsons://127.0.0.1:{away}/hunter2path")
        found = await couriers(know(world.folder))
    assert [each.state for each in found] == ["problem", "ok", "ok", "problem"]
    assert "hunter2" not in repr(found)


async def test_what_is_not_set_up_is_told(closed: Path) -> None:
    """Email is missed, text messages need not be."""
    assert [each.state for each in await couriers(know(closed))] == ["warning", "ok"]


def test_each_target_of_the_notifications_is_looked_at_once(world: World) -> None:
    """Only of those that are on."""
    for kind in ("offline", "refund_failed", "end_of_day"):
        world.put(f"notify.{kind}.targets", "json://127.0.0.1/x")
    for kind in ("offline", "refund_failed"):
        world.put(f"notify.{kind}.enabled", "on")
    chosen = world.store.read(lambda reader: settings.load(reader, world.folder))
    assert [place.name for place in places(chosen)] == ["Notify, refund failed 1"]


async def test_what_hangs_and_what_stumbles_are_findings() -> None:
    """Neither keeps the others from being told."""

    async def stumbles() -> list[Finding]:
        raise KeyError("Jane Smith")

    async def hangs() -> list[Finding]:
        await asyncio.Event().wait()
        return []

    (hung,) = await limited("Gateway", hangs(), 0.01)
    late = Finding("Gateway", "warning", "late")
    assert await limited("Gateway", hangs(), 0.01, late=late) == [late]
    (stumbled,) = await limited("Gateway", stumbles())
    assert (hung.state, stumbled.state) == ("problem", "problem")
    assert "Jane" not in stumbled.text
