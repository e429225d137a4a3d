"""The POS's left pane: the items that a few letters find."""

import re
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widgets import Input

from store.models import CatalogueItem
from store.money import format_money, format_rate
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.search_box import SearchBox

COLUMNS = (
    Column("Item", share=1),
    Column("Code", width=13, quiet=True, from_width=60),
    Column("Price", width=10, right=True),
    Column("VAT", width=5, right=True, quiet=True),
)


_BARCODE = re.compile(r"[0-9]{8,14}")
"""What is surely a product's number: GTIN-8 to GTIN-14 (GS1 General Specifications, section 2.1)."""


class ItemSearch(SearchBox):
    """The item's type-ahead: letters find, `2*` in front is the quantity, Enter or a scanner's Enter adds.

    The field is empty again at once, so that what is scanned next is not mixed with it; `give_back` undoes that.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "add", id="item.add"),
    ]

    class Entered(Message):
        """Enter: `text` is what was typed, `driven` whether the list's cursor was moved to choose."""

        def __init__(self, text: str, *, driven: bool) -> None:
            super().__init__()
            self.text = text
            self.driven = driven

    async def hand_over(self) -> None:
        """Take what is typed out of the field and pass it on."""
        self.post_message(self.Entered(self.value, driven=self.driven))
        with self.prevent(Input.Changed):
            self.value = ""

    def give_back(self, text: str) -> None:
        """Put back what did not become a line, selected, so that the next key or scan takes its place."""
        if not self.value:
            with self.prevent(Input.Changed):
                self.value = text
            self.select_all()


def is_barcode(text: str) -> bool:
    """Tell whether text is what a scanner reads off a product, and nothing that a person would call it."""
    return _BARCODE.fullmatch(text) is not None


def item_row(item: CatalogueItem, currency: str) -> ListRow:
    """Return an item as a row of the list."""
    return ListRow(item.id, (item.name, item.code, format_money(item.price, currency), format_rate(item.vat_rate)))


def items_table() -> ListTable:
    """Return the list of items that the search fills and moves in; the focus stays in the search."""
    table = ListTable(COLUMNS, header=True, empty="", id="items")
    table.can_focus = False
    return table
