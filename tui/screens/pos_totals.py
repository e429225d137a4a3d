"""The POS's totals: discount, VAT, total, each payment made, what is due, and the payment link's state."""

from textual.content import Content

from store.discounts import Discount
from store.lines import NewLine
from store.money import format_money, format_quantity, format_rate
from tui.discount_text import show_discount
from tui.sale import ONE, Sale
from tui.till import Till
from tui.widgets.list_table import ListRow, fitted
from tui.widgets.money import amount_line
from tui.widgets.state import request_state


def line_row(place: int, line: NewLine, currency: str) -> ListRow:
    """Return a line as a row of the list: its discount, quantity and description, and what it comes to."""
    parts = []
    if off := show_discount(Discount(line.discount_rate, line.discount), currency):
        parts.append(f"−{off}")
    if line.quantity != ONE:
        parts.append(f"{format_quantity(line.quantity)} ×")
    parts.append(line.description)
    return ListRow(str(place), (" ".join(parts), format_money(line.total, currency)))


def totals_rows(sale: Sale, till: Till, width: int) -> list[Content]:
    """Return the rows of totals, each `width` cells wide."""
    totals, currency = sale.totals, till.currency

    def row(label: str, pence: int, style: str = "") -> Content:
        room = max(1, width - len(format_money(pence, currency)) - 1)
        return amount_line(fitted(label, min(room, len(label))), pence, width, currency, style)

    rows = []
    if totals.discount:
        rate = f" {format_rate(sale.discount.rate)}" if sale.discount.rate else ""
        rows.append(row(f"Discount{rate}", -totals.discount))
    rows += [row(f"VAT {format_rate(rate)}", vat, "$quiet") for rate, vat in totals.vat if rate]
    rows.append(row("Total", totals.total))
    rows += [row(name, amount, "$text-success") for name, amount in till.made(sale)]
    rows.append(row("Due", totals.due, "bold"))
    if (request := sale.newest_request) is not None:
        state = request_state(request, till.zone).content
        amount = format_money(request.amount, currency)
        rows.append(
            Content.assemble(state, " " * max(1, width - state.cell_length - len(amount)), (amount, "$quiet"))
        )
    return rows
