"""One-line fields: calm, without a blinking cursor, marked while what they hold will not do."""

from typing import Any

from textual.widgets import Input


class Field(Input):
    """A one-line field. Nothing wakes the machine while nobody types."""

    def __init__(self, value: str = "", **options: Any) -> None:
        """`options` are those of Textual's Input."""
        super().__init__(value, compact=True, **options)
        self.cursor_blink = False

    def mark(self, *, bad: bool) -> None:
        """Show whether what it holds will do."""
        self.set_class(bad, "-bad")
