"""A field that searches with each key and moves a list's cursor while one types.

Every search opens a payment request by its short code: `K7Q-42M`, Enter. A screen that mounts a `SearchBox` has
nothing to do for it; where a search makes something of what it does not find (a new client, say), it asks
`tui.request_code.unknown_code` first, whose sentence is for the person who reads a code out.
"""

from typing import ClassVar

from textual.binding import Binding, BindingType

from store.errors import PaydeskError
from tui.request_code import read_code, request_of
from tui.screens.base import app_of
from tui.widgets.field import Field
from tui.widgets.list_table import ListTable


class SearchBox(Field):
    """A one-line field; ↑↓ and Page keys move the cursor of the table whose selector is `drives`.

    Posts Input.Changed after each key and Input.Submitted on Enter; who mounts it searches and chooses. Enter on a
    payment request's code opens that request instead, and the field is empty again.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "drive(-1)", "choose", key_display="↑↓", id="search.up"),
        Binding("down", "drive(1)", show=False, id="search.down"),
        Binding("pageup", "drive_page(-1)", show=False, id="search.page_up"),
        Binding("pagedown", "drive_page(1)", show=False, id="search.page_down"),
    ]

    def __init__(
        self,
        *,
        drives: str,
        placeholder: str = "",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(placeholder=placeholder, id=id, classes=classes, select_on_focus=False)
        self._drives = drives
        self.driven = False
        """Whether the list's cursor was moved since the last key; an empty field then still chooses."""

    @property
    def table(self) -> ListTable:
        """The list that this field searches."""
        return self.screen.query_one(self._drives, ListTable)

    async def action_submit(self) -> None:
        """Open the payment request whose code is typed; anything else is for whoever mounted the field."""
        if not (read_code(self.value) and await self._opened()):
            await self.hand_over()

    async def hand_over(self) -> None:
        """Pass on what is typed."""
        await super().action_submit()

    async def _opened(self) -> bool:
        """Open the request whose code is typed; return whether there is one."""
        app = app_of(self)
        try:
            request = await request_of(app.desk, self.value)
            if request is None:
                return False
            invoice = await app.desk.invoice(request.invoice_id)
        except PaydeskError as error:
            app.say(str(error), bad=True)
            return True
        from tui.screens.invoice_popup import InvoicePopup

        self.value = ""
        self.app.push_screen(InvoicePopup(invoice.row.number, request.id))
        return True

    def action_drive(self, by: int) -> None:
        """Move the list's cursor by rows."""
        self._mark_driven(driven=True)
        self.table.action_move(by)

    def action_drive_page(self, by: int) -> None:
        """Move the list's cursor by a screenful."""
        self._mark_driven(driven=True)
        self.table.action_page(by)

    def watch_value(self, value: str) -> None:
        """What is typed decides again what Enter would choose."""
        self._mark_driven(driven=False, typed=bool(value.strip()))

    def _mark_driven(self, *, driven: bool, typed: bool = True) -> None:
        self.driven = driven
        if self.is_attached:
            self.table.set_class(driven or typed, "-driven")
