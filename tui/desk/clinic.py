"""The seam: the clinic's settings and the state of its data."""

from collections.abc import Mapping

from store import damage, settings
from store.authority import require_manager
from store.database import Tx
from store.errors import BadInput
from store.settings import Settings
from store.verify import Verdict, verify
from tui.desk.calls import Calls

CHANGE = "change the settings"
THEME = "desk.theme"
"""What whoever sits at the desk may change."""


class ClinicCalls(Calls):
    """Reading and changing how the clinic works."""

    async def settings(self) -> Settings:
        """Return the settings in force. Raises BadInput or StoreError saying what to mend where."""
        return await self._read(self._settings)

    async def set(self, key: str, value: str) -> str:
        """Set one setting and return the value kept. Raises BadInput, and NeedsManager for all but the theme."""

        def work(tx: Tx) -> str:
            if key != THEME:
                require_manager(tx, CHANGE)
            return settings.put(tx, key, value)

        return await self._write(work)

    async def set_many(self, values: Mapping[str, str]) -> dict[str, str]:
        """Set several settings, all or none, and return the values kept.

        Raises NeedsManager, or BadInput; its `field` is the key of the value that will not do.
        """

        def work(tx: Tx) -> dict[str, str]:
            require_manager(tx, CHANGE)
            return {key: _put(tx, key, value) for key, value in values.items()}

        return await self._write(work)

    async def verify(self) -> Verdict:
        """Check the ledger's chain, the tables against it, and the file; every desk on it is told of damage."""
        path = self._store.path
        verdict = await self._read(lambda reader: verify(reader, path))
        if verdict.ok:
            damage.clear(path)
        elif verdict.damaged:
            damage.mark_damaged(path, verdict.problems)
        return verdict


def _put(tx: Tx, key: str, value: str) -> str:
    try:
        return settings.put(tx, key, value)
    except BadInput as error:
        raise BadInput(key, str(error)) from error
