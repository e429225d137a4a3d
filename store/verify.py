"""Is everything as it was written? The ledger's chain, the tables against the ledger, and SQLite's own check."""

from dataclasses import dataclass
from pathlib import Path

from store import ledger, rebuild
from store.database import Reader
from store.headfile import HeadFile


@dataclass(frozen=True, slots=True)
class Verdict:
    """What `verify` found. `problems` are sentences; empty when everything is whole."""

    entries: int
    chain: str
    rebuilt: str
    integrity: str
    problems: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """Everything is whole."""
        return not self.problems


def verify(reader: Reader, data_file: Path) -> Verdict:
    """Check the whole file; reads only."""
    head = HeadFile(data_file).read()
    problems = []
    integrity = [row["integrity_check"] for row in reader.all("PRAGMA integrity_check")]
    if integrity != ["ok"]:
        problems.append(f"SQLite finds the file damaged: {integrity[0]}.")
    broken = ledger.first_break(reader, head)
    if broken is not None:
        problems.append(f"The ledger is broken at entry {broken.seq} of {broken.writer_id}: {broken.why}.")
    different = [] if broken else rebuild.differences(reader)
    problems += [
        f"Table {d.table} differs from the ledger: the file has {d.in_file}, the ledger says {d.from_ledger}."
        for d in different
    ]
    return Verdict(
        entries=reader.value("SELECT count(*) FROM ledger"),
        chain="broken" if broken else "ok",
        rebuilt="not checked" if broken else ("different" if different else "ok"),
        integrity="ok" if integrity == ["ok"] else "damaged",
        problems=tuple(problems),
    )
