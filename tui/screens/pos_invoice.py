"""The POS's middle: the lines, what they come to, and how it can be paid."""

from typing import ClassVar
from zoneinfo import ZoneInfo

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import Static

from store.models import OPEN_REQUESTS
from store.money import format_money, format_quantity, format_rate
from tui.sale import ONE, Sale
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import Column, ListRow, ListTable
from tui.widgets.money import amount_line
from tui.widgets.state import request_state

PAYMENTS = (
    ("link", "Payment link", "P"),
    ("cash", "Cash", "C"),
    ("card", "Card terminal", "T"),
    ("transfer", "Bank transfer", "B"),
)


class LinesTable(ListTable):
    """The lines; posts `Edit`, `Remove` and `Step` about the one under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "edit", tooltip="Change quantity, price or VAT of the line", id="line.edit"),
        Binding("plus", "step(1)", "quantity", key_display="+ −", tooltip="One more, one less", id="line.more"),
        Binding("minus", "step(-1)", show=False, id="line.less"),
        Binding(
            "delete,backspace", "remove", "remove", key_display="Del", tooltip="Take the line out", id="line.remove"
        ),
    ]

    class Step(Message):
        """One more or one less of the line at `place`."""

        def __init__(self, place: int, by: int) -> None:
            super().__init__()
            self.place = place
            self.by = by

    class Remove(Message):
        """Take the line at `place` out."""

        def __init__(self, place: int) -> None:
            super().__init__()
            self.place = place

    editable = True

    def action_step(self, by: int) -> None:
        """Ask for one more or one less."""
        self.post_message(self.Step(self.cursor, by))

    def action_remove(self) -> None:
        """Ask for the line to be taken out."""
        self.post_message(self.Remove(self.cursor))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer changes only where there is a line and it may change."""
        if action in {"choose", "step", "remove"}:
            return bool(self.rows) and self.editable
        return super().check_action(action, parameters)


class PaymentMenu(ListTable):
    """How it can be paid, each with its key."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "choose", "choose", tooltip="Pay the way under the cursor", id="payment.choose"),
    ]


class InvoicePane(Vertical):
    """Lines, totals, notice, payments; shows a `Sale`."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: tuple[Sale, ZoneInfo, str] | None = None

    def compose(self) -> ComposeResult:
        """Put them under one another."""
        yield LinesTable(
            (Column("Line", share=1), Column("Amount", width=10, right=True)),
            header=False,
            empty="No lines yet",
            id="lines",
        )
        yield Static(id="totals", markup=False)
        yield Static(id="notice", markup=False)
        yield ErrorLine(id="sale-error")
        yield PaymentMenu(
            (Column("Pay by", share=1), Column("Key", width=2), Column("Amount", width=10, right=True)),
            header=False,
            empty="",
            id="payment",
        )

    def on_resize(self) -> None:
        """Draw the totals as wide as the pane is now."""
        if self._drawn is not None:
            self.show(*self._drawn)

    def show(self, sale: Sale, zone: ZoneInfo, currency: str) -> None:
        """Draw the sale as it stands."""
        self._drawn = (sale, zone, currency)
        lines = self.query_one(LinesTable)
        lines.editable = sale.editable
        lines.show(
            [
                ListRow(str(place), (_described(line.description, line.quantity), format_money(line.total, currency)))
                for place, line in enumerate(sale.lines)
            ]
        )
        width = max(20, self.size.width - 2)
        self.query_one("#totals", Static).update(Content("\n").join(_totals(sale, width, zone, currency)))
        self.query_one(PaymentMenu).show(_ways(sale, currency))

    def notice(self, text: str, *, good: bool = True) -> None:
        """Say what has just happened to the sale; it stays until the next change."""
        self.query_one("#notice", Static).update(
            Content.assemble(("✓ " if good else "! ", "bold"), text).stylize(
                "$text-success" if good else "$text-warning"
            )
            if text
            else ""
        )
        self.query_one("#notice", Static).display = bool(text)


def _described(description: str, quantity: int) -> str:
    return description if quantity == ONE else f"{format_quantity(quantity)} × {description}"


def _totals(sale: Sale, width: int, zone: ZoneInfo, currency: str) -> list[Content]:
    totals = sale.totals
    rows = [
        amount_line(f"VAT {format_rate(rate)}", vat, width, currency, "$quiet") for rate, vat in totals.vat if rate
    ]
    rows.append(amount_line("Total", totals.total, width, currency))
    if totals.paid:
        rows.append(amount_line("Paid", totals.paid, width, currency, "$text-success"))
    rows.append(amount_line("Due", totals.due, width, currency, "bold"))
    if (request := sale.newest_request) is not None:
        state = request_state(request, zone).content
        amount = format_money(request.amount, currency)
        rows.append(
            Content.assemble(state, " " * max(1, width - state.cell_length - len(amount)), (amount, "$quiet"))
        )
    return rows


def _ways(sale: Sale, currency: str) -> list[ListRow]:
    rows: list[ListRow] = []
    if sale.payable and sale.invoice is not None:
        due = sale.totals.due
        askable = due if sale.editable else sale.invoice.askable
        amounts = {"link": askable}
        rows += [
            ListRow(key, (label, letter, format_money(amounts.get(key, due), currency)))
            for key, label, letter in PAYMENTS
            if amounts.get(key, due)
        ]
    request = sale.newest_request
    if request is not None and request.state in OPEN_REQUESTS:
        rows.append(ListRow("qr", ("Show QR", "Q", "")))
    if not sale.editable:
        rows.append(ListRow("new", ("New sale", "F7", "")))
    return rows
