"""The last line: the keys that work now, and nothing else."""

from textual.app import RenderResult
from textual.binding import ActiveBinding, Binding
from textual.content import Content
from textual.events import Click
from textual.screen import Screen
from textual.widget import Widget

AT_RIGHT = ("app.help", "app.palette")
FIRST_TO_GO = ("app.palette", "desk.next", "search.up", "list.up", "dialog.close")
"""What is left out, in this order, where the line is too short: everybody knows them, and F1 lists them all."""

_NAMES = {
    "enter": "Enter",
    "escape": "Esc",
    "tab": "Tab",
    "space": "Space",
    "delete": "Del",
    "equals_sign": "=",
    "plus": "+",
    "minus": "-",
}


def key_name(binding: Binding) -> str:
    """Return a binding's key as it stands on a keyboard: `Enter`, `F6`, `^S`, `P`."""
    key = binding.key
    if binding.key_display:
        return binding.key_display
    if key in _NAMES:
        return _NAMES[key]
    if key.startswith("ctrl+"):
        return f"^{key[5:].upper()}"
    return key.upper() if len(key) <= 3 else key.capitalize()


class KeyBar(Widget):
    """The active bindings that have a text, Enter first, then those of the field in focus; F1 at the right."""

    def __init__(self) -> None:
        super().__init__()
        self._places: dict[range, str] = {}

    def on_mount(self) -> None:
        """Follow what is active."""
        self.screen.bindings_updated_signal.subscribe(self, self._changed)

    def _changed(self, screen: Screen[object]) -> None:
        if self.is_attached and screen is self.screen:
            self.refresh()

    def render(self) -> RenderResult:
        """Lay the keys out on one line."""
        shown = self._shown()
        self._places.clear()
        for leave_out in ("", *FIRST_TO_GO):
            shown = [active for active in shown if active.binding.id != leave_out]
            left = [active for active in shown if active.binding.id not in AT_RIGHT]
            right = [active for active in shown if active.binding.id in AT_RIGHT]
            start, end = (Content("  ").join(map(_key, keys)) for keys in (left, right))
            gap = self.size.width - 2 - start.cell_length - end.cell_length
            if gap >= 2:
                break
        self._place(left, 1)
        self._place(right, 1 + start.cell_length + max(2, gap))
        return Content.assemble(" ", start, " " * max(2, gap), end)

    def on_click(self, event: Click) -> None:
        """Press the key that was clicked."""
        for place, key in self._places.items():
            if event.x in place:
                self.app.simulate_key(key)

    def _place(self, keys: list[ActiveBinding], x: int) -> None:
        for active in keys:
            width = _key(active).cell_length
            self._places[range(x, x + width)] = active.binding.key
            x += width + 2

    def _shown(self) -> list[ActiveBinding]:
        """Return each action once, Enter's first."""
        actions: dict[str, ActiveBinding] = {}
        for active in self.screen.active_bindings.values():
            if active.binding.show and active.enabled and active.binding.description:
                actions.setdefault(active.binding.action, active)
        return sorted(actions.values(), key=lambda active: active.binding.key != "enter")


def _key(active: ActiveBinding) -> Content:
    binding = active.binding
    return Content.assemble((key_name(binding), "$text-accent bold"), (f" {binding.description}", "$quiet"))
