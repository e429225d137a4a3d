"""One of a few words, all in sight; the arrow keys or Space choose."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Click
from textual.reactive import reactive
from textual.widgets import Static


class Choice(Static, can_focus=True):
    """Words beside each other, of which one is chosen: `value`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right,space", "choose(1)", "choose", key_display="←→", tooltip="Choose another", id="choice.next"),
        Binding("left", "choose(-1)", show=False, id="choice.previous"),
    ]
    value = reactive("")

    def __init__(self, words: Sequence[str], value: str, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(markup=False, id=id)
        self._words = tuple(words)
        self.set_reactive(Choice.value, value)

    def render(self) -> Content:
        """Draw the words, the chosen one marked."""
        return Content("   ").join(
            Content.assemble(
                ("(•) " if word == self.value else "( ) ", "$text-accent bold" if word == self.value else "$quiet"),
                word,
            )
            for word in self._words
        )

    def action_choose(self, by: int) -> None:
        """Choose the next word, or the one before."""
        self.value = self._words[(self._words.index(self.value) + by) % len(self._words)]

    def on_click(self, event: Click) -> None:
        """Choose the word that was clicked."""
        left = 0
        for word in self._words:
            right = left + len(word) + 7
            if left <= event.x < right:
                self.value = word
            left = right
