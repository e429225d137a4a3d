"""The smallest Textual app: what a first frame costs before we do anything."""

from textual.app import App, ComposeResult
from textual.widgets import Label


class Trivial(App[None]):
    """One label."""

    def compose(self) -> ComposeResult:
        """Show it."""
        yield Label("FIRST-FRAME")


if __name__ == "__main__":
    Trivial().run()
