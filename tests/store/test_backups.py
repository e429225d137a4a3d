"""Backups: whole, checked, private, and never half of one under a backup's name."""

import os
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import backups, clients
from store.backups import BackupFile, NotWhole, back_up, newest
from store.database import Reader
from store.errors import DiskFull, Refused, StoreError
from store.opening import open_for_reading
from store.rotation import spare
from store.sqlite import sqlite3
from store.times import to_text
from store.verify import verify
from tests.store.builders import Clinic


def problems(path: Path) -> tuple[str, ...]:
    """Return what `verify` finds in a backup."""
    connection = open_for_reading(path)
    try:
        return verify(Reader(connection), path).problems
    finally:
        connection.close()


def test_a_backup_has_all_and_lies_in_one_private_file(clinic: Clinic, tmp_path: Path) -> None:
    """Ledger, tables and settings file; nothing beside it; nobody else may read it."""
    clinic.issued()
    clinic.store.path.with_name("settings.toml").write_text("clinic.name = 'Riverside'\n")
    made = back_up(clinic.store.path, tmp_path / "out.backup", clock=clinic.clock)
    assert (made.checked, made.entries, made.at) == (True, 1, to_text(clinic.clock.now))
    assert made.settings_file == "clinic.name = 'Riverside'\n"
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == ["out.backup"]
    assert problems(made.path) == ()
    assert backups.mark_of(clinic.store.path) is None, "the data file itself is no backup"


def test_a_folder_gives_a_dated_name_and_the_newest_is_found(clinic: Clinic, tmp_path: Path) -> None:
    """What is no backup beside it, damaged or another program's, is left out."""
    folder = tmp_path / "backups"
    folder.mkdir()
    assert newest(folder) is None
    assert newest(folder / "gone") is None
    first = back_up(clinic.store.path, folder, clock=clinic.clock)
    clinic.clock.now += timedelta(days=1)
    second = back_up(clinic.store.path, folder, clock=clinic.clock)
    (folder / "paydesk-2099-01-01-000000.backup").write_bytes(b"not a database")
    sqlite3.connect(folder / "paydesk-2099-01-02-000000.backup").close()
    assert newest(folder) == second
    assert backups.every(folder) == [first, second]


def test_what_is_there_is_not_written_over_unless_told(clinic: Clinic, tmp_path: Path) -> None:
    """Neither another file, nor the data file or what belongs to it, ever."""
    target = tmp_path / "out.backup"
    target.write_text("mine")
    with pytest.raises(Refused, match="there already"):
        back_up(clinic.store.path, target)
    assert target.read_text() == "mine"
    assert back_up(clinic.store.path, target, replace=True).entries == 0
    for end in ("", "-wal", ".head"):
        with pytest.raises(Refused, match="data file itself"):
            back_up(clinic.store.path, clinic.store.path.with_name(clinic.store.path.name + end), replace=True)
    with pytest.raises(Refused, match="no folder"):
        back_up(clinic.store.path, tmp_path / "gone" / "out.backup")
    with pytest.raises(Refused, match="no data file"):
        back_up(tmp_path / "gone.sqlite", target)


def test_a_damaged_file_gives_no_backup(clinic: Clinic, tmp_path: Path) -> None:
    """A table that is not what the ledger says is found, and so is a lost tail."""
    clinic.issued()
    clinic.store.write(lambda tx: tx.run("UPDATE invoices SET total = total + 1"))
    with pytest.raises(NotWhole, match="invoices differs") as found:
        back_up(clinic.store.path, tmp_path / "out.backup")
    assert len(found.value.problems) == 2
    clinic.store.write(lambda tx: tx.run("UPDATE invoices SET total = total - 1"))
    head = clinic.store.path.with_name(clinic.store.path.name + ".head")
    lines = head.read_bytes().replace(b" 0000000000000001 ", b" 0000000000000009 ", 1)
    head.write_bytes(lines)
    with pytest.raises(NotWhole, match="newest entries"):
        back_up(clinic.store.path, tmp_path / "out.backup")
    assert [path for path in tmp_path.iterdir() if path.is_file()] == []


def test_no_room_is_said_and_leaves_nothing(clinic: Clinic) -> None:
    """A small disk: `/dev/full` has no folder, so one of 1 MB stands in where this machine lets us mount one."""
    folder = Path("/dev/shm") / f"paydesk-no-room-{os.getpid()}"
    folder.mkdir()
    try:
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=200k", "none", str(folder)], check=False).returncode:
            pytest.skip("this machine mounts no small disk for us")
        try:
            with pytest.raises(DiskFull, match="no room"):
                back_up(clinic.store.path, folder)
            assert list(folder.iterdir()) == []
        finally:
            subprocess.run(["umount", str(folder)], check=True)
    finally:
        folder.rmdir()


