"""Admin: where the daily backups go and how long they are kept, the newest one, and a key that makes one now."""

from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store.errors import PaydeskError
from tui.background import begin
from tui.format import size_of, time_of
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_settings import SettingsSection
from tui.screens.base import app_of
from tui.widgets.sheet import Lines, Sheet, hanging

if TYPE_CHECKING:
    from sync.backing_up import Kept

FOLDER, DAYS = "backup.folder", "backup.days"
INDENT = 9
SAVE_FIRST = "Save first (^S): the backup goes where the saved settings say."
MAKING = "Making a backup, and checking it …"
SAME_DISK = "On the disk of the data itself: when that dies, both are lost. Name a folder on another disk."
NONE_BY_ITSELF = "None is made by itself."


class BackupsSection(SettingsSection):
    """The settings of the daily backup, and under them what there is."""

    TITLE = "Backups"
    ABOUT = "everything in one checked file, once a day"
    ASKS = (
        Ask(FOLDER, "Folder", placeholder="backups in the data folder"),
        Ask("backup.at", "Made from", placeholder="20:00", after="on, each day"),
        Ask(DAYS, "Days kept", placeholder="14", after="the newest of each; 0 is none"),
        Ask("backup.months", "Months kept", placeholder="12", after="the newest of each, besides"),
    )
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f8", "back_up", "back up now", tooltip="Make a backup now, and check it", id="backups.now"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._kept: Kept | None = None
        self.making = False

    def below(self) -> ComposeResult:
        """Put what there is under the settings."""
        yield Sheet(id="backups-kept")

    async def read(self) -> None:
        """Read the settings, and then what there is, from a disk that may be slow."""
        await super().read()
        self._kept = await self.desk.backups()
        self.query_one(Sheet).show(self._lines)

    def noted(self, form: AskForm) -> None:
        """Say that a folder is not there, and what no days mean."""
        typed = form.values[FOLDER].strip()
        gone = bool(typed) and not Path(typed).expanduser().is_dir()
        form.note(FOLDER, "There is no such folder now. Without it no backup is made." if gone else "")
        form.note(DAYS, NONE_BY_ITSELF if form.values[DAYS].strip() == "0" else "")

    def action_back_up(self) -> None:
        """Make a backup, and go on with the desk meanwhile."""
        if self.making:
            return
        if self.unsaved:
            self.say(SAVE_FIRST, bad=True)
        else:
            self.making = True
            self.say(MAKING, waiting=True)
            begin(self, self._back_up, group="back_up")

    async def _back_up(self) -> None:
        try:
            await self.desk.back_up_now()
            await self.read()
        except PaydeskError as error:
            self.say(str(error), bad=True)
        else:
            made = self._kept.there[-1] if self._kept is not None and self._kept.there else None
            name = f": {made.path.name}, {size_of(made.size)}" if made is not None else ""
            self.say(f"Backed up and found whole{name}.")
        finally:
            self.making = False

    def _lines(self, width: int) -> Lines:
        kept, app = self._kept, app_of(self)
        if kept is None:
            return []
        in_place = kept.folder == self.desk.folder / "backups"
        lines = hanging(width, INDENT, "Where", "backups in the data folder" if in_place else str(kept.folder))
        if kept.same_disk:
            lines += hanging(width, INDENT, "", SAME_DISK, "$text-warning")
        if kept.there:
            made = kept.there[-1]
            when = time_of(made.at, app.clinic.zone, app.now())
            lines += hanging(width, INDENT, "Newest", f"{when}, {size_of(made.size)}, found whole then")
            since = time_of(kept.there[0].at, app.clinic.zone, app.now())
            count = "1 backup" if len(kept.there) == 1 else f"{len(kept.there)} backups, the oldest of {since}"
            lines += hanging(width, INDENT, "Kept", count)
        else:
            lines += hanging(width, INDENT, "Newest", "there is none yet")
        return lines + (hanging(width, INDENT, "", kept.problem, "$text-error") if kept.problem else [])
