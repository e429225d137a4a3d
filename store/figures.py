"""Figures about the data file for those who watch it from outside: counts, times and sizes, nothing of a client."""

from dataclasses import dataclass
from pathlib import Path

from store import services
from store.database import Reader
from store.models import Service


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many outbox entries of one kind are in one state, and when the oldest was written."""

    state: str
    kind: str
    count: int
    oldest: str


@dataclass(frozen=True, slots=True)
class Figures:
    """What the data file says now; `links` is how many payment links are live."""

    waiting: tuple[Waiting, ...]
    services: tuple[Service, ...]
    links: int


def figures(reader: Reader) -> Figures:
    """Read the figures; the cost grows with what waits, not with what is done."""
    rows = reader.all(
        "SELECT state, kind, count(*) AS count, min(created_at) AS oldest FROM outbox"
        " WHERE state IN ('ready', 'claimed', 'attention', 'held') GROUP BY state, kind"
    )
    links = reader.value("SELECT count(*) FROM requests WHERE state IN ('live', 'cancelling') AND state = 'live'")
    return Figures(tuple(Waiting(**row) for row in rows), tuple(services.known(reader).values()), links)


def bytes_of(path: Path) -> int:
    """Return the size of a file, 0 where it is missing."""
    try:
        return path.stat().st_size
    except OSError:
        return 0
