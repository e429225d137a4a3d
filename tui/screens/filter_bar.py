"""One line of states to choose from, with the chosen one marked."""

from collections.abc import Sequence

from textual.app import RenderResult
from textual.content import Content
from textual.style import Style
from textual.widget import Widget


class FilterBar(Widget):
    """Shows the states, and the digit that chooses each while digits are not typed into a field."""

    auto_links = False

    def __init__(self, filters: Sequence[tuple[str, str]]) -> None:
        super().__init__()
        self._filters = tuple(filters)
        self._chosen = ""
        self._keys = False

    def choose(self, state: str) -> None:
        """Mark a state as the chosen one."""
        self._chosen = state
        self.refresh()

    def show_keys(self, shown: bool) -> None:
        """Show the digits, or leave them out."""
        if shown != self._keys:
            self._keys = shown
            self.refresh()

    def render(self) -> RenderResult:
        """Lay the states out on one line."""
        words = [self._one(str(place), state, word) for place, (state, word) in enumerate(self._filters, 1)]
        return Content("   ").join(words)

    def _one(self, key: str, state: str, word: str) -> Content:
        here = state == self._chosen
        parts: list[tuple[str, str]] = [(f"{key} ", "$text-accent")] if self._keys else []
        parts.append((word, "$text-accent bold underline" if here else "$quiet"))
        press = Style.from_meta({"@click": f"screen.show_state('{state}')"})
        return Content.assemble(*parts).stylize(press)
