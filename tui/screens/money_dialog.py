"""Money that changes hands at the desk: the amount, what was handed over or a reference, and the change. Once."""

from typing import ClassVar, Generic, TypeVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import BadInput, PaydeskError
from store.ids import new_id
from store.money import format_money
from store.payments import change_for
from tui import themes
from tui.approval import approved
from tui.desk import Desk
from tui.screens.base import NEXT, PREVIOUS, DeskDialog, answers
from tui.widgets.amount_input import AmountInput
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field

R = TypeVar("R")
T = TypeVar("T")


class MoneyDialog(DeskDialog[T | None], Generic[R, T]):
    """Records one amount. A subclass says what is recorded in `record` and what is answered in `answer`.

    Whatever is pressed twice is recorded once: `entry_id` is made with the dialog and goes into the record, and
    nothing is heard while a record is under way.
    """

    CSS_PATH = themes.layout("dialogs.tcss")
    YES: ClassVar[str] = "Record payment"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "record", "record", tooltip="Record this payment", id="take.record"),
        NEXT,
        PREVIOUS,
    ]

    def __init__(self, offered: int | None = None) -> None:
        """`offered` pence stand in the field at first and are the most that it may be; None: anything."""
        super().__init__()
        self.entry_id = new_id()
        self.cash = False
        """Whether change is given; otherwise a reference can be written down."""
        self._offered = offered
        self._busy = False

    async def record(self, desk: Desk, amount: int, reference: str) -> R:
        """Record `amount` pence under `entry_id`."""
        raise NotImplementedError

    def answer(self, recorded: R, amount: int, change: int) -> T:
        """Return the dialog's answer once it is recorded."""
        raise NotImplementedError

    def before(self) -> ComposeResult:
        """Give what stands above the amount."""
        yield from ()

    def body(self) -> ComposeResult:
        """Ask for the amount, and for what was handed over or the reference."""
        yield from self.before()
        with Horizontal(classes="field-row"):
            yield Static("Amount", classes="label", markup=False)
            yield AmountInput(self._offered, most=self._offered, id="amount")
            yield Static(id="of", classes="after", markup=False)
        yield ErrorLine(id="wrong-amount")
        with Horizontal(id="tendered-row", classes="field-row"):
            yield Static("Tendered", classes="label", markup=False)
            yield AmountInput(placeholder="what was handed over, if more", id="tendered")
        with Horizontal(id="reference-row", classes="field-row"):
            yield Static("Reference", classes="label", markup=False)
            yield Field(placeholder="receipt number or the like, if there is one", id="reference", max_length=60)
        yield ErrorLine(id="wrong-tendered")
        yield Static(id="change", markup=False)
        yield Static(answers(self.YES), id="answers", markup=False)

    def ask_for(self, *, cash: bool, reference: bool) -> None:
        """Show the field for what was handed over in `cash`, or for a `reference`."""
        self.cash = cash
        self.query_one("#tendered-row").display = cash
        self.query_one("#reference-row").display = reference
        self._show_change()

    def say_most(self, text: str) -> None:
        """Say beside the amount what it is part of."""
        self.query_one("#of", Static).update(Content(text))

    @on(Input.Changed)
    def _typed(self) -> None:
        for line in self.query(ErrorLine):
            line.clear()
        for field in self.query(Field):
            field.mark(bad=False)
        self._show_change()

    def _show_change(self) -> None:
        try:
            change = self._change(self.query_one("#amount", AmountInput).pence)
        except BadInput:
            change = 0
        self.query_one("#change", Static).update(
            Content.assemble(("Change     ", "$quiet"), (self.money(change), "bold $text-accent")) if change else ""
        )

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer no way back while the money is being recorded."""
        return not self._busy if action == "close" else super().check_action(action, parameters)

    def action_record(self) -> None:
        """Record it and answer, or say in place what will not do."""
        if not self._busy:
            self._busy = True
            self._record()

    @work(group="record")
    async def _record(self) -> None:
        try:
            amount = self.query_one("#amount", AmountInput).pence
            change = self._change(amount)
            reference = "" if self.cash else self.query_one("#reference", Field).value
            recorded = await approved(self.desk_app, lambda desk: self.record(desk, amount, reference))
        except PaydeskError as error:
            self._busy = False
            self._say(error)
            return
        if recorded is None:
            self._busy = False
        else:
            self.dismiss(self.answer(recorded, amount, change))

    def _change(self, amount: int) -> int:
        """Return what goes back, in pence. Raises BadInput when too little was handed over."""
        tendered = self.query_one("#tendered", AmountInput)
        if not self.cash or not tendered.value.strip():
            return 0
        try:
            given = tendered.pence
        except BadInput as error:
            raise BadInput("tendered", str(error)) from error
        return change_for(amount, given, self.desk_app.clinic.currency)

    def _say(self, error: PaydeskError) -> None:
        name = "tendered" if isinstance(error, BadInput) and error.field == "tendered" else "amount"
        self.query_one(f"#wrong-{name}", ErrorLine).say(str(error))
        field = self.query_one(f"#{name}", Field)
        field.mark(bad=True)
        field.focus()

    def money(self, pence: int) -> str:
        """Write an amount in the clinic's currency."""
        return format_money(pence, self.desk_app.clinic.currency)
