"""The data file's migrations: append-only, one function each, applied in order.

`PRAGMA user_version` counts them, so that an up-to-date file opens without loading sqlite-utils and a file
from a newer Paydesk is recognised before anything is written.
"""

from typing import TYPE_CHECKING, Any

from store import schema, schema_restored, schema_till

if TYPE_CHECKING:
    from sqlite_utils import Database, Migrations

SCHEMA_VERSION = 3


def _registered() -> "Migrations":
    from sqlite_utils import Migrations

    migrations = Migrations("paydesk")

    @migrations(name="0001_the_desk")
    def the_desk(db: "Database") -> None:
        _run(db, schema.SCHEMA)
        db.execute("INSERT INTO meta (key, value) VALUES ('writer_id', :writer)", {"writer": _new_writer_id()})
        db.execute("PRAGMA user_version = 1")

    @migrations(name="0002_the_till")
    def the_till(db: "Database") -> None:
        _run(db, schema_till.SCHEMA)
        db.execute("PRAGMA user_version = 2")

    @migrations(name="0003_restored_files")
    def restored_files(db: "Database") -> None:
        _run(db, schema_restored.SCHEMA)
        db.execute("PRAGMA user_version = 3")

    return migrations


def migrate(connection: Any) -> None:
    """Bring the file behind `connection` to `SCHEMA_VERSION`; each migration is one transaction."""
    from sqlite_utils import Database

    _registered().apply(Database(connection))


def _run(db: "Database", script: str) -> None:
    for statement in _statements(script):
        db.execute(statement)


def _new_writer_id() -> str:
    from store.ids import new_id

    return new_id()


def _statements(script: str) -> list[str]:
    """Split a script at the semicolons that end whole statements (a trigger holds several)."""
    from store.sqlite import sqlite3

    found, held = [], ""
    for piece in script.split(";"):
        held += piece + ";"
        if sqlite3.complete_statement(held):
            found.append(held.strip())
            held = ""
    return found
