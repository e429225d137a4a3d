"""The days that were closed, each as the sheet that was counted then, to be looked at and printed again."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content

from store.day_views import ClosedDay
from store.errors import PaydeskError
from store.money import format_money
from store.times import from_text
from tui import themes
from tui.screens.base import DeskScreen
from tui.screens.documents import print_file
from tui.screens.reload import Reload
from tui.widgets.list_table import Cell, Column, ListRow, ListTable
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Pane
from tui.widgets.state import Mark

COLUMNS = (
    Column("Closed", 12),
    Column("Taken", share=1, right=True),
    Column("Expected", 11, right=True, from_width=70),
    Column("Counted", 11, right=True, from_width=70),
    Column("Difference", 11, right=True, from_width=70),
    Column("By", 10, quiet=True, from_width=70),
)
EMPTY = "No day has been closed yet."


class ClosedDaysScreen(DeskScreen):
    """The days at the left, newest first; at the right the sheet of the one under the cursor."""

    CSS_PATH = themes.layout("today.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("p", "print", "print", tooltip="Print this day, or save it as a text", id="closed.print"),
        Binding("escape", "back", "back", tooltip="Back to today", id="closed.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._days: dict[str, ClosedDay] = {}
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Lay out the list and the sheet."""
        yield SaidLine()
        with Horizontal(id="closed-panes"):
            yield ListTable(COLUMNS, empty=EMPTY, id="closed-list")
            yield Pane(id="closed-sheet")

    @property
    def table(self) -> ListTable:
        """The list."""
        return self.query_one("#closed-list", ListTable)

    def on_mount(self) -> None:
        """Follow the store."""
        self.desk_app.changed.subscribe(self, self._store_changed)
        self.table.focus()

    def on_screen_resume(self) -> None:
        """Read again what may have changed while another screen was shown."""
        self.load()

    def on_list_table_moved(self, event: ListTable.Moved) -> None:
        """Show the sheet of the day under the cursor."""
        event.stop()
        self.query_one(Pane).scroll_home(animate=False)
        self.refresh_bindings()
        self.load_sheet()

    def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
        """Go to the sheet, to scroll it."""
        event.stop()
        self.query_one(Pane).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer to print only what is there."""
        return bool(self._days) if action == "print" else True

    def action_back(self) -> None:
        """Go back to today."""
        self.dismiss()

    @work(group="print", exclusive=True)
    async def action_print(self) -> None:
        """Print the day's sheet; without a print command it is saved as a text."""
        key = self.table.cursor_key
        if key is None:
            return
        try:
            path = await self.desk.save_day(key)
            command = (await self.desk.settings())["desk.print_command"]
            if command:
                await print_file(command, path)
        except PaydeskError as wrong:
            self._say(str(wrong), bad=True)
        else:
            self._say(f"Printed. It is kept as {path}." if command else f"Saved as {path}.")

    @work(group="sheet", exclusive=True)
    async def load_sheet(self) -> None:
        """Read the sheet of the day under the cursor."""
        key = self.table.cursor_key
        try:
            text = "" if key is None else await self.desk.day_text(key)
        except PaydeskError as wrong:
            self._say(str(wrong), bad=True)
            return
        if self in self.app.screen_stack:
            self.query_one(Pane).show(lambda _width: [Content(line) for line in text.splitlines()])

    def _say(self, message: str, *, bad: bool = False) -> None:
        """Say something in place, unless the screen has been left meanwhile."""
        if self in self.app.screen_stack:
            self.query_one(SaidLine).say(message, bad=bad)

    def _store_changed(self, _: None) -> None:
        if self.is_current:
            self.load()

    async def _read(self) -> None:
        try:
            days = await self.desk.closed_days()
        except PaydeskError as wrong:
            self._say(str(wrong), bad=True)
            return
        if self not in self.app.screen_stack:
            return
        self._days = {day.id: day for day in days}
        self.table.show([ListRow(day.id, self._cells(day)) for day in days])
        self.refresh_bindings()
        self.load_sheet()

    def _cells(self, day: ClosedDay) -> tuple[Cell, ...]:
        clinic = self.desk_app.clinic
        local = from_text(day.to_at).astimezone(clinic.zone)
        this_year = local.year == self.desk_app.now().astimezone(clinic.zone).year
        when = f"{local.day} {local:%b %H:%M}" if this_year else f"{local.day} {local:%b %Y}"
        amounts = (day.takings.total, day.expected, day.counted, day.difference)
        taken, expected, counted, apart = (format_money(pence, clinic.currency) for pence in amounts)
        difference: Cell = apart if not day.difference else Mark("", apart, "bad" if day.difference < 0 else "warn")
        return (when, taken, expected, counted, difference, day.actor)
