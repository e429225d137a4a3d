"""SQLite's errors, told as the store's own with what a person can do about each."""

from store.damage import REFUSAL
from store.errors import Damaged, DiskFull, StoreError
from store.sqlite import sqlite3

UNREADABLE = ("malformed", "Could not decode")
"""What SQLite, and its module, say of content that cannot have been written like this."""

BUSY, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, PROTOCOL, NOTADB = 5, 8, 10, 11, 13, 14, 15, 26


OF_THE_FILE = (sqlite3.Error, UnicodeDecodeError)
"""What reading or writing can raise: of a damaged schema, even SQLite's own message may be no text."""


def _code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_busy(error: Exception) -> bool:
    """Tell whether another connection holds the lock that was asked for."""
    return _code(error) in {BUSY, PROTOCOL} or "locked" in str(error)


def is_readonly(error: Exception) -> bool:
    """Tell whether something would have to be written first where nothing may be written."""
    return _code(error) == READONLY


def translated(error: Exception) -> StoreError:
    """Return the StoreError that says what happened and what to do."""
    code, text = _code(error), str(error)
    if code == FULL or "disk is full" in text or (code == IOERR and "disk I/O" in text):
        return DiskFull(
            "The disk is full or failing, so this was not saved. Make room on the disk and try again; "
            "everything saved before is safe."
        )
    if (
        code in {CORRUPT, NOTADB}
        or isinstance(error, UnicodeDecodeError)
        or (isinstance(error, sqlite3.DatabaseError) and any(word in text for word in UNREADABLE))
    ):
        return Damaged(REFUSAL)
    if code == READONLY or "readonly" in text:
        return StoreError(
            "The data file or its folder is read-only, so this was not saved. Allow writing to both and try again."
        )
    if code == CANTOPEN:
        return StoreError("The data file cannot be opened. Check the folder and its permissions.")
    if is_busy(error):
        return StoreError("Another desk held the data file for too long, so this was not saved. Try again.")
    return StoreError(f"The data file refused this change ({text}). Nothing was saved.")
