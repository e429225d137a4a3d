"""Is the data file whole? What each start looks at in the background, and `paydesk verify` too.

Looked at are SQLite's own structure, the ledger's chain, and what the head file says was there. What `verify` does
besides, building every table anew out of the ledger, takes too long for each start.
"""

import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

from store import ledger, opening
from store.damage import Damage, clear, damaged, mark_damaged
from store.database import Reader, Row
from store.errors import Damaged
from store.headfile import HeadFile
from store.ledger import Break
from store.sqlite import sqlite3
from store.sqlite_errors import OF_THE_FILE, translated

__all__ = ["Damage", "Found", "check", "clear", "damaged", "look", "mark_damaged"]

AT_ONCE = 100
"""Rows that are read before other threads get their turn."""
A_TURN = 0.001
"""Seconds of such a turn."""


class Found:
    """What a look at a file found: `integrity` is SQLite's own word, `broken` where the chain breaks."""

    def __init__(self, integrity: str, broken: Break | None, missing: int) -> None:
        self.integrity = integrity
        self.broken = broken
        self.problems: list[str] = []
        if integrity != "ok":
            self.problems.append(f"SQLite finds the file damaged: {integrity}.")
        if broken is not None:
            self.problems.append(f"The ledger is broken at entry {broken.seq} of {broken.writer_id}: {broken.why}.")
        if missing:
            self.problems.append(f"The newest changes are missing: {missing} of those that were saved are not there.")


def check(path: Path) -> tuple[str, ...]:
    """Return what is wrong with the data file, as sentences; none when it is whole.

    Reads on a connection of its own and lets other threads go first: 100,000 entries take some seconds. Raises
    StoreError when the file cannot be read, which says nothing of whether it is whole.
    """
    try:
        with closing(opening.open_for_reading(path)) as connection:
            return tuple(look(_Patient(connection), path, thorough=False).problems)
    except OF_THE_FILE as error:
        told = translated(error)
        if not isinstance(told, Damaged):
            raise told from error
        return (f"SQLite finds the file damaged: {error}.",)


def look(reader: Reader, path: Path, *, thorough: bool) -> Found:
    """Look at structure, chain and head; `thorough` compares the indexes with their tables too.

    The head file is read before the first row, so that what is committed meanwhile is never taken for missing.
    """
    head = HeadFile(path)
    known, noted = head.read(), head.commits()
    pragma = "integrity_check" if thorough else "quick_check"
    return Found(_structure(reader, pragma), _first_break(reader, known), _missing(reader, noted))


def _structure(reader: Reader, pragma: str) -> str:
    try:
        return str(reader.value(f"PRAGMA {pragma}(1)"))
    except OF_THE_FILE as error:
        return _unreadable(error)


def _first_break(reader: Reader, known: tuple[str, int, bytes] | None) -> Break | None:
    """Walk the chain; an entry that cannot even be read breaks it there."""
    seen = _Counting(reader)
    try:
        return ledger.first_break(seen, known)
    except (*OF_THE_FILE, TypeError, ValueError) as error:
        return Break(*seen.next, f"it cannot be read ({_unreadable(error)})")


def _missing(reader: Reader, noted: tuple[str, int] | None) -> int:
    """Return how many of the noted commits the file has not; 0 where it is another writer's."""
    if noted is None:
        return 0
    try:
        writer = reader.value("SELECT value FROM meta WHERE key = 'writer_id'")
        there = int(reader.value("SELECT value FROM meta WHERE key = 'commits'") or 0)
    except (*OF_THE_FILE, ValueError) as error:
        _unreadable(error)
        return 1
    return max(0, noted[1] - there) if writer == noted[0] else 0


def _unreadable(error: Exception) -> str:
    """Return what damage the error is of; raises it when it is of another kind."""
    if isinstance(error, sqlite3.Error) and not isinstance(translated(error), Damaged):
        raise error
    return str(error)


class _Patient(Reader):
    """Reads in small pieces, so that the threads that people wait for go on meanwhile."""

    def each(self, sql: str, **params: Any) -> Iterator[Row]:
        """Yield the rows one by one, with a pause after every hundred."""
        for number, row in enumerate(super().each(sql, **params)):
            if number % AT_ONCE == AT_ONCE - 1:
                time.sleep(A_TURN)
            yield row


class _Counting(Reader):
    """Reads the ledger as another reader does, and knows which entry comes next."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.next = ("?", 1)

    def each(self, sql: str, **params: Any) -> Iterator[Row]:
        """Yield the rows of the other reader."""
        for row in self._reader.each(sql, **params):
            yield row
            self.next = (str(row["writer_id"]), int(row["seq"]) + 1)
