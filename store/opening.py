"""How the data file is opened: checked first, then WAL with full sync, private to its owner.

`synchronous=FULL` because a commit that a person was told of must survive a power cut: with NORMAL the
last commits of a WAL may be lost (https://sqlite.org/pragma.html#pragma_synchronous).
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO

from store.errors import NewerFile, StoreError
from store.migrations import SCHEMA_VERSION, migrate
from store.private import lock_file, refuse_unless_private
from store.sqlite import shares_safely, sqlite3, sqlite_version
from store.sqlite_errors import OF_THE_FILE, is_readonly, translated

FILE_NAME = "paydesk.sqlite"

LOG_LIMIT = 16 << 20
"""Bytes to which the write-ahead log is cut down once what it held is in the file; a reader that stayed open for long
lets it grow beyond (https://sqlite.org/wal.html#avoiding_excessively_large_wal_files)."""


def guard(path: Path, version: tuple[int, int, int] | None = None) -> IO[str]:
    """Hold the right to have the file open: shared where SQLite is safe to share, else for one process.

    `version` is the SQLite's (None: the one in use). Raises StoreError when it must not share the file and
    another process has it open, and where another process must not share it.
    """
    version = version or sqlite_version()
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = lock_file(path.with_name(path.name + ".open"))
    except OSError as error:
        raise StoreError(f"The data folder {path.parent} cannot be used: {error.strerror}.") from error
    alone = not shares_safely(version)
    try:
        fcntl.flock(held, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        old = f"SQLite {'.'.join(map(str, version))} here" if alone else "the SQLite it runs on"
        raise StoreError(
            f"Another Paydesk has this data file open, and {old} is too old to share it safely. Close the other one, "
            "or install a Python whose SQLite is 3.51.3 or newer."
        ) from error
    return held


def open_for_writing(path: Path) -> "sqlite3.Connection":
    """Open the file for the process's one writer, creating or migrating it.

    Raises NewerFile (the file is left untouched), StoreError, Damaged or DiskFull.
    """
    try:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        elif not path.is_file():
            raise StoreError(f"The data file {path} cannot be opened: it is no file. Move it away and start again.")
    except OSError as error:
        raise StoreError(f"The data file {path} cannot be opened: {error.strerror}.") from error
    with _told():
        _refuse_what_is_not_ours(path)
        refuse_unless_private(path)
        connection = _connect(path)
        try:
            _make_ready(connection, path)
        except BaseException:
            connection.close()
            raise
    return connection


def open_for_reading(path: Path) -> "sqlite3.Connection":
    """Open the file for reading; it sees what others have committed and nothing else. One that is gone stays gone."""
    connection = _connect(f"{path.absolute().as_uri()}?mode=rw")
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(path: Path | str) -> "sqlite3.Connection":
    """Connect. `recursive_triggers` lets the ledger's delete trigger see an INSERT OR REPLACE too."""
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512, uri=isinstance(path, str)
    )
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA recursive_triggers = ON")
    return connection


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except OF_THE_FILE as error:
        raise translated(error) from error


def _refuse_what_is_not_ours(path: Path) -> None:
    """Raise before anything could write to a newer Paydesk's file or to another program's database."""
    try:
        version, filled = _probed(path, "ro")
    except sqlite3.OperationalError as error:
        if not is_readonly(error):
            raise
        version, filled = _probed(path, "rw")  # a crash at the very first start left half a change to be undone
    if version > SCHEMA_VERSION:
        raise NewerFile(
            f"The data file {path} was written by a newer Paydesk (file version {version}, this one knows "
            f"{SCHEMA_VERSION}). It was not touched. Update Paydesk on this machine and start again."
        )
    if filled and version == 0:
        raise StoreError(f"{path} is another program's database, so it was not touched. Choose another data folder.")


def _probed(path: Path, mode: str) -> tuple[int, bool]:
    """Return the file's version, and whether it has tables."""
    with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode={mode}", uri=True)) as probe:
        version, filled = probe.execute(
            "SELECT user_version, EXISTS (SELECT 1 FROM sqlite_master WHERE tbl_name <> '_sqlite_migrations')"
            " FROM pragma_user_version"
        ).fetchone()
    return version, bool(filled)


def _make_ready(connection: "sqlite3.Connection", path: Path) -> None:
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute(f"PRAGMA journal_size_limit = {LOG_LIMIT}")
    if not _is_ready(connection):
        _migrate_once(connection, path)
    connection.execute("PRAGMA busy_timeout = 0")


def _is_ready(connection: "sqlite3.Connection") -> bool:
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    return bool(mode == "wal" and connection.execute("PRAGMA user_version").fetchone()[0] >= SCHEMA_VERSION)


def _migrate_once(connection: "sqlite3.Connection", path: Path) -> None:
    """Turn on WAL and migrate while holding a lock file: two first starts at once would find each other locked."""
    with lock_file(path.with_name(path.name + ".migrate")) as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        connection.execute("PRAGMA journal_mode = WAL")
        if not _is_ready(connection):
            migrate(connection)
