"""Admin: what the clinic sells, with price, code, and the VAT rate that a person chose."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, VerticalScroll
from textual.widgets import Input, Static

from store.errors import BadInput, EditConflict, Refused
from store.models import CatalogueItem
from store.money import format_money, format_plain, format_rate, parse_amount, parse_vat_rate
from store.text import cleaned
from tui.approval import approved
from tui.desk import Desk
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_lists import ListSection
from tui.screens.base import app_of
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.search_box import SearchBox
from tui.widgets.state import Mark

LIMIT = 200
"""Items listed at most; whoever wants another types a letter more."""
COLUMNS = (
    Column("Item", share=3),
    Column("Code", 13, quiet=True, from_width=72),
    Column("Price", 11, right=True),
    Column("VAT", 6, right=True),
    Column("", 10),
)
NO_RATE = (
    "Type the VAT rate in per cent, such as 20, 5 or 0. Which one is right depends on what is sold and by whom;"
    " ask your accountant where you are not sure."
)


class CatalogueSearch(SearchBox):
    """The search field; Enter changes the item under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "change", tooltip="Change the item under the cursor", id="catalogue.change"),
    ]


class CatalogueSection(ListSection):
    """The search above the list; nothing is deleted, since invoices have it."""

    TITLE = "Catalogue"
    ABOUT = "prices have their VAT inside"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+n", "new", "new item", key_display="^N", tooltip="Add an item", id="catalogue.new"),
        Binding(
            "ctrl+o", "switch", "sell or not", key_display="^O", tooltip="Sell it, or not", id="catalogue.switch"
        ),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._items: dict[str, CatalogueItem] = {}
        self._editing: CatalogueItem | None = None
        self._from_top = False

    def body(self) -> ComposeResult:
        """Put the search above the list, and under it the place for a form."""
        with Horizontal(classes="search-row"):
            yield Static("Search", classes="label", markup=False)
            yield CatalogueSearch(drives="#catalogue-items", placeholder="name or code", id="catalogue-search")
            yield Static("", id="catalogue-count", markup=False)
        yield self.table_made()
        yield VerticalScroll(classes="form-place", can_focus=False)

    def table_made(self) -> ListTable:
        """Return the list; the search moves in it."""
        table = ListTable(COLUMNS, id="catalogue-items")
        table.can_focus = False
        return table

    @property
    def search(self) -> CatalogueSearch:
        """The search field."""
        return self.query_one(CatalogueSearch)

    def begin(self) -> None:
        """Begin in the form where one is open, else in the search."""
        if self.open is not None:
            self.open.begin()
        else:
            self.search.focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer nothing of the list over a form."""
        if action in {"new", "switch"} and self.is_mounted:
            return self.open is None and (action == "new" or bool(self._items))
        return super().check_action(action, parameters)

    async def read(self) -> None:
        """Read what is searched for; an answer that was overtaken by a newer question is dropped."""
        asked = self.search.value
        found = await self.desk.items(asked, limit=LIMIT + 1)
        if asked != self.search.value:
            return
        self._items = {item.id: item for item in found[:LIMIT]}
        typed = cleaned(asked)[:40]
        self.table.say_when_empty(
            f"Nothing matches “{typed}”. ^N adds an item." if typed else "Nothing is sold yet. ^N adds an item."
        )
        currency = app_of(self).clinic.currency
        self.table.show(
            [ListRow(key, _cells(item, currency)) for key, item in self._items.items()], keep=not self._from_top
        )
        self._from_top = False
        one = "1 item" if len(self._items) == 1 else f"{len(self._items)} items"
        self.query_one("#catalogue-count", Static).update(f"first {LIMIT}" if len(found) > LIMIT else one)
        self.refresh_bindings()

    @on(Input.Changed, "#catalogue-search")
    def _searched(self, event: Input.Changed) -> None:
        event.stop()
        self._from_top = True
        self.load()

    @on(Input.Submitted, "#catalogue-search")
    async def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        await self.read()
        await self._change(self.table.cursor_key)

    @on(ListTable.Chosen)
    async def _clicked(self, event: ListTable.Chosen) -> None:
        event.stop()
        await self._change(event.key)

    def action_leave(self) -> None:
        """Forget what was searched for; once there is nothing, back to the sections."""
        search = self.query_one(CatalogueSearch)
        if search.value:
            search.value = ""
        else:
            super().action_leave()

    async def action_new(self) -> None:
        """Add an item; what was searched for is its name, and its VAT rate is for a person to say."""
        self._editing = None
        await self._ask("New item", cleaned(self.search.value), "", "", "")

    def action_switch(self) -> None:
        """Sell the item under the cursor again, or not any more."""
        item = self._items.get(self.table.cursor_key or "")
        if item is not None:
            self.do(lambda desk: desk.switch_item(item.id, not item.active), _switched)

    async def save(self, form: AskForm) -> str | None:
        """Save an item, new or known."""
        values = form.values
        if not cleaned(values["name"]):
            raise BadInput("name", "Type the name of the service or product.")
        price = parse_amount(values["price"], field="price", zero=True)
        if not values["vat"].strip():
            raise BadInput("vat", NO_RATE)
        rate = parse_vat_rate(values["vat"])
        before = self._editing

        async def deed(desk: Desk) -> CatalogueItem:
            return await desk.save_item(
                before.id if before else None,
                name=values["name"],
                price=price,
                vat_rate=rate,
                code=values["code"],
                version=before.version if before else None,
            )

        try:
            saved = await approved(app_of(self), deed)
        except EditConflict as error:
            raise await self._overtaken() from error
        if saved is None:
            return None
        await self.close_form()
        await self.read()
        self.table.select(saved.id)
        return f"{saved.name} is saved. Invoices that have it keep their price."

    async def _overtaken(self) -> Refused:
        """Return what to say of an item that somebody else saved meanwhile; the next save takes theirs away."""
        before = self._editing
        found = await self.desk.items(limit=-1)
        theirs = next((item for item in found if before is not None and item.id == before.id), None)
        self._editing = theirs or before
        said = f": {theirs.name}, {format_plain(theirs.price)}, {format_rate(theirs.vat_rate)}" if theirs else ""
        return Refused(
            f"Somebody else has saved this item in the meantime{said}. ^S puts yours in its place, Esc keeps theirs."
        )

    async def _change(self, item_id: str | None) -> None:
        item = self._items.get(item_id or "")
        if item is not None:
            self._editing = item
            await self._ask(item.name, item.name, format_plain(item.price), format_rate(item.vat_rate), item.code)

    async def _ask(self, title: str, name: str, price: str, rate: str, code: str) -> None:
        await self.open_form(
            AskForm(
                (
                    Ask("name", "Name", name, "as it stands on the invoice"),
                    Ask("price", "Price", price, "with VAT, such as 120.00", amount=True),
                    Ask("vat", "VAT rate", rate, "in per cent: somebody has to know it"),
                    Ask("code", "Code", code, "a short code or barcode; may stay empty"),
                ),
                title=title,
            )
        )


def _switched(item: CatalogueItem) -> str:
    return f"{item.name} is sold again." if item.active else f"{item.name} is not sold any more."


def _cells(item: CatalogueItem, currency: str) -> tuple[str | Mark, ...]:
    price, rate = format_money(item.price, currency), format_rate(item.vat_rate)
    if item.active:
        return (item.name, item.code, price, rate, "")
    return (
        Mark("", item.name, "quiet"),
        item.code,
        Mark("", price, "quiet"),
        Mark("", rate, "quiet"),
        Mark("✕", "not sold", "quiet"),
    )
