"""F4: every client, found by a few letters; the card opens in the list's place, or beside it where there is room."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Static

from store.client_card import ClientRow
from store.errors import PaydeskError
from store.text import cleaned
from tui import themes
from tui.request_code import unknown_code
from tui.screens.base import NEXT, PREVIOUS, DeskScreen
from tui.screens.clients_card import CardPane
from tui.screens.clients_form import ClientForm
from tui.screens.clients_sections import CLIENTS, client_row
from tui.screens.reload import Reload
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import ListTable
from tui.widgets.search_box import SearchBox

LIMIT = 200
"""Clients listed at most; whoever wants another types a letter more."""
WIDE = 140


class ClientsSearch(SearchBox):
    """The search field; Enter opens the card under the cursor, or begins one for whom nobody is found."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "open", tooltip="Open the card under the cursor", id="clients.open"),
    ]


class ClientsScreen(DeskScreen):
    """The list of clients, newest first, and the card of one."""

    CSS_PATH = themes.layout("clients.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, "-narrow"), (WIDE, "-wide")]
    AUTO_FOCUS = "#clients-search"
    BINDINGS: ClassVar[list[BindingType]] = [
        NEXT,
        PREVIOUS,
        Binding("f7", "new_sale", "sell", tooltip="Begin a sale for this client", id="clients.new_sale"),
        Binding(
            "ctrl+n", "new_client", "new client", key_display="^N", tooltip="Add a client", id="clients.new_client"
        ),
        Binding("escape", "clear", "all again", tooltip="Show all clients again", id="clients.clear"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.said_count = ""
        self._from_top = False
        self._show_next = ""
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Lay out the search above the list, and the card."""
        with Horizontal(id="clients-panes"):
            with Vertical(id="clients-left"):
                with Horizontal(id="clients-row"):
                    yield Static("Search", id="clients-label", markup=False)
                    yield ClientsSearch(
                        drives="#clients-list", placeholder="name, mobile, email or code", id="clients-search"
                    )
                    yield Static("", id="clients-count", markup=False)
                yield ErrorLine()
                table = ListTable(CLIENTS, id="clients-list")
                table.can_focus = False
                yield table
            yield CardPane()

    @property
    def table(self) -> ListTable:
        """The list."""
        return self.query_one("#clients-list", ListTable)

    @property
    def search(self) -> ClientsSearch:
        """The search field."""
        return self.query_one(ClientsSearch)

    @property
    def pane(self) -> CardPane:
        """The card."""
        return self.query_one(CardPane)

    @property
    def in_card(self) -> bool:
        """Whether the card is open: in the list's place, or with the focus beside it."""
        return self.has_class("-card")

    def on_mount(self) -> None:
        """Follow the store, and be ready to type."""
        self.desk_app.changed.subscribe(self, self._store_changed)

    def on_screen_resume(self) -> None:
        """Read again what may have changed while another screen was shown."""
        self._store_changed(None)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Search with each key."""
        event.stop()
        self._from_top = True
        self.refresh_bindings()
        self.load()

    async def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter opens the card under the cursor; for whom nobody is found it begins a new one."""
        event.stop()
        await self._read()
        typed = self.search.value.strip()
        if self.table.cursor_key is not None:
            self.open_card(self.table.cursor_key)
        elif unknown := unknown_code(typed):
            self.query_one(ErrorLine).say(unknown)
        else:
            await self.action_new_client()

    def on_list_table_moved(self, event: ListTable.Moved) -> None:
        """Show the card under the cursor, where there is room beside the list."""
        event.stop()
        self._show_beside()

    def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
        """A second click opens the card."""
        event.stop()
        self.open_card(event.key)

    def on_resize(self) -> None:
        """Show the card beside the list once there is room for it."""
        self.call_after_refresh(self._show_beside)

    def on_descendant_focus(self) -> None:
        """Show where the keys go."""
        typing = self.search.has_focus
        self.table.set_class(typing, "-driven")
        self.set_class(not typing, "-card")
        self.refresh_bindings()

    def open_card(self, client_id: str) -> None:
        """Show a client's card and go there."""
        self.add_class("-card")
        self.pane.show(client_id)
        self.pane.begin()

    def on_card_pane_left(self) -> None:
        """Back to the list."""
        self.remove_class("-card")
        self.search.focus()
        self._show_beside()

    def on_card_pane_saved(self, event: CardPane.Saved) -> None:
        """Show the client who was saved, in the list too."""
        self._show_next = event.client.id
        self.load()
        self.open_card(event.client.id)

    def on_card_pane_gone(self) -> None:
        """The client was erased: back to the list of the others."""
        self.pane.show("")
        self.search.value = ""
        self.on_card_pane_left()
        self.load()

    def action_clear(self) -> None:
        """Forget what was searched for."""
        self.search.value = ""

    async def action_new_client(self) -> None:
        """Add a client in place; what was typed into the search goes where it belongs."""
        typed = self.search.value.strip()
        self.add_class("-card")
        self.pane.show("")
        await self.pane.open_form(ClientForm(None, typed))

    def action_new_sale(self) -> None:
        """Begin a sale for the client on the card, or under the cursor."""
        client_id = self._at_hand
        if client_id:
            self.desk_app.sell_to(client_id)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done now."""
        if not self.is_mounted:
            return True
        if action == "clear":
            return bool(self.search.value) and not self.in_card
        if action == "new_sale":
            return bool(self._at_hand) and self.pane.form is None
        if action == "new_client":
            return not self.in_card
        return super().check_action(action, parameters)

    @property
    def _at_hand(self) -> str:
        """The id of the client on the open card, or under the cursor."""
        return self.pane.client_id if self.in_card else self.table.cursor_key or ""

    async def _read(self) -> None:
        """Read the list; an answer that was overtaken by a newer question is dropped."""
        error, asked = self.query_one(ErrorLine), self.search.value
        try:
            found = await self.desk.client_rows(asked, LIMIT + 1)
        except PaydeskError as wrong:
            error.say(str(wrong))
            return
        if asked == self.search.value:
            error.clear()
            self._show(found)

    def _show(self, found: Sequence[ClientRow]) -> None:
        listed, typed = found[:LIMIT], cleaned(self.search.value)
        empty = f"Nobody matches “{typed[:40]}”. Enter adds a new client, Esc shows all." if typed else ""
        self.table.say_when_empty(empty or "No clients yet. ^N adds the first one.")
        clinic = self.desk_app.clinic
        self.table.show([client_row(row, clinic) for row in listed], keep=not self._from_top)
        self._from_top = False
        self._select_next()
        one = "1 client" if len(listed) == 1 else f"{len(listed)} clients"
        self.said_count = f"showing {LIMIT} of many: type to narrow" if len(found) > LIMIT else one
        self.query_one("#clients-count", Static).update(self.said_count)
        self._show_beside()
        self.refresh_bindings()

    def _select_next(self) -> None:
        """Put the cursor on the client who was saved; a search that does not find them any more is forgotten."""
        self.table.select(self._show_next)
        if self._show_next and self.table.cursor_key != self._show_next and self.search.value:
            self.search.value = ""
        else:
            self._show_next = ""

    def _show_beside(self) -> None:
        """Show the card under the cursor beside the list, unless somebody works on one."""
        if self.has_class("-wide") and not self.in_card and self.pane.form is None:
            self.pane.show(self.table.cursor_key or "")

    def _store_changed(self, _: None) -> None:
        if self in self.app.screen_stack:
            self.load()
            self.pane.load()
