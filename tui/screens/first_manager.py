"""Making the first manager of a clinic that has worked without PINs so far."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import BindingType
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import BadInput, PaydeskError
from store.staff import LONGEST_NAME, Person
from tui import themes
from tui.screens.base import NEXT, PREVIOUS, DeskDialog
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.form import FormField
from tui.widgets.pin_field import PinField, agreed
from tui.widgets.question import new_pin, question, say_wrong


class FirstManagerDialog(DeskDialog[Person | None]):
    """Ask for a name and a PIN, make the manager, who is at the desk from now on; None when that was left."""

    CSS_PATH = themes.layout("sign_in.tcss")
    BOX_TITLE = "Make a manager"
    BINDINGS: ClassVar[list[BindingType]] = [NEXT, PREVIOUS]

    def __init__(self) -> None:
        super().__init__()
        self._saving = False

    def body(self) -> ComposeResult:
        """Ask for the name and, twice, for the PIN."""
        yield Static(
            Content(
                "From now on the desk asks for a PIN when it opens, and for a manager's where money goes back."
                " A manager adds the others in Admin > Staff."
            ),
            id="intro",
            markup=False,
        )
        yield from question("Name", FormField(max_length=LONGEST_NAME, id="name"))
        yield from new_pin()

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.input.value:
            self.query_one(f"#wrong-{event.input.id}", ErrorLine).clear()

    @on(Input.Submitted)
    async def _entered(self, event: Input.Submitted) -> None:
        """Go to the next field; on the last, save."""
        if event.input.id != "again":
            self.focus_next()
        elif not self._saving:
            self._saving = True
            try:
                await self._save()
            finally:
                self._saving = False

    async def _save(self) -> None:
        name = self.query_one("#name", Field).value
        pin, again = (self.query_one(f"#{field}", PinField).pin for field in ("pin", "again"))
        try:
            person = await self.desk.make_manager(name, agreed(pin, again))
        except BadInput as error:
            say_wrong(self, error.field, str(error))
        except PaydeskError as error:
            say_wrong(self, "name", str(error))
        else:
            self.dismiss(person)
