"""What every part of the seam stands on: the data file, who is at the desk, and the settings in force."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TypeVar

from store import settings
from store.database import By, Reader, Store, Tx
from store.settings import Settings

T = TypeVar("T")


class Calls:
    """Short, local calls on one data file by one person; none touches the network."""

    def __init__(self, store: Store, *, actor: str | By) -> None:
        self._store = store
        self._folder = store.path.parent
        self._environment: Mapping[str, str] = settings.ours()
        self.by = By(actor) if isinstance(actor, str) else actor

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._folder

    @property
    def actor(self) -> str:
        """Who the ledger says did it."""
        return self.by.name

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener`, from another thread, after each commit made by this process."""
        self._store.on_commit(listener)

    async def _read(self, work: Callable[[Reader], T]) -> T:
        return await self._store.aread(work)

    async def _write(self, work: Callable[[Tx], T]) -> T:
        return await self._store.awrite(work, actor=self.by)

    def _settings(self, reader: Reader) -> Settings:
        return settings.load(reader, self._folder, self._environment)
