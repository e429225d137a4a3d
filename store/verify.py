"""Is everything as it was written? The ledger's chain, the tables against the ledger, and SQLite's own check."""

from dataclasses import dataclass
from pathlib import Path

from store import rebuild
from store.database import Reader
from store.errors import Damaged
from store.health import look
from store.sqlite_errors import OF_THE_FILE, translated


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `problems` are sentences; empty when everything is whole."""

    entries: int
    chain: str
    rebuilt: str
    integrity: str
    problems: tuple[str, ...]

    damaged: bool = False
    """Whether nothing may be saved or sent any more. A table alone that differs is told, and stops nobody."""

    @property
    def ok(self) -> bool:
        """Everything is whole."""
        return not self.problems


def verify(reader: Reader, data_file: Path) -> Verdict:
    """Check the whole file; reads only."""
    found = look(reader, data_file, thorough=True)
    damaged = bool(found.problems)
    problems, rebuilt, entries = found.problems, "not checked", 0
    try:
        entries = reader.value("SELECT count(*) FROM ledger")
        if found.broken is None:
            different = rebuild.differences(reader)
            rebuilt = "different" if different else "ok"
            problems += [
                f"Table {d.table} differs from the ledger: the file has {d.in_file}, the ledger says {d.from_ledger}."
                for d in different
            ]
    except OF_THE_FILE as error:
        if not isinstance(translated(error), Damaged):
            raise
        rebuilt = "different"
        problems.append(f"A table cannot be read: {error}.")
    return Verdict(
        entries=entries,
        chain="broken" if found.broken else "ok",
        rebuilt=rebuilt,
        integrity="ok" if found.integrity == "ok" else "damaged",
        problems=tuple(problems),
        damaged=damaged,
    )
