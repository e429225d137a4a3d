"""The file: the ledger's chain, and the tables against the ledger."""

from collections.abc import Iterator

from store import ledger, projection, rebuild
from store.database import Reader, Tx
from store.headfile import HeadFile
from tests.model.stage import Stage

Rows = set[tuple[object, ...]]


def whole(stage: Stage, reader: Reader) -> Iterator[str]:
    """The chain is whole, and the tables are what the ledger says."""
    broken = ledger.first_break(reader, HeadFile(stage.store.path).read())
    if broken is not None:
        yield f"the ledger is broken at {broken.seq}: {broken.why}"
    for table, in_file, from_ledger in _differences(stage, reader):
        yield f"{table} differs from the ledger: the file has {in_file}, the ledger says {from_ledger}"


def _differences(stage: Stage, reader: Reader) -> Iterator[tuple[str, Rows, Rows]]:
    """Compare as `store.rebuild` does, in a copy of an empty file: making its tables anew takes longest."""
    empty = stage.template.empty()
    rebuilt = Reader(empty)
    for entry in ledger.entries(reader):
        projection.apply(Tx(empty, entry.at, entry.actor), entry)
    for table, sql in rebuild.COMPARED.items():
        there: Rows = {tuple(row) for row in reader.all(sql)}
        here: Rows = {tuple(row) for row in rebuilt.all(sql)}
        if there != here:
            yield table, there - here, here - there
    empty.close()
