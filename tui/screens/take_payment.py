"""Money taken at the desk: cash with its change, card terminal, bank transfer."""

from dataclasses import dataclass
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import BadInput, PaydeskError
from store.models import Payment
from store.money import format_money
from tui import themes
from tui.screens.base import NEXT, PREVIOUS, DeskDialog, answers, escaped
from tui.widgets.amount_input import AmountInput
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field

TITLES = {"cash": "Cash", "card": "Card terminal", "transfer": "Bank transfer"}


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment, recorded, and what is said of it."""

    payment: Payment
    said: str


class TakePaymentDialog(DeskDialog[Taken | None]):
    """Record one payment of the invoice `number` by `kind`; `due` in pence is offered and is the most."""

    CSS_PATH = themes.layout("dialogs.tcss")
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "record", "record", priority=True, tooltip="Record this payment", id="take.record"),
        NEXT,
        PREVIOUS,
    ]

    def __init__(self, number: str, kind: str, due: int) -> None:
        super().__init__()
        self._number, self._kind, self._due = number, kind, due
        self._busy = False

    def body(self) -> ComposeResult:
        """Ask for the amount, and for what was handed over or the reference."""
        with Horizontal(classes="field-row"):
            yield Static("Amount", classes="label", markup=False)
            yield AmountInput(self._due, most=self._due, id="amount")
            yield Static(f"of {self._money(self._due)} due", classes="after", markup=False)
        yield ErrorLine(id="wrong-amount")
        with Horizontal(classes="field-row"):
            if self._kind == "cash":
                yield Static("Tendered", classes="label", markup=False)
                yield AmountInput(placeholder="what was handed over, if more", id="tendered")
            else:
                yield Static("Reference", classes="label", markup=False)
                yield Field(placeholder="receipt number or the like, if there is one", id="reference", max_length=60)
        yield ErrorLine(id="wrong-tendered")
        yield Static(id="change", markup=False)
        yield Static(answers("Record payment"), id="answers", markup=False)

    def on_mount(self) -> None:
        """Name the box, and begin where something is typed: at the cash handed over, else at the amount."""
        self.box.border_title = escaped(TITLES[self._kind])
        self.box.border_subtitle = escaped(self._number)
        self.query_one("#tendered" if self._kind == "cash" else "#amount").focus()

    @on(Input.Changed)
    def _typed(self) -> None:
        for line in self.query(ErrorLine):
            line.clear()
        for field in self.query(Field):
            field.mark(bad=False)
        try:
            change = self._change(self.query_one("#amount", AmountInput).pence)
        except BadInput:
            change = 0
        self.query_one("#change", Static).update(
            Content.assemble(("Change     ", "$quiet"), (self._money(change), "bold $text-accent")) if change else ""
        )

    async def action_record(self) -> None:
        """Record the payment and answer with it, or say in place what will not do."""
        if self._busy:
            return
        self._busy = True
        try:
            amount = self.query_one("#amount", AmountInput).pence
            change = self._change(amount)
            references = self.query("#reference").results(Field)
            reference = next((field.value for field in references), "")
            payment = await self.desk.take_payment(self._number, self._kind, amount, reference=reference)
        except PaydeskError as error:
            self._say(error)
        else:
            said = f"{TITLES[self._kind]} {self._money(amount)}"
            self.dismiss(Taken(payment, f"{said}, change {self._money(change)}" if change else f"{said} taken"))
        finally:
            self._busy = False

    def _change(self, amount: int) -> int:
        """Return what goes back, in pence. Raises BadInput when too little was handed over."""
        tendered = next((field for field in self.query("#tendered").results(AmountInput)), None)
        if tendered is None or not tendered.value.strip():
            return 0
        try:
            given = tendered.pence
        except BadInput as error:
            raise BadInput("tendered", str(error)) from error
        if given < amount:
            raise BadInput(
                "tendered",
                f"{self._money(given)} is less than {self._money(amount)}. To take a part, lower the amount.",
            )
        return given - amount

    def _say(self, error: PaydeskError) -> None:
        name = "tendered" if isinstance(error, BadInput) and error.field == "tendered" else "amount"
        self.query_one(f"#wrong-{name}", ErrorLine).say(str(error))
        field = self.query_one(f"#{name}", Field)
        field.mark(bad=True)
        field.focus()

    def _money(self, pence: int) -> str:
        return format_money(pence, self.desk_app.clinic.currency)
