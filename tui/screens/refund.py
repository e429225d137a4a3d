"""Giving money back: which payment, how much, to where, why, and whether it is still owed."""

from typing import ClassVar

from textual import on, work
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from store.errors import BadInput, PaydeskError
from store.ids import new_id
from store.models import Refund
from store.money import format_money, format_plain
from store.refunds import Refundable
from tui import themes
from tui.approval import approved
from tui.format import time_of
from tui.screens.base import NEXT, PREVIOUS, DeskDialog, answers, escaped
from tui.screens.refund_pick import OwedTick, Pick
from tui.widgets.amount_input import AmountInput
from tui.widgets.channel_row import Tick
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field

LINK = "payment_link"


class RefundDialog(DeskDialog[Refund | None]):
    """Ask for a refund on the invoice `number`; answers with it once it is written down, None if nothing was.

    The refund has its id from the moment the dialog opens, so that it can be written down only once.
    """

    CSS_PATH = themes.layout("invoice_popup.tcss")
    BOX_TITLE = "Refund"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "refund", "refund", tooltip="Give this money back", id="refund.do"),
        NEXT,
        PREVIOUS,
    ]

    def __init__(self, number: str) -> None:
        super().__init__()
        self._number = number
        self._refund_id = new_id()
        self._payments: dict[str, Refundable] = {}
        self._types: dict[str, str] = {}
        self._busy = False

    def body(self) -> ComposeResult:
        """Payment, amount, to where, reason, still owed; each with room for what is wrong with it."""
        with Horizontal(classes="field-row"):
            yield Static("Payment", classes="label", markup=False)
            yield Pick(id="payment")
        yield ErrorLine(id="wrong-payment")
        with Horizontal(classes="field-row"):
            yield Static("Amount", classes="label", markup=False)
            yield AmountInput(id="amount")
            yield Static(id="left", classes="after", markup=False)
        yield ErrorLine(id="wrong-amount")
        with Horizontal(classes="field-row"):
            yield Static("To", classes="label", markup=False)
            yield Pick(id="to")
        yield ErrorLine(id="wrong-to")
        with Horizontal(classes="field-row"):
            yield Static("Reason", classes="label", markup=False)
            yield Field(id="reason", max_length=200, placeholder="needed; the invoice log keeps it")
        yield ErrorLine(id="wrong-reason")
        yield OwedTick("The client has still to pay it")
        yield Static(id="after", markup=False)
        yield ErrorLine(id="wrong")
        yield Static(answers("Refund"), id="answers", markup=False)

    async def on_mount(self) -> None:
        """Offer what can be given back: all that is left, to the way it was paid."""
        self.box.border_subtitle = escaped(self._number)
        try:
            found = await self.desk.refundable(self._number)
            self._types = {one.code: one.name for one in await self.desk.payment_types(all=True)}
        except PaydeskError as error:
            self.query_one("#wrong", ErrorLine).say(str(error))
            return
        if not found:
            self.query_one("#wrong", ErrorLine).say("There is nothing left to give back.")
            return
        self._payments = {each.payment.id: each for each in found}
        self.query_one("#payment", Pick).offer([(key, self._words(each)) for key, each in self._payments.items()])
        self._show_payment()
        amount = self.query_one("#amount", AmountInput)
        amount.focus()
        amount.select_all()

    @on(Pick.Picked, "#payment")
    def _show_payment(self) -> None:
        """Offer all that is left of the payment chosen, and the ways it may go back."""
        each = self._payments[self.query_one("#payment", Pick).picked]
        amount = self.query_one("#amount", AmountInput)
        amount.most = each.left
        amount.value = format_plain(each.left)
        self.query_one("#left", Static).update(Content.styled(f"of {self._money(each.left)} left", "$quiet"))
        self.query_one("#to", Pick).offer([(way, self._way(way, each)) for way in each.ways])
        self._show_after()

    @on(Pick.Picked, "#to")
    @on(Tick.Toggled)
    def _show_after(self) -> None:
        """Say what will happen."""
        for line in self.query(ErrorLine):
            line.clear()
        how = "The gateway gives it back, as soon as there is a line." if self._by_link else "Hand it over now."
        if self.query_one("#to", Pick).picked == "account_credit":
            how = "It stays with the clinic as the client's credit."
        owed = "The invoice asks for it again." if self._still_owed else "The invoice asks for that much less."
        self.query_one("#after", Static).update(Content.styled(f"{how} {owed}", "$quiet"))

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        self.query_one(f"#wrong-{event.input.id}", ErrorLine).clear()
        self.query_one(f"#{event.input.id}", Field).mark(bad=False)

    def action_refund(self) -> None:
        """Give it back, or say in place what will not do; a second Enter changes nothing."""
        if not self._busy and self._payments:
            self._busy = True
            self._refund()

    @work(group="refund")
    async def _refund(self) -> None:
        try:
            kept = await self._done()
        except PaydeskError as error:
            self._say(error)
        else:
            if kept is not None:
                self.dismiss(kept)
        finally:
            self._busy = False

    async def _done(self) -> Refund | None:
        """Check what can be checked before a manager is asked, and do it. None when no manager approved."""
        each = self._payments[self.query_one("#payment", Pick).picked]
        amount = self.query_one("#amount", AmountInput).pence
        if amount > each.left:
            raise BadInput(
                "amount", f"{self._money(amount)} is more than the {self._money(each.left)} left of this payment."
            )
        reason = self.query_one("#reason", Field).value.strip()
        if not reason:
            raise BadInput("reason", "Say why the money is given back.")
        to, still_owed = self.query_one("#to", Pick).picked, self._still_owed
        return await approved(
            self.desk_app,
            lambda desk: desk.refund(
                self._number,
                each.payment.id,
                amount,
                to=to,
                reason=reason,
                still_owed=still_owed,
                refund_id=self._refund_id,
            ),
        )

    def _say(self, error: PaydeskError) -> None:
        """Say what was refused beside the field that it is about, and go there."""
        name = error.field if isinstance(error, BadInput) else ""
        if name not in {"payment", "amount", "to", "reason"}:
            self.query_one("#wrong", ErrorLine).say(str(error))
            return
        self.query_one(f"#wrong-{name}", ErrorLine).say(str(error))
        field = self.query_one(f"#{name}")
        if isinstance(field, Field):
            field.mark(bad=True)
        field.focus()

    @property
    def _still_owed(self) -> bool:
        return self.query_one(OwedTick).on

    @property
    def _by_link(self) -> bool:
        return self.query_one("#to", Pick).picked == LINK

    def _words(self, each: Refundable) -> str:
        app = self.desk_app
        when = time_of(each.payment.at, app.clinic.zone, app.now())
        return f"{self._called(each.payment.type)}, {when}, {self._money(each.payment.amount)}"

    def _way(self, way: str, each: Refundable) -> str:
        return f"{self._called(way)}, the way it was paid" if way == each.payment.type else self._called(way)

    def _called(self, code: str) -> str:
        return self._types.get(code, code)

    def _money(self, pence: int) -> str:
        return format_money(pence, self.desk_app.clinic.currency)
