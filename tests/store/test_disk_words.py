"""SQLite's errors as people read them: what happened and what to do, never SQLite's own words."""

from pathlib import Path

import pytest

from store.database import Store
from store.errors import Damaged, DiskFull, StoreError
from store.sqlite import sqlite3
from store.sqlite_errors import translated
from tests.store.builders import Clinic


def error(code: int, text: str) -> "sqlite3.OperationalError":
    """Return an error as SQLite's module raises it."""
    made = sqlite3.OperationalError(text)
    made.sqlite_errorcode = code
    return made


@pytest.mark.parametrize(
    ("code", "text", "kind", "remedy"),
    [
        (5, "database is locked", StoreError, "Try again"),
        (5 | 1 << 8, "database is locked", StoreError, "Try again"),
        (6, "database table is locked: requests", StoreError, "Try again"),
        (6, "database schema is locked: main", StoreError, "Try again"),
        (15, "locking protocol", StoreError, "Try again"),
        (8, "attempt to write a readonly database", StoreError, "Allow writing"),
        (10, "disk I/O error", DiskFull, "Make room"),
        (13, "database or disk is full", DiskFull, "Make room"),
        (11, "database disk image is malformed", Damaged, "paydesk restore"),
        (0, "Could not decode to UTF-8 column 'name' with text 'x'", Damaged, "paydesk restore"),
        (26, "file is not a database", Damaged, "paydesk restore"),
        (14, "unable to open database file", StoreError, "permissions"),
    ],
)
def test_every_error_of_the_file_is_told_in_words(code: int, text: str, kind: type, remedy: str) -> None:
    """With what to do next, and without what only a programmer understands."""
    told = translated(error(code, text))
    assert type(told) is kind
    assert remedy in str(told)
    assert text not in str(told)


def test_a_message_that_is_no_text_is_damage(clinic: Clinic, path: Path) -> None:
    """SQLite puts the damaged name into its message, and that cannot be read as UTF-8."""
    clinic.store.close()
    content = path.read_bytes()
    for whole, bent in ((b"tablemetameta", b"table\xce\x28tameta"), (b"CREATE TABLE meta", b"CREATE TABLF meta")):
        content = content.replace(whole, bent)
    path.write_bytes(content)
    with pytest.raises(Damaged, match="paydesk restore"):
        Store(path)
