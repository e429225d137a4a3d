"""The calculator: a sum worked out while it is typed."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import BadInput
from store.money import format_money, format_plain
from tui import themes
from tui.screens.base import DeskDialog
from tui.sums import SIGNS, work_out
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field


class Calculator(DeskDialog[int | None]):
    """Starts from `amount` (pence), answers with pence above zero and not above `most`, or None."""

    CSS_PATH = themes.layout("dialogs.tcss")
    BOX_TITLE = "Calculator"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "use", "use it", tooltip="Take the result as the amount", id="calculator.use"),
        Binding(
            "equals_sign", "fold", "work out", key_display="=", tooltip="Go on from the result", id="calculator.fold"
        ),
    ]

    def __init__(self, amount: int | None = None, most: int | None = None, *, sign: str = "") -> None:
        super().__init__()
        self._start = ("" if amount is None else format_plain(amount)) + sign
        self._signed = bool(sign)
        self._most = most

    def body(self) -> ComposeResult:
        """Put the sum above its result."""
        yield Sum(self._start, restrict=r"[0-9.+\-*/×÷−x ]*", id="sum", select_on_focus=False)
        yield Static(id="result", markup=False)
        yield ErrorLine(id="wrong")
        yield Static(Content.styled("+ − × ÷ go on from the amount, a digit starts afresh", "$quiet"), markup=False)

    def on_mount(self) -> None:
        """Begin at the end of the amount."""
        field = self.query_one(Sum)
        field.fresh = not self._signed
        field.cursor_position = len(self._start)
        self._show()

    @on(Input.Changed)
    def _show(self) -> None:
        self.query_one(ErrorLine).clear()
        of = f" of {format_money(self._most)}" if self._most is not None else ""
        try:
            result = format_money(work_out(self.query_one(Sum).value))
        except BadInput:
            result = "…"
        self.query_one("#result", Static).update(
            Content.assemble(("= ", "$quiet"), (result, "bold $text-accent"), (of, "$quiet"))
        )

    def action_use(self) -> None:
        """Answer with the result, or say why it will not do."""
        try:
            self.dismiss(self._answer())
        except BadInput as error:
            self.query_one(ErrorLine).say(str(error))

    def action_fold(self) -> None:
        """Replace the sum by its result."""
        field = self.query_one(Sum)
        try:
            field.value = format_plain(max(0, work_out(field.value)))
        except BadInput as error:
            self.query_one(ErrorLine).say(str(error))
            return
        field.cursor_position = len(field.value)

    def _answer(self) -> int:
        result = work_out(self.query_one(Sum).value)
        if result <= 0:
            raise BadInput("amount", f"That comes to {format_money(result)}. An amount must be above zero.")
        if self._most is not None and result > self._most:
            raise BadInput(
                "amount", f"{format_money(result)} is more than the {format_money(self._most)} there is to ask for."
            )
        return result


class Sum(Field):
    """The sum as typed. While `fresh`, a digit starts a new one and a sign goes on from the amount."""

    fresh = False

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave = to the calculator."""
        return character != "=" and super().check_consume_key(key, character)

    def insert_text_at_cursor(self, text: str) -> None:
        """Type; × and ÷ are shown for * and /."""
        if self.fresh and (text[:1].isdigit() or text[:1] == "."):
            self.value = ""
        self.fresh = False
        super().insert_text_at_cursor("".join(SIGNS.get(char, char) for char in text))
