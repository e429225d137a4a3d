"""F1: every key that works where one was, one line each."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from tui.screens.base import DeskDialog
from tui.widgets.key_bar import key_name


class HelpScreen(DeskDialog[None]):
    """The keys of the screen beneath; `keys` are its active bindings as they were when F1 was pressed."""

    BOX_TITLE = "Keys that work here"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("f1,enter", "close", show=False, id="help.close")]

    def __init__(self, keys: list[ActiveBinding]) -> None:
        super().__init__()
        self._keys = [
            active for active in keys if active.binding.id and active.binding.description and active.enabled
        ]

    def body(self) -> ComposeResult:
        """List them."""
        with VerticalScroll():
            yield Static(Content("\n").join(self._lines()), markup=False)

    def _lines(self) -> list[Content]:
        """Return a line an action: its keys, and what it does."""
        seen: dict[str, tuple[list[str], str]] = {}
        for active in self._keys:
            binding = active.binding
            key = key_name(binding)
            text = binding.tooltip or f"{binding.description[:1].upper()}{binding.description[1:]}"
            keys, _ = seen.setdefault(binding.action, ([], text))
            if key not in keys:
                keys.append(key)
        lines = [(" ".join(keys), text) for keys, text in seen.values()]
        width = max((len(keys) for keys, _ in lines), default=0)
        return [
            Content.assemble((f"{keys:>{width}}", "$text-accent bold"), ("   "), (text, "$foreground"))
            for keys, text in lines
        ]
