"""Admin: which key from now on? It is pressed, not typed."""

from collections.abc import Mapping
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Key
from textual.widgets import Static

from store.errors import BadInput
from tui import keymap
from tui.screens.base import DeskDialog
from tui.widgets.error_line import ErrorLine


class Pressed(Static, can_focus=True):
    """Takes every key but Esc for itself and hands it to its dialog."""

    async def on_key(self, event: Key) -> None:
        """Take the key, whatever it does elsewhere."""
        if event.key != "escape":
            event.stop()
            event.prevent_default()
            self.query_ancestor(KeyDialog).take(event.key)


class KeyDialog(DeskDialog[dict[str, str] | None]):
    """Wait for a key for `name`; dismissed with all the keys that differ once it will do, None when that was left."""

    BOX_TITLE = "Another key"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "close", "leave it", tooltip="Leave the key as it is", id="key.leave"),
    ]

    def __init__(self, name: str, told: str, now: str, chosen: Mapping[str, str]) -> None:
        super().__init__()
        self._changing, self._told, self._now = name, told, now
        self._chosen = dict(chosen)

    def body(self) -> ComposeResult:
        """Say what the key is for."""
        yield Static(Content.styled(self._told, "bold"), markup=False)
        yield Static(Content.styled(f"{self._changing}, now {self._now}", "$quiet"), markup=False)
        yield Pressed("Press the new key.", id="pressed", markup=False)
        yield ErrorLine()

    def on_mount(self) -> None:
        """Wait."""
        self.query_one(Pressed).focus()

    def take(self, key: str) -> None:
        """Take a key that will do, or say why it will not."""
        try:
            chosen = keymap.changed(self._chosen, self._changing, key)
        except BadInput as error:
            self.query_one(ErrorLine).say(str(error))
        else:
            self.dismiss(chosen)
