"""Choosing the card that goes into another one, from those that look like the same person or from all."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.widgets import Input, Static

from store.client_card import ClientCard
from store.contact import shown_mobile
from store.errors import PaydeskError
from store.models import Client
from store.money import format_money
from tui import themes
from tui.screens.ask import Confirm
from tui.screens.base import DeskDialog, escaped
from tui.screens.clients_sections import CARDS, card_row
from tui.screens.reload import Reload
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import ListTable
from tui.widgets.search_box import SearchBox

LIMIT = 50


class MergeSearch(SearchBox):
    """A few letters of the other card; Enter takes the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "merge this one", tooltip="Take the card under the cursor", id="merge.choose"),
    ]


class MergeDialog(DeskDialog[Client | None]):
    """Lists likely duplicates of `client`, or what is searched for; answers with the card that is to go."""

    CSS_PATH = themes.layout("clients.tcss")
    AUTO_FOCUS = "#merge-search"

    def __init__(self, client: Client) -> None:
        super().__init__()
        self._client = client
        self._found: dict[str, Client] = {}
        self._shown_for = ""
        self._load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Put the search above the list."""
        yield Static("", id="merge-what", markup=False)
        with Horizontal(classes="field-row"):
            yield Static("Other card", classes="label", markup=False)
            yield MergeSearch(drives="#merge-list", placeholder="name, mobile or email", id="merge-search")
        yield ErrorLine()
        table = ListTable(CARDS, id="merge-list")
        table.can_focus = False
        table.add_class("-driven")
        yield table

    def on_mount(self) -> None:
        """Name the box and look for duplicates."""
        self.box.border_title = escaped(f"Merge into {self._client.name}")
        self._load()

    @on(Input.Changed)
    def _look(self) -> None:
        self._load()

    async def _read(self) -> None:
        """Read the list; an answer that was overtaken by a newer question is dropped."""
        search = self.query_one(MergeSearch)
        text = search.value.strip()
        try:
            if text:
                found = await self.desk.find_clients(text, LIMIT)
            else:
                found = await self.desk.duplicates_of(self._client.id)
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))
            return
        if text != search.value.strip():
            return
        self._found = {client.id: client for client in found if client.id != self._client.id}
        same, self._shown_for = text == self._shown_for, text
        self.query_one("#merge-what", Static).update("Found:" if text else "Likely the same person:")
        table = self.query_one(ListTable)
        table.say_when_empty("Nobody else is found" if text else "No card looks like this one. Type to find another.")
        table.show([card_row(client) for client in self._found.values()], keep=same)
        table.add_class("-driven")

    @on(Input.Submitted)
    async def _entered(self) -> None:
        """Take the card under the cursor, once what is typed was looked for."""
        await self._read()
        self._take(self.query_one(ListTable).cursor_key)

    @on(ListTable.Chosen)
    def _clicked(self, event: ListTable.Chosen) -> None:
        self._take(event.key)

    def _take(self, key: str | None) -> None:
        if key in self._found:
            self.dismiss(self._found[key])


def sure(keep: Client, gone: ClientCard, currency: str) -> Confirm:
    """Return the question whether `gone` is to go into `keep`, with what will happen."""
    counts = [
        _count(len(gone.invoices), "invoice"),
        f"{format_money(gone.credit, currency)} of credit" if gone.credit else "",
        _count(len(gone.notes), "note"),
    ]
    moves = ", ".join(part for part in counts if part) or "nothing else"
    filled = [
        f"{word} {value}"
        for word, value, own in (
            ("email", gone.client.email, keep.email),
            ("mobile", shown_mobile(gone.client.mobile), keep.mobile),
        )
        if value and not own
    ]
    fills = f" It gets the {' and the '.join(filled)}." if filled else ""
    what = " · ".join(p for p in (gone.client.name, shown_mobile(gone.client.mobile), gone.client.email) if p)
    return Confirm(
        "Merge two clients",
        f"The card {what} goes into {keep.name}, with {moves}.{fills} What it says is kept as a note. It is not "
        "found any more, and this cannot be undone.",
        yes="Merge",
        no="Leave both",
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}" if number else ""
