"""The sandbox's own SQLite files, apart from the desk's.

What the sandbox has answered for is committed first, so it outlives a killed sandbox (WAL; `synchronous=NORMAL`
could lose the last moments only if the machine itself lost power).
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from store.sqlite import sqlite3


class Database:
    """One connection behind a lock: any thread may use it, one at a time."""

    def __init__(self, path: Path, schema: str) -> None:
        self._connection = sqlite3.connect(str(path), check_same_thread=False, isolation_level=None)
        self._lock = threading.RLock()
        self._depth = 0
        self._connection.execute("PRAGMA journal_mode = WAL")
        self._connection.execute("PRAGMA synchronous = NORMAL")
        self._connection.execute("PRAGMA busy_timeout = 5000")
        self._connection.executescript(schema)

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
