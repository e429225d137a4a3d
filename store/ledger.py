"""The append-only, hash-chained list of facts. Triggers forbid changing it; each entry's hash covers the one before.

The hash is SHA-256 over the previous hash and the entry's own fields as compact JSON, so any
changed, missing or reordered entry breaks the chain from there on. A file that was restored goes on under a writer id
of its own, where the backup ends: what the lost file wrote from there on bears another id.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from store import projection
from store.database import Reader, Row, Tx
from store.errors import StoreError
from store.ids import later_id, new_id
from store.models import LedgerEntry

GENESIS = b"\0" * 32

_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False).encode
_sorted_json = json.JSONEncoder(separators=(",", ":"), ensure_ascii=False, sort_keys=True).encode


@dataclass(frozen=True, slots=True)
class Break:
    """Where a chain stops being whole, and why."""

    writer_id: str
    seq: int
    why: str


def append(tx: Tx, kind: str, invoice_id: str | None, payload: dict[str, Any]) -> LedgerEntry:
    """Write one fact and carry it into the tables that screens read, in the transaction of `tx`.

    Where a manager approved what somebody else does, the fact says so as `approved_by`.
    """
    if tx.head is None:
        tx.head = _head(tx)
    writer_id, last_seq, prev_hash = tx.head
    if tx.by.approver_name:
        payload = {**payload, "approved_by": tx.by.approver_name}
    entry = LedgerEntry(writer_id, last_seq + 1, new_id(), tx.now, tx.actor, kind, invoice_id, payload)
    text = _sorted_json(payload)
    fields = (entry.writer_id, entry.seq, entry.entry_id, entry.at, entry.actor, kind, invoice_id, text)
    digest = digest_of(prev_hash, fields)
    tx.run(
        "INSERT INTO ledger (writer_id, seq, entry_id, at, actor, kind, invoice_id, payload, prev_hash, hash)"
        " VALUES (:writer_id, :seq, :entry_id, :at, :actor, :kind, :invoice_id, :payload, :prev_hash, :hash)",
        writer_id=writer_id,
        seq=entry.seq,
        entry_id=entry.entry_id,
        at=entry.at,
        actor=entry.actor,
        kind=kind,
        invoice_id=invoice_id,
        payload=text,
        prev_hash=prev_hash,
        hash=digest,
    )
    tx.head = (writer_id, entry.seq, digest)
    projection.apply(tx, entry)
    return entry


def digest_of(prev_hash: bytes, fields: Sequence[Any]) -> bytes:
    """Return the hash of an entry whose columns, in table order up to the payload, are `fields`."""
    body = _json(fields).encode("utf-8", "surrogatepass")
    return hashlib.sha256(prev_hash + body).digest()


def entries(reader: Reader) -> Iterator[LedgerEntry]:
    """Yield every fact in the order it was written, writer by writer."""
    for row in _rows(reader):
        yield _entry(row)


def of_invoice(reader: Reader, invoice_id: str) -> list[LedgerEntry]:
    """Return the facts of one invoice, oldest first."""
    rows = reader.all("SELECT * FROM ledger WHERE invoice_id = :id ORDER BY at, writer_id, seq", id=invoice_id)
    return [_entry(row) for row in rows]


def first_break(reader: Reader, known_head: tuple[str, int, bytes] | None) -> Break | None:
    """Walk every chain and return the first break, or None when all is whole.

    `known_head` is an entry that must exist (see `store.headfile`): a chain cut short before it is a break.
    """
    expected: dict[str, tuple[int, bytes]] = {}
    newest = (0, GENESIS)
    for row in _rows(reader):
        cells: tuple[Any, ...] = tuple(row)
        *fields, prev_hash, digest = cells
        writer_id, seq = fields[:2]
        last_seq, last_hash = newest
        if seq != last_seq + 1:
            return Break(writer_id, last_seq + 1, "an entry is missing")
        if prev_hash != last_hash:
            return Break(writer_id, seq, "it does not follow the entry before it")
        if digest_of(last_hash, fields) != digest:
            return Break(writer_id, seq, "its content was changed")
        if known_head is not None and known_head[:2] == (writer_id, seq) and known_head[2] != digest:
            return Break(writer_id, seq, "it is not the entry that was written then")
        expected[writer_id] = newest = (seq, digest)
    if known_head is not None and expected.get(known_head[0], (0, b""))[0] < known_head[1]:
        return Break(known_head[0], expected.get(known_head[0], (0, b""))[0] + 1, "the newest entries are missing")
    return None


def go_on_as_another(tx: Tx) -> str:
    """Give the file a new writer id, later than every one before, and return it; its next fact must follow at once.

    The chain goes on where it is, so that a later entry always has a higher number, whoever wrote it.
    """
    before, last_seq, last_hash = _head(tx)
    newest = max(before, tx.value("SELECT max(writer_id) FROM ledger") or "")
    writer_id = new_id()
    if writer_id <= newest:
        writer_id = later_id(newest)
    tx.run("INSERT OR REPLACE INTO meta (key, value) VALUES ('writer_id:' || :id, :id)", id=before)
    tx.run("UPDATE meta SET value = :id WHERE key = 'writer_id'", id=writer_id)
    tx.head = (writer_id, last_seq, last_hash)
    return writer_id


def _head(tx: Tx) -> tuple[str, int, bytes]:
    row = tx.one(
        "SELECT m.value AS writer_id, l.seq, l.hash FROM meta m LEFT JOIN ledger l ON l.writer_id = m.value"
        " WHERE m.key = 'writer_id' ORDER BY l.seq DESC LIMIT 1"
    )
    if row is None:
        raise StoreError("The data file has lost its own name. Bring back a copy of it.")
    return (row["writer_id"], row["seq"] or 0, row["hash"] or GENESIS)


def _rows(reader: Reader) -> Iterator[Row]:
    return reader.each(
        "SELECT writer_id, seq, entry_id, at, actor, kind, invoice_id, payload, prev_hash, hash"
        " FROM ledger ORDER BY writer_id, seq"
    )


def _entry(row: Row) -> LedgerEntry:
    return LedgerEntry(
        row["writer_id"],
        row["seq"],
        row["entry_id"],
        row["at"],
        row["actor"],
        row["kind"],
        row["invoice_id"],
        json.loads(row["payload"]),
    )
