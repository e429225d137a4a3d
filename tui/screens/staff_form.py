"""The form of the staff list: a new person, a person's name and role, or a new PIN."""

from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static

from store.errors import BadInput, PaydeskError
from store.staff import LONGEST_NAME, ROLES, Person
from tui.desk import Desk
from tui.widgets.choice import Choice
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.form import FormField
from tui.widgets.pin_field import PinField, agreed
from tui.widgets.question import new_pin, question, say_wrong


class StaffForm(Vertical):
    """Asks; Enter goes on and saves on the last field. Posts `Filled` with `save`, or `Left`."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "go_on", "next", tooltip="Go to the next field; on the last, save", id="staff.go"),
        Binding("ctrl+s", "save", "save", key_display="^S", tooltip="Save what is typed", id="staff.save"),
        Binding("escape", "leave", "back", tooltip="Close the form and change nothing", id="staff.leave"),
    ]

    class Filled(Message):
        """All is typed; who mounted the form calls `form.save`, and `form.wrong` with what will not do."""

        def __init__(self, form: "StaffForm") -> None:
            super().__init__()
            self.form = form

    class Left(Message):
        """The person left the form."""

    def __init__(self, person: Person | None, *, pin_only: bool = False) -> None:
        """Ask about `person`, or a new one where that is None; `pin_only` asks for nothing but a PIN."""
        super().__init__()
        self._person = person
        self._pin_only = pin_only

    def compose(self) -> ComposeResult:
        """Ask only for what is to be changed."""
        person = self._person
        title = "New person" if person is None else f"New PIN for {person.name}" if self._pin_only else person.name
        yield Static(Content.styled(title, "bold"), classes="form-title", markup=False)
        if not self._pin_only:
            yield from question("Name", FormField(person.name if person else "", max_length=LONGEST_NAME, id="name"))
            yield from question("Role", Choice(ROLES, person.role if person else ROLES[0], id="role"))
        if person is None or self._pin_only:
            yield from new_pin()

    def begin(self) -> None:
        """Put the focus on the first field."""
        self._fields()[0].focus()

    async def save(self, desk: Desk) -> Person:
        """Save what is typed. Raises NeedsManager, BadInput, EditConflict or Refused."""
        if self._person is None:
            return await desk.add_staff(self._name_typed, self._role, self._new_pin())
        if self._pin_only:
            return await desk.set_pin(self._person.id, self._new_pin())
        person = self._person
        return await desk.change_staff(
            person.id, name=self._name_typed, role=self._role, active=person.active, version=person.version
        )

    def wrong(self, error: PaydeskError) -> None:
        """Say what will not do, under its field."""
        field = error.field if isinstance(error, BadInput) else ""
        if not self.query(f"#wrong-{field or 'none'}"):
            field = str(self._fields()[0].id)
        say_wrong(self, field, str(error))

    def action_go_on(self) -> None:
        """Go to the next field; on the last, save."""
        fields = self._fields()
        place = next((place for place, field in enumerate(fields) if field.has_focus), len(fields) - 1)
        if place + 1 < len(fields):
            fields[place + 1].focus()
        else:
            self.action_save()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_go_on()

    def action_save(self) -> None:
        """Hand over what is typed."""
        self.post_message(self.Filled(self))

    def action_leave(self) -> None:
        """Leave without saving."""
        self.post_message(self.Left())

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        if event.input.value:
            self.query_one(f"#wrong-{event.input.id}", ErrorLine).clear()

    @property
    def _name_typed(self) -> str:
        return self.query_one("#name", Field).value

    @property
    def _role(self) -> str:
        return self.query_one(Choice).value

    def _new_pin(self) -> str:
        return agreed(*(self.query_one(f"#{field}", PinField).pin for field in ("pin", "again")))

    def _fields(self) -> list[Field | Choice]:
        return [field for field in self.query("Field, Choice") if isinstance(field, Field | Choice)]
