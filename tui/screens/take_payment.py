"""Money taken at the desk for an invoice: cash with its change, what is recorded, account credit."""

from dataclasses import dataclass

from store.models import Payment, PaymentType
from tui.desk import Desk
from tui.screens.base import escaped
from tui.screens.money_dialog import MoneyDialog


@dataclass(frozen=True, slots=True)
class Taken:
    """A payment, recorded, what is said of it, and the pence of change that go back."""

    payment: Payment
    said: str
    change: int


class TakePaymentDialog(MoneyDialog[Payment, Taken]):
    """Record one payment of the invoice `number` by one payment type; `most` pence are offered and are the most."""

    def __init__(self, number: str, way: PaymentType, most: int) -> None:
        super().__init__(most)
        self._number, self._way, self._most = number, way, most

    def on_mount(self) -> None:
        """Name the box, and begin where something is typed: at the cash handed over, else at the amount."""
        kind = self._way.kind
        self.box.border_title = escaped(self._way.name)
        self.box.border_subtitle = escaped(self._number)
        of = f"of {self.money(self._most)}"
        self.say_most(f"{of} that can be used" if kind == "credit" else f"{of} due")
        self.ask_for(cash=kind == "cash", reference=kind == "recorded")
        self.query_one("#tendered" if self.cash else "#amount").focus()

    async def record(self, desk: Desk, amount: int, reference: str) -> Payment:
        """Record the payment; the draft is issued with it."""
        return await desk.take_payment(
            self._number, self._way.code, amount, reference=reference, payment_id=self.entry_id
        )

    def answer(self, recorded: Payment, amount: int, change: int) -> Taken:
        """Answer with the payment, and say what goes back."""
        said = f"{self._way.name} {self.money(amount)}"
        said = f"{said}, change {self.money(change)}" if change else f"{said} taken"
        return Taken(recorded, said, change)
