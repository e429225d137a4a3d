"""Discounts as they stand in a field and in a row of totals; `store.discounts.parse_discount` reads them."""

from store.discounts import Discount
from store.money import format_money, format_plain, format_rate


def write_discount(discount: Discount) -> str:
    """Write a discount as a person would type it: `10%`, `5.00`, or nothing."""
    if discount.rate:
        return format_rate(discount.rate)
    return format_plain(discount.amount) if discount.amount else ""


def show_discount(discount: Discount, currency: str) -> str:
    """Write a discount for people to read: `10%`, `£5.00`, or nothing."""
    if discount.rate:
        return format_rate(discount.rate)
    return format_money(discount.amount, currency) if discount.amount else ""
