"""Opening the data file: private, durable, checked before anything is written."""

import os
import shutil
import stat
from contextlib import closing
from pathlib import Path

import pytest

from store import health
from store.database import Store
from store.errors import Damaged, NewerFile, StoreError
from store.migrations import SCHEMA_VERSION
from store.opening import FILE_NAME, guard
from store.sqlite import shares_safely, sqlite3
from tests.store.builders import Clinic
from tests.store.processes import first_starts, run_together


def permissions(path: Path) -> int:
    """Return a file's permission bits."""
    return stat.S_IMODE(path.stat().st_mode)


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder that holds something, with what it holds.

    Without SQLite's shared memory, which any reader makes anew.
    """
    files = [file for file in folder.iterdir() if not file.name.endswith("-shm")]
    return {file.name: file.read_bytes() for file in files if file.stat().st_size}


def raw(path: Path) -> "sqlite3.Connection":
    """Connect without Paydesk."""
    return sqlite3.connect(path, isolation_level=None)


def test_what_is_created_is_for_its_owner_alone(store: Store, path: Path) -> None:
    """The folder, the file and its write-ahead log hold clients' names and addresses."""
    assert permissions(path.parent) == 0o700
    assert permissions(path) == 0o600
    assert permissions(path.with_name(path.name + "-wal")) == 0o600


@pytest.mark.parametrize(
    ("pragma", "value"),
    [
        ("journal_mode", "wal"),
        ("synchronous", 2),
        ("foreign_keys", 1),
        ("recursive_triggers", 1),
        ("busy_timeout", 0),
    ],
)
def test_the_writer_is_durable_in_each_process(path: Path, pragma: str, value: object) -> None:
    """WAL with full sync, both where the file is new and where it was there."""
    for _ in ("new", "again"):
        with closing(Store(path)) as store:
            assert store.write(lambda tx: tx.value(f"PRAGMA {pragma}")) == value


def test_what_was_written_is_there_when_opened_again(clinic: Clinic, path: Path) -> None:
    """A second start finds the first one's invoice and migrates nothing."""
    number = clinic.issued()
    writer = clinic.store.read(lambda reader: reader.value("SELECT value FROM meta"))
    clinic.store.close()
    with closing(Store(path)) as store:
        assert store.read(lambda reader: reader.value("SELECT number FROM invoices")) == number
        assert store.read(lambda reader: reader.value("SELECT value FROM meta")) == writer
        assert store.read(lambda reader: reader.value("PRAGMA user_version")) == SCHEMA_VERSION


def test_a_file_from_a_newer_paydesk_is_refused_and_untouched(clinic: Clinic, path: Path) -> None:
    """Nothing of it changes, byte for byte, and nothing is put beside it that holds anything."""
    clinic.store.close()
    with closing(raw(path)) as connection:
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
    before = contents(path.parent)
    with pytest.raises(NewerFile, match=r"newer Paydesk.*not touched.*Update Paydesk"):
        Store(path)
    assert contents(path.parent) == before


def test_a_newer_version_that_only_the_log_knows_is_found_too(clinic: Clinic, path: Path, tmp_path: Path) -> None:
    """After a crash the newer version may stand in the write-ahead log alone."""
    clinic.store.close()
    copy = tmp_path / "copy"
    copy.mkdir()
    with closing(raw(path)) as connection:
        connection.execute("PRAGMA wal_autocheckpoint = 0")
        connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION + 1}")
        for name in (path.name, path.name + "-wal"):
            shutil.copy(path.with_name(name), copy / name)
    before = contents(copy)
    with pytest.raises(NewerFile):
        Store(copy / path.name)
    assert contents(copy) == before


def test_a_file_that_is_no_database_is_refused_and_untouched(path: Path) -> None:
    """Whatever somebody put there stays."""
    path.parent.mkdir()
    path.write_bytes(b"Dear diary, " * 500)
    with pytest.raises(Damaged, match="damaged"):
        Store(path)
    assert path.read_bytes() == b"Dear diary, " * 500


def test_another_programs_database_is_refused_and_untouched(path: Path) -> None:
    """Paydesk never adds its tables to a file that is not its own."""
    path.parent.mkdir()
    with closing(raw(path)) as connection:
        connection.execute("CREATE TABLE bookmarks (url)")
    before = path.read_bytes()
    with pytest.raises(StoreError, match=r"another program's database.*Choose another data folder"):
        Store(path)
    assert path.read_bytes() == before


