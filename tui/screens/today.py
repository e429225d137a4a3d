"""F6: what has been taken since the last close, what is on its way, and the end of the day."""

from typing import ClassVar

from textual import work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical

from store.day_views import ClosedDay
from store.errors import PaydeskError
from store.money import format_money
from tui import themes
from tui.desk.days import Today
from tui.screens.base import DeskScreen
from tui.screens.invoice_sections import Here
from tui.screens.reload import Reload
from tui.screens.today_lines import head_lines, sum_lines, world_lines
from tui.screens.today_rows import COLUMNS, EMPTY, LISTS, numbers, rows, titles
from tui.widgets.filter_bar import Choice, FilterBar, FilterLine
from tui.widgets.list_table import ListTable
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Sheet

NARROW, WIDE = "-narrow", "-wide"
MINUTE = 60
NO_INVOICE = "This has no invoice. F4 shows the client, or F5 the outbox."


class TodayScreen(DeskScreen):
    """Sums above, lists below: one at a time, or all three where there is room. It follows the store by itself."""

    CSS_PATH = themes.layout("today.tcss")
    HORIZONTAL_BREAKPOINTS = [(0, NARROW), (120, WIDE)]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("c", "close_day", "close the day", tooltip="Count the till and close the day", id="today.close"),
        Binding("r", "reports", "reports", tooltip="Reports by month", id="today.reports"),
        Binding("d", "closed_days", "closed days", tooltip="Look at days that were closed", id="today.closed"),
        Binding(
            "f7", "next_list(1)", "list", tooltip="Go on to the next list: links, payments, outbox", id="today.list"
        ),
        Binding("shift+f7", "next_list(-1)", "list before", show=False, key_display="⇧F7", id="today.list_back"),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.today: Today | None = None
        self.listed = LISTS[0][0]
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Lay out the head, the sums, the lists' names and the lists, and how the world stands."""
        yield Sheet(id="today-head")
        yield SaidLine()
        with Vertical(id="today-panes"):
            yield Sheet(id="today-sums")
            yield FilterBar()
            with Vertical(id="today-lists"):
                for name, _ in LISTS:
                    yield ListTable(COLUMNS[name], empty=EMPTY[name], id=f"today-{name}", classes="today-list")
        yield Sheet(id="today-world")

    def on_mount(self) -> None:
        """Follow the store; ages go on by the minute without it."""
        self._timer = self.set_interval(MINUTE, self.tick, pause=True)
        self.desk_app.changed.subscribe(self, self._store_changed)
        self._choose(self.listed)

    def on_screen_resume(self) -> None:
        """Read again what may have changed while another screen was shown."""
        self._timer.resume()
        self.load()

    def on_screen_suspend(self) -> None:
        """Nobody looks, so no age is counted."""
        self._timer.pause()

    def on_descendant_focus(self) -> None:
        """The list that has the focus is the chosen one."""
        for name, _ in LISTS:
            if self.table(name).has_focus:
                self._mark(name)

    def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
        """Open the invoice behind a row."""
        from tui.screens.invoice_popup import InvoicePopup

        event.stop()
        number = numbers(self.today)[event.key] if self.today else ""
        if number:
            self.app.push_screen(InvoicePopup(number))
        else:
            self.query_one(SaidLine).say(NO_INVOICE, bad=True)

    def tick(self) -> None:
        """Let the ages go on; the store is not asked."""
        self._show()

    def table(self, name: str) -> ListTable:
        """Return a list."""
        return self.query_one(f"#today-{name}", ListTable)

    def action_next_list(self, by: int) -> None:
        """Go on to the next list."""
        names = [name for name, _ in LISTS]
        self._choose(names[(names.index(self.listed) + by) % len(names)])

    def action_show_list(self, name: str) -> None:
        """Go to a list."""
        self._choose(name)

    @work(group="close", exclusive=True)
    async def action_close_day(self) -> None:
        """Count the till and close the day."""
        from tui.screens.cash_up import CashUpDialog

        try:
            day = (await self.desk.today(limit=0)).day
        except PaydeskError as wrong:
            self.query_one(SaidLine).say(str(wrong), bad=True)
            return
        closed = await self.app.push_screen_wait(CashUpDialog(day))
        if closed is not None:
            self._say_closed(closed)

    def action_reports(self) -> None:
        """Show the reports."""
        from tui.screens.reports import ReportsScreen

        self.app.push_screen(ReportsScreen())

    def action_closed_days(self) -> None:
        """Show the days that were closed."""
        from tui.screens.today_closed import ClosedDaysScreen

        self.app.push_screen(ClosedDaysScreen())

    async def _read(self) -> None:
        try:
            self.today = await self.desk.today()
        except PaydeskError as wrong:
            self.query_one(SaidLine).say(str(wrong), bad=True)
            return
        self._show()

    def _show(self) -> None:
        if self.today is None:
            return
        today, clinic = self.today, self.desk_app.clinic
        here = Here(clinic.zone, self.desk_app.now())
        self.query_one("#today-head", Sheet).show(lambda width: head_lines(today, here, clinic.currency, width))
        self.query_one("#today-sums", Sheet).show(lambda width: sum_lines(today, clinic.currency, width))
        self.query_one("#today-world", Sheet).show(lambda width: world_lines(today, here, width))
        titled = titles(today)
        for name, listed in rows(today, clinic.zone, here.now, clinic.currency).items():
            self.table(name).show(listed)
            self.table(name).border_title = titled[name]
        self._show_names()

    def _show_names(self) -> None:
        titled = titles(self.today) if self.today else dict(LISTS)
        choices = (Choice(titled[name], f"screen.show_list('{name}')", name == self.listed) for name, _ in LISTS)
        self.query_one(FilterBar).show([FilterLine("F7", tuple(choices), ())])

    def _choose(self, name: str) -> None:
        self._mark(name)
        self.table(name).focus()

    def _mark(self, name: str) -> None:
        self.listed = name
        for other, _ in LISTS:
            self.table(other).set_class(other == name, "-chosen")
        self._show_names()

    def _say_closed(self, closed: ClosedDay) -> None:
        apart = closed.difference
        money = format_money(abs(apart), self.desk_app.clinic.currency)
        told = f", {money} {'missing' if apart < 0 else 'too much'}" if apart else ", the count was exact"
        self.query_one(SaidLine).say(f"The day is closed{told}. D shows it again and prints it.")

    def _store_changed(self, _: None) -> None:
        if self.is_current:
            self.load()
