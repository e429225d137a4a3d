"""Reports as people read them: columns that fit, cells in words, and the chart."""

from collections.abc import Sequence
from datetime import date

from store.money import format_money, format_rate
from store.reports import Report, ReportColumn, ReportKind, Row, Value
from tui.format import DAY, HOUR, MINUTE, span
from tui.widgets.bars import Chart
from tui.widgets.list_table import GAP, Column, ListRow, ListTable

TITLES: dict[ReportKind, str] = {
    "takings": "Takings",
    "vat": "VAT",
    "charges": "Message charges",
    "links": "Payment links",
}
EMPTY: dict[ReportKind, str] = {
    "takings": "Nothing was taken in this month.",
    "vat": "Nothing was invoiced in this month.",
    "charges": "No message went out in this month.",
    "links": "No payment link was asked for in this month.",
}
CHARTED: dict[ReportKind, str] = {"takings": "Taken per day", "links": "Time to pay per day (median)"}

FIRST = 7
"""Cells of the first column."""

ROOM = {"count": 8, "money": 11, "span": 11}
"""Cells that a column needs at least."""

LONGEST_TITLE, MOST = 13, 18
"""Cells that a title is given where there is room, and that any column is."""

SUMS = "sums"


class ReportTable(ListTable):
    """A list whose columns can change, and behind whose rows nothing lies."""

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to move, not to open."""
        return action != "choose" and super().check_action(action, parameters)

    def reshape(self, columns: Sequence[Column]) -> None:
        """Show other columns from now on; the rows are shown next."""
        if tuple(columns) != self.columns:
            self.columns = tuple(columns)
            self.rows = ()
            self._widths = ()
            self._strips.clear()
            self.refresh()


def fitting(report: Report, width: int) -> tuple[int, ...]:
    """Return which columns have room: the first, the sum of all, then from the left; the last goes first.

    Account credit has a column only where some was used.
    """
    wanted = [place for place in range(1, len(report.columns)) if _said(report, place)]
    left = width - 2 - FIRST
    kept = []
    for place in sorted(wanted, key=lambda place: report.columns[place].name != "total"):
        left -= ROOM[report.columns[place].kind] + GAP
        if left < 0:
            break
        kept.append(place)
    return (0, *sorted(kept))


def columns_for(report: Report, places: Sequence[int], width: int) -> list[Column]:
    """Return the columns at `places`: each with its least room, then with its title's, then all evenly wider."""
    kinds = [report.columns[place] for place in places[1:]]
    room = [ROOM[column.kind] for column in kinds]
    left = width - 2 - FIRST - sum(room) - GAP * len(room)
    for place, column in enumerate(kinds):
        more = max(0, min(left, min(LONGEST_TITLE, len(column.title)) - room[place]))
        room[place] += more
        left -= more
    each = max(0, left) // max(1, len(room))
    wide = [FIRST, *(min(MOST, cells + each) for cells in room)]
    return [
        Column(
            report.columns[place].title, cells, right=bool(place), quiet=report.columns[place].name == "credit_used"
        )
        for place, cells in zip(places, wide, strict=True)
    ]


def report_rows(report: Report, places: Sequence[int]) -> list[ListRow]:
    """Return the report's rows, keyed by their place."""
    return [ListRow(str(key), _cells(report, row, places)) for key, row in enumerate(report.rows)]


def sums_row(report: Report, places: Sequence[int]) -> ListRow:
    """Return the sums."""
    first, *rest = _cells(report, report.sums, places)
    return ListRow(SUMS, (first or "Total", *rest))


def written(value: Value, column: ReportColumn, currency: str) -> str:
    """Write one value for people."""
    if value is None:
        return "–" if column.kind == "span" else ""
    if isinstance(value, str):
        return value
    if isinstance(value, date):
        return f"{value:%a} {value.day:>2}"
    if column.kind == "money":
        return format_money(value, currency)
    return {"rate": format_rate, "span": took}.get(column.kind, str)(value)


def took(seconds: int) -> str:
    """Write how long something took: `40 s`, `35 min`, `3 h 40 min`, `2 days`."""
    hours, rest = divmod(seconds, HOUR)
    if not 0 < hours < DAY // HOUR or rest < MINUTE:
        return span(seconds)
    return f"{hours} h {rest // MINUTE} min"


def chart_of(report: Report) -> Chart | None:
    """Return the report's chart, if it has one."""
    column, title = report.charted, CHARTED.get(report.kind)
    if column is None or title is None:
        return None
    return Chart(title, report.chart, lambda value: written(value, column, report.currency))


def hidden(report: Report, places: Sequence[int]) -> str:
    """Return what to say of the columns that have no room, or nothing."""
    more = sum(_said(report, place) for place in range(len(report.columns)) if place not in places)
    columns = "1 more column" if more == 1 else f"{more} more columns"
    return f" {columns} on a wider terminal and in the CSV." if more else ""


def _said(report: Report, place: int) -> bool:
    return report.columns[place].name != "credit_used" or any(row[place] for row in report.rows)


def _cells(report: Report, row: Row, places: Sequence[int]) -> tuple[str, ...]:
    return tuple(written(row[place], report.columns[place], report.currency) for place in places)
