"""Amounts on screen: right-aligned, never rounded, never a float."""

from textual.content import Content

from store.money import format_money


def amount_line(label: str, pence: int, width: int, currency: str = "GBP", style: str = "") -> Content:
    """Return one row of totals: the label on the left, the amount on the right, `width` cells wide."""
    amount = format_money(pence, currency)
    return Content.styled(f"{label}{amount:>{max(len(amount) + 1, width - len(label))}}", style)
