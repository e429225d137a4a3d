"""A manager's approval in place: what is asked, and a PIN; Esc leaves everything as it was."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.database import By
from store.errors import PaydeskError
from tui import themes
from tui.background import begin
from tui.screens.base import DeskDialog, answers
from tui.widgets.error_line import ErrorLine
from tui.widgets.pin_field import PinField, PinHint


class ApprovalPin(PinField):
    """A manager's PIN."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "approve", tooltip="Approve it with this PIN", id="approve.yes"),
    ]


class ApproveDialog(DeskDialog[By | None]):
    """Ask for any manager's PIN; dismissed with who is here and who approved, or None.

    `deed` completes “Only a manager may …”.
    """

    CSS_PATH = themes.layout("sign_in.tcss")
    BOX_TITLE = "A manager's approval"

    def __init__(self, deed: str) -> None:
        super().__init__()
        self._deed = deed
        self._checking = False

    def body(self) -> ComposeResult:
        """Put the PIN under what it is asked for."""
        yield Static(Content(f"Only a manager may {self._deed}."), id="question", markup=False)
        with Horizontal(classes="field-row"):
            yield Static("PIN", classes="label", markup=False)
            yield ApprovalPin(placeholder="any manager's", id="pin")
        yield ErrorLine()
        yield PinHint()
        yield Static(answers("Approve"), id="answers", markup=False)

    @on(Input.Changed)
    def _typed(self) -> None:
        if self.query_one(PinField).value:
            self.query_one(ErrorLine).clear()

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Look at the PIN; a second Enter while that goes on is one too many."""
        if not self._checking:
            self._checking = True
            begin(self, self._check, self.query_one(PinField).take())

    async def _check(self, pin: str) -> None:
        try:
            by = await self.desk.approve("", pin)
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))
        else:
            self.dismiss(by)
        finally:
            self._checking = False