def test_an_empty_file_becomes_a_data_file(path: Path) -> None:
    """A start that died right after creating it leaves nothing to mend."""
    path.parent.mkdir()
    path.touch()
    with closing(Store(path)) as store:
        assert store.read(lambda reader: reader.value("PRAGMA user_version")) == SCHEMA_VERSION


def test_a_file_cut_short_is_told_as_damaged(clinic: Clinic, path: Path) -> None:
    """A copy that broke off opens for nobody."""
    clinic.store.close()
    os.truncate(path, 1000)
    with pytest.raises(Damaged):
        Store(path)


def test_damage_inside_is_told_when_it_is_met(clinic: Clinic, path: Path) -> None:
    """Reads and writes say that the file is damaged, not something of SQLite's."""
    clinic.issued()
    page = clinic.store.read(
        lambda reader: reader.value("SELECT rootpage FROM sqlite_master WHERE name = 'invoices'")
    )
    clinic.store.close()
    with path.open("r+b") as file:
        file.seek((page - 1) * 4096)
        file.write(b"\xa5" * 4096)
    with closing(Store(path)) as store:
        with pytest.raises(Damaged, match="Ring whoever looks after this computer"):
            store.read(lambda reader: reader.all("SELECT * FROM invoices"))
        with pytest.raises(Damaged):
            store.write(lambda tx: tx.run("UPDATE invoices SET state = 'void'"))
    found = health.damaged(path)
    assert found is not None
    assert found.problems[0].startswith("SQLite found damage while Paydesk worked")


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    """A file stands where the folder should be."""
    (tmp_path / "taken").write_text("")
    with pytest.raises(StoreError, match=r"data folder .*taken cannot be used"):
        Store(tmp_path / "taken" / FILE_NAME)


def test_a_folder_where_the_file_should_be_is_told(path: Path) -> None:
    """No traceback for what somebody made by mistake."""
    path.mkdir(parents=True)
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(path)


def test_a_write_to_a_read_only_file_is_told(store: Store) -> None:
    """SQLite's own refusal, in words."""
    store.write(lambda tx: tx.value("PRAGMA query_only = ON"))
    with pytest.raises(StoreError, match=r"read-only, so this was not saved. Allow writing"):
        store.write(lambda tx: tx.run("INSERT INTO settings (key, value) VALUES ('a', 'b')"))


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_file_is_told_and_untouched(clinic: Clinic, path: Path) -> None:
    """A file that was made read-only opens, and says so when something is to be saved."""
    clinic.store.close()
    path.chmod(0o400)
    before = path.read_bytes()
    with closing(Store(path)) as store, pytest.raises(StoreError, match="read-only"):
        store.write(lambda tx: tx.run("INSERT INTO settings (key, value) VALUES ('a', 'b')"))
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 37, 2), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_which_sqlite_may_share_a_file(version: tuple[int, int, int], safe: bool) -> None:
    """The WAL-reset bug: fixed in 3.51.3, 3.50.7 and 3.44.6 (https://sqlite.org/wal.html)."""
    assert shares_safely(version) is safe


def test_with_an_old_sqlite_the_file_is_for_one_process(path: Path) -> None:
    """The second is told why and what to do, whichever of the two is old."""
    with guard(path, (3, 51, 2)):
        with pytest.raises(StoreError, match=r"SQLite 3\.50\.4 here is too old to share it safely. Close the other"):
            guard(path, (3, 50, 4))
        with pytest.raises(StoreError, match="Another Paydesk has this data file open"):
            guard(path, (3, 53, 0))
    guard(path, (3, 51, 2)).close()


def test_with_a_new_sqlite_the_file_is_shared(path: Path) -> None:
    """Several desks at once; an old one has to stay out."""
    with guard(path, (3, 51, 3)), guard(path, (3, 53, 0)), pytest.raises(StoreError, match="too old"):
        guard(path, (3, 40, 1))


def test_a_failed_opening_leaves_the_file_to_others(path: Path) -> None:
    """The right to have it open is given back."""
    path.parent.mkdir()
    path.write_bytes(b"no database" * 100)
    with pytest.raises(Damaged):
        Store(path)
    guard(path, (3, 40, 1)).close()


def test_first_starts_at_once_make_one_file(tmp_path: Path) -> None:
    """Three processes meet on each of several new files: all open it, and there is one writer id."""
    paths = [tmp_path / f"clinic {number}" / FILE_NAME for number in range(6)]
    words = run_together(first_starts, paths, processes=3)
    assert len(set(words)) == 1
    ids = words[0].split(" ")
    assert len(ids) == len(set(ids)) == len(paths)
    assert {len(writer_id) for writer_id in ids} == {26}
