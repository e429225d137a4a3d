"""The seam: the clinic's settings and the state of its data."""

from store import settings
from store.settings import Settings
from store.verify import Verdict, verify
from tui.desk.calls import Calls


class ClinicCalls(Calls):
    """Reading and changing how the clinic works."""

    async def settings(self) -> Settings:
        """Return the settings in force. Raises BadInput or StoreError saying what to mend where."""
        return await self._read(self._settings)

    async def set(self, key: str, value: str) -> str:
        """Set one setting and return the value kept. Raises BadInput."""
        return await self._write(lambda tx: settings.put(tx, key, value))

    async def verify(self) -> Verdict:
        """Check the ledger's chain, the tables against it, and the file."""
        return await self._read(lambda reader: verify(reader, self._store.path))
