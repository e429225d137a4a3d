"""The staff: who works here, in which role, and who may sign in; a part of Admin."""

from collections.abc import Awaitable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from store.errors import PaydeskError
from store.staff import Person
from tui.approval import approved
from tui.background import begin
from tui.desk import Desk
from tui.screens.base import app_of
from tui.screens.staff_form import StaffForm
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.said_line import SaidLine
from tui.widgets.state import Mark

NOBODY = "Nobody yet. N adds the first person, a manager."


class StaffPane(Vertical):
    """A list of the staff with a form under it; `StaffPane()` goes anywhere on a screen of the desk.

    It reads for itself when it is mounted and whenever something changes; `begin()` puts the focus on its list. Its
    layout is in `themes/sign_in.tcss`, which whatever mounts it names in its CSS_PATH.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new", "new person", tooltip="Add somebody to the staff", id="staff.new"),
        Binding("e", "edit", "edit", tooltip="Change the name or the role", id="staff.edit"),
        Binding("p", "pin", "new PIN", tooltip="Give this person another PIN", id="staff.pin"),
        Binding("o", "switch", "on or off", tooltip="Let this person sign in, or not any more", id="staff.switch"),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._people: dict[str, Person] = {}
        self._saving = False

    def compose(self) -> ComposeResult:
        """Put the list above the line that answers; a form comes under them."""
        yield ListTable(
            (Column("Name", share=1), Column("Role", 10), Column("May sign in", 14)),
            empty=NOBODY,
        )
        yield SaidLine()

    async def on_mount(self) -> None:
        """Follow every change."""
        app_of(self).changed.subscribe(self, lambda _: self._read())
        await self._read()

    def begin(self) -> None:
        """Put the focus on the list."""
        self.query_one(ListTable).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Letters are letters while a form is open; without anybody there is nothing to edit."""
        if action in {"new", "edit", "pin", "switch"} and self.query(StaffForm):
            return False
        return action not in {"edit", "pin", "switch"} or self._chosen is not None

    async def action_new(self) -> None:
        """Add somebody."""
        await self._open(StaffForm(None))

    async def action_edit(self) -> None:
        """Change the name or role of the person under the cursor."""
        if self._chosen is not None:
            await self._open(StaffForm(self._chosen))

    async def action_pin(self) -> None:
        """Give the person under the cursor another PIN."""
        if self._chosen is not None:
            await self._open(StaffForm(self._chosen, pin_only=True))

    def action_switch(self) -> None:
        """Let the person under the cursor sign in, or not any more."""
        person = self._chosen
        if person is not None and not self._saving:
            self._saving = True
            begin(self, self._switch, person)

    @on(ListTable.Chosen)
    async def _edit_chosen(self, event: ListTable.Chosen) -> None:
        event.stop()
        await self.action_edit()

    @on(StaffForm.Filled)
    def _filled(self, event: StaffForm.Filled) -> None:
        event.stop()
        if not self._saving:
            self._saving = True
            begin(self, self._save, event.form)

    @on(StaffForm.Left)
    async def _left(self, event: StaffForm.Left) -> None:
        event.stop()
        await self._close()

    @property
    def _chosen(self) -> Person | None:
        return self._people.get(self.query_one(ListTable).cursor_key or "")

    async def _open(self, form: StaffForm) -> None:
        self.query_one(SaidLine).say("")
        await self.mount(form)
        form.begin()

    async def _close(self) -> None:
        await self.query(StaffForm).remove()
        self.begin()

    async def _save(self, form: StaffForm) -> None:
        try:
            person = await approved(app_of(self), form.save)
        except PaydeskError as error:
            form.wrong(error)
        else:
            if person is not None:
                await self._done(person, f"{person.name} is saved.")
        finally:
            self._saving = False

    async def _switch(self, person: Person) -> None:
        def deed(desk: Desk) -> Awaitable[Person]:
            return desk.change_staff(
                person.id, name=person.name, role=person.role, active=not person.active, version=person.version
            )

        try:
            after = await approved(app_of(self), deed)
        except PaydeskError as error:
            self.query_one(SaidLine).say(str(error), bad=True)
        else:
            if after is not None:
                can = "may sign in again" if after.active else "may not sign in any more"
                await self._done(after, f"{after.name} {can}.")
        finally:
            self._saving = False

    async def _done(self, person: Person, said: str) -> None:
        await self._close()
        await self._read()
        self.query_one(ListTable).select(person.id)
        self.query_one(SaidLine).say(said)

    async def _read(self) -> None:
        people = await app_of(self).desk.staff()
        self._people = {person.id: person for person in people}
        self.query_one(ListTable).show([ListRow(person.id, _cells(person)) for person in people])
        self.refresh_bindings()


def _cells(person: Person) -> tuple[str | Mark, ...]:
    if not person.active:
        return (Mark("", person.name, "quiet"), Mark("", person.role, "quiet"), Mark("✕", "switched off", "quiet"))
    return (person.name, person.role, Mark("✓", "yes", "good"))
