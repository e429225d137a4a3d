"""SQLite's errors, told as the store's own with what a person can do about each."""

from store.errors import Damaged, DiskFull, StoreError
from store.sqlite import sqlite3

BUSY, READONLY, IOERR, CORRUPT, FULL, CANTOPEN, NOTADB = 5, 8, 10, 11, 13, 14, 26


def _code(error: Exception) -> int:
    return int(getattr(error, "sqlite_errorcode", 0)) & 0xFF


def is_busy(error: Exception) -> bool:
    """Tell whether another connection holds the lock that was asked for."""
    return _code(error) == BUSY or "locked" in str(error)


def translated(error: Exception) -> StoreError:
    """Return the StoreError that says what happened and what to do."""
    code, text = _code(error), str(error)
    if code == FULL or "disk is full" in text or (code == IOERR and "disk I/O" in text):
        return DiskFull(
            "The disk is full or failing, so this was not saved. Make room on the disk and try again; "
            "everything saved before is safe."
        )
    if code in {CORRUPT, NOTADB} or (isinstance(error, sqlite3.DatabaseError) and "malformed" in text):
        return Damaged("The data file is damaged. Stop, keep the file, and run `paydesk verify`.")
    if code == READONLY or "readonly" in text:
        return StoreError("The data file is read-only, so this was not saved. Allow writing to it and try again.")
    if code == CANTOPEN:
        return StoreError("The data file cannot be opened. Check the folder and its permissions.")
    if is_busy(error):
        return StoreError("Another desk held the data file for too long, so this was not saved. Try again.")
    return StoreError(f"The data file refused this change ({text}). Nothing was saved.")
