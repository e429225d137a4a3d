"""What a list can be narrowed to, in lines that stay in sight: each choice in words, with the key that makes it."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.style import Style
from textual.widget import Widget

from store.text import cleaned

GAP = 2


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice: its word (`short` where there is no room for it), its key if any, and what a click on it does."""

    word: str
    action: str
    chosen: bool
    key: str = ""
    short: str = ""


@dataclass(frozen=True, slots=True)
class FilterLine:
    """One line: the key that goes through the choices at its left, these, and others at its right."""

    key: str
    left: tuple[Choice, ...]
    right: tuple[Choice, ...]


class FilterBar(Widget):
    """Shows lines of choices with the chosen ones marked; what is at the right gives way."""

    auto_links = False

    def __init__(self) -> None:
        super().__init__()
        self._lines: tuple[FilterLine, ...] = ()

    def show(self, lines: Sequence[FilterLine]) -> None:
        """Show these lines; drawn again only when they differ."""
        if tuple(lines) != self._lines:
            self._lines = tuple(lines)
            self.refresh()

    def render(self) -> RenderResult:
        """Lay the lines out."""
        return Content("\n").join([_line(line, self.content_size.width) for line in self._lines])


def _line(line: FilterLine, width: int) -> Content:
    left = Content.assemble((f"{line.key} ", "$text-accent"), _choices(line.left, short=False))
    room = width - left.cell_length - GAP
    right = _choices(line.right, short=False)
    if right.cell_length > room:
        right = _choices(line.right, short=True)
    if right.cell_length > room:
        right = right.truncate(max(0, room), ellipsis=True)
    return Content.assemble(left, " " * max(GAP, width - left.cell_length - right.cell_length), right)


def _choices(choices: Sequence[Choice], *, short: bool) -> Content:
    return Content(" " * GAP).join([_one(choice, short=short) for choice in choices])


def _one(choice: Choice, *, short: bool) -> Content:
    word = (choice.short if short else "") or choice.word
    parts: list[tuple[str, str]] = [(f"{choice.key} ", "$text-accent")] if choice.key else []
    parts.append((cleaned(word), "$text-accent bold underline" if choice.chosen else "$quiet"))
    return Content.assemble(*parts).stylize(Style.from_meta({"@click": choice.action}))
