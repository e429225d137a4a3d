"""The SQLite module this process uses, and whether several processes may write one file with it.

`pysqlite3` carries a current SQLite; sqlite-utils picks the same module, so their classes agree. SQLite
3.7.0 to 3.51.2 can corrupt a WAL file that two connections write (the WAL-reset bug; fixed in 3.51.3, and
in 3.50.7 and 3.44.6 of the older lines: https://sqlite.org/wal.html).
"""

import importlib
import sqlite3 as _standard
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import sqlite3
else:
    try:
        sqlite3 = importlib.import_module("pysqlite3.dbapi2")
    except ImportError:  # no wheel for this machine: the standard module does, if it is new enough
        sqlite3 = _standard

__all__ = ["shares_safely", "sqlite3", "sqlite_version"]

PATCHED_LINES = ((3, 50, 7), (3, 44, 6))
FIRST_SAFE = (3, 51, 3)


def shares_safely(version: tuple[int, int, int]) -> bool:
    """Tell whether this SQLite may have several writing connections on one WAL file."""
    if version >= FIRST_SAFE:
        return True
    return any(version[:2] == line[:2] and version >= line for line in PATCHED_LINES)


def sqlite_version() -> tuple[int, int, int]:
    """Return the version of the SQLite library in use."""
    major, minor, patch = (int(part) for part in sqlite3.sqlite_version.split(".")[:3])
    return major, minor, patch
