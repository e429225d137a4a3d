"""What the engine knows of the gateway and the notifiers from real calls, and the status bar made of it."""

from store import outbox
from store.database import Reader, Tx
from store.models import EntryKind, Service, Status

GATEWAY = "gateway"
SMS = "sms"
BACKUP = "backup"
"""The daily backup, which is no service of the world but can be missing like one."""

SERVICES: dict[EntryKind, str] = {
    "create_link": GATEWAY,
    "cancel_link": GATEWAY,
    "refund": GATEWAY,
    "email": "email",
    "sms": SMS,
    "notify": "notify",
}
"""The service behind each kind of outbox entry."""


def heard(tx: Tx, name: str) -> None:
    """A service answered: it is online, since now if it was not before."""
    tx.run(
        "INSERT INTO services (name, state, since, heard_at) VALUES (:name, 'online', :now, :now)"
        " ON CONFLICT (name) DO UPDATE SET heard_at = :now, reason = '', next_try_at = NULL,"
        " since = CASE WHEN state = 'online' THEN since ELSE :now END, state = 'online'",
        name=name,
        now=tx.now,
    )


def lost(tx: Tx, name: str, state: str, *, reason: str, next_try_at: str | None) -> None:
    """A service is `offline` or has `refused` our key; `since` stays while the state stays."""
    tx.run(
        "INSERT INTO services (name, state, since, reason, next_try_at) VALUES (:name, :state, :now, :reason, :next)"
        " ON CONFLICT (name) DO UPDATE SET since = CASE WHEN state = :state THEN since ELSE :now END,"
        " state = :state, reason = :reason, next_try_at = :next",
        name=name,
        state=state,
        now=tx.now,
        reason=reason,
        next=next_try_at,
    )


def try_now(tx: Tx) -> None:
    """A person asked for another try: what is offline or refused is asked again at once."""
    tx.run(
        "UPDATE services SET next_try_at = :now, state = 'offline' WHERE state IN ('offline', 'refused')", now=tx.now
    )


def known(reader: Reader) -> dict[str, Service]:
    """Return every service that has been called, by name."""
    rows = reader.all("SELECT name, state, since, reason, heard_at, next_try_at FROM services ORDER BY name")
    return {row["name"]: Service(**row) for row in rows}


def status(reader: Reader) -> Status:
    """Return what the status bar shows."""
    counts = outbox.counts(reader)
    found = known(reader)
    return Status(found.get(GATEWAY), counts["ready"], counts["attention"], counts["held"], tuple(found.values()))


def cursor(reader: Reader, feed: str) -> str | None:
    """Return how far an event feed has been heard, None before the first time."""
    kept: str | None = reader.value("SELECT cursor FROM cursors WHERE feed = :feed", feed=feed)
    return kept


def move_cursor(tx: Tx, feed: str, to: str) -> None:
    """Keep how far an event feed has been heard, in the transaction that recorded what it said."""
    tx.run(
        "INSERT INTO cursors (feed, cursor) VALUES (:feed, :to) ON CONFLICT (feed) DO UPDATE SET cursor = :to",
        feed=feed,
        to=to,
    )
