"""SQLite through apsw, with the face of `pysqlite3`, on a VFS that writes down what reaches the disk.

`record()` puts it in the place of `pysqlite3` before the product is loaded, so that the product's own code (its
pragmas, transactions, migrations and checkpoints) runs on it. A sync is only noted: no disk is waited for.
"""

import contextlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Self

import apsw

Event = tuple[str, str, int, bytes]
"""What happened to which file (its name alone), at which offset or size, with which bytes."""

WRITE, TRUNCATE, SYNC, DELETE, TOLD = "write", "truncate", "sync", "delete", "told"

VFS = "paydesk-cut"
events: list[Event] = []


class Error(Exception):
    """Any error of SQLite's."""

    sqlite_errorcode = 0


class DatabaseError(Error):
    """The file, or what was asked of it, is wrong."""


class OperationalError(DatabaseError):
    """The file could not be read or written now."""


class IntegrityError(DatabaseError):
    """A rule of a table was broken."""


class Row(tuple[Any, ...]):  # noqa: SLOT001 - it has names besides
    """A row whose cells have names too."""

    names: tuple[str, ...]

    @classmethod
    def named(cls, cells: Iterable[Any], names: tuple[str, ...]) -> "Row":
        """Return the cells as a row."""
        row = cls(cells)
        row.names = names
        return row

    def keys(self) -> tuple[str, ...]:
        """Return the names."""
        return self.names

    def __getitem__(self, key: Any) -> Any:
        return super().__getitem__(self.names.index(key) if isinstance(key, str) else key)


class Cursor:
    """The rows of one statement, all read."""

    def __init__(self, rows: list[Row], names: tuple[str, ...], rowcount: int, lastrowid: int) -> None:
        self._rows = iter(rows)
        self.description = tuple((name,) for name in names)
        self.rowcount = rowcount
        self.lastrowid = lastrowid

    def __iter__(self) -> Iterator[Row]:
        return self._rows

    def fetchone(self) -> Row | None:
        """Return the next row."""
        return next(self._rows, None)

    def fetchall(self) -> list[Row]:
        """Return the rows that are left."""
        return list(self._rows)


class Connection:
    """A connection as `pysqlite3` gives it; `isolation_level` is always None."""

    def __init__(self, path: object, **_: Any) -> None:
        self.row_factory: object = None
        vfs = "" if path == ":memory:" else VFS
        flags = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE | apsw.SQLITE_OPEN_URI
        self._own = _told(apsw.Connection, str(path), flags=flags, vfs=vfs or None)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if self.in_transaction:
            self.execute("COMMIT" if kind is None else "ROLLBACK")

    def execute(self, sql: str, params: Mapping[str, Any] | Iterable[Any] = ()) -> Cursor:
        """Run one statement and read all its rows."""
        cursor = self._own.cursor()
        names: tuple[str, ...] = ()

        def before_it_runs(running: "apsw.Cursor", _sql: str, _params: object) -> bool:
            nonlocal names
            names = tuple(name for name, *_ in running.get_description())
            return True

        cursor.exec_trace = before_it_runs
        cursor.row_trace = lambda _, cells: Row.named(cells, names)
        before = self._own.total_changes()
        given = dict(params) if isinstance(params, Mapping) else tuple(params)
        rows = _told(lambda: list(cursor.execute(sql, given)))
        changed = self._own.changes() if self._own.total_changes() > before else 0
        return Cursor(rows, names, changed, self._own.last_insert_rowid())

    def executemany(self, sql: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Run one statement for each mapping."""
        for row in rows:
            self.execute(sql, row)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return bool(self._own.in_transaction)

    @property
    def total_changes(self) -> int:
        """How many rows this connection has changed."""
        return int(self._own.total_changes())

    def close(self) -> None:
        """Close the file; the last one to do so empties the log into it."""
        with contextlib.suppress(
            apsw.IOError
        ):  # a read-only one cannot lock the file for that: SQLite minds as little
            self._own.close()


class CutVfs(apsw.VFS):
    """The usual files, written down."""

    def __init__(self) -> None:
        super().__init__(VFS, "unix")

    def xOpen(self, name: Any, flags: list[int]) -> "CutFile":  # noqa: N802 - SQLite's name
        """Open a file."""
        return CutFile(name, flags)

    def xDelete(self, name: str, sync: bool) -> None:  # noqa: N802 - SQLite's name
        """Delete a file; that too may not have reached the disk."""
        events.append((DELETE, Path(name).name, 0, b""))
        super().xDelete(name, sync)


class CutFile(apsw.VFSFile):
    """One file whose writes are written down."""

    def __init__(self, name: Any, flags: list[int]) -> None:
        super().__init__("unix", name, flags)
        self._name = Path(name.filename() if isinstance(name, apsw.URIFilename) else name or "").name

    def xWrite(self, data: Any, offset: int) -> None:  # noqa: N802 - SQLite's name
        """Write."""
        events.append((WRITE, self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize: int) -> None:  # noqa: N802 - SQLite's name
        """Make longer or shorter."""
        events.append((TRUNCATE, self._name, newsize, b""))
        super().xTruncate(newsize)

    def xSync(self, flags: int) -> None:  # noqa: ARG002, N802 - SQLite's name
        """Note that what was written must be on the disk now."""
        events.append((SYNC, self._name, 0, b""))


sqlite_version = apsw.sqlite_lib_version()
connect = Connection
complete_statement = apsw.complete


def record() -> CutVfs:
    """Let whatever is loaded from now on use this module as its SQLite; keep what is returned."""
    sys.modules["pysqlite3"] = sys.modules["pysqlite3.dbapi2"] = sys.modules[__name__]
    return CutVfs()


def _told(call: Any, *args: Any, **named: Any) -> Any:
    """Call and raise what `pysqlite3` would."""
    try:
        return call(*args, **named)
    except apsw.Error as error:
        kind = IntegrityError if isinstance(error, apsw.ConstraintError) else OperationalError
        told = kind(str(error))
        told.sqlite_errorcode = getattr(error, "extendedresult", 0)
        raise told from error
