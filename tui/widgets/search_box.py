"""A field that searches with each key and moves a list's cursor while one types."""

from typing import ClassVar

from textual.binding import Binding, BindingType

from tui.widgets.field import Field
from tui.widgets.list_table import ListTable


class SearchBox(Field):
    """A one-line field; ↑↓ and Page keys move the cursor of the table whose selector is `drives`.

    Posts Input.Changed after each key and Input.Submitted on Enter; who mounts it searches and chooses.
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
