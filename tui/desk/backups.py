"""The seam: the backups, and making one now."""

from typing import TYPE_CHECKING

from store.errors import StoreError
from tui.desk.calls import Calls

if TYPE_CHECKING:
    from sync.backing_up import Kept


class BackupCalls(Calls):
    """What is there to bring everything back. Both look at a disk that may be slow, and keep nobody waiting."""

    async def backups(self) -> "Kept":
        """Return where the backups go, and those of this data file that are there."""
        from sync.backing_up import kept
        from sync.couriers.background import beside

        return await beside(lambda: kept(self._store, self._folder))

    async def back_up_now(self) -> None:
        """Make a backup where the daily ones go. Raises StoreError with what went wrong."""
        from sync.backing_up import DailyBackup
        from sync.couriers.background import beside

        came = await beside(DailyBackup(self._store, self._folder).back_up_now)
        if came.problem:
            raise StoreError(came.problem)
