"""Where a PIN is typed: digits only, shown as dots; and the quiet line under it that the demo says its PINs in."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.message import Message
from textual.widgets import Static

from store.errors import BadInput, PaydeskError
from store.pins import LONGEST, Pin, check
from tui.screens.base import app_of
from tui.widgets.field import Field


class PinField(Field):
    """A field for 4 to 8 digits that never shows them; a letter is posted as `Letter`, for who chooses by letters.

    Its Enter posts Input.Submitted, after all that was typed before it, however fast.
    """

    BINDINGS: ClassVar[list[BindingType]] = [Binding("enter", "submit", "next", id="pin.next")]

    class Letter(Message):
        """A letter was typed."""

        def __init__(self, letter: str) -> None:
            super().__init__()
            self.letter = letter

    def __init__(self, *, placeholder: str = "", id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(password=True, restrict=r"[0-9]*", max_length=LONGEST, placeholder=placeholder, id=id)

    @property
    def pin(self) -> Pin:
        """What is typed."""
        return Pin(self.value)

    def take(self) -> Pin:
        """Return what is typed and empty the field."""
        pin, self.value = self.pin, ""
        return pin

    def on_key(self, event: Key) -> None:
        """Tell of letters, which are no part of a PIN."""
        if event.character and event.character.isalpha():
            event.stop()
            event.prevent_default()
            self.post_message(self.Letter(event.character))


class PinHint(Static):
    """The setting desk.pin_hint, while the sandbox stands in for the world; nothing anywhere else."""

    async def on_mount(self) -> None:
        """Say it, where there is anything to say."""
        try:
            settings = await app_of(self).desk.settings()
        except PaydeskError:
            return
        hint = settings["desk.pin_hint"] if settings.on("sandbox.embedded") else ""
        self.update(Content.styled(hint, "$quiet"))
        self.display = bool(hint)


def agreed(pin: str, again: str) -> str:
    """Return a new PIN that was typed twice. Raises BadInput; its `field` is pin or again."""
    if check(pin) != again:
        raise BadInput("again", "This is not the same PIN. Type both again.")
    return pin
