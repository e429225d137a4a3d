"""Bringing a backup back: what is checked and refused, what is kept, and what the restored file must not reuse."""

import os
import signal
import sys
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from store import days, health, ledger, outbox, payments, rebuild, settings
from store.backups import NotWhole, back_up
from store.database import Reader, Store, Tx
from store.day_views import CashCount
from store.errors import NewerFile, NotFound, Refused
from store.headfile import HeadFile
from store.opening import open_for_reading
from store.restoring import restore
from store.settings import load
from store.sqlite import sqlite3
from store.times import to_text
from store.verify import verify
from tests.store.builders import Clinic, Clock, furnished


def problems(path: Path) -> tuple[str, ...]:
    """Return what `verify` finds in a data file."""
    with closing(open_for_reading(path)) as connection:
        return verify(Reader(connection), path).problems


def saved(clinic: Clinic, tmp_path: Path) -> Path:
    """Back the clinic up."""
    return back_up(clinic.store.path, tmp_path / "out.backup", clock=clinic.clock).path


def again(clinic: Clinic, clock: Clock) -> Store:
    """Open the data file again."""
    return Store(clinic.store.path, clock=clock)


def test_a_backup_of_now_comes_back_and_what_was_there_is_kept(clinic: Clinic, tmp_path: Path) -> None:
    """Nothing is lost; who did it is in the ledger; the file writes under another id; nothing is damaged."""
    clinic.issued()
    backup = saved(clinic, tmp_path)
    before = clinic.store.read(lambda reader: reader.value("SELECT value FROM meta WHERE key = 'writer_id'"))
    clinic.store.close()
    done = restore(clinic.store.path, backup, actor="amira", clock=clinic.clock)
    assert (done.brought.entries, done.lost.entries, done.lost.days) == (1, 0, ())
    assert done.aside is not None
    assert problems(done.aside / clinic.store.path.name) == ()
    assert clinic.store.path.stat().st_mode & 0o777 == 0o600
    store = again(clinic, clinic.clock)
    try:
        newest = store.read(lambda reader: list(ledger.entries(reader)))[-1]
        assert (newest.kind, newest.actor, newest.seq, newest.payload["lost"]) == ("restored", "amira", 2, 0)
        assert newest.writer_id > before
        store.write(lambda tx: ledger.append(tx, "draft_discarded", None, {"number": "INV-9"}))
        assert store.read(lambda reader: verify(reader, store.path)).problems == ()
    finally:
        store.close()
    assert problems(clinic.store.path) == ()


def test_newer_entries_are_lost_only_when_told(clinic: Clinic, tmp_path: Path) -> None:
    """It says how many of which days; then the invoice numbers go on behind those that were given."""
    clinic.issued()
    backup = saved(clinic, tmp_path)
    clinic.clock.now += timedelta(days=2)
    clinic.issued()
    clinic.issued()
    clinic.store.close()
    before = clinic.store.path.read_bytes()
    with pytest.raises(Refused, match=r"2 ledger entries of 2026-11-24 .* --older"):
        restore(clinic.store.path, backup, actor="amira", clock=clinic.clock)
    assert clinic.store.path.read_bytes() == before
    done = restore(clinic.store.path, backup, older=True, actor="amira", clock=clinic.clock)
    assert (done.lost.entries, done.lost.days, done.brought.next_serial) == (2, ("2026-11-24",), 4)
    store = again(clinic, clinic.clock)
    try:
        assert Clinic(store, clinic.clock, clinic.jane).issued() == "INV-000004"
    finally:
        store.close()


@pytest.mark.parametrize("harm", ["gone", "torn", "not a database", "another program's"])
def test_where_the_file_cannot_be_read_the_rest_of_a_thousand_numbers_is_left_out(
    clinic: Clinic, tmp_path: Path, harm: str
) -> None:
    """It is refused until told, unless nothing is there at all; the wreck is kept as it is."""
    clinic.issued()
    backup = saved(clinic, tmp_path)
    clinic.issued()
    clinic.store.close()
    path = clinic.store.path
    if harm == "gone":
        path.unlink()
    elif harm == "torn":
        path.write_bytes(path.read_bytes()[:4096] + b"\0" * 8192)
    elif harm == "not a database":
        path.write_bytes(b"nothing of ours" * 100)
    else:
        path.unlink()
        with closing(sqlite3.connect(path)) as other:
            other.execute("CREATE TABLE other (id)")
    wreck = path.read_bytes() if path.exists() else b""
    with pytest.raises(Refused, match="cannot be read whole"):
        restore(path, backup, actor="amira", clock=clinic.clock)
    done = restore(path, backup, older=True, actor="amira", clock=clinic.clock)
    assert (done.lost.entries, done.brought.next_serial) == (None, 2001)
    assert done.aside is not None
    kept = done.aside / path.name
    assert (kept.read_bytes() if kept.exists() else b"") == wreck
    assert health.damaged(path) is None
    assert problems(path) == ()


