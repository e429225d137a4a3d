"""A data file for each history: a copy of one template, written and read on the caller's own thread.

What the product does in a transaction is untouched. Left out is what costs time and changes nothing here: the
writer's and the reader's threads (there is one caller), and waiting for the disk (nobody cuts the power).
"""

import asyncio
import shutil
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from store import clients, settings
from store.database import By, Reader, Store, Tx, _Job
from store.migrations import migrate
from store.opening import FILE_NAME
from store.sqlite import sqlite3

T = TypeVar("T")
TOLD = "json://clinic.example/paid"
SETTINGS = {
    "clinic.name": "Riverside Clinic",
    "gateway.kind": "stripe",
    "notify.payment_link_paid.enabled": "on",
    "notify.payment_link_paid.targets": TOLD,
}


class DirectStore(Store):
    """A store whose work is done where it is asked for; an `await` still lets others run once it is committed."""

    def __init__(self, path: Path, *, clock: Callable[[], datetime]) -> None:
        super().__init__(path, clock=clock)
        self._connection.execute("PRAGMA synchronous = OFF")

    def write(self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = 0) -> T:
        """Run one transaction."""
        return self._transact(_Job(work, actor, priority, alone=False, anyway=False))

    async def awrite(
        self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = 0, anyway: bool = False
    ) -> T:
        """Run one transaction; whoever waits for it can be cancelled after the commit."""
        answer = self._transact(_Job(work, actor, priority, alone=False, anyway=anyway))
        await asyncio.sleep(0)
        return answer

    def read(self, work: Callable[[Reader], T]) -> T:
        """Read in one transaction."""
        return self._read(work)

    async def aread(self, work: Callable[[Reader], T]) -> T:
        """Read in one transaction."""
        return self._read(work)

    def _opened_for_reading(self) -> "sqlite3.Connection":
        connection = super()._opened_for_reading()
        connection.execute("PRAGMA synchronous = OFF")  # the last to close the file empties its log into it
        return connection


class Template:
    """A new clinic's data file, to be copied."""

    def __init__(self, folder: Path, now: datetime) -> None:
        """Make it in `folder`: settings and one client, `client_id`."""
        self._file = folder / "template.sqlite"
        folder.mkdir(parents=True, exist_ok=True)
        store = Store(self._file, clock=lambda: now)

        def furnish(tx: Tx) -> str:
            for key, value in SETTINGS.items():
                settings.put(tx, key, value)
            return clients.add(tx, name="Jane Smith", email="jane@example.com", mobile="07700 900123").id

        self.client_id = store.write(furnish)
        store.close()
        self._empty = _in_memory()
        migrate(self._empty)

    def empty(self) -> "sqlite3.Connection":
        """Return a new file in memory with every table and nothing in it."""
        copy = _in_memory()
        self._empty.backup(copy)
        return copy

    def copied_to(self, folder: Path) -> Path:
        """Copy it into a new `folder`, and return the copy."""
        folder.mkdir(parents=True)
        for ending in ("", ".head"):
            shutil.copy(f"{self._file}{ending}", folder / f"{FILE_NAME}{ending}")
        return folder / FILE_NAME


def _in_memory() -> "sqlite3.Connection":
    connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
    connection.row_factory = sqlite3.Row
    return connection
