"""A list of rows under one cursor that stays on its row, whatever is refreshed around it.

Drawn line by line: moving the cursor repaints two lines and a changed cell one, so little is written to the
terminal. Column widths depend on the room alone, never on the rows, so nothing jumps.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.binding import Binding, BindingType
from textual.events import Click, Resize
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from store.text import cleaned
from tui.widgets.state import TONES, Mark

GAP = 2
Cell = str | Mark


@dataclass(frozen=True, slots=True)
class Column:
    """A column: `width` cells, or a `share` of what is left; not drawn in a table narrower than `from_width`."""

    title: str
    width: int = 0
    share: int = 1
    right: bool = False
    quiet: bool = False
    from_width: int = 0


@dataclass(frozen=True, slots=True)
class ListRow:
    """A row: `key` is what it is about and keeps the cursor on it; one cell a column."""

    key: str
    cells: tuple[Cell, ...]


class ListTable(ScrollView, can_focus=True, inherit_bindings=False):
    """Rows to choose from. Posts `Moved` when another row is under the cursor and `Chosen` on Enter."""

    DEFAULT_CSS = "ListTable { overflow-x: hidden; overflow-y: auto; scrollbar-size-vertical: 1; }"
    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "list--header",
        "list--cursor",
        "list--quiet",
        "list--empty",
        *(f"tone--{tone}" for tone in TONES),
    }
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "open", id="list.choose"),
        Binding("up", "move(-1)", "choose", key_display="↑↓", id="list.up"),
        Binding("down", "move(1)", show=False, id="list.down"),
        Binding("pageup", "page(-1)", show=False, id="list.page_up"),
        Binding("pagedown", "page(1)", show=False, id="list.page_down"),
        Binding("home", "edge(-1)", show=False, id="list.first"),
        Binding("end", "edge(1)", show=False, id="list.last"),
    ]

    class Moved(Message):
        """Another row is under the cursor (`key` None: the list is empty)."""

        def __init__(self, table: "ListTable", key: str | None) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> "ListTable":
            """The table."""
            return self.table

    class Chosen(Message):
        """Enter, or a click on the row under the cursor."""

        def __init__(self, table: "ListTable", key: str) -> None:
            super().__init__()
            self.table = table
            self.key = key

        @property
        def control(self) -> "ListTable":
            """The table."""
            return self.table

    def __init__(
        self,
        columns: Sequence[Column],
        *,
        header: bool = True,
        empty: str = "Nothing here.",
        id: str | None = None,  # noqa: A002 - Textual's name
        classes: str | None = None,
    ) -> None:
        super().__init__(id=id, classes=classes)
        self.columns = tuple(columns)
        self.empty_text = empty
        self.rows: tuple[ListRow, ...] = ()
        self.cursor = 0
        self._header = 1 if header else 0
        self._strips: dict[tuple[int, bool], Strip] = {}
        self._widths: tuple[int, ...] = ()

    @property
    def cursor_key(self) -> str | None:
        """The key of the row under the cursor, None when the list is empty."""
        return self.rows[self.cursor].key if self.rows else None

    def show(self, rows: Sequence[ListRow], *, keep: bool = True) -> None:
        """Show `rows`; the cursor stays on its row's key and the scroll where it is, unless `keep` is False."""
        rows = tuple(rows)
        if rows == self.rows and keep:
            return
        before, old, key = self.rows, self.cursor, self.cursor_key
        self.rows = rows
        self.cursor = self._place_of(key, old) if keep else 0
        self.virtual_size = Size(self.size.width, len(rows) + self._header)
        self._refresh_changed(before, old)
        if not keep:
            self.scroll_to(y=0, animate=False)
        if self.cursor_key != key:
            self._reveal()
            self.post_message(self.Moved(self, self.cursor_key))

    def select(self, key: str) -> None:
        """Put the cursor on the row of `key`, if it is there."""
        for place, row in enumerate(self.rows):
            if row.key == key:
                self._go(place)
                return

    def say_when_empty(self, text: str) -> None:
        """Set what is shown when there are no rows."""
        if text != self.empty_text:
            self.empty_text = text
            if not self.rows:
                self._redraw(0)

    def action_move(self, by: int) -> None:
        """Move the cursor by rows."""
        self._go(self.cursor + by)

    def action_page(self, by: int) -> None:
        """Move the cursor by a screenful."""
        self._go(self.cursor + by * max(1, self.size.height - self._header - 1))

    def action_edge(self, side: int) -> None:
        """Move the cursor to the first or the last row."""
        self._go(0 if side < 0 else len(self.rows) - 1)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.cursor_key is not None:
            self.post_message(self.Chosen(self, self.cursor_key))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer nothing on an empty list."""
        return bool(self.rows) if action in {"choose", "move", "page", "edge"} else True

    def on_click(self, event: Click) -> None:
        """Put the cursor where it was clicked; a second click chooses."""
        place = event.y + self.scroll_offset.y - self._header
        if event.y < self._header or not 0 <= place < len(self.rows):
            return
        if place == self.cursor:
            self.action_choose()
        else:
            self._go(place)

    def on_resize(self, event: Resize) -> None:
        """Share the room out among the columns again."""
        self._widths = ()
        self._strips.clear()
        self.virtual_size = Size(event.size.width, len(self.rows) + self._header)
        self._reveal()

    def on_focus(self) -> None:
        """Draw the cursor strong."""
        self._redraw(self.cursor)

    def on_blur(self) -> None:
        """Draw the cursor weak."""
        self._redraw(self.cursor)

    def notify_style_update(self) -> None:
        """Draw everything in the new colours."""
        self._strips.clear()
        super().notify_style_update()

    def render_line(self, y: int) -> Strip:
        """Return one line of the view."""
        width = self.size.width
        if y < self._header:
            return self._header_line(width)
        place = y + self.scroll_offset.y - self._header
        if not self.rows and y == self._header:
            text = set_cell_size(" " + self.empty_text, width)
            return Strip([Segment(text, self._style("list--empty"))], width)
        if place >= len(self.rows):
            return Strip.blank(width, self.rich_style)
        found = (place, place == self.cursor)
        if found not in self._strips:
            self._strips[found] = self._line(self.rows[place], width, under_cursor=found[1])
        return self._strips[found]

    def _line(self, row: ListRow, width: int, *, under_cursor: bool) -> Strip:
        base = self.rich_style + self._style("list--cursor") if under_cursor else self.rich_style
        segments = [Segment(" ", base)]
        for column, room, cell in zip(self.columns, self._shares(), row.cells, strict=True):
            if not room:
                continue
            style = base
            if isinstance(cell, Mark) and not under_cursor:
                style = base + Style.from_color(self._style(f"tone--{cell.tone}").color)
            elif column.quiet and not under_cursor:
                style = base + Style.from_color(self._style("list--quiet").color)
            segments += [Segment(fitted(str(cell), room, right=column.right), style), Segment(" " * GAP, base)]
        return Strip(segments).adjust_cell_length(width, base).simplify()

    def _header_line(self, width: int) -> Strip:
        style = self._style("list--header")
        text = "".join(
            fitted(column.title, room, right=column.right) + " " * GAP
            for column, room in zip(self.columns, self._shares(), strict=True)
            if room
        )
        return Strip([Segment(set_cell_size(" " + text, width), style)], width)

    def _shares(self) -> tuple[int, ...]:
        if not self._widths:
            width = self.size.width
            there = [width >= column.from_width for column in self.columns]
            fixed = sum(c.width for c, shown in zip(self.columns, there, strict=True) if shown)
            left = max(0, width - 2 - fixed - GAP * (sum(there) - 1))
            shares = sum(c.share for c, shown in zip(self.columns, there, strict=True) if shown and not c.width)
            self._widths = tuple(
                0 if not shown else column.width or max(1, left * column.share // max(1, shares))
                for column, shown in zip(self.columns, there, strict=True)
            )
        return self._widths

    def _style(self, name: str) -> Style:
        return self.get_component_rich_style(name)

    def _place_of(self, key: str | None, old: int) -> int:
        found = next((place for place, row in enumerate(self.rows) if row.key == key), old)
        return max(0, min(found, len(self.rows) - 1))

    def _refresh_changed(self, before: tuple[ListRow, ...], old: int) -> None:
        for place, (row, was) in enumerate(zip_longest(self.rows, before)):
            if row != was:
                self._redraw(place)
        if not self.rows or not before:
            self._redraw(0)
        if old != self.cursor:
            self._redraw(old)
            self._redraw(self.cursor)

    def _redraw(self, place: int) -> None:
        self._strips.pop((place, True), None)
        self._strips.pop((place, False), None)
        y = place - self.scroll_offset.y + self._header
        self.refresh(Region(0, y, self.size.width, 1))

    def _go(self, place: int) -> None:
        place = max(0, min(place, len(self.rows) - 1))
        if place == self.cursor or not self.rows:
            return
        old, self.cursor = self.cursor, place
        self._redraw(old)
        self._redraw(place)
        self._reveal()
        self.post_message(self.Moved(self, self.cursor_key))

    def _reveal(self) -> None:
        top, room = self.scroll_offset.y, self.size.height - self._header
        if self.cursor < top:
            self.scroll_to(y=self.cursor, animate=False, force=True)
        elif room > 0 and self.cursor >= top + room:
            self.scroll_to(y=self.cursor - room + 1, animate=False, force=True)


def fitted(text: str, width: int, *, right: bool = False) -> str:
    """Return `text` safe to draw and exactly `width` cells wide, cut with “…” where it is too long."""
    text = cleaned(text) if not text.isascii() or not text.isprintable() else text
    used = cell_len(text)
    if used > width:
        return set_cell_size(set_cell_size(text, width - 1).rstrip() + "…", width) if width else ""
    return " " * (width - used) + text if right else text + " " * (width - used)
