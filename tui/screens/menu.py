"""A menu of a few choices, each with its key; what cannot be chosen now stays in sight, dim, with the reason."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from textual.app import ComposeResult
from textual.events import Key

from tui.screens.base import DeskDialog, escaped
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import Cell, Column, ListRow, ListTable
from tui.widgets.state import Mark

MOST_ROWS = 14


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One choice: `answer` is what the menu hands back, `note` stands beside the label, `off` says why it is dim."""

    key: str
    answer: str
    label: str
    note: str | Mark = ""
    off: str = ""


class Menu(DeskDialog[str]):
    """Shows the choices; dismissed with the answer of the chosen one, or None."""

    def __init__(self, title: str, items: Sequence[MenuItem]) -> None:
        super().__init__()
        self._title = title
        self._refused = ""
        self._items = {item.answer: item for item in items}

    def body(self) -> ComposeResult:
        """List the choices."""
        widest = max(cell_len(item.label) for item in self._items.values())
        yield ListTable([Column("", 1), Column("", widest), Column("", quiet=True)], header=False)
        yield ErrorLine()

    def on_mount(self) -> None:
        """Stand on the first choice that can be made."""
        self.box.border_title = escaped(self._title)
        table = self.query_one(ListTable)
        table.styles.height = min(MOST_ROWS, len(self._items))
        table.show([ListRow(item.answer, _cells(item)) for item in self._items.values()])
        first = next((item.answer for item in self._items.values() if not item.off), None)
        if first is not None:
            table.select(first)
        table.focus()

    def on_list_table_moved(self, event: ListTable.Moved) -> None:
        """Forget what was said about another choice."""
        event.stop()
        if event.key != self._refused:
            self.query_one(ErrorLine).clear()

    def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
        """Choose what is under the cursor."""
        event.stop()
        self._choose(self._items[event.key])

    def on_key(self, event: Key) -> None:
        """Choose by an item's own key."""
        pressed = (event.character or "").lower()
        item = next((item for item in self._items.values() if item.key == pressed), None)
        if item is not None:
            event.stop()
            self.query_one(ListTable).select(item.answer)
            self._choose(item)

    def _choose(self, item: MenuItem) -> None:
        if item.off:
            self._refused = item.answer
            self.query_one(ErrorLine).say(f"{item.label} cannot be done now: {item.off}.")
        else:
            self.dismiss(item.answer)


def _cells(item: MenuItem) -> tuple[Cell, ...]:
    if item.off:
        return (Mark("", item.key.upper(), "quiet"), Mark("", item.label, "quiet"), Mark("", item.off, "quiet"))
    return (Mark("", item.key.upper(), "wait"), item.label, item.note)
