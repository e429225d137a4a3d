"""The outbox's list: one line an entry, its state, what waits and why, and when it is tried next."""

from collections.abc import Iterable
from datetime import datetime

from rich.cells import cell_len
from textual import on
from textual.events import Resize
from textual.message import Message

from store.outbox_words import OutboxLine
from tui.screens.outbox_words import STATES, next_try
from tui.widgets.list_table import GAP, Column, ListRow, ListTable

COLUMNS = (Column("State", 9), Column("What waits, and why"), Column("Next try", 9, right=True))
EMPTY = "Nothing waits. Everything has gone out."


class OutboxTable(ListTable):
    """The list of entries; posts `Resized` when its lines have other room."""

    class Resized(Message):
        """The table is wider or narrower now."""

    def __init__(self) -> None:
        super().__init__(COLUMNS, id="outbox-list", empty=EMPTY)

    def show_lines(self, lines: Iterable[OutboxLine], now: datetime) -> None:
        """Show one line an entry; what has no room gives up address, target or code first."""
        self.show([self._row(line, next_try(line, now)) for line in lines])

    @property
    def room(self) -> int:
        """Cells for what waits and why."""
        return self.size.width - 2 - sum(GAP + column.width for column in COLUMNS if column.width)

    @on(Resize)
    def _tell_room(self) -> None:
        self.post_message(self.Resized())

    def _row(self, line: OutboxLine, when: str) -> ListRow:
        because = f": {line.why}" if line.why else ""
        fits = cell_len(line.what + because) <= self.room
        told = (line.what if fits else line.brief) + because
        return ListRow(line.entry.id, (STATES[line.entry.state], told, when))
