"""What was just done, or what went wrong, said in place."""

from textual.content import Content
from textual.widgets import Static

from store.text import cleaned


class SaidLine(Static):
    """A line that takes no room until there is something to say; a mark tells good from bad."""

    def __init__(self) -> None:
        super().__init__("", markup=False)
        self.said = ""

    def say(self, message: str, *, bad: bool = False, waiting: bool = False) -> None:
        """Show a sentence; an empty one clears the line. `waiting`: what it says is not done yet."""
        self.said = message
        done = ("◷ ", "$text-accent") if waiting else ("✓ ", "$text-success")
        sign, tone = ("✕ ", "$text-error") if bad else done
        self.update(Content.assemble((sign, f"{tone} bold"), (cleaned(message), tone)))
        self.set_class(bool(message), "-said")
