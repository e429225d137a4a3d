"""How the data file is opened: checked first, then WAL with full sync, private to its owner.

`synchronous=FULL` because a commit that a person was told of must survive a power cut: with NORMAL the
last commits of a WAL may be lost (https://sqlite.org/pragma.html#pragma_synchronous).
"""

import fcntl
import os
from pathlib import Path
from typing import IO

from store.errors import NewerFile, StoreError
from store.migrations import SCHEMA_VERSION, migrate
from store.sqlite import shares_safely, sqlite3, sqlite_version
from store.sqlite_errors import translated

FILE_NAME = "paydesk.sqlite"


def guard(path: Path) -> IO[str]:
    """Hold the right to have the file open: shared where SQLite is safe to share, else for one process.

    Raises StoreError when this SQLite must not share the file and another process has it open.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = path.with_name(path.name + ".open").open("a")
    except OSError as error:
        raise StoreError(f"The data folder {path.parent} cannot be used: {error.strerror}.") from error
    alone = not shares_safely(sqlite_version())
    try:
        fcntl.flock(held, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
    except OSError as error:
        held.close()
        version = ".".join(map(str, sqlite_version()))
        raise StoreError(
            f"Another Paydesk has this data file open, and SQLite {version} on this machine is too old to share it "
            "safely. Close the other one, or install a Python whose SQLite is 3.51.3 or newer."
        ) from error
    return held


def open_for_writing(path: Path) -> "sqlite3.Connection":
    """Open the file for the process's one writer, creating or migrating it.

    Raises NewerFile (the file is left untouched), StoreError, Damaged or DiskFull.
    """
    try:
        if not path.exists():
            os.close(os.open(path, os.O_CREAT | os.O_WRONLY | os.O_CLOEXEC, 0o600))
        else:
            _refuse_newer(path)
    except OSError as error:
        raise StoreError(f"The data file {path} cannot be opened: {error.strerror}.") from error
    try:
        connection = _connect(path)
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute("PRAGMA synchronous = FULL")
        if connection.execute("PRAGMA user_version").fetchone()[0] < SCHEMA_VERSION:
            _migrate_once(connection)
        connection.execute("PRAGMA busy_timeout = 0")
    except sqlite3.Error as error:
        raise translated(error) from error
    return connection


def open_for_reading(path: Path) -> "sqlite3.Connection":
    """Open the file for reading; it sees what others have committed and nothing else."""
    connection = _connect(path)
    connection.execute("PRAGMA query_only = ON")
    return connection


def _connect(path: Path) -> "sqlite3.Connection":
    connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False, cached_statements=512)
    connection.row_factory = sqlite3.Row
    connection.execute("PRAGMA busy_timeout = 10000")
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _refuse_newer(path: Path) -> None:
    """Raise NewerFile before anything could write to a file from a newer Paydesk."""
    try:
        probe = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
        try:
            found = probe.execute("PRAGMA user_version").fetchone()[0]
        finally:
            probe.close()
    except sqlite3.Error as error:
        raise translated(error) from error
    if found > SCHEMA_VERSION:
        raise NewerFile(
            f"The data file {path} was written by a newer Paydesk (file version {found}, this one knows "
            f"{SCHEMA_VERSION}). It was not touched. Update Paydesk on this machine and start again."
        )


def _migrate_once(connection: "sqlite3.Connection") -> None:
    """Migrate while holding a lock file, so that two first starts do not race."""
    path = Path(connection.execute("PRAGMA database_list").fetchone()[2])
    with path.with_name(path.name + ".migrate").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if connection.execute("PRAGMA user_version").fetchone()[0] < SCHEMA_VERSION:
            migrate(connection)
