"""What is wrong, said in place under the field it is about."""

from textual.content import Content
from textual.widgets import Static


class ErrorLine(Static):
    """A line that takes no room until there is something to say."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__("", id=id, classes=classes, markup=False)
        self.said = ""

    def say(self, message: str) -> None:
        """Show what is wrong and what to do; an empty message clears the line."""
        if message == self.said:
            return
        self.said = message
        self.update(Content.assemble(("✕ ", "$text-error bold"), (message, "$text-error")) if message else "")
        self.set_class(bool(message), "-said")

    def clear(self) -> None:
        """Take the message away."""
        if self.said:
            self.say("")
