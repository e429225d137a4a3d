"""One of a few choices on one line, changed with the arrow keys; what it says is always what holds."""

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from store.text import cleaned
from tui.widgets.channel_row import Tick


class Pick(Static, can_focus=True):
    """Shows the choice that holds, and how many there are; ← and → change it. Posts `Picked`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "pick(-1)", "choose", key_display="← →", tooltip="Choose another", id="pick.left"),
        Binding("right,space", "pick(1)", "choose", show=False, id="pick.right"),
    ]

    class Picked(Message):
        """Another choice holds."""

        def __init__(self, pick: "Pick") -> None:
            super().__init__()
            self.pick = pick

        @property
        def control(self) -> "Pick":
            """Where it holds."""
            return self.pick

    def __init__(self, *, id: str) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, markup=False)
        self._choices: tuple[tuple[str, str], ...] = ()
        self._place = 0

    @property
    def picked(self) -> str:
        """The key of the choice that holds, empty while there is none."""
        return self._choices[self._place][0] if self._choices else ""

    @property
    def several(self) -> bool:
        """Whether there is something to choose."""
        return len(self._choices) > 1

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer these (key, words); the first of them holds."""
        self._choices = tuple(choices)
        self._place = 0
        self.can_focus = self.several
        self._draw()

    def action_pick(self, by: int) -> None:
        """Choose the next."""
        if self.several:
            self._place = (self._place + by) % len(self._choices)
            self._draw()
            self.post_message(self.Picked(self))

    def on_click(self) -> None:
        """Choose the next."""
        self.action_pick(1)

    def _draw(self) -> None:
        words = cleaned(self._choices[self._place][1]) if self._choices else ""
        if not self.several:
            self.update(Content(words))
            return
        many = f"  {self._place + 1} of {len(self._choices)}"
        self.update(
            Content.assemble(("‹ ", "$text-accent bold"), words, (" ›", "$text-accent bold"), (many, "$quiet"))
        )


class OwedTick(Tick):
    """Whether the client has still to pay what goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "tick", "on or off", tooltip="Whether the client has still to pay it", id="refund.owed"),
    ]
