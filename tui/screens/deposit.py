"""A deposit: money that a client leaves at the clinic for later, kept as account credit."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType

from store.credit import CreditEntry
from store.models import Client, PaymentType
from tui.desk import Desk
from tui.screens.base import escaped
from tui.screens.money_dialog import MoneyDialog
from tui.till import Till
from tui.widgets.amount_input import AmountInput
from tui.widgets.list_table import Column, ListRow, ListTable

MOST_ROWS = 6
COLUMNS = (Column("Paid by", share=1),)


@dataclass(frozen=True, slots=True)
class Deposited:
    """A deposit, recorded, and what is said of it."""

    entry: CreditEntry
    said: str


class DepositDialog(MoneyDialog[CreditEntry, Deposited]):
    """Take a deposit of a client, by one of the till's types that is money here or written down."""

    BOX_TITLE = "Deposit"
    YES = "Take deposit"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "up",
            "move(-1)",
            "how",
            priority=True,
            key_display="↑↓",
            tooltip="Choose how it is paid",
            id="deposit.up",
        ),
        Binding("down", "move(1)", show=False, priority=True, id="deposit.down"),
    ]

    def __init__(self, client: Client, till: Till) -> None:
        super().__init__()
        self._client, self._till = client, till

    def before(self) -> ComposeResult:
        """List the ways to pay it; ↑↓ choose while an amount is typed."""
        table = ListTable(COLUMNS, header=False, empty="No payment type is switched on", id="deposit-types")
        table.can_focus = False
        table.add_class("-driven")
        yield table

    def on_mount(self) -> None:
        """Name the box after the client and begin at the amount."""
        self.box.border_title = escaped(f"Deposit · {self._client.name}")
        self.box.border_subtitle = escaped(f"credit {self.money(self._till.credit)}")
        types = self._types()
        self._table.styles.height = max(1, min(MOST_ROWS, len(types)))
        self._table.show([ListRow(one.code, (one.name,)) for one in types])
        self._chosen()
        self.query_one("#amount", AmountInput).focus()

    def action_move(self, by: int) -> None:
        """Choose another way to pay it."""
        self._table.action_move(by)
        self._chosen()

    def on_list_table_moved(self, event: ListTable.Moved) -> None:
        """Ask for what goes with the type that was clicked."""
        event.stop()
        self._chosen()

    def on_list_table_chosen(self, event: ListTable.Chosen) -> None:
        """A second click on a type records nothing yet: the amount does."""
        event.stop()

    async def record(self, desk: Desk, amount: int, reference: str) -> CreditEntry:
        """Record the deposit."""
        code = self._table.cursor_key or ""
        return await desk.take_deposit(self._client.id, code, amount, reference=reference, credit_id=self.entry_id)

    def answer(self, recorded: CreditEntry, amount: int, change: int) -> Deposited:
        """Answer with the deposit, and say what the client has now."""
        back = f", change {self.money(change)}" if change else ""
        now = self.money(self._till.credit + amount)
        return Deposited(recorded, f"Deposit {self.money(amount)} taken{back}. Credit is now {now}")

    @property
    def _table(self) -> ListTable:
        return self.query_one("#deposit-types", ListTable)

    def _types(self) -> Sequence[PaymentType]:
        return self._till.deposits

    def _chosen(self) -> None:
        way = self._till.type_of(self._table.cursor_key or "")
        cash = way is not None and way.kind == "cash"
        self.ask_for(cash=cash, reference=not cash)
