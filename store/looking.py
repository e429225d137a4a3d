"""Looking at a data file without touching it: nothing is made, migrated, written or checkpointed."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from store.sqlite import sqlite3

PATIENCE_MS = 500


@contextmanager
def looking_at(path: Path) -> Iterator["sqlite3.Connection"]:
    """Open the file for reading only, while others may write to it.

    In a folder that cannot be written to, SQLite can read it only where nobody has it open. Raises sqlite3.Error
    (https://sqlite.org/wal.html#read_only_databases).
    """
    address = f"{path.absolute().as_uri()}?mode=ro"
    try:
        connection = _connected(address)
    except sqlite3.OperationalError:
        if not path.is_file() or path.with_name(path.name + "-wal").exists():
            raise
        connection = _connected(address + "&immutable=1")
    with closing(connection):
        yield connection


def _connected(address: str) -> "sqlite3.Connection":
    connection = sqlite3.connect(address, uri=True, isolation_level=None, check_same_thread=False)
    try:
        connection.row_factory = sqlite3.Row
        connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BaseException:
        connection.close()
        raise
    return connection
