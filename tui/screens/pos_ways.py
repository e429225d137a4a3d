"""The POS's ways to pay: a list with a letter each, and the letters as keys."""

from collections.abc import Iterator
from typing import ClassVar

from textual.binding import Binding, BindingsMap, BindingType

from store.models import OPEN_REQUESTS, PaymentType
from store.money import format_money
from tui.sale import Sale
from tui.till import Till
from tui.widgets.list_table import Column, ListRow, ListTable

SHOW_QR, NEW_SALE = "#qr", "#new"
"""Rows that are no payment types."""


class PaymentMenu(ListTable):
    """How it can be paid, each with its key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose", tooltip="Pay the way under the cursor", id="payment.choose"),
    ]


def payment_menu() -> PaymentMenu:
    """Return the menu, empty."""
    columns = (Column("Pay by", share=1), Column("Key", width=2), Column("Amount", width=10, right=True))
    return PaymentMenu(columns, header=False, empty="", id="payment")


def menu_rows(sale: Sale, till: Till) -> list[ListRow]:
    """Return the rows of the menu for a sale as it stands."""
    rows = [
        ListRow(way.type.code, (way.type.name, way.type.key.upper(), format_money(way.amount, till.currency)))
        for way in till.ways(sale)
    ]
    request = sale.newest_request
    if request is not None and request.state in OPEN_REQUESTS:
        rows.append(ListRow(SHOW_QR, ("Show QR", "Q", "")))
    if not sale.editable:
        rows.append(ListRow(NEW_SALE, ("New sale", "F7", "")))
    return rows


def with_letters(fixed: BindingsMap, types: tuple[PaymentType, ...]) -> BindingsMap:
    """Return the screen's keys with the letter of each payment type; a key that is taken stays what it was."""
    keys = dict(fixed.key_to_bindings)
    for binding in _letters(types):
        keys.setdefault(binding.key, [binding])
    return BindingsMap.from_keys(keys)


def _letters(types: tuple[PaymentType, ...]) -> Iterator[Binding]:
    for one in types:
        if one.key:
            for key in dict.fromkeys((one.key.lower(), one.key.upper())):
                yield Binding(
                    key,
                    f"pay({one.code!r})",
                    one.name,
                    show=False,
                    tooltip=f"Pay by: {one.name}",
                    id=f"pay.{one.code}",
                )
