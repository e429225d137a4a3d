"""Closing the day: the till's float, what should be in it, what was counted, and why these differ."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.coins import PIECES
from store.day_views import CashCount, ClosedDay, OpenDay
from store.errors import BadInput, PaydeskError
from store.ids import new_id
from store.money import format_money, format_plain, parse_amount
from tui import themes
from tui.screens.base import NEXT, PREVIOUS, DeskDialog, answers, escaped
from tui.screens.cash_count import CountDialog
from tui.screens.invoice_sections import Here
from tui.screens.reload import Reload
from tui.screens.today_lines import since
from tui.widgets.amount_input import AmountInput
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.state import Mark

FIELDS = ("float", "counted", "kept", "reason")
COUNT_FIRST = "Count what is in the till and type the sum, or press F8 to count by notes and coins."


class CashUpDialog(DeskDialog[ClosedDay | None]):
    """Asks for the count and closes the day once, whatever is pressed twice; follows the till while one counts."""

    CSS_PATH = themes.layout("today.tcss")
    BOX_TITLE = "Close the day"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "close_day", "close the day", tooltip="Close the day", id="cash_up.close"),
        Binding(
            "f8", "count", "notes and coins", tooltip="Count by notes and coins; it adds them up", id="cash_up.count"
        ),
        NEXT,
        PREVIOUS,
    ]

    def __init__(self, day: OpenDay) -> None:
        super().__init__()
        self._day = day
        self._day_id = new_id()
        self._pieces: dict[int, int] = {}
        self._float_was = format_plain(day.float)
        """What stood in the float's field: as much is to stay in until something else is typed there."""
        self._busy = False
        self.load = Reload(self, self._read)

    def body(self) -> ComposeResult:
        """Put what is known above what is asked."""
        yield from self._row(
            "float", "Float", AmountInput(self._day.float, id="float"), "was in the till at the start"
        )
        yield Static(id="cash-taken", markup=False)
        yield Static(id="expected", markup=False)
        yield from self._row(
            "counted", "Counted", AmountInput(placeholder="0.00", id="counted"), "F8 notes and coins"
        )
        yield Static(id="difference", markup=False)
        yield from self._row("kept", "Stays in", AmountInput(self._day.float, id="kept"), "is the next day's float")
        reason = Field(placeholder="needed where there is a difference", id="reason", max_length=200)
        yield from self._row("reason", "Reason", reason, "")
        yield Static(answers("Close the day"), id="answers", markup=False)

    def _row(self, name: str, label: str, field: Field, after: str) -> ComposeResult:
        with Horizontal(classes="field-row"):
            yield Static(label, classes="label", markup=False)
            yield field
            if after:
                yield Static(after, classes="after", markup=False)
        yield ErrorLine(id=f"wrong-{name}")

    def on_mount(self) -> None:
        """Say since when it counts, and begin at the count."""
        here = Here(self.desk_app.clinic.zone, self.desk_app.now())
        told = since(self._day, here)
        self.box.border_subtitle = escaped(f"{told[:1].lower()}{told[1:]}")
        self.desk_app.changed.subscribe(self, lambda _: self.load())
        self.query_one("#counted").focus()
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer to count by pieces where we know the currency's, and no way back while the day is being closed."""
        if action == "count":
            return self.desk_app.clinic.currency in PIECES
        return not self._busy if action == "close" else super().check_action(action, parameters)

    def action_close_day(self) -> None:
        """Close the day, or say in place what will not do."""
        if not self._busy:
            self._busy = True
            self._close_day()

    @work(group="count", exclusive=True)
    async def action_count(self) -> None:
        """Count by notes and coins."""
        currency = self.desk_app.clinic.currency
        pieces = await self.app.push_screen_wait(CountDialog(currency, self._pieces))
        if pieces is not None:
            counted = self.query_one("#counted", AmountInput)
            with self.prevent(Input.Changed):
                counted.value = format_plain(sum(pence * many for pence, many in pieces.items()))
            self._pieces = pieces
            counted.cursor_position = len(counted.value)
            self._clear()
            self._show()

    @work(group="close")
    async def _close_day(self) -> None:
        try:
            closed = await self.desk.close_day(self._count(), day_id=self._day_id)
        except PaydeskError as error:
            self._busy = False
            self._say(error)
        else:
            self.dismiss(closed)

    def _count(self) -> CashCount:
        """Return what is typed. Raises BadInput naming the field."""
        if not self.query_one("#counted", Field).value.strip():
            raise BadInput("counted", COUNT_FIRST)
        opening = self._pence("float")
        return CashCount(
            counted=self._pence("counted"),
            kept=self._pence("kept"),
            float=opening,
            reason=self.query_one("#reason", Field).value,
            pieces=self._pieces,
            expected=opening + self._day.takings.cash,
        )

    def _pence(self, name: str) -> int:
        return parse_amount(self.query_one(f"#{name}", AmountInput).value, field=name, zero=True)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        if event.input.id == "counted":
            self._pieces = {}
        elif event.input.id == "float":
            self._keep_as_much(event.value)
        self._clear()
        self._show()

    def _keep_as_much(self, typed: str) -> None:
        """Let the float that was put right stay in, unless another sum was typed for that."""
        kept = self.query_one("#kept", AmountInput)
        if kept.value == self._float_was:
            with self.prevent(Input.Changed):
                kept.value = typed
        self._float_was = typed

    def _clear(self) -> None:
        for line in self.query(ErrorLine):
            line.clear()
        for field in self.query(Field):
            field.mark(bad=False)

    def _say(self, error: PaydeskError) -> None:
        name = error.field if isinstance(error, BadInput) and error.field in FIELDS else "counted"
        self.query_one(f"#wrong-{name}", ErrorLine).say(str(error))
        field = self.query_one(f"#{name}", Field)
        field.mark(bad=True)
        field.focus()

    async def _read(self) -> None:
        """Follow the till: what was taken while one counted is expected too."""
        wrong: PaydeskError | None = None
        try:
            self._day = (await self.desk.today(limit=0)).day
        except PaydeskError as error:
            wrong = error
        if self not in self.app.screen_stack:
            return
        if wrong is None:
            self._show()
        else:
            self._say(wrong)

    def _show(self) -> None:
        taken = self._day.takings.cash
        self._show_line("cash-taken", "Cash taken", Content(f"{self._money(taken):>13}"))
        try:
            expected = self._pence("float") + taken
            self._show_line("expected", "Expected", Content.styled(f"{self._money(expected):>13}", "bold"))
            difference = self._pence("counted") - expected
        except BadInput:
            self._show_line("difference", "Difference", Content(""))
        else:
            self._show_line("difference", "Difference", self._marked(difference))

    def _show_line(self, name: str, label: str, shown: Content) -> None:
        self.query_one(f"#{name}", Static).update(Content.assemble((f"{label:<11}", "$quiet"), shown))

    def _marked(self, difference: int) -> Content:
        apart = Mark("!", "missing", "bad") if difference < 0 else Mark("!", "too much", "warn")
        mark = apart if difference else Mark("✓", "exact", "good")
        return Content.assemble(f"{self._money(difference):>13}  ", mark.content)

    def _money(self, pence: int) -> str:
        return format_money(pence, self.desk_app.clinic.currency)
