"""The POS's first line: who pays, found by a few letters, and which invoice this is."""

from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from store.contact import shown_mobile
from store.models import Client
from store.money import format_money
from store.text import cleaned
from tui.sale import Sale
from tui.till import Till
from tui.widgets.list_table import Column, ListRow, ListTable, fitted
from tui.widgets.search_box import SearchBox
from tui.widgets.state import Mark, invoice_state

COLUMNS = (
    Column("Client", share=3),
    Column("Mobile", width=12, quiet=True),
    Column("Email", share=2, quiet=True),
)

GAP = " · "


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
        self._credit = ""

    def show(self, client: Client, credit: str) -> None:
        """Show the client's name, how they are reached, and their account credit in words."""
        if (client, credit) != (self._client, self._credit):
            self._client, self._credit = client, credit
            self.refresh()

    def render(self) -> Content:
        """Draw the card; in focus, all in the cursor's colours."""
        if self._client is None:
            return Content()
        reach = [part for part in (shown_mobile(self._client.mobile), self._client.email) if part]
        quiet, good = ("", "") if self.has_focus else ("$quiet", "$text-success")
        rest = [Content.styled(f"{GAP}{self._credit}", good)] if self._credit else []
        rest += [Content.styled(f"{GAP}{part}", quiet) for part in reach or ["no email, no mobile"]]
        return _as_much_as_fits(Content.styled(cleaned(self._client.name), "bold"), rest, self.content_size.width)

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

    def show(self, sale: Sale, till: Till, *, choosing: bool) -> None:
        """Show who pays, or the search while somebody is `choosing`, and how the invoice stands."""
        card = self.query_one(ClientCard)
        self.query_one(ClientSearch).display = choosing
        card.display = not choosing and sale.client is not None
        card.set_class(not sale.editable, "-fixed")
        if sale.client is not None:
            card.show(sale.client, f"credit {format_money(till.credit, till.currency)}" if till.credit else "")
        self.query_one("#sale-state", Static).update(_state(sale))


def _as_much_as_fits(name: Content, rest: Sequence[Content], width: int) -> Content:
    """Return the name, and of the rest, in its order, what has room whole; the first of it always has."""
    least = rest[0].cell_length if rest else 0
    room = max(1, width - least)
    card = name.truncate(room, ellipsis=True) if name.cell_length > room else name
    for part in rest:
        if card.cell_length + part.cell_length <= width:
            card += part
    return card


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
        unsaved = sale.unsaved and sale.unfinished
        return Mark("○", "Not saved" if unsaved else "New sale", "warn" if unsaved else "quiet").content
    mark = Mark("○", "Draft, not saved", "warn") if sale.unsaved else invoice_state(sale.invoice.row)
    return Content.assemble(
        (fitted(sale.invoice.row.number, min(14, len(sale.invoice.row.number))), "bold"), "  ", mark.content
    )
