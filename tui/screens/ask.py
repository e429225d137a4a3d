"""Small questions: one text, or yes and no."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from tui import themes
from tui.screens.base import DeskDialog, answers, escaped
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field


class AskText(DeskDialog[str | None]):
    """Ask for one text; answers with it on Enter, None on Esc. `needed` is what to say to an empty one."""

    CSS_PATH = themes.layout("dialogs.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "answer", "done", tooltip="Answer", id="ask.answer"),
    ]

    def __init__(self, title: str, label: str, *, value: str = "", needed: str = "", placeholder: str = "") -> None:
        super().__init__()
        self._title, self._label, self._value = title, label, value
        self._needed, self._placeholder = needed, placeholder

    def body(self) -> ComposeResult:
        """Put the field under its label."""
        yield Static(Content(self._label), markup=False)
        yield Field(self._value, placeholder=self._placeholder, select_on_focus=False, id="text")
        yield ErrorLine()
        yield Static(answers("Done"), id="answers", markup=False)

    def on_mount(self) -> None:
        """Name the box, and go on at the end of what is written already."""
        self.box.border_title = escaped(self._title)
        self.query_one(Input).cursor_position = len(self._value)

    @on(Input.Changed)
    def _typed(self) -> None:
        self.query_one(ErrorLine).clear()

    def action_answer(self) -> None:
        """Answer, or say that something is needed."""
        text = self.query_one(Input).value.strip()
        if self._needed and not text:
            self.query_one(ErrorLine).say(self._needed)
        else:
            self.dismiss(text)


class Confirm(DeskDialog[bool | None]):
    """Ask before something that cannot be taken back; Enter or Y is yes, Esc or N is no."""

    CSS_PATH = themes.layout("dialogs.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,y", "yes", "yes", key_display="Enter", tooltip="Do it", id="confirm.yes"),
        Binding("escape,n", "no", "no", key_display="Esc", tooltip="Leave everything as it is", id="confirm.no"),
    ]

    def __init__(self, title: str, question: str, *, yes: str = "Yes", no: str = "No") -> None:
        super().__init__()
        self._title, self._question, self._yes, self._no = title, question, yes, no

    def body(self) -> ComposeResult:
        """Put the question above the two answers."""
        yield Static(Content(self._question), id="question", markup=False)
        yield Static(answers(self._yes, self._no), id="answers", markup=False)

    def on_mount(self) -> None:
        """Name the box."""
        self.box.border_title = escaped(self._title)

    def action_yes(self) -> None:
        """Answer yes."""
        self.dismiss(True)

    def action_no(self) -> None:
        """Answer no."""
        self.dismiss(False)
