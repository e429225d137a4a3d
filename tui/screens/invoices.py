"""F3: every invoice, found by a few letters, with its payment link's state beside the client's name."""

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from store.errors import PaydeskError
from store.invoice_filters import Only
from store.models import InvoiceRow
from store.money import format_money
from tui import themes
from tui.screens.base import DeskScreen
from tui.screens.invoice_narrowed import STATES, Narrowed, nothing_found
from tui.screens.invoice_rows import COLUMNS, cells, summary_lines
from tui.screens.reload import Reload
from tui.widgets.error_line import ErrorLine
from tui.widgets.filter_bar import FilterBar
from tui.widgets.list_table import ListRow, ListTable
from tui.widgets.search_box import SearchBox
from tui.widgets.sheet import Sheet

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
            "f7", "state(1)", "state", show=False, tooltip="Show the next state: draft, unpaid…", id="invoices.state"
        ),
        Binding("shift+f7", "state(-1)", "state before", show=False, id="invoices.state_before"),
        Binding("f8", "span(1)", "days", show=False, tooltip="Show the next span of days", id="invoices.days"),
        Binding("shift+f8", "span(-1)", "days before", show=False, id="invoices.days_before"),
        Binding(
            "ctrl+l",
            "only('link_unpaid')",
            "link sent, not paid",
            show=False,
            tooltip="Only what a client has a link for and has not paid",
            id="invoices.link_unpaid",
        ),
        Binding(
            "ctrl+o", "only('overdue')", "overdue", show=False, tooltip="Only what is overdue", id="invoices.overdue"
        ),
        Binding(
            "ctrl+t",
            "this_client",
            "this client",
            show=False,
            tooltip="Only invoices of the client under the cursor",
            id="invoices.client",
        ),
        Binding("slash", "search", "search", key_display="/", tooltip="Type to search", id="invoices.search"),
        Binding("escape", "clear", "all again", tooltip="Show all invoices again", id="invoices.clear"),
        *(
            Binding(str(place), f"show_state('{state}')", f"show {word.lower()}", show=False, id=f"invoices.{place}")
            for place, (state, word) in enumerate(STATES, 1)
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.narrowed = Narrowed()
        self.said_count = ""
        self._found: dict[str, InvoiceRow] = {}
        self._from_top = False
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Lay out the search, the states, the list, and the invoice under the cursor."""
        with Horizontal(id="invoices-search"):
            yield Static("Search", id="invoices-label")
            yield InvoiceSearch(drives="#invoices-list", placeholder="number, client, mobile or code")
            yield Static("", id="invoices-count", markup=False)
        yield FilterBar()
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

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter opens the invoice under the cursor, once what is typed was looked for."""
        event.stop()
        await self._read()
        self.table.action_choose()

    def on_list_table_moved(self, event: ListTable.Moved) -> None:
        """Say more about the invoice under the cursor."""
        event.stop()
        self._show_summary()

    async def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
        """Open an invoice; found by a request's code, at that request."""
        from tui.screens.invoice_popup import InvoicePopup

        event.stop()
        try:
            meant = await self.desk.request_meant(event.key, self.search.value)
        except PaydeskError as wrong:
            self.query_one(ErrorLine).say(str(wrong))
        else:
            self.app.push_screen(InvoicePopup(event.key, meant))

    def on_descendant_focus(self) -> None:
        """Show where the keys go: letters to the search, digits to the states."""
        self.table.set_class(self.search.has_focus, "-driven")
        self._show_filters()

    def narrow(self, narrowed: Narrowed) -> None:
        """Show only what is meant, from the top."""
        self.narrowed = narrowed
        self._from_top = True
        self._show_filters()
        self.refresh_bindings()
        self.load()

    def action_state(self, by: int) -> None:
        """Show the next state."""
        self.narrow(self.narrowed.next_state(by))

    def action_show_state(self, state: str) -> None:
        """Show only invoices in `state`; all when it is empty."""
        self.narrow(replace(self.narrowed, state=state))

    def action_span(self, by: int) -> None:
        """Show the next span of days."""
        self.narrow(self.narrowed.next_span(by))

    def action_show_span(self, span: str) -> None:
        """Show only invoices of these days; of any day when it is empty."""
        self.narrow(replace(self.narrowed, span=span))

    def action_only(self, only: str) -> None:
        """Show one kind of invoice only, or all again."""
        self.narrow(self.narrowed.toggled(cast("Only", only)))

    def action_this_client(self) -> None:
        """Show only invoices of the client under the cursor, or everybody's again."""
        row = self._found.get(self.table.cursor_key or "")
        if self.narrowed.client:
            self.narrow(replace(self.narrowed, client="", client_name=""))
        elif row is not None and row.client_id:
            self.narrow(replace(self.narrowed, client=row.client_id, client_name=row.client_name))

    def action_search(self) -> None:
        """Go to the search."""
        self.search.focus()

    def action_to_list(self) -> None:
        """Go to the list."""
        self.table.focus()

    def action_clear(self) -> None:
        """Forget the search and what the list was narrowed to."""
        self.narrow(Narrowed())
        self.search.value = ""
        self.search.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer only what would change something."""
        if action == "search":
            return not self.search.has_focus
        if action == "clear":
            return bool(self.search.value) or self.narrowed != Narrowed()
        return True

    async def _read(self) -> None:
        """Read the list; an answer that was overtaken by a newer question is dropped."""
        error = self.query_one(ErrorLine)
        text, narrowed = asked = (self.search.value, self.narrowed)
        days = narrowed.days(self.desk_app.now(), self.desk_app.clinic.zone)
        try:
            found = await self.desk.invoices(
                text, narrowed.state, days=days, client_id=narrowed.client, only=narrowed.only, limit=LIMIT + 1
            )
        except PaydeskError as wrong:
            error.say(str(wrong))
            return
        if asked == (self.search.value, self.narrowed):
            error.clear()
            self._show(found)

    def _show(self, found: Sequence[InvoiceRow]) -> None:
        clinic, now = self.desk_app.clinic, self.desk_app.now()
        listed = found[:LIMIT]
        self._found = {row.number: row for row in listed}
        self.table.say_when_empty(nothing_found(self.search.value.strip(), self.narrowed))
        self.table.show([ListRow(row.number, cells(row, clinic, now)) for row in listed], keep=not self._from_top)
        self._from_top = False
        self._show_count(listed, more=len(found) > LIMIT)
        self._show_summary()

    def _show_count(self, listed: Sequence[InvoiceRow], *, more: bool) -> None:
        one = "1 invoice" if len(listed) == 1 else f"{len(listed)} invoices"
        self.said_count = f"showing {LIMIT} of many: type to narrow" if more else one
        due = sum(row.due for row in listed if row.state != "draft")
        owed = f" · {format_money(due, self.desk_app.clinic.currency)} due" if due and not more else ""
        self.query_one("#invoices-count", Static).update(self.said_count + owed)

    def _show_filters(self) -> None:
        self.query_one(FilterBar).show(self.narrowed.lines(digits=not self.search.has_focus))

    def _show_summary(self) -> None:
        row = self._found.get(self.table.cursor_key or "")
        clinic, now = self.desk_app.clinic, self.desk_app.now()
        self.summary.show(lambda width: [] if row is None else summary_lines(row, clinic, now, width))

    def _store_changed(self, _: None) -> None:
        if self in self.app.screen_stack:
            self.load()
