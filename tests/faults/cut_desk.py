"""A desk whose every write to disk is written down: run as a program of its own, since its SQLite is another.

`python -m tests.faults.cut_desk FOLDER LOG SYNCHRONOUS ROUNDS`: keeps what happened, in its order and with what
was acknowledged in between, as a pickled list in LOG. SYNCHRONOUS is FULL, as the product sets it, or what to spoil
that with.
"""

import pickle
import sys
from functools import partial
from pathlib import Path

from tests.faults.cut_sqlite import TOLD, WRITE, events, record


def told(kind: str, what: str) -> None:
    """A write has returned: a person was told that it is safe."""
    events.append((TOLD, kind, 0, what.encode()))


def work(folder: Path, synchronous: str, rounds: int) -> None:
    """Do a desk's day: invoices, links, money, settings; with checkpoints, a new start and a scrubbing in between."""
    from store import settings
    from store.database import PERSON, Store
    from store.headfile import HeadFile
    from store.opening import FILE_NAME
    from tests.store.builders import Clock, furnished

    class NotedHead(HeadFile):
        """A head file that is written down too; it is never synced."""

        def _put(self, line: str, at: int) -> None:
            events.append((WRITE, self._path.name, at, line.encode()))
            super()._put(line, at)

    clock = Clock()

    def spoil(store: Store, pragma: str) -> None:
        """Set what only outside a transaction can be set."""
        store._submit(lambda tx: tx.value(f"PRAGMA {pragma}"), "desk", PERSON, alone=True).result()

    def opened(pages: int) -> Store:
        store = Store(folder / FILE_NAME, clock=clock)
        store._head = NotedHead(store.path)
        spoil(store, f"wal_autocheckpoint = {pages}")
        spoil(store, f"synchronous = {synchronous}")
        return store

    store = opened(1000)
    clinic = furnished(store, clock)
    told("clients", clinic.jane.id)
    for number in range(rounds):
        if number % 12 == 11:
            store.close()
            store = clinic.store = opened((1000, 40, 150)[number // 12 % 3])
        if number == rounds // 2:
            store.scrub()
        invoice = clinic.issued()
        told("invoices", invoice)
        request = clinic.send(invoice, 100, by=("email", "sms"))
        told("requests", request.id)
        told("live", clinic.make_link(request).id)
        told("payments", clinic.pay(invoice, 500).id)
        name = f"Clinic {number}"
        store.write(partial(settings.put, key="clinic.name", value=name))
        told("settings", name)
    store.close()


def main(folder: str, log: str, synchronous: str, rounds: str) -> None:
    """Work, and keep what happened."""
    vfs = record()
    work(Path(folder), synchronous, int(rounds))
    Path(log).write_bytes(pickle.dumps(events))
    vfs.unregister()


if __name__ == "__main__":
    main(*sys.argv[1:])
