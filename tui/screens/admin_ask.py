"""What a form of Admin asks: one line each, with its field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.widgets.amount_input import AmountInput
from tui.widgets.choice import Choice
from tui.widgets.field import Field
from tui.widgets.form import FormField

ON_OFF = {"on": "on", "off": "off"}


@dataclass(frozen=True, slots=True)
class Ask:
    """One line: `name` is what the answer is called, `words` the values that it may have and how each is called.

    A `secret` is never shown; an `amount` has the calculator; `after` stands beside the field.
    """

    name: str
    label: str
    value: str = ""
    placeholder: str = ""
    words: Mapping[str, str] = field(default_factory=dict)
    secret: bool = False
    amount: bool = False
    after: str = ""


class SecretField(Field):
    """A secret: what is kept stands there masked; typing replaces it, empty keeps it, Delete takes it away."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "next", id="form.next"),
        Binding("delete", "take_away", "take away", tooltip="Take away what is kept here", id="admin.take_away"),
    ]

    def __init__(self, *, placeholder: str, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(password=True, id=id)
        self._empty = placeholder
        self._masked = ""
        self.taken_away = False

    def keep(self, masked: str) -> None:
        """Show what is kept, masked; nothing where it is empty."""
        self._masked = masked
        self._show()

    def watch_value(self, value: str) -> None:
        """Whoever types something wants it kept."""
        if value and self.taken_away:
            self.taken_away = False
            self._show()

    def forget_typed(self) -> None:
        """Begin anew: nothing is typed and nothing is to be taken away."""
        self.taken_away = False
        self.value = ""
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to take away only what is there, before anything is typed."""
        if action == "take_away":
            return bool(self.value) or (bool(self._masked) and not self.taken_away)
        return super().check_action(action, parameters)

    def action_take_away(self) -> None:
        """Take away what is kept, or the letter at the cursor."""
        if self.value:
            self.action_delete_right()
            return
        self.taken_away = True
        self._show()
        self.post_message(self.Changed(self, "", None))

    def _show(self) -> None:
        if self.taken_away:
            self.placeholder = "is taken away when you save"
        elif self._masked:
            self.placeholder = f"{self._masked} is kept; typing replaces it"
        else:
            self.placeholder = self._empty
        self.refresh_bindings()


def field_of(ask: Ask, widget_id: str) -> Field | Choice:
    """Return the field in which an answer is given."""
    if ask.words:
        return Choice(
            list(ask.words.values()), ask.words.get(ask.value, next(iter(ask.words.values()))), id=widget_id
        )
    if ask.secret:
        return SecretField(placeholder=ask.placeholder, id=widget_id)
    if ask.amount:
        made: Field = AmountInput(placeholder=ask.placeholder, id=widget_id)
        made.value = ask.value
        return made
    return FormField(ask.value, placeholder=ask.placeholder, id=widget_id)
