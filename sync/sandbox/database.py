"""The sandbox's own SQLite file, apart from the desk's.

What the sandbox has answered for is committed first, so it outlives a killed sandbox (WAL; `synchronous=NORMAL`
could lose the last moments only if the machine itself lost power).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

_SCHEMA = """
CREATE TABLE IF NOT EXISTS link (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    token TEXT NOT NULL UNIQUE,
    dialect TEXT NOT NULL,
    active INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS session (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    link_id TEXT NOT NULL,
    payment_id TEXT,
    dialect TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS session_link ON session (link_id, seq);
CREATE INDEX IF NOT EXISTS session_payment ON session (payment_id);
CREATE INDEX IF NOT EXISTS session_open ON session (expires) WHERE status = 'open';
CREATE TABLE IF NOT EXISTS payment (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    charge_id TEXT,
    link_id TEXT NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS payment_link ON payment (link_id, seq);
CREATE INDEX IF NOT EXISTS payment_charge ON payment (charge_id);
CREATE TABLE IF NOT EXISTS refund (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    payment_id TEXT NOT NULL,
    created INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS refund_payment ON refund (payment_id, seq);
CREATE TABLE IF NOT EXISTS event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    created INTEGER NOT NULL,
    doc TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS event_created ON event (created);
CREATE TABLE IF NOT EXISTS kept_answer (
    key TEXT PRIMARY KEY,
    created INTEGER NOT NULL,
    fingerprint TEXT NOT NULL,
    request_id TEXT NOT NULL,
    status INTEGER NOT NULL,
    body TEXT NOT NULL
) STRICT;
CREATE INDEX IF NOT EXISTS kept_answer_created ON kept_answer (created);
CREATE TABLE IF NOT EXISTS fault (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    scope TEXT NOT NULL,
    remaining INTEGER
) STRICT;
CREATE TABLE IF NOT EXISTS journal (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    at REAL NOT NULL,
    dialect TEXT NOT NULL,
    method TEXT NOT NULL,
    path TEXT NOT NULL,
    idempotency_key TEXT,
    request_id TEXT,
    status INTEGER,
    replayed INTEGER NOT NULL,
    effect TEXT,
    fault TEXT
) STRICT;
CREATE TABLE IF NOT EXISTS setting (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT;
"""


class Database:
    """One connection behind a lock: any thread may use it, one at a time."""

    def __init__(self, path: Path) -> None:
        name = "pysqlite3.dbapi2" if find_spec("pysqlite3") else "sqlite3"
        self._connection: Any = import_module(name).connect(str(path), check_same_thread=False, isolation_level=None)
        self._lock = threading.RLock()
        self._depth = 0
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA busy_timeout = 5000")
        self._connection.executescript(_SCHEMA)

    def rows(self, sql: str, **values: object) -> list[tuple[Any, ...]]:
        """Run one statement and return all its rows."""
        with self._lock:
            return list(self._connection.execute(sql, values))

    def row(self, sql: str, **values: object) -> tuple[Any, ...] | None:
        """Run one statement and return its first row, or None."""
        found = self.rows(sql, **values)
        return found[0] if found else None

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """Keep everything inside together, or nothing of it; one inside another undoes only its own part."""
        with self._lock:
            inner = self._depth > 0
            self._connection.execute("SAVEPOINT part" if inner else "BEGIN IMMEDIATE")
            self._depth += 1
            try:
                yield
            except BaseException:
                self._connection.execute("ROLLBACK TO part" if inner else "ROLLBACK")
                if inner:
                    self._connection.execute("RELEASE part")
                raise
            else:
                self._connection.execute("RELEASE part" if inner else "COMMIT")
            finally:
                self._depth -= 1

    def setting(self, name: str) -> str | None:
        """Return something that the sandbox remembers between starts."""
        found = self.row("SELECT value FROM setting WHERE name = :name", name=name)
        return str(found[0]) if found else None

    def remember(self, name: str, value: str) -> None:
        """Keep something for the next start."""
        sql = "INSERT INTO setting VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = :value"
        self.rows(sql, name=name, value=value)

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._connection.close()
