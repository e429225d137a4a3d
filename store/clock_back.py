"""The wall clock was put back: what was planned by the later clock is planned anew, so that nothing waits for it.

How long ago something was first tried cannot be told from such a clock any more, so it counts as long ago: an old
idempotency key that looks young again would be trusted when the gateway has forgotten it.
"""

from store.database import Reader, Tx
from store.services import SERVICES

LONG_AGO = "1970-01-01T00:00:00.000Z"
"""The first attempt of an entry whose age nobody knows: further back than any gateway's window."""

_LATEST = (
    "SELECT max(at) FROM (SELECT max(max(since, coalesce(heard_at, ''), coalesce(next_try_at, ''))) AS at"
    " FROM services UNION ALL SELECT * FROM (SELECT created_at FROM outbox ORDER BY seq DESC LIMIT 1)"
    " UNION ALL SELECT max(created_at) FROM outbox WHERE state = 'ready' AND next_attempt_at > :now"
    f" AND kind IN {tuple(SERVICES)})"
)
"""What was written while the clock was ahead may have newer entries behind it: all that waits for later is asked."""
_OPEN = "state IN ('ready', 'claimed', 'attention', 'held')"
_LATER = (
    ("outbox", "next_attempt_at", "state = 'ready'"),
    ("requests", "next_poll_at", "state IN ('live', 'cancelling')"),
    ("requests", "next_poll_at", "state = 'paid' AND next_poll_at IS NOT NULL"),
    ("requests", "watched_until", "watched_until IS NOT NULL"),
    ("services", "since", "1"),
    ("services", "heard_at", "1"),
    ("services", "next_try_at", "1"),
)
"""Table, column, and the condition of the column's partial index."""


def latest_noted(reader: Reader, now: str) -> str | None:
    """Return the latest time that the engine and the desks lately noted as their own, or None; read in passing."""
    found: str | None = reader.value(_LATEST, now=now)
    return found or None


def plan_anew(tx: Tx, now: str) -> None:
    """Have everything that was planned for later looked at now; what must wait still is put off again by its rule."""
    for table, column, where in _LATER:
        tx.run(f"UPDATE {table} SET {column} = :now WHERE {where} AND {column} > :now", now=now)
    tx.run(
        f"UPDATE outbox SET first_attempt_at = :long_ago WHERE {_OPEN} AND first_attempt_at IS NOT NULL",
        long_ago=LONG_AGO,
    )
