"""A bar for each day of a month, in eighths of a character."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.app import RenderResult
from textual.content import Content
from textual.widget import Widget

from tui.widgets.list_table import fitted

EIGHTHS = " ▁▂▃▄▅▆▇█"
BELOW = "▼"
"""Stands where a bar would go below nothing."""

WIDEST = 4


@dataclass(frozen=True, slots=True)
class Chart:
    """What is drawn: one value a day (None: there is none), and how a value is written at the scale."""

    title: str
    values: tuple[int | None, ...]
    write: Callable[[int], str]


class Bars(Widget):
    """Shows one chart, as wide as it may be; the day of `marked` (counted from 0) stands out."""

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - Textual's name
        super().__init__(id=id)
        self._chart: Chart | None = None
        self._marked: int | None = None

    def show(self, chart: Chart | None) -> None:
        """Show a chart, or nothing; one without a value above or below nothing is nothing."""
        self._chart = chart
        self.set_class(chart is None or not any(chart.values), "-empty")
        self.refresh()

    def mark(self, place: int | None) -> None:
        """Let a day stand out."""
        if place != self._marked:
            self._marked = place
            self.refresh()

    def render(self) -> RenderResult:
        """Draw title, bars with their scale, and the days."""
        width, height = self.content_size
        if self._chart is None or height < 4:
            return ""
        return Content("\n").join(bar_lines(self._chart, width, height, self._marked))


def bar_lines(chart: Chart, width: int, height: int, marked: int | None = None) -> list[Content]:
    """Return a chart in `height` lines: its title, the bars, the days; the scale is at the left."""
    rows = height - 2
    most = max((value for value in chart.values if value is not None), default=0)
    scale = (chart.write(most) if most > 0 else "", chart.write(0))
    gutter = max(map(len, scale)) + 1
    step = max(1, min(WIDEST, (width - gutter) // max(1, len(chart.values))))
    lines = [Content.styled(fitted(chart.title, width).rstrip(), "$quiet")]
    for place in range(rows):
        label = scale[0] if place == 0 else scale[1] if place == rows - 1 else ""
        floor = rows - 1 - place
        bars = [_piece(value, most, rows, floor, step, here=day == marked) for day, value in enumerate(chart.values)]
        lines.append(Content.assemble((f"{label:>{gutter - 1}} ", "$quiet"), *bars))
    lines.append(Content.styled(" " * gutter + _days(len(chart.values), step, marked), "$quiet"))
    return lines


def _piece(value: int | None, most: int, rows: int, floor: int, step: int, *, here: bool) -> tuple[str, str]:
    """Return a bar's part in one line, `floor` lines above the lowest."""
    style = "$foreground" if here else "$text-accent"
    wide = max(1, step - 1)
    if value is not None and value < 0:
        return ((BELOW if floor == 0 else " ") * wide).ljust(step), "$text-warning"
    full = 0 if not value else max(1, value * rows * 8 // most)
    return (EIGHTHS[max(0, min(8, full - floor * 8))] * wide).ljust(step), style


def _days(many: int, step: int, marked: int | None) -> str:
    """Return the days under their bars: the marked one, and as many of the round ones as there is room for."""
    line = [" "] * (many * step + 2)
    for day in _in_order_of_worth(many, marked):
        start = (day - 1) * step
        place = slice(max(0, start - 1), start + len(str(day)) + 1)
        if all(letter == " " for letter in line[place]):
            line[start : start + len(str(day))] = str(day)
    return "".join(line).rstrip()


def _in_order_of_worth(many: int, marked: int | None) -> Sequence[int]:
    first = [] if marked is None else [marked + 1]
    return [*first, 1, *range(5, many + 1, 5)]
