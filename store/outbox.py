"""The outbox: every effect that the outside world has still to see, with who is at it and what came of it.

    ready → claimed → done
              ├→ ready       to be tried again at `next_attempt_at`
              └→ attention   a person must decide; `last_error` says why
    ready, attention → held, dropped      by a person, with a reason

A claim carries a lease: whoever settles must still own it, so an engine that slept past its lease cannot
settle what another has taken over. The partial indexes keep a claim's cost apart from how much is done.
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from store.database import Reader, Row, Tx
from store.errors import NotFound
from store.ids import new_id
from store.models import EntryKind, OutboxEntry
from store.text import cleaned

_OPEN = "state IN ('ready', 'claimed', 'attention', 'held')"
"""The condition of the index `outbox_open`: SQLite uses a partial index only where a query repeats its condition."""

LONGEST_ANSWER = 1_000
"""Characters of the world's answer that are kept."""

UNREADABLE = "unreadable"
"""What a payload has that could not be read: its text."""


def add(
    tx: Tx,
    kind: EntryKind,
    subject_id: str,
    invoice_id: str | None,
    payload: dict[str, Any] | None = None,
    *,
    unsure: bool = False,
) -> str:
    """Put one effect into the outbox, due at once, and return its id. `unsure`: the world may have seen it before."""
    entry_id = new_id()
    tx.run(
        "INSERT INTO outbox (id, kind, subject_id, invoice_id, idempotency_key, payload, state, next_attempt_at,"
        " unsure, created_at, created_by)"
        " VALUES (:id, :kind, :subject, :invoice, :key, :payload, 'ready', :now, :unsure, :now, :actor)",
        id=entry_id,
        kind=kind,
        subject=subject_id,
        invoice=invoice_id,
        key=f"paydesk-{entry_id}",
        payload=_json(payload or {}),
        unsure=int(unsure),
        now=tx.now,
        actor=tx.actor,
    )
    return entry_id


def claim(tx: Tx, kinds: Sequence[EntryKind], *, limit: int, owner: str, now: str, until: str) -> list[OutboxEntry]:
    """Take up to `limit` due entries of `kinds`, oldest first, leased to `owner` until `until`."""
    due: list[tuple[str, int]] = []
    for kind in kinds:
        due += [
            (row["next_attempt_at"], row["seq"])
            for row in tx.all(
                "SELECT next_attempt_at, seq FROM outbox WHERE state = 'ready' AND kind = :kind"
                " AND next_attempt_at <= :now ORDER BY next_attempt_at, seq LIMIT :limit",
                kind=kind,
                now=now,
                limit=limit,
            )
        ]
    taken = []
    for _, seq in sorted(due)[:limit]:
        row = tx.one(
            "UPDATE outbox SET state = 'claimed', lease_owner = :owner, lease_until = :until,"
            " first_attempt_at = coalesce(first_attempt_at, :now) WHERE seq = :seq RETURNING *",
            owner=owner,
            until=until,
            now=now,
            seq=seq,
        )
        if row is not None:
            taken.append(_entry(row))
    return taken


def take_over(tx: Tx) -> int:
    """Put back what was claimed and never settled, marked `unsure`: its bytes may have left. Return how many.

    Only for the one engine of the file, while it has nothing in flight.
    """
    return tx.run(
        "UPDATE outbox SET state = 'ready', unsure = 1, lease_owner = NULL, lease_until = NULL,"
        f" next_attempt_at = min(next_attempt_at, :now) WHERE {_OPEN} AND state = 'claimed'",
        now=tx.now,
    )


def any_claimed(reader: Reader) -> bool:
    """Tell whether an entry is claimed."""
    return bool(reader.value(f"SELECT 1 FROM outbox WHERE {_OPEN} AND state = 'claimed' LIMIT 1"))


def hasten(tx: Tx, invoice_id: str, kind: EntryKind) -> None:
    """Make the waiting entries of one invoice's requests due now: what they waited for has happened."""
    tx.run(
        "UPDATE outbox INDEXED BY outbox_by_subject SET next_attempt_at = :now"
        " WHERE subject_id IN (SELECT id FROM requests WHERE invoice_id = :invoice)"
        " AND kind = :kind AND state = 'ready' AND next_attempt_at > :now",
        now=tx.now,
        invoice=invoice_id,
        kind=kind,
    )


