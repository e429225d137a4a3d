"""Admin: the folder into which another system drops invoices, and what became of each file."""

from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store.dropped import Dropped
from tui.format import time_of
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_settings import SettingsSection
from tui.screens.base import app_of
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.sheet import Lines, Pane
from tui.widgets.state import Mark

FOLDER = "import.folder"
COLUMNS = (
    Column("File", share=2),
    Column("Taken", 12, quiet=True),
    Column("", 8),
    Column("What came of it", share=3),
)
EMPTY = "No file was taken yet."


class DroppedTable(ListTable):
    """The files; there is nothing to open."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "nothing", show=False)]

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only to move."""
        return action != "nothing" and super().check_action(action, parameters)


class ImportSection(SettingsSection):
    """The folder, the files of late, and the whole reason of the one under the cursor."""

    TITLE = "Import"
    ABOUT = "invoices from another system"
    ASKS = (Ask(FOLDER, "Folder", placeholder="none is watched"),)

    def __init__(self) -> None:
        super().__init__()
        self._files: dict[str, Dropped] = {}

    def body(self) -> ComposeResult:
        """Put the folder above the files, and the reason of one under them."""
        yield AskForm(self.ASKS)
        yield DroppedTable(COLUMNS, empty=EMPTY)
        yield Pane(id="dropped-why")

    async def read(self) -> None:
        """Read the folder, and what became of the last files."""
        await super().read()
        app = app_of(self)
        self._files = {str(place): file for place, file in enumerate(await self.desk.dropped_files())}
        rows = []
        for key, file in self._files.items():
            mark = Mark("✓", "taken", "good") if file.outcome == "done" else Mark("✕", "failed", "bad")
            first = file.detail.partition("\n")[0]
            rows.append(ListRow(key, (file.name, time_of(file.at, app.clinic.zone, app.now()), mark, first)))
        self.query_one(DroppedTable).show(rows)
        self._show_why()

    def noted(self, form: AskForm) -> None:
        """Say what is done with the folder, or that it is not there."""
        typed = form.values[FOLDER].strip()
        there = bool(typed) and Path(typed).expanduser().is_dir()
        taken = "Each .csv or .json file of invoices is taken once and moved to done or failed."
        form.note(FOLDER, taken if there or not typed else "There is no such folder on this machine yet.")

    @on(ListTable.Moved)
    def _moved(self, event: ListTable.Moved) -> None:
        event.stop()
        self._show_why()

    def _show_why(self) -> None:
        file = self._files.get(self.query_one(DroppedTable).cursor_key or "")
        self.query_one("#dropped-why", Pane).show(lambda width: _why(file, width))


def _why(file: Dropped | None, width: int) -> Lines:
    from textual.content import Content

    if file is None:
        return []
    lines: Lines = []
    for line in (file.name, *file.detail.split("\n")):
        lines += Content(line).wrap(max(8, width))
    return lines
