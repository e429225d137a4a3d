"""Every API request that arrived and what became of it: what reliability proofs count against."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sync.sandbox.database import Database


@dataclass(slots=True)
class Entry:
    """One request, filled in by whoever handles it."""

    dialect: str
    """`stripe`, `coherent` or `sms`."""
    method: str
    path: str
    at: float = 0.0
    """Seconds since 1970, UTC, when the request arrived."""
    idempotency_key: str | None = None
    request_id: str | None = None
    """The maker's own id of the payment request, where the request carried one."""
    status: int | None = None
    """The HTTP status that was sent; None when the line was dropped without one."""
    replayed: bool = False
    """Whether the answer was the kept one of an earlier request with the same key."""
    effect: str | None = None
    """The id of what the request made or changed; None when it had no effect."""
    fault: str | None = None
    """The fault that was switched on for it."""


class Journal:
    """Keeps entries in the order in which they were answered."""

    def __init__(self, database: Database, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._clock = clock

    def opened(self, dialect: str, method: str, path: str) -> Entry:
        """Return an entry for a request that has just arrived."""
        return Entry(dialect=dialect, method=method, path=path, at=self._clock())

    def add(self, entry: Entry) -> None:
        """Keep an entry."""
        sql = """
            INSERT INTO journal
                (at, dialect, method, path, idempotency_key, request_id, status, replayed, effect, fault)
            VALUES
                (:at, :dialect, :method, :path, :key, :request_id, :status, :replayed, :effect, :fault)
        """
        self._database.rows(
            sql,
            at=entry.at,
            dialect=entry.dialect,
            method=entry.method,
            path=entry.path,
            key=entry.idempotency_key,
            request_id=entry.request_id,
            status=entry.status,
            replayed=int(entry.replayed),
            effect=entry.effect,
            fault=entry.fault,
        )

    def entries(self) -> list[Entry]:
        """Return every entry, oldest first."""
        sql = """
            SELECT dialect, method, path, at, idempotency_key, request_id, status, replayed, effect, fault
            FROM journal ORDER BY seq
        """
        return [_entry(row) for row in self._database.rows(sql)]

    def count(self) -> int:
        """Return how many requests have been answered or dropped."""
        row = self._database.row("SELECT count(*) FROM journal")
        return int(row[0]) if row else 0


def _entry(row: tuple[Any, ...]) -> Entry:
    entry = Entry(*row)
    entry.replayed = bool(entry.replayed)
    return entry
