"""The POS's middle: the lines, what they come to, and how it can be paid."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from tui.sale import Sale
from tui.screens.pos_totals import line_row, totals_rows
from tui.screens.pos_ways import PaymentMenu, menu_rows, payment_menu
from tui.till import Till
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import Column, ListTable, fitted

LEAST_LINES, LEAST_WAYS = 2, 3
"""Rows that the lines and the ways to pay have at least, however much stands between them."""


class LinesTable(ListTable):
    """The lines; posts `Edit`, `Remove` and `Step` about the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "edit", tooltip="Change price, discount or VAT of the line", id="line.edit"),
        Binding("plus", "step(1)", "quantity", key_display="+ −", tooltip="One more, one less", id="line.more"),
        Binding("minus", "step(-1)", show=False, id="line.less"),
        Binding(
            "delete,backspace", "remove", "remove", key_display="Del", tooltip="Take the line out", id="line.remove"
        ),
        Binding(
            "percent_sign",
            "screen.discount",
            "discount",
            show=False,
            key_display="%",
            tooltip="Give a discount on the whole sale",
            id="line.discount",
        ),
    ]

    class Step(Message):
        """One more or one less of the line at `place`."""

        def __init__(self, place: int, by: int) -> None:
            super().__init__()
            self.place = place
            self.by = by

    class Remove(Message):
        """Take the line at `place` out."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    editable = True

    def action_step(self, by: int) -> None:
        """Ask for one more or one less."""
        self.post_message(self.Step(self.cursor, by))

    def action_remove(self) -> None:
        """Ask for the line to be taken out."""
        self.post_message(self.Remove(self.cursor))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer changes only where there is a line and it may change."""
        if action in {"choose", "step", "remove"}:
            return bool(self.rows) and self.editable
        return super().check_action(action, parameters)


class InvoicePane(Vertical):
    """Lines, notes, totals, notice, payments; shows a `Sale`."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[Sale, Till] | None = None
        self._said = Content()

    def compose(self) -> ComposeResult:
        """Put them under one another."""
        yield LinesTable(
            (Column("Line", share=1), Column("Amount", width=10, right=True)),
            header=False,
            empty="No lines yet",
            id="lines",
        )
        yield Static(id="notes", markup=False)
        yield Static(id="totals", markup=False)
        yield Static(id="notice", markup=False)
        yield ErrorLine(id="sale-error")
        yield payment_menu()

    def on_resize(self) -> None:
        """Draw the totals as wide as the pane is now."""
        if self._drawn is not None:
            self.show(*self._drawn)

    def show(self, sale: Sale, till: Till) -> None:
        """Draw the sale as it stands, and what it can be paid with."""
        self._drawn = (sale, till)
        width = max(20, self.size.width - 2)
        lines = self.query_one(LinesTable)
        lines.editable = sale.editable
        lines.show([line_row(place, line, till.currency) for place, line in enumerate(sale.lines)])
        notes = self.query_one("#notes", Static)
        notes.display = bool(sale.notes)
        notes.update(Content.styled(fitted(f"✎ {sale.notes}", width), "$quiet") if sale.notes else "")
        totals = totals_rows(sale, till, width)
        self.query_one("#totals", Static).update(Content("\n").join(totals))
        self.query_one(PaymentMenu).show(menu_rows(sale, till))
        self._share_room(bool(sale.notes) + len(totals) + 1, width)

    def notice(self, text: str, *, good: bool = True) -> None:
        """Say what has just happened to the sale; it stays until the next change."""
        said = Content.assemble(("✓ " if good else "! ", "bold"), text) if text else Content()
        self._said = said.stylize("$text-success" if good else "$text-warning")
        self.query_one("#notice", Static).update(self._said)
        self.query_one("#notice", Static).display = bool(text)
        if self._drawn is not None:
            self.show(*self._drawn)

    def _share_room(self, taken: int, width: int) -> None:
        """Leave the menu what the rows above it do not need; it scrolls where that is too little for it."""
        taken += len(self._said.wrap(width)) if self._said else 0
        self.query_one(PaymentMenu).styles.max_height = max(LEAST_WAYS, self.size.height - taken - LEAST_LINES)
