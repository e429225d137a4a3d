"""The discount on a whole sale: a part of it or an amount, typed in one field, worked out while it is typed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.discounts import Discount, parse_discount
from store.errors import BadInput
from store.money import format_money
from tui import themes
from tui.discount_text import write_discount
from tui.screens.base import DeskDialog, answers
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field


class DiscountDialog(DeskDialog[Discount | None]):
    """Starts from the `given` discount on `full` pence; answers with another, or None to leave it as it is."""

    CSS_PATH = themes.layout("dialogs.tcss")
    BOX_TITLE = "Discount on the sale"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "give", "give", tooltip="Give this discount", id="discount.give"),
    ]

    def __init__(self, full: int, given: Discount) -> None:
        super().__init__()
        self._full, self._given = full, given

    def body(self) -> ComposeResult:
        """Put the field above what it comes to."""
        with Horizontal(classes="field-row"):
            yield Static("Discount", classes="label", markup=False)
            yield Field(write_discount(self._given), placeholder="10% or 5.00; empty for none", id="discount")
        yield ErrorLine()
        yield Static(id="comes-to", markup=False)
        yield Static(answers("Give discount"), id="answers", markup=False)

    def on_mount(self) -> None:
        """Show what the discount comes to."""
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        self.query_one(ErrorLine).clear()
        field = self.query_one("#discount", Field)
        field.mark(bad=False)
        try:
            off = self._read().off(self._full)
        except BadInput:
            self.query_one("#comes-to", Static).update(Content.styled("…", "$quiet"))
            return
        self.query_one("#comes-to", Static).update(
            Content.assemble(
                (f"{self._money(self._full)} − {self._money(off)} = ", "$quiet"),
                (self._money(self._full - off), "bold $text-accent"),
            )
        )

    def action_give(self) -> None:
        """Answer with the discount, or say why it will not do."""
        try:
            self.dismiss(self._read())
        except BadInput as error:
            self.query_one(ErrorLine).say(str(error))
            self.query_one("#discount", Field).mark(bad=True)

    def _read(self) -> Discount:
        discount = parse_discount(self.query_one("#discount", Field).value)
        discount.check(self._full, "the sale", self.desk_app.clinic.currency)
        return discount

    def _money(self, pence: int) -> str:
        return format_money(pence, self.desk_app.clinic.currency)