def owns(tx: Tx, entry: OutboxEntry) -> bool:
    """Tell whether the claim behind `entry` still stands: nobody took it over and no person decided."""
    return bool(
        tx.value(
            "SELECT 1 FROM outbox WHERE seq = :seq AND state = 'claimed' AND lease_owner = :owner"
            " AND lease_until = :until",
            seq=entry.seq,
            owner=entry.lease_owner,
            until=entry.lease_until,
        )
    )


def finish(tx: Tx, entry: OutboxEntry, *, answer: str) -> None:
    """The world has seen it."""
    _settle(tx, entry, "done", outcome="done", answer=answer, spends=True)


def again(
    tx: Tx,
    entry: OutboxEntry,
    *,
    at: str,
    why: str,
    spends: bool,
    unsure: bool = False,
    new_key: bool = False,
) -> None:
    """Try again at `at`. `spends` counts an attempt; `new_key` gives it a new idempotency key and window."""
    _settle(tx, entry, "ready", outcome="retry", answer=why, spends=spends, at=at, unsure=unsure)
    if new_key:
        renew_key(tx, entry.seq)


def put_back(tx: Tx, entry: OutboxEntry, *, at: str, why: str) -> None:
    """Give a claim back without having tried: it waits for something else."""
    tx.run(
        "UPDATE outbox SET state = 'ready', lease_owner = NULL, lease_until = NULL, next_attempt_at = :at,"
        " last_error = :why, first_attempt_at = :first WHERE seq = :seq",
        seq=entry.seq,
        at=at,
        why=why,
        first=entry.first_attempt_at if entry.attempts or entry.unsure else None,
    )


def ask(tx: Tx, entry: OutboxEntry, *, why: str, unsure: bool) -> None:
    """A person must decide."""
    _settle(tx, entry, "attention", outcome="attention", answer=why, spends=True, unsure=unsure)


def close(tx: Tx, entry: OutboxEntry, *, why: str) -> None:
    """Nothing is left to do, and nothing was done: `why` says what made it needless."""
    _settle(tx, entry, "done", outcome="not needed", answer=why, spends=False)


def set_state(tx: Tx, entry_id: str, state: str, *, why: str) -> None:
    """Move an entry by a person's decision, to `ready`, `held` or `dropped`.

    A message that somebody makes ready again notes that as `asked_at`: it is sent now, whatever the hour.
    """
    tx.run(
        "UPDATE outbox SET state = :state, lease_owner = NULL, lease_until = NULL,"
        " next_attempt_at = min(next_attempt_at, :now),"
        " last_error = :why, payload = CASE WHEN :state = 'ready' AND kind IN ('email', 'sms')"
        " THEN json_set(payload, '$.asked_at', :now) ELSE payload END WHERE id = :id",
        id=entry_id,
        state=state,
        now=tx.now,
        why=why,
    )


def note(tx: Tx, entry: OutboxEntry, **notes: Any) -> OutboxEntry:
    """Keep something beside the entry, in its payload (None: forget it), and return the entry with it."""
    payload = {key: value for key, value in {**entry.payload, **notes}.items() if value is not None}
    tx.run("UPDATE outbox SET payload = :payload WHERE seq = :seq", payload=_json(payload), seq=entry.seq)
    return replace(entry, payload=payload)


def renew_key(tx: Tx, seq: int) -> None:
    """Give an entry a new idempotency key: to the gateway the next attempt is another request."""
    tx.run(
        "UPDATE outbox SET idempotency_key = :key, first_attempt_at = NULL, unsure = 0 WHERE seq = :seq",
        key=f"paydesk-{new_id()}",
        seq=seq,
    )


def get(reader: Reader, entry_id: str) -> OutboxEntry:
    """Return one entry. Raises NotFound."""
    row = reader.one("SELECT * FROM outbox WHERE id = :id", id=entry_id)
    if row is None:
        raise NotFound(f"There is no outbox entry {cleaned(entry_id)[:40]}. `paydesk outbox list` shows them.")
    return _entry(row)


