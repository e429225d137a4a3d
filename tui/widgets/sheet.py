"""Rows of text that line up in columns at whatever width there is, drawn by one widget that scrolls with its box."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from typing import ClassVar

from rich.cells import cell_len
from textual.app import ComposeResult, RenderResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

from store.text import cleaned
from tui.widgets.list_table import fitted
from tui.widgets.state import TONE_STYLE, Mark

GAP = 2
Lines = list[Content]


@dataclass(frozen=True, slots=True)
class Col:
    """A column: `width` cells, or all that is left for the one column of width 0."""

    width: int = 0
    right: bool = False
    style: str = ""


def row(width: int, columns: Sequence[Col], pieces: Sequence[str | Mark], style: str = "") -> Content:
    """Return one line of `pieces`, one a column, exactly `width` cells wide; what is too long ends in “…”."""
    left = max(1, width - sum(column.width for column in columns) - GAP * (len(columns) - 1))
    cells = [_cell(piece, column, column.width or left, style) for column, piece in zip(columns, pieces, strict=True)]
    return Content(" " * GAP).join(cells)


def hanging(width: int, indent: int, label: str, text: str | Content, style: str = "") -> Lines:
    """Return `text` wrapped beside `label`, every line after the first `indent` cells in."""
    body = text if isinstance(text, Content) else Content.styled(cleaned(text), style)
    wrapped = body.wrap(max(8, width - indent))
    heads = [Content.styled(fitted(label, indent), "$quiet"), *[Content(" " * indent)] * (len(wrapped) - 1)]
    return [head + line for head, line in zip(heads, wrapped, strict=True)]


def ends(width: int, left: Content, right: Content) -> Content:
    """Return one line with `left` and `right` at its ends; `left` gives way where both have no room."""
    room = max(0, width - right.cell_length - GAP)
    start = left.truncate(room, ellipsis=True) if left.cell_length > room else left
    return Content.assemble(start, " " * max(0, width - cell_len(start.plain) - right.cell_length), right)


def wrapped_row(width: int, columns: Sequence[Col], pieces: Sequence[str], style: str = "") -> Lines:
    """Return one row of `pieces` with nothing cut: what is too long for its column goes on below."""
    left = max(1, width - sum(column.width for column in columns) - GAP * (len(columns) - 1))
    columns_of_lines = [
        [line.plain for line in Content(cleaned(piece)).wrap(column.width or left)] or [""]
        for column, piece in zip(columns, pieces, strict=True)
    ]
    return [row(width, columns, line, style) for line in zip_longest(*columns_of_lines, fillvalue="")]


def quiet(text: str) -> Content:
    """Return text that steps back."""
    return Content.styled(cleaned(text), "$quiet")


class Sheet(Widget):
    """Shows what `write(width)` returns, as high as it needs to be; drawn again only when it differs."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id, classes=classes)
        self._write: Callable[[int], Lines] = lambda _width: []

    def show(self, write: Callable[[int], Lines]) -> None:
        """Show other lines from now on."""
        self._write = write
        self.refresh(layout=True)

    @property
    def text(self) -> str:
        """What is shown, without colours; as at 80 columns while it has no place on the screen."""
        return "\n".join(line.plain.rstrip() for line in self._write(self.content_size.width or 80))

    def get_content_height(self, _container: Size, _viewport: Size, width: int) -> int:
        """Return how many lines there are at `width`."""
        return len(self._write(width)) if width else 0

    def render(self) -> RenderResult:
        """Return the lines at the width there is."""
        return Content("\n").join(self._write(self.content_size.width))


class Pane(VerticalScroll, can_focus=True):
    """A sheet that can be scrolled by line and by page."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "scroll_up", "scroll", key_display="↑↓", tooltip="Scroll", id="pane.up"),
        Binding("down", "scroll_down", "scroll", show=False, id="pane.down"),
    ]

    def compose(self) -> ComposeResult:
        """Hold one sheet."""
        yield Sheet()

    @property
    def sheet(self) -> Sheet:
        """The sheet."""
        return self.query_one(Sheet)

    def show(self, write: Callable[[int], Lines]) -> None:
        """Show other lines, scrolled to where they were."""
        self.sheet.show(write)
        self.call_after_refresh(self._offer_keys)

    def _offer_keys(self) -> None:
        """Look again whether there is something to scroll, unless it was closed by then."""
        if self.is_attached:
            self.refresh_bindings()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:  # noqa: ARG002 - Textual's
        """Offer to scroll only what is longer than its place."""
        return self.max_scroll_y > 0 if action in {"scroll_up", "scroll_down"} else True


def _cell(piece: str | Mark, column: Col, room: int, style: str) -> Content:
    text = fitted(str(piece), room, right=column.right)
    tone = TONE_STYLE[piece.tone] if isinstance(piece, Mark) else column.style
    return Content.styled(text, style or tone)
