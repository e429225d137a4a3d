"""The file under a running desk: deleted, moved, replaced, made read-only, or read by somebody for too long."""

import logging
import os
import shutil
import subprocess
import sys
import tempfile
from contextlib import closing
from pathlib import Path

import pytest

from store import health, settings
from store.database import Store, Tx
from store.errors import Moved
from store.opening import FILE_NAME, LOG_LIMIT
from store.sqlite import sqlite3
from tests.store.builders import Clinic

AS_NOBODY = """
import os, sys
from pathlib import Path
from store import settings
from store.database import Store
from store.errors import StoreError
if os.geteuid() == 0:
    os.setgroups([])
    os.setuid(65534)
try:
    Store(Path(sys.argv[1])).write(lambda tx: settings.put(tx, "clinic.name", "Mine"))
except StoreError as error:
    print(error)
"""


def rescued(path: Path) -> list[Path]:
    """Return what was written anew of files that lost their name."""
    return sorted(path.parent.glob(f"{path.name}.rescued-*"))


def lose(path: Path, how: str) -> None:
    """Take the file, or a part of it, away from under whoever has it open."""
    if how == "moved":
        path.rename(path.with_name("moved"))
    elif how == "replaced":
        shutil.copy(path, path.with_name("other"))
        path.with_name("other").replace(path)
    else:
        path.with_name(path.name + how).unlink()


@pytest.mark.parametrize("how", ["", "-wal", "-shm", "moved", "replaced"])
def test_a_write_to_a_file_that_lost_its_place_is_refused(clinic: Clinic, path: Path, how: str) -> None:
    """SQLite would go on, into a file without a name. All that was acknowledged is kept in a new one."""
    numbers = [clinic.issued() for _ in range(3)]
    lose(path, how)
    with pytest.raises(
        Moved, match=r"deleted, moved or replaced .*Close Paydesk on every screen.*is kept in"
    ) as told:
        clinic.issued()
    with pytest.raises(Moved):
        clinic.issued()
    (kept,) = rescued(path)
    assert told.value.kept == kept
    with closing(Store(kept)) as again:
        rows = again.read(lambda reader: reader.all("SELECT number FROM invoices ORDER BY number"))
    assert [row["number"] for row in rows] == numbers


def test_a_file_that_is_lost_while_it_is_written_is_not_said_to_be_saved(clinic: Clinic, path: Path) -> None:
    """Looked at again after the commit, before anybody is told that it is safe."""

    def work(tx: Tx) -> None:
        settings.put(tx, "clinic.name", "Lost")
        path.unlink()

    with pytest.raises(Moved):
        clinic.store.write(work)


def test_a_first_reading_of_a_file_that_is_gone_makes_no_new_one(clinic: Clinic, path: Path) -> None:
    """SQLite would make an empty file, and find no table in it."""
    path.unlink()
    with pytest.raises(Moved):
        clinic.store.read(lambda reader: reader.all("SELECT * FROM clients"))
    assert not path.exists()


def test_an_older_copy_over_it_is_found_at_the_next_start(clinic: Clinic, path: Path, tmp_path: Path) -> None:
    """Copied over while nobody had it open: the head file knows of more than is there, also of what is no money."""
    clinic.store.close()
    shutil.copy(path, tmp_path / "copy")
    with closing(Store(path)) as store:
        store.write(lambda tx: settings.put(tx, "clinic.name", "Newer"))
    assert health.check(path) == ()
    shutil.copy(tmp_path / "copy", path)
    assert health.check(path) == ("The newest changes are missing: 1 of those that were saved are not there.",)


@pytest.mark.parametrize(("folder", "file"), [(0o700, 0o400), (0o500, 0o600)])
def test_without_permission_it_says_so(folder: int, file: int) -> None:
    """By a process that may not write there, since nothing is read-only to root."""
    with tempfile.TemporaryDirectory() as made:
        place = Path(made)
        path = place / FILE_NAME
        Store(path).close()
        if os.geteuid() == 0:
            for one in (place, *place.iterdir()):
                os.chown(one, 65534, 65534)
        path.chmod(file)
        place.chmod(folder)
        done = subprocess.run(
            [sys.executable, "-c", AS_NOBODY, str(path)], capture_output=True, text=True, check=False, timeout=60
        )
        place.chmod(0o700)
    words = "The data file or its folder is read-only, so this was not saved. Allow writing to both and try again."
    assert (done.stdout.strip(), done.stderr) == (words, "")


def test_half_a_first_start_is_undone(path: Path, tmp_path: Path) -> None:
    """Killed while the new file was made: its journal is rolled back, not called read-only."""
    path.parent.mkdir()
    half = tmp_path / "half.sqlite"
    with closing(sqlite3.connect(half, isolation_level=None)) as connection:
        connection.execute("PRAGMA cache_size = 1")
        connection.execute("BEGIN IMMEDIATE")
        connection.execute("CREATE TABLE half (text)")
        connection.executemany("INSERT INTO half VALUES (?)", [("x" * 3000,)] * 50)
        shutil.copy(half, path)
        shutil.copy(f"{half}-journal", f"{path}-journal")
    assert path.stat().st_size > 0
    with closing(Store(path)) as store:
        assert store.read(lambda reader: reader.value("SELECT count(*) FROM sqlite_schema WHERE name = 'half'")) == 0


def test_a_long_reading_lets_the_log_grow_and_is_told(
    store: Store, path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Said in the log each time it has doubled; when the reader is gone the log is cut down again by itself."""
    store._long_log = store._told_of_log = 1 << 20

    def fill(tx: Tx) -> None:
        tx.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('big', hex(zeroblob(1500000)))")

    with closing(sqlite3.connect(path, isolation_level=None)) as reader, caplog.at_level(logging.WARNING):
        reader.execute("BEGIN")
        reader.execute("SELECT * FROM meta").fetchall()
        for _ in range(8):
            store.write(fill)
        assert path.with_name(path.name + "-wal").stat().st_size > LOG_LIMIT
        assert len([record for record in caplog.records if "another program reads" in record.message]) == 3
        reader.execute("ROLLBACK")
    for _ in range(3):
        store.write(lambda tx: settings.put(tx, "clinic.name", tx.now))
    assert path.with_name(path.name + "-wal").stat().st_size <= LOG_LIMIT
