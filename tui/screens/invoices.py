"""F3: every invoice, found by a few letters, with its payment link's state beside the client's name."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from store.errors import PaydeskError
from store.models import InvoiceRow
from tui import themes
from tui.screens.base import DeskScreen
from tui.screens.filter_bar import FilterBar
from tui.screens.invoice_rows import COLUMNS, FILTERS, cells, nothing_found, summary_lines
from tui.screens.reload import Reload
from tui.screens.sheet import Sheet
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import ListRow, ListTable
from tui.widgets.search_box import SearchBox

LIMIT = 200
"""Invoices listed at most; whoever wants another types a letter more."""


class InvoiceSearch(SearchBox):
    """The search field; Enter opens the invoice under the cursor and Tab goes to the list."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "open", tooltip="Open the invoice under the cursor", id="invoices.open"),
        Binding(
            "tab", "screen.to_list", "list", tooltip="Go to the list, where digits choose a state", id="invoices.list"
        ),
    ]


class InvoicesScreen(DeskScreen):
    """The list of invoices, newest first; it keeps its cursor and its scroll while the store changes."""

    CSS_PATH = themes.layout("invoices.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "f7",
            "filter(1)",
            "state",
            key_display="F7",
            tooltip="Show the next state: all, draft, unpaid…",
            id="invoices.filter",
        ),
        Binding("shift+f7", "filter(-1)", "state before", show=False, id="invoices.filter_back"),
        Binding("slash", "search", "search", key_display="/", tooltip="Type to search", id="invoices.search"),
        Binding("escape", "clear", "clear", tooltip="Show all invoices again", id="invoices.clear"),
        *(
            Binding(str(place), f"show_state('{state}')", f"show {word.lower()}", show=False, id=f"invoices.{place}")
            for place, (state, word) in enumerate(FILTERS, 1)
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.state = ""
        self.said_count = ""
        self._found: dict[str, InvoiceRow] = {}
        self._from_top = False
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Lay out the search, the states, the list, and the invoice under the cursor."""
        with Horizontal(id="invoices-search"):
            yield Static("Search", id="invoices-label")
            yield InvoiceSearch(drives="#invoices-list", placeholder="number, client, mobile or request code")
            yield Static("", id="invoices-count", markup=False)
        yield FilterBar(FILTERS)
        yield ErrorLine()
        yield ListTable(COLUMNS, id="invoices-list")
        yield Sheet(id="invoices-summary")

    @property
    def table(self) -> ListTable:
        """The list."""
        return self.query_one("#invoices-list", ListTable)

    @property
    def search(self) -> SearchBox:
        """The search field."""
        return self.query_one(SearchBox)

    @property
    def summary(self) -> Sheet:
        """The lines about the invoice under the cursor."""
        return self.query_one("#invoices-summary", Sheet)

    def on_mount(self) -> None:
        """Follow the store, and be ready to type."""
        self.desk_app.changed.subscribe(self, self._store_changed)
        self.search.focus()

    def on_screen_resume(self) -> None:
        """Read again what may have changed while another screen was shown."""
        self.load()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search with each key."""
        event.stop()
        self._from_top = True
        self.refresh_bindings()
        self.load()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter opens the invoice under the cursor."""
        event.stop()
        self.table.action_choose()

    def on_list_table_moved(self, event: ListTable.Moved) -> None:
        """Say more about the invoice under the cursor."""
        event.stop()
        self._show_summary()

    def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
        """Open an invoice."""
        from tui.screens.invoice_popup import InvoicePopup

        event.stop()
        self.app.push_screen(InvoicePopup(event.key))

    def on_descendant_focus(self) -> None:
        """Show where the keys go: letters to the search, digits to the states."""
        typing = self.search.has_focus
        self.table.set_class(typing, "-driven")
        self.query_one(FilterBar).show_keys(not typing)

    def action_filter(self, by: int) -> None:
        """Show the next state."""
        states = [state for state, _ in FILTERS]
        self.action_show_state(states[(states.index(self.state) + by) % len(states)])

    def action_show_state(self, state: str) -> None:
        """Show only invoices in `state`; all when it is empty."""
        self.state = state
        self._from_top = True
        self.query_one(FilterBar).choose(state)
        self.refresh_bindings()
        self.load()

    def action_search(self) -> None:
        """Go to the search."""
        self.search.focus()

    def action_to_list(self) -> None:
        """Go to the list."""
        self.table.focus()

    def action_clear(self) -> None:
        """Forget the search and the state."""
        self.action_show_state("")
        self.search.value = ""
        self.search.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer only what would change something."""
        if action == "search":
            return not self.search.has_focus
        if action == "clear":
            return bool(self.search.value or self.state)
        return True

    async def _read(self) -> None:
        """Read the list; an answer that was overtaken by a newer question is dropped."""
        error = self.query_one(ErrorLine)
        asked = (self.search.value, self.state)
        try:
            found = await self.desk.invoices(*asked, LIMIT + 1)
        except PaydeskError as wrong:
            error.say(str(wrong))
            return
        if asked == (self.search.value, self.state):
            error.clear()
            self._show(found)

    def _show(self, found: Sequence[InvoiceRow]) -> None:
        zone, now = self.desk_app.clinic.zone, self.desk_app.now()
        listed = found[:LIMIT]
        self._found = {row.number: row for row in listed}
        self.table.say_when_empty(nothing_found(self.search.value.strip(), self.state))
        self.table.show([ListRow(row.number, cells(row, zone, now)) for row in listed], keep=not self._from_top)
        self._from_top = False
        many = f"showing {LIMIT} of many: type to narrow"
        one = "1 invoice" if len(listed) == 1 else f"{len(listed)} invoices"
        self.said_count = many if len(found) > LIMIT else one
        self.query_one("#invoices-count", Static).update(self.said_count)
        self._show_summary()

    def _show_summary(self) -> None:
        row = self._found.get(self.table.cursor_key or "")
        zone, now = self.desk_app.clinic.zone, self.desk_app.now()
        self.summary.show(lambda width: [] if row is None else summary_lines(row, zone, now, width))

    def _store_changed(self, _: None) -> None:
        if self in self.app.screen_stack:
            self.load()
