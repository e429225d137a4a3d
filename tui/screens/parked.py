"""Sales that are not finished: those that were parked, and drafts that were left; to be taken up or given up."""

from collections.abc import Sequence
from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from store.errors import PaydeskError
from store.models import InvoiceRow
from store.money import format_money
from tui import themes
from tui.format import time_of
from tui.screens.ask import Confirm
from tui.screens.base import DeskDialog
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.search_box import SearchBox

NOBODY = "No client yet"
COLUMNS = (
    Column("Client", share=2),
    Column("What", share=3, quiet=True),
    Column("Total", width=10, right=True),
    Column("Since", width=12, quiet=True),
)


class ParkedSearch(SearchBox):
    """A few letters of client, item, note or number; Enter takes up the sale under the cursor, Del gives it up."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "resume", tooltip="Take up the sale under the cursor", id="parked.resume"),
        Binding(
            "delete", "screen.discard", "discard", tooltip="Give up the sale under the cursor", id="parked.discard"
        ),
    ]


class ParkedDialog(DeskDialog[str | None]):
    """Lists the unfinished sales, all but the one on the screen; answers with the number of the chosen one."""

    CSS_PATH = themes.layout("dialogs.tcss")
    BOX_TITLE = "Unfinished sales"
    AUTO_FOCUS = "#parked-search"

    def __init__(self, but: str | None = None) -> None:
        super().__init__()
        self._but = but
        self._rows: dict[str, InvoiceRow] = {}
        self._what: dict[str, str] = {}

    def body(self) -> ComposeResult:
        """Put the search above the list."""
        with Horizontal(classes="field-row"):
            yield Static("Find", classes="label", markup=False)
            yield ParkedSearch(drives="#parked-list", placeholder="client, item, note or number", id="parked-search")
        table = ListTable(COLUMNS, empty="No sale is waiting", id="parked-list")
        table.can_focus = False
        yield table
        yield ErrorLine()

    async def on_mount(self) -> None:
        """Read the sales, now and when anything changes."""
        self.desk_app.changed.subscribe(self, lambda _: self._read())
        self._read()

    @work(group="read", exclusive=True)
    async def _read(self) -> None:
        try:
            parked = await self.desk.parked()
            begun = await self.desk.invoices(state="draft")
            rows = [*parked, *(row for row in begun if row.parked_at is None)]
            self._rows = {row.number: row for row in rows if row.number != self._but}
            self._show()
            for number in self._rows:
                if number not in self._what:
                    lines = (await self.desk.invoice(number)).lines
                    self._what[number] = ", ".join(line.description for line in lines)
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        """Show the sales that have every word typed."""
        words = self.query_one(ParkedSearch).value.casefold().split()
        table = self.query_one(ListTable)
        table.say_when_empty("No sale has that" if words else "No sale is waiting")
        table.show([self._row(row) for row in self._rows.values() if self._has(row, words)])

    @on(Input.Submitted)
    @on(ListTable.Chosen)
    def _resume(self) -> None:
        number = self.query_one(ListTable).cursor_key
        if number is not None:
            self.dismiss(number)

    @work(group="discard", exclusive=True)
    async def action_discard(self) -> None:
        """Give up the sale under the cursor, once it was asked."""
        number = self.query_one(ListTable).cursor_key
        row = self._rows.get(number or "")
        if row is None:
            return
        total = format_money(row.total, row.currency)
        question = f"Give up {row.number}, {row.client_name or NOBODY}, {total}? It cannot be brought back."
        if await self.app.push_screen_wait(Confirm("Discard the sale", question, yes="Discard", no="Keep")):
            try:
                await self.desk.discard_draft(row.number)
            except PaydeskError as error:
                self.query_one(ErrorLine).say(str(error))
            else:
                del self._rows[row.number]
                self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Discard only what there is."""
        if action == "discard":
            return bool(self.is_mounted and self.query_one(ListTable).rows)
        return super().check_action(action, parameters)

    def _has(self, row: InvoiceRow, words: Sequence[str]) -> bool:
        text = " ".join((row.client_name or NOBODY, self._what.get(row.number, ""), row.notes, row.number)).casefold()
        return all(word in text for word in words)

    def _row(self, row: InvoiceRow) -> ListRow:
        since = time_of(row.parked_at or row.created_at, self.desk_app.clinic.zone, self.desk_app.now())
        what = self._what.get(row.number, "")
        told = " · ".join(part for part in (row.notes, what) if part)
        total = format_money(row.total, row.currency)
        return ListRow(row.number, (row.client_name or NOBODY, told or row.number, total, since))
