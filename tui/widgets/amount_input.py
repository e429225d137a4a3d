"""A field for an amount, with the calculator behind = + × ÷ and −."""

from typing import ClassVar

from textual import work
from textual.binding import Binding, BindingType
from textual.events import Key

from store.errors import BadInput
from store.money import format_plain, parse_amount
from tui.sums import SIGNS
from tui.widgets.field import Field

_OPENS = "+-*/×÷="


class AmountInput(Field):
    """One amount in pounds and pence. `most` is the most it may be, in pence (None: anything)."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "equals_sign",
            "calculate('')",
            "calculator",
            key_display="=",
            tooltip="Work the amount out: + − × ÷",
            id="amount.calculator",
        ),
    ]

    def __init__(self, pence: int | None = None, *, most: int | None = None, placeholder: str = "", id: str) -> None:  # noqa: A002
        value = "" if pence is None else format_plain(pence)
        super().__init__(value, id=id, placeholder=placeholder, max_length=24, classes="amount")
        self.most = most

    @property
    def pence(self) -> int:
        """What is typed, in pence. Raises BadInput."""
        return parse_amount(self.value)

    def check_consume_key(self, key: str, character: str | None) -> bool:
        """Leave the calculator's keys to the calculator."""
        return not self._opens(character) and super().check_consume_key(key, character)

    def on_key(self, event: Key) -> None:
        """Open the calculator on a sign; a minus at the start is only a mistake, and stays to be seen."""
        if event.character and self._opens(event.character):
            event.stop()
            event.prevent_default()
            self.action_calculate("" if event.character == "=" else event.character)

    @work
    async def action_calculate(self, sign: str) -> None:
        """Work the amount out in the calculator."""
        from tui.screens.calculator import Calculator

        try:
            start: int | None = self.pence
        except BadInput:
            start = None
        answer = await self.app.push_screen_wait(Calculator(start, self.most, sign=SIGNS.get(sign, sign)))
        if answer is not None:
            self.value = format_plain(answer)
            self.cursor_position = len(self.value)

    def _opens(self, character: str | None) -> bool:
        if not character or character not in _OPENS:
            return False
        return character != "-" or bool(self.value.strip())