def test_on_another_machine(clinic: Clinic, tmp_path: Path) -> None:
    """One file is enough: data, settings and the settings file; and nothing has to be said twice."""
    clinic.issued()
    clinic.store.path.with_name("settings.toml").write_text('[clinic]\nname = "Riverside"\n')
    clinic.store.write(lambda tx: settings.put(tx, "gateway.key", "sk_test_paydesk"))
    backup = saved(clinic, tmp_path)
    there = tmp_path / "new machine" / "paydesk.sqlite"
    done = restore(there, backup, actor="amira", clock=clinic.clock)
    assert (done.aside, done.brought.settings_file, done.lost.entries) == (None, True, 0)
    assert there.with_name("settings.toml").stat().st_mode & 0o777 == 0o600
    store = Store(there, clock=clinic.clock)
    try:
        chosen = store.read(lambda reader: load(reader, there.parent, {}))
        assert (chosen["clinic.name"], chosen["gateway.key"]) == ("Riverside", "sk_test_paydesk")
        assert Clinic(store, clinic.clock, clinic.jane).issued() == "INV-002001"
    finally:
        store.close()


def test_it_is_refused_while_a_desk_is_open_and_what_is_no_backup_too(clinic: Clinic, tmp_path: Path) -> None:
    """And nothing changes."""
    backup = saved(clinic, tmp_path)
    with pytest.raises(Refused, match="Close every desk"):
        restore(clinic.store.path, backup, actor="amira")
    clinic.store.close()
    before = clinic.store.path.read_bytes()
    with pytest.raises(NotFound):
        restore(clinic.store.path, tmp_path / "gone", actor="amira")
    with pytest.raises(Refused, match="Name a backup"):
        restore(clinic.store.path, clinic.store.path, actor="amira")
    other = tmp_path / "other.backup"
    with closing(sqlite3.connect(other)) as connection:
        connection.execute("CREATE TABLE other (id)")
    with pytest.raises(Refused, match="no backup of Paydesk"):
        restore(clinic.store.path, other, actor="amira")
    other.write_bytes(b"not a database at all" * 50)
    with pytest.raises(NotWhole, match="Try an older one"):
        restore(clinic.store.path, other, actor="amira")
    with closing(sqlite3.connect(backup)) as connection:
        connection.execute("PRAGMA user_version = 99")
    with pytest.raises(NewerFile):
        restore(clinic.store.path, backup, actor="amira")
    assert clinic.store.path.read_bytes() == before
    assert not list(clinic.store.path.parent.glob("*before-restore*"))


def test_a_backup_that_was_changed_is_refused(clinic: Clinic, tmp_path: Path) -> None:
    """Money in a table that the ledger knows nothing of."""
    clinic.issued()
    backup = saved(clinic, tmp_path)
    clinic.store.close()
    with closing(sqlite3.connect(backup, isolation_level=None)) as connection:
        connection.execute("UPDATE invoices SET total = 1")
    before = clinic.store.path.read_bytes()
    with pytest.raises(NotWhole, match="not whole"):
        restore(clinic.store.path, backup, older=True, actor="amira")
    assert clinic.store.path.read_bytes() == before


def test_the_day_goes_on_over_a_restore(clinic: Clinic, tmp_path: Path) -> None:
    """What was taken before and after it is in one day, once; the next day begins where it ended."""

    def day(tx: Tx, counted: int) -> int:
        count = CashCount(counted=counted, kept=0, reason="counted")
        return days.close(tx, load(tx, tmp_path, {}), count).takings.total

    number = clinic.issued(10_000)
    clinic.store.write(lambda tx: payments.take(tx, number, "cash", 1_000))
    assert clinic.store.write(lambda tx: day(tx, 1_000)) == 1_000
    clinic.store.write(lambda tx: payments.take(tx, number, "cash", 200))
    backup = saved(clinic, tmp_path)
    clinic.store.close()
    restore(clinic.store.path, backup, actor="amira", clock=clinic.clock)
    store = again(clinic, clinic.clock)
    try:
        store.write(lambda tx: payments.take(tx, number, "cash", 30))
        assert store.write(lambda tx: day(tx, 230)) == 230
        store.write(lambda tx: payments.take(tx, number, "cash", 4))
        assert store.write(lambda tx: day(tx, 4)) == 4
        assert [closed.takings.total for closed in store.read(days.closed)] == [4, 230, 1_000]
        assert store.read(rebuild.differences) == []
    finally:
        store.close()


