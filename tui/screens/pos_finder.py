"""The POS's left pane: what a few letters find, and the forms for what they do not."""

from textual import work
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from store.errors import BadInput, PaydeskError
from store.models import CatalogueItem, Client
from tui.request_code import read_code, unknown_code
from tui.sale import read_entry
from tui.screens.base import app_of
from tui.screens.pos_client import client_row, clients_table
from tui.screens.pos_items import ItemSearch, is_barcode, item_row, items_table
from tui.screens.pos_keys import SaleKeys
from tui.type_ahead import TypeAhead
from tui.widgets.error_line import ErrorLine
from tui.widgets.form import Form
from tui.widgets.list_table import ListRow, ListTable


class Finder(Vertical):
    """The item's search, the lists of clients and items, and one form at a time in their place."""

    def __init__(self) -> None:
        super().__init__(id="left")
        self.choosing = True
        self.has_form = False
        """Whether a form is open."""

    def compose(self) -> ComposeResult:
        """Put the search above the lists."""
        with Horizontal(id="item-row"):
            yield Static("Item", classes="label", markup=False)
            yield ItemSearch(drives="#items", placeholder="letters find, 2* is quantity", id="item")
        yield ErrorLine(id="left-error")
        yield clients_table()
        yield items_table()
        yield Static(id="hint", markup=False)
        yield SaleKeys()

    def on_mount(self) -> None:
        """Connect the lists to what they search."""
        desk = app_of(self).desk
        self._clients: TypeAhead[Client] = TypeAhead(self.table("clients"), desk.find_clients, client_row)
        self._items: TypeAhead[CatalogueItem] = TypeAhead(self.table("items"), desk.find_items, self._item_row)

    @property
    def item_search(self) -> ItemSearch:
        """The item's field."""
        return self.query_one(ItemSearch)

    def table(self, name: str) -> ListTable:
        """Return one of the lists: clients or items."""
        return self.query_one(f"#{name}", ListTable)

    def show(self, *, choosing: bool, editable: bool, hint: Content) -> None:
        """Show the clients' list while one is `choosing`, else the items'; a form hides both."""
        self.choosing = choosing
        has_form = self.has_form
        self.query_one("#item-row").display = not has_form
        self.item_search.disabled = not editable
        self.table("clients").display = choosing and not has_form
        self.table("items").display = not choosing and not has_form
        self.query_one("#hint", Static).update(hint)
        self.query_one("#hint").display = bool(hint) and not has_form

    def say(self, text: str) -> None:
        """Say what is wrong with what is typed."""
        self.query_one("#left-error", ErrorLine).say(text)

    def refuse(self, text: str, why: str) -> None:
        """Give back what was typed for an item, and say why it became no line."""
        self.item_search.give_back(text)
        self.say(why)

    def clear(self) -> None:
        """Empty the item's field, and say nothing."""
        self.item_search.value = ""
        self.say("")

    @work(exclusive=True, group="look")
    async def look(self, client_text: str) -> None:
        """Search for what is typed; an older search that is still under way is given up."""
        try:
            if self.choosing:
                typed = client_text.strip()
                self.table("clients").say_when_empty(_nobody(typed))
                await self._clients.look(typed)
            words = read_entry(self.item_search.value)[1]
            self.table("items").say_when_empty(_no_item(words))
            await self._items.look(words)
        except BadInput as error:
            self.say(str(error))
        except PaydeskError as error:
            app_of(self).say(str(error), bad=True)

    async def client_for(self, text: str) -> Client | None:
        """Return the client under the cursor for what is typed, None when nobody is found."""
        return await self._clients.pick(text.strip())

    async def item_for(self, text: str, *, driven: bool) -> tuple[CatalogueItem | None, int, str]:
        """Return the item that is meant, the quantity and the words. Raises BadInput.

        An item's whole code means that item, unless the cursor was moved to another; a number off a product that is
        no item's code means nothing. Anything else means what is under the cursor.
        """
        quantity, words = read_entry(text)
        if words and not driven:
            item = await app_of(self).desk.item_by_code(words)
            if item is not None:
                return item, quantity, words
            if is_barcode(words):
                raise BadInput("item", f"No item has the code {words}. Find it by its name, or add it in Admin.")
        return await self._items.pick(words), quantity, words

    async def open(self, form: Form) -> None:
        """Show a form, the focus on its first empty field."""
        if self.has_form:
            return
        self.has_form = True
        await self.mount(form)
        form.begin()

    async def close(self) -> None:
        """Take the form away, if there is one."""
        if self.has_form:
            await self.query(Form).remove()
            self.has_form = False

    def _item_row(self, item: CatalogueItem) -> ListRow:
        return item_row(item, app_of(self).clinic.currency)


def _nobody(typed: str) -> str:
    """Say what Enter does where no client is found."""
    if unknown_code(typed):
        return f"Enter looks for the payment request {read_code(typed)}."
    return "Nobody found. Enter adds a new client." if typed else "No clients yet."


def _no_item(words: str) -> str:
    """Say what Enter does where no item is found."""
    if is_barcode(words):
        return "No item has this code."
    return "No such item. Enter makes a free line of it." if words else "No items yet. ^L makes a free line."
