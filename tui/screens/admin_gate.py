"""What stands before Admin for whoever is no manager: what is in it, and a PIN in place."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from store.database import By
from store.errors import PaydeskError
from tui.background import begin
from tui.screens.base import app_of
from tui.widgets.error_line import ErrorLine
from tui.widgets.pin_field import PinField, PinHint
from tui.widgets.question import question

WHAT = (
    "Here a manager sets the clinic up: its name and gateway, who is told of what, the words and charges of messages,"
    " payment types, the catalogue, the staff, themes and keys."
)
HOW_LONG = "Any manager's PIN opens it, until Admin is left or the desk is locked."


class GatePin(PinField):
    """A manager's PIN."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "open Admin", tooltip="Open Admin with this PIN", id="admin.pin"),
    ]


class AdminGate(Vertical):
    """Asks for any manager's PIN; posts `Opened` with who is here and who approved."""

    class Opened(Message):
        """A manager approved."""

        def __init__(self, by: By) -> None:
            super().__init__()
            self.by = by

    def __init__(self) -> None:
        super().__init__()
        self._checking = False

    def compose(self) -> ComposeResult:
        """Put the PIN under what it is asked for."""
        yield Static(Content.styled("Admin", "bold"), markup=False)
        yield Static(Content(WHAT), classes="what", markup=False)
        yield from question("PIN", GatePin(placeholder="a manager's", id="admin-pin"))
        yield PinHint()
        yield Static(Content.styled(HOW_LONG, "$quiet"), classes="what", markup=False)

    def begin(self) -> None:
        """Ask anew."""
        self.query_one(ErrorLine).clear()
        self.query_one(GatePin).take()
        self.query_one(GatePin).focus()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value:
            self.query_one(ErrorLine).clear()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        """Look at the PIN; a second Enter while that goes on is one too many."""
        event.stop()
        if not self._checking:
            self._checking = True
            begin(self, self._check, self.query_one(GatePin).take())

    async def _check(self, pin: str) -> None:
        try:
            by = await app_of(self).desk.approve("", pin)
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))
        else:
            self.post_message(self.Opened(by))
        finally:
            self._checking = False
