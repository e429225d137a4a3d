"""One-line fields: calm, without a blinking cursor, marked while what they hold will not do."""

from typing import Any

from textual.widgets import Input


class Field(Input):
    """A one-line field. Nothing wakes the machine while nobody types.

    In a dialog that has a key of its own on Enter, Enter is the dialog's, after all that was typed before it. Such a
    binding must not have priority: it would run before a fast typist's last digits are in the field.
    """

    def __init__(self, value: str = "", **options: Any) -> None:
        """`options` are those of Textual's Input."""
        super().__init__(value, compact=True, **options)
        self.cursor_blink = False

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave Enter to the dialog that has it."""
        if action == "submit":
            return not (self.screen.is_modal and "enter" in self.screen._bindings.key_to_bindings)
        return super().check_action(action, parameters)

    def mark(self, *, bad: bool) -> None:
        """Show whether what it holds will do."""
        self.set_class(bad, "-bad")
