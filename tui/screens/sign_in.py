"""Who is at the desk: choose a person, type their PIN. Shown when the desk opens, and as the lock before all else."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Center, Horizontal, Middle, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from store.errors import PaydeskError
from store.staff import Person
from tui import themes
from tui.background import begin
from tui.screens.base import app_of
from tui.widgets.error_line import ErrorLine
from tui.widgets.key_bar import KeyBar
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.pin_field import PinField, PinHint
from tui.widgets.top_bar import StatusLine

MOST_ROWS = 8


class SignInPin(PinField):
    """The PIN; the arrow keys choose whose."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "sign in", tooltip="Sign in with this PIN", id="sign_in.go"),
        Binding("up", "screen.choose(-1)", "choose", key_display="↑↓", tooltip="Choose who you are", id="sign_in.up"),
        Binding("down", "screen.choose(1)", show=False, id="sign_in.down"),
    ]


class SignInScreen(ModalScreen[None]):
    """Lists who may sign in; the PIN of whom the cursor is on opens the desk. Nothing of the work shows through."""

    CSS_PATH = themes.layout("sign_in.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "clear", "clear the PIN", tooltip="Type the PIN again", id="sign_in.clear"),
        Binding("ctrl+q", "app.quit", "leave", tooltip="Leave Paydesk; nothing is lost", id="sign_in.leave"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._people: dict[str, Person] = {}
        self._checking = False

    def compose(self) -> ComposeResult:
        """Put the status above, the people and the PIN in the middle, the keys below."""
        yield StatusLine("Paydesk")
        with Middle(), Center(), Vertical(id="box"):
            yield Static(id="why", markup=False)
            yield ListTable((Column("", share=1), Column("", 10, quiet=True)), header=False, id="people")
            with Horizontal(classes="field-row"):
                yield Static("PIN", classes="label", markup=False)
                yield SignInPin(id="pin")
            yield ErrorLine()
            yield PinHint()
        yield KeyBar()

    async def on_screen_resume(self) -> None:
        """Begin anew: who works here now, nothing typed, nothing said."""
        app = app_of(self)
        self.query_one("#box").border_title = app.lock.title
        why = self.query_one("#why", Static)
        why.update(Content(app.lock.why))
        why.display = bool(app.lock.why)
        field = self.query_one(PinField)
        field.take()
        field.focus()
        try:
            self._show([person for person in await app.desk.staff() if person.active])
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))
        else:
            self.query_one(ErrorLine).clear()

    @on(Input.Changed)
    def _typed(self) -> None:
        if self.query_one(PinField).value:
            self.query_one(ErrorLine).clear()

    @on(ListTable.Moved)
    def _chose(self) -> None:
        self.query_one(ErrorLine).clear()

    @on(ListTable.Chosen)
    def _clicked(self) -> None:
        self.query_one(PinField).focus()

    @on(PinField.Letter)
    def _by_letter(self, event: PinField.Letter) -> None:
        """Go to the next person whose name begins with the letter."""
        table = self.query_one(ListTable)
        keys = list(self._people)
        after = keys.index(table.cursor_key) + 1 if table.cursor_key in self._people else 0
        for key in keys[after:] + keys[:after]:
            if self._people[key].name.casefold().startswith(event.letter.casefold()):
                table.select(key)
                return

    def action_choose(self, by: int) -> None:
        """Move the cursor."""
        self.query_one(ListTable).action_move(by)

    def action_clear(self) -> None:
        """Empty the field."""
        self.query_one(PinField).take()
        self.query_one(ErrorLine).clear()

    @on(Input.Submitted)
    def _entered(self) -> None:
        """Look at the PIN; a second Enter while that goes on is one too many."""
        person_id = self.query_one(ListTable).cursor_key
        if person_id is not None and not self._checking:
            self._checking = True
            begin(self, self._check, person_id, self.query_one(PinField).take())

    async def _check(self, person_id: str, pin: str) -> None:
        app = app_of(self)
        try:
            await app.sign_in(person_id, pin)
        except PaydeskError as error:
            self.query_one(ErrorLine).say(str(error))
        finally:
            self._checking = False

    def _show(self, people: list[Person]) -> None:
        """List them, with the cursor on who is at the desk now."""
        self._people = {person.id: person for person in people}
        table = self.query_one(ListTable)
        table.styles.height = max(1, min(MOST_ROWS, len(people)))
        table.show([ListRow(person.id, (person.name, person.role)) for person in people])
        by = app_of(self).desk.by
        here = next((person for person in people if by.person == person.id or by.name == person.name), None)
        if here is not None:
            table.select(here.id)
