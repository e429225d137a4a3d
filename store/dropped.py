"""Files that were dropped into the watched folder: each content is taken once, and it is known what became of it."""

from dataclasses import dataclass
from hashlib import sha256
from typing import Literal

from store.database import Reader, Tx
from store.importing.invoices import import_invoices
from store.importing.run import Imported
from store.settings import Settings
from store.text import cleaned, cleaned_lines

BY = "import"
"""Who the ledger says made what came out of the folder."""

MOST_SAID = 20


@dataclass(frozen=True, slots=True)
class Dropped:
    """One file that was taken, or not, and why."""

    name: str
    at: str
    outcome: Literal["done", "failed"]
    detail: str


def digest_of(content: bytes) -> str:
    """Return what tells one file's content from another's."""
    return sha256(content).hexdigest()


def taken_before(reader: Reader, content: bytes) -> Dropped | None:
    """Return what became of the same content before; None where it is new, or failed and may be tried again."""
    row = reader.one(
        "SELECT name, at, outcome, detail FROM imports WHERE digest = :digest AND outcome = 'done'",
        digest=digest_of(content),
    )
    return Dropped(**row) if row else None


def take(tx: Tx, name: str, content: bytes, settings: Settings) -> Dropped:
    """Make the invoices of one file, all or none, and note that it was taken, in one transaction.

    Raises BadInput (file) for a file that cannot be read.
    """
    result = import_invoices(tx, content, settings, as_json=name.lower().endswith(".json"))
    return note(tx, name, content, "done" if result.kept else "failed", _told(result))


def note(tx: Tx, name: str, content: bytes, outcome: Literal["done", "failed"], detail: str) -> Dropped:
    """Keep what became of a file."""
    dropped = Dropped(cleaned(name), tx.now, outcome, cleaned_lines(detail))
    tx.run(
        "INSERT INTO imports (digest, name, at, outcome, detail) VALUES (:digest, :name, :at, :outcome, :detail)"
        " ON CONFLICT (digest) DO UPDATE SET name = :name, at = :at, outcome = :outcome, detail = :detail",
        digest=digest_of(content),
        name=dropped.name,
        at=dropped.at,
        outcome=outcome,
        detail=dropped.detail,
    )
    return dropped


def recently(reader: Reader, *, limit: int = 50) -> list[Dropped]:
    """Return what became of the last files, newest first."""
    rows = reader.all("SELECT name, at, outcome, detail FROM imports ORDER BY at DESC, digest LIMIT :n", n=limit)
    return [Dropped(**row) for row in rows]


def _told(result: Imported) -> str:
    if result.kept:
        there = f", {result.there} there already" if result.there else ""
        return f"{result.added} {'invoice' if result.added == 1 else 'invoices'} made{there}"
    more = len(result.errors) - MOST_SAID
    lines = [str(error) for error in result.errors[:MOST_SAID]]
    return "\n".join([*lines, f"… and {more} more"] if more > 0 else lines)
