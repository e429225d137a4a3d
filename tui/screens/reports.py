"""Reports by month: takings, VAT, message charges, payment links; as a table, a chart, and CSV."""

from datetime import date
from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.events import Resize
from textual.widgets import Static

from store.errors import PaydeskError
from store.months import Month
from store.reports import KINDS, Report, ReportKind
from tui import themes
from tui.screens.base import DeskScreen
from tui.screens.reload import Reload
from tui.screens.reports_rows import (
    EMPTY,
    TITLES,
    ReportTable,
    chart_of,
    columns_for,
    fitting,
    hidden,
    report_rows,
    sums_row,
)
from tui.widgets.bars import Bars
from tui.widgets.filter_bar import Choice, FilterBar, FilterLine
from tui.widgets.list_table import ListTable
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Sheet, ends, quiet

NARROW, WIDE = "-narrow", "-wide"


class ReportsScreen(DeskScreen):
    """One report of one month; ←→ change the month and 1 to 4 the report."""

    CSS_PATH = themes.layout("today.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, NARROW), (120, WIDE)]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "left", "month(-1)", "month", key_display="←→", tooltip="The month before, or after", id="reports.before"
        ),
        Binding("right", "month(1)", show=False, id="reports.after"),
        Binding("f7", "next_kind(1)", "report", tooltip="Show the next report", id="reports.kind"),
        Binding("shift+f7", "next_kind(-1)", "report before", show=False, key_display="⇧F7", id="reports.kind_back"),
        *(
            Binding(str(place), f"show_kind('{kind}')", TITLES[kind], show=False, id=f"reports.{kind}")
            for place, kind in enumerate(KINDS, 1)
        ),
        Binding(
            "e", "export", "save as CSV", tooltip="Save this report as CSV for a spreadsheet", id="reports.export"
        ),
        Binding("escape", "back", "back", tooltip="Back to today", id="reports.back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.kind: ReportKind = KINDS[0]
        self.month: Month | None = None
        self.report: Report | None = None
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Lay out the month, the reports' names, the chart, the table with its sums, and what is counted."""
        yield Sheet(id="reports-head")
        yield FilterBar()
        yield SaidLine()
        yield Bars(id="reports-bars")
        yield ReportTable((), id="reports-table")
        sums = ReportTable((), header=False, empty="", id="reports-sums")
        sums.can_focus = False
        yield sums
        yield Static(id="reports-note", markup=False)

    @property
    def table(self) -> ReportTable:
        """The table."""
        return self.query_one("#reports-table", ReportTable)

    @property
    def now_month(self) -> Month:
        """The month that it is at the clinic."""
        return Month.of(self.desk_app.now(), self.desk_app.clinic.zone)

    def on_mount(self) -> None:
        """Begin with this month and follow the store."""
        self.month = self.now_month
        self.desk_app.changed.subscribe(self, self._store_changed)
        self.table.focus()
        self._show_names()

    def on_screen_resume(self) -> None:
        """Read again what may have changed while another screen was shown."""
        self.load()

    def on_resize(self, event: Resize) -> None:  # noqa: ARG002 - Textual's
        """Show as many columns as there is room for now."""
        self.call_after_refresh(self._show)

    def on_list_table_moved(self, event: ListTable.Moved) -> None:
        """Let the day under the cursor stand out in the chart."""
        event.stop()
        self._mark()

    def action_month(self, by: int) -> None:
        """Show another month; none lies ahead of this one."""
        if self.month is not None:
            self.month = min(self.month.moved(by), self.now_month)
            self._changed()

    def action_next_kind(self, by: int) -> None:
        """Show the next report."""
        self.action_show_kind(KINDS[(KINDS.index(self.kind) + by) % len(KINDS)])

    def action_show_kind(self, kind: ReportKind) -> None:
        """Show a report."""
        self.kind = kind
        self._changed()

    def action_back(self) -> None:
        """Go back to today."""
        self.dismiss()

    @work(group="export", exclusive=True)
    async def action_export(self) -> None:
        """Save the report as CSV and say where."""
        if self.month is None:
            return
        try:
            path = await self.desk.save_report(self.kind, self.month)
        except PaydeskError as wrong:
            self._say(str(wrong), bad=True)
        else:
            self._say(f"Saved as {path}.")

    def _say(self, message: str, *, bad: bool = False) -> None:
        """Say something in place, unless the screen has been left meanwhile."""
        if self in self.app.screen_stack:
            self.query_one(SaidLine).say(message, bad=bad)

    def _changed(self) -> None:
        self._say("")
        self._show_names()
        self.load()

    async def _read(self) -> None:
        """Read the report; an answer that was overtaken by another question is dropped."""
        if self.month is None:
            return
        asked = (self.kind, self.month)
        try:
            found = await self.desk.report(*asked)
        except PaydeskError as wrong:
            self._say(str(wrong), bad=True)
            return
        if asked == (self.kind, self.month):
            self.report = found
            self._show()

    def _show(self) -> None:
        if self.report is None or self not in self.app.screen_stack:
            return
        report, sums = self.report, self.query_one("#reports-sums", ReportTable)
        width = self.table.size.width
        places = fitting(report, width)
        columns = columns_for(report, places, width)
        self.table.say_when_empty(EMPTY[report.kind])
        for table in (self.table, sums):
            table.reshape(columns)
        self.table.show(report_rows(report, places))
        sums.show([sums_row(report, places)])
        self.query_one("#reports-note", Static).update(Content(report.note + hidden(report, places)))
        self.query_one(Bars).show(chart_of(report))
        self._mark()

    def _mark(self) -> None:
        if self.report is None:
            return
        key = self.table.cursor_key
        first = None if key is None or int(key) >= len(self.report.rows) else self.report.rows[int(key)][0]
        self.query_one(Bars).mark(first.day - 1 if isinstance(first, date) else None)

    def _show_names(self) -> None:
        month, this = self.month, self.now_month
        if month is None:
            return
        arrows = Content.styled("← →" if month < this else "←", "$text-accent")
        title = Content.assemble((month.title, "bold"), "  ", arrows)
        about = quiet("so far" if month == this else "")
        self.query_one("#reports-head", Sheet).show(lambda width: [ends(width, title, about)])
        choices = (
            Choice(TITLES[kind], f"screen.show_kind('{kind}')", kind == self.kind, key=str(place))
            for place, kind in enumerate(KINDS, 1)
        )
        self.query_one(FilterBar).show([FilterLine("F7", tuple(choices), ())])

    def _store_changed(self, _: None) -> None:
        if self.is_current:
            self.load()
