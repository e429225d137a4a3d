"""The POS's left pane: the items that a few letters find."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from store.models import CatalogueItem
from store.money import format_money, format_rate
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.search_box import SearchBox

COLUMNS = (
    Column("Item", share=1),
    Column("Code", width=8, quiet=True, from_width=60),
    Column("Price", width=10, right=True),
    Column("VAT", width=5, right=True, quiet=True),
)


class ItemSearch(SearchBox):
    """The item's type-ahead: letters find, `2*` in front is the quantity, Enter adds."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "add", id="item.add"),
    ]


def item_row(item: CatalogueItem, currency: str) -> ListRow:
    """Return an item as a row of the list."""
    return ListRow(item.id, (item.name, item.code, format_money(item.price, currency), format_rate(item.vat_rate)))


def items_table() -> ListTable:
    """Return the list of items that the search fills and moves in; the focus stays in the search."""
    table = ListTable(COLUMNS, header=True, empty="", id="items")
    table.can_focus = False
    return table