def of_subject(reader: Reader, subject_id: str, kind: EntryKind) -> OutboxEntry | None:
    """Return the newest entry of `kind` for a request or message, or None."""
    row = reader.one(
        "SELECT * FROM outbox WHERE subject_id = :subject AND kind = :kind ORDER BY seq DESC LIMIT 1",
        subject=subject_id,
        kind=kind,
    )
    return None if row is None else _entry(row)


def waiting(reader: Reader, *, limit: int = 500) -> list[OutboxEntry]:
    """Return what is not done or dropped, what needs a person first, then oldest first."""
    rows = reader.all(
        f"SELECT * FROM outbox WHERE {_OPEN} ORDER BY state <> 'attention', seq LIMIT :limit",
        limit=limit,
    )
    return [_entry(row) for row in rows]


def next_due(reader: Reader, kinds: Sequence[EntryKind]) -> str | None:
    """Return when the next ready entry of `kinds` is due, or None."""
    times = [
        reader.value("SELECT min(next_attempt_at) FROM outbox WHERE state = 'ready' AND kind = :kind", kind=kind)
        for kind in kinds
    ]
    return min((time for time in times if time), default=None)


def oldest_waiting(reader: Reader) -> str | None:
    """Return when the oldest entry that still waits to go out was written, or None."""
    return min(
        (
            at
            for state in ("ready", "claimed")
            if (
                at := reader.value(
                    f"SELECT created_at FROM outbox WHERE {_OPEN} AND state = :state ORDER BY seq LIMIT 1",
                    state=state,
                )
            )
        ),
        default=None,
    )


def counts(reader: Reader) -> dict[str, int]:
    """Return how many entries wait, by state: ready (with claimed), attention, held."""
    found = {"ready": 0, "attention": 0, "held": 0}
    for row in reader.all(f"SELECT state, count(*) AS n FROM outbox WHERE {_OPEN} GROUP BY state"):
        found["ready" if row["state"] == "claimed" else row["state"]] += row["n"]
    return found


def attempts_of(reader: Reader, entry_id: str) -> list[tuple[str, str, str]]:
    """Return (time, outcome, answer) of each attempt, oldest first."""
    rows = reader.all(
        "SELECT at, outcome, answer FROM attempts WHERE entry_id = :id ORDER BY attempt, at", id=entry_id
    )
    return [(row["at"], row["outcome"], row["answer"]) for row in rows]


def _settle(
    tx: Tx,
    entry: OutboxEntry,
    state: str,
    *,
    outcome: str,
    answer: str,
    spends: bool,
    at: str | None = None,
    unsure: bool = False,
) -> None:
    attempts = entry.attempts + spends
    answer = cleaned(answer)[:LONGEST_ANSWER]
    tx.run(
        "UPDATE outbox SET state = :state, attempts = :attempts, lease_owner = NULL, lease_until = NULL,"
        " next_attempt_at = coalesce(:at, next_attempt_at), last_error = :error, unsure = :unsure,"
        " first_attempt_at = :first WHERE seq = :seq",
        seq=entry.seq,
        state=state,
        attempts=attempts,
        at=at,
        error="" if state == "done" else answer,
        unsure=int(unsure),
        first=entry.first_attempt_at if spends or unsure or entry.attempts else None,
    )
    if spends:
        tx.run(
            "INSERT OR REPLACE INTO attempts (entry_id, attempt, at, outcome, answer)"
            " VALUES (:id, :attempt, :now, :outcome, :answer)",
            id=entry.id,
            attempt=attempts,
            now=tx.now,
            outcome=outcome,
            answer=answer,
        )


def _json(payload: dict[str, Any]) -> str:
    return json.dumps(payload, separators=(",", ":"), ensure_ascii=False)


def _entry(row: Row) -> OutboxEntry:
    fields = {**row, "payload": _payload(row["payload"]), "unsure": bool(row["unsure"])}
    return OutboxEntry(**fields)


def _payload(text: str) -> dict[str, Any]:
    """Read a payload; one that cannot be read is kept as it is, so that it stops nobody but itself."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return {UNREADABLE: text}
    return found if isinstance(found, dict) else {UNREADABLE: text}