def test_a_folder_that_takes_nothing_is_said(clinic: Clinic) -> None:
    """A stick that was pulled, or that is locked: the system's own folder of processes takes no file of ours."""
    with pytest.raises(StoreError, match=r"could not be written|no room"):
        back_up(clinic.store.path, Path("/proc"))


def test_what_a_killed_backup_left_is_swept(clinic: Clinic, tmp_path: Path) -> None:
    """Killed at any moment it leaves nothing under a backup's name, and the next one takes its remains away."""
    script = (
        "import sys; from pathlib import Path; from store.backups import back_up\n"
        "print('on', flush=True)\nback_up(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    folder = tmp_path / "backups"
    folder.mkdir()
    for wait in (0.0, 0.005, 0.01, 0.02, 0.04):
        command = [sys.executable, "-c", script, str(clinic.store.path), str(folder)]
        child = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert child.stdout is not None
        child.stdout.readline()
        threading.Event().wait(wait)
        child.kill()
        child.wait()
        child.stdout.close()
        for path in folder.glob(backups.NAMES):
            assert problems(path) == ()
    back_up(clinic.store.path, folder)
    assert all(path.suffix == ".backup" for path in folder.iterdir())


def test_a_backup_while_four_processes_write(clinic: Clinic, tmp_path: Path) -> None:
    """It is one moment's state, whole, and no writer waits for it for long."""
    script = (
        "import sys, time; from pathlib import Path; from store.database import Store; from store import ledger\n"
        "store = Store(Path(sys.argv[1])); worst = 0.0; print('on', flush=True)\n"
        "while not Path(sys.argv[2]).exists():\n"
        "    begun = time.perf_counter()\n"
        "    store.write(lambda tx: ledger.append(tx, 'draft_discarded', None, {'number': 'INV-1'}))\n"
        "    worst = max(worst, time.perf_counter() - begun)\n"
        "store.close(); print(worst, flush=True)"
    )
    done = tmp_path / "done"
    command = [sys.executable, "-c", script, str(clinic.store.path), str(done)]
    writers = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(4)]
    outputs = [writer.stdout for writer in writers if writer.stdout is not None]
    for output in outputs:
        assert output.readline() == "on\n"
    made = [back_up(clinic.store.path, tmp_path / f"{number}.backup") for number in range(3)]
    done.touch()
    worst = [float(output.readline()) for output in outputs]
    for writer, output in zip(writers, outputs, strict=True):
        assert writer.wait() == 0
        output.close()
    assert all(problems(backup.path) == () for backup in made)
    assert 0 < made[0].entries < made[1].entries < made[2].entries
    assert max(worst) < 2, "a writer waits for the other three, and for nothing else"


def test_rotation_keeps_days_and_months() -> None:
    """The newest of each day and month, and always the newest of all."""
    start = datetime(2026, 1, 1, 22, tzinfo=UTC)

    def backup(number: int) -> BackupFile:
        at = start + timedelta(hours=12 * number)
        return BackupFile(Path(f"{number}"), to_text(at), 0, 0, checked=True, file_id="", settings_file=None)

    every = [backup(number) for number in range(2 * 365)]
    gone = spare(every, days=14, months=12, zone="Europe/London")
    kept = [each for each in every if each not in gone]
    assert kept[-1] == every[-1]
    assert len(kept) == 14 + 10, "the newest of two of the twelve months is among the days"
    assert len({each.at[:7] for each in kept}) == 12
    assert spare(every[:1], days=0, months=0, zone="Europe/London") == []
    assert spare([], days=14, months=12, zone="Europe/London") == []


def test_two_at_once_wait_for_each_other(clinic: Clinic, tmp_path: Path) -> None:
    """Neither sweeps away what the other writes."""
    clinic.store.write(lambda tx: clients.add(tx, name="Ada", email="", mobile=""))
    made: list[BackupFile] = []
    threads = [
        threading.Thread(target=lambda n=number: made.append(back_up(clinic.store.path, tmp_path / f"{n}.backup")))
        for number in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(backup.path.name for backup in made) == ["0.backup", "1.backup", "2.backup"]