def test_the_writer_id_is_later_even_where_the_clock_is_not(clinic: Clinic, tmp_path: Path) -> None:
    """A rebuild reads the ledger writer by writer, so a clock that was set back must not change their order."""
    far = "7ZZZZZZZZZ0000000000000000"
    clinic.store.close()
    with closing(sqlite3.connect(clinic.store.path, isolation_level=None)) as connection:
        connection.execute("UPDATE meta SET value = :far WHERE key = 'writer_id'", {"far": far})
    store = again(clinic, clinic.clock)
    store.write(lambda tx: ledger.append(tx, "draft_discarded", None, {"number": "INV-9"}))
    store.close()
    backup = back_up(clinic.store.path, tmp_path / "far.backup").path
    restore(clinic.store.path, backup, older=True, actor="amira")
    with closing(open_for_reading(clinic.store.path)) as connection:
        ids = [entry.writer_id for entry in ledger.entries(Reader(connection))]
    assert ids[0] == far < ids[1]


def test_what_was_waiting_is_in_doubt(clinic: Clinic, tmp_path: Path) -> None:
    """Every entry that is not done may have been done since; its window began when it was made."""
    request = clinic.send(clinic.issued(), by=("email", "sms"))
    backup = saved(clinic, tmp_path)
    clinic.store.close()
    clinic.clock.now += timedelta(hours=2)
    done = restore(clinic.store.path, backup, actor="amira", clock=clinic.clock)
    assert done.brought.doubted == 1
    store = again(clinic, clinic.clock)
    try:
        there = furnished_again(store, clinic)
        entry = store.read(lambda reader: outbox.of_subject(reader, request.id, "create_link"))
        assert entry is not None
        assert (entry.unsure, entry.state, entry.first_attempt_at) == (True, "ready", entry.created_at)
        assert entry.first_attempt_at == to_text(clinic.clock.now - timedelta(hours=2))
        there.make_link(request)
        entries = store.read(lambda reader: [outbox.of_subject(reader, m.id, m.channel) for m in request.messages])
        assert [each.unsure for each in entries if each] == [True, True], "the link's messages may be out already too"
    finally:
        store.close()


def furnished_again(store: Store, clinic: Clinic) -> Clinic:
    """Return the same clinic on the restored file."""
    return Clinic(store, clinic.clock, clinic.jane)


STEPS = {"backup", "fsync", "rename", "unlink", "link", "mkdir"}


def test_killed_at_any_step_it_leaves_the_old_file_or_the_new(tmp_path: Path) -> None:
    """SIGKILL at each call that may touch the disk, one by one, until one run comes through."""
    clock = Clock()
    data = tmp_path / "data" / "paydesk.sqlite"
    clinic = furnished(Store(data, clock=clock), clock)
    clinic.issued()
    backup = back_up(data, tmp_path / "out.backup", clock=clock).path
    clinic.issued()
    clinic.store.close()
    leave_a_log(data)
    restore(tmp_path / "loaded" / "paydesk.sqlite", backup, actor="amira")
    whole = {path.name: path.read_bytes() for path in data.parent.iterdir()}
    outcomes: list[int] = []
    step = 0
    while not outcomes or outcomes[-1] != 0:
        step += 1
        put_back(data.parent, whole)
        outcomes.append(in_a_child(data, backup, step))
        assert health.damaged(data) is None
        entries = count(data)
        assert entries in {3, 2}, "three facts of the old file, or one of the backup and that it was restored"
        if outcomes[-1] == 0:
            assert entries == 2
    assert problems(data) == ()
    assert len(outcomes) > 20


def leave_a_log(data: Path) -> None:
    """Write one more fact by a process that is killed, so that it is in the write-ahead log alone."""
    child = os.fork()
    if not child:
        store = Store(data)
        store.write(lambda tx: ledger.append(tx, "draft_discarded", None, {"number": "INV-9"}))
        os.kill(os.getpid(), signal.SIGKILL)
    os.waitpid(child, 0)


def put_back(folder: Path, whole: dict[str, bytes]) -> None:
    """Make the folder what it was."""
    for path in sorted(folder.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    for name, content in whole.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)


def in_a_child(data: Path, backup: Path, step: int) -> int:
    """Restore in a process that is killed at its `step`th call to the disk; return how it ended, 0 for well."""
    child = os.fork()
    if not child:
        left = step

        def at_call(_frame: object, event: str, called: object) -> None:
            nonlocal left
            if event == "c_call" and getattr(called, "__name__", "") in STEPS:
                left -= 1
                if not left:
                    os.kill(os.getpid(), signal.SIGKILL)

        sys.setprofile(at_call)
        try:
            restore(data, backup, older=True, actor="amira")
        finally:
            os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def count(data: Path) -> int:
    """Return how many entries the ledger has, which must be whole and fit the head file."""
    with closing(open_for_reading(data)) as connection:
        assert ledger.first_break(Reader(connection), HeadFile(data).read()) is None
        return int(Reader(connection).value("SELECT count(*) FROM ledger"))
