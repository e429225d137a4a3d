"""The POS's first line: who pays, found by a few letters, and which invoice this is."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from store.contact import shown_mobile
from store.models import Client
from tui.sale import Sale
from tui.widgets.list_table import Column, ListRow, ListTable, fitted
from tui.widgets.search_box import SearchBox
from tui.widgets.state import Mark, invoice_state

COLUMNS = (
    Column("Client", share=3),
    Column("Mobile", width=12, quiet=True),
    Column("Email", share=2, quiet=True),
)


class ClientSearch(SearchBox):
    """The client's type-ahead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "choose", id="client.choose"),
    ]


class ClientCard(Static, can_focus=True):
    """The chosen client; Enter chooses another."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "another", "another client", tooltip="Choose another client for this sale", id="client.another"
        ),
    ]

    class Another(Message):
        """The person wants another client."""

    def __init__(self) -> None:
        super().__init__(id="card", markup=False)
        self._client: Client | None = None

    def show(self, client: Client) -> None:
        """Show the client's name and how they are reached."""
        if client != self._client:
            self._client = client
            self.refresh()

    def render(self) -> Content:
        """Draw the card; in focus, all in the cursor's colours."""
        if self._client is None:
            return Content()
        reach = [part for part in (shown_mobile(self._client.mobile), self._client.email) if part]
        quiet = "" if self.has_focus else "$quiet"
        rest = "  ·  ".join(["", *(reach or ["no email, no mobile"])])
        return Content.assemble((self._client.name, "bold"), (rest, quiet))

    def action_another(self) -> None:
        """Ask for another client."""
        self.post_message(self.Another())

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Another client only while the invoice is a draft."""
        return not self.has_class("-fixed") if action == "another" else True


class ClientBar(Horizontal):
    """Label, the search or the card, and the invoice's number and state at the right."""

    def compose(self) -> ComposeResult:
        """Put them on one line."""
        yield Static("Client", classes="label", markup=False)
        yield ClientSearch(drives="#clients", placeholder="name, mobile or email", id="client")
        yield ClientCard()
        yield Static(id="sale-state", markup=False)

    def show(self, sale: Sale, *, choosing: bool) -> None:
        """Show who pays, or the search while somebody is `choosing`, and how the invoice stands."""
        card = self.query_one(ClientCard)
        self.query_one(ClientSearch).display = choosing
        card.display = not choosing and sale.client is not None
        card.set_class(not sale.editable, "-fixed")
        if sale.client is not None:
            card.show(sale.client)
        self.query_one("#sale-state", Static).update(_state(sale))


def client_row(client: Client) -> ListRow:
    """Return a client as a row of the list."""
    return ListRow(client.id, (client.name, shown_mobile(client.mobile), client.email))


def clients_table() -> ListTable:
    """Return the list of clients that the search fills and moves in; the focus stays in the search."""
    table = ListTable(COLUMNS, empty="", id="clients")
    table.can_focus = False
    return table


def _state(sale: Sale) -> Content:
    if sale.invoice is None:
        unsaved = sale.unsaved and bool(sale.lines)
        return Mark(
            "○", "Not saved: choose a client" if unsaved else "New sale", "warn" if unsaved else "quiet"
        ).content
    mark = Mark("○", "Draft, not saved", "warn") if sale.unsaved else invoice_state(sale.invoice.row)
    return Content.assemble(
        (fitted(sale.invoice.row.number, min(14, len(sale.invoice.row.number))), "bold"), "  ", mark.content
    )
