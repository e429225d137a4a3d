"""The seam: what stops the desk from saving anything, and what is there to help."""

import contextlib
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from store import damage
from store.errors import Moved, PaydeskError, StoreError
from tui.desk.calls import Calls

if TYPE_CHECKING:
    from store.backups import BackupFile


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why nothing is saved or sent any more: the data file is damaged, or it is no longer where it was.

    `found_at` is when damage was found (UTC, empty where nobody wrote it down) and `problems` what it is; `kept` is a
    file with all that was in the one that has lost its place, and `backup` the newest backup there is.
    """

    kind: Literal["damaged", "moved"]
    found_at: str = ""
    problems: tuple[str, ...] = ()
    kept: Path | None = None
    backup: "BackupFile | None" = None


class TroubleCalls(Calls):
    """Asking whether the file is still one to work on."""

    async def trouble(self) -> Trouble | None:
        """Return what is wrong with the file, or None; while all is well it takes no time.

        A file that has lost its name is written anew under another first, while it can still be read.
        """
        found = self._store.trouble()
        if isinstance(found, Moved):
            with contextlib.suppress(StoreError):
                await self._write(lambda _: None)
            now = self._store.trouble()
            return Trouble("moved", kept=now.kept if isinstance(now, Moved) else None, backup=await self._newest())
        if found is None:
            return None
        known = damage.damaged(self._store.path) or damage.Damage("", ())
        return Trouble("damaged", known.found_at, known.problems, backup=await self._newest())

    async def _newest(self) -> "BackupFile | None":
        """Return the newest backup where the settings, if they can still be read, say that they are."""
        from store.backups import newest
        from sync.backing_up import FOLDER, folder_of

        try:
            folder = folder_of(await self._read(self._settings), self._folder)
        except PaydeskError:
            folder = self._folder / FOLDER
        return newest(folder)


def restoring(trouble: Trouble, folder: Path) -> str:
    """Return the command that brings back what was kept, or the newest backup; FILE where there is neither."""
    file = trouble.kept or (trouble.backup.path if trouble.backup else Path("FILE"))
    return f"paydesk --data {shlex.quote(str(folder))} restore {shlex.quote(str(file))}"
