"""Invoice lines as they are typed on the command line: `DESCRIPTION;QTY;UNIT_PRICE;VAT%`, or `…;-DISCOUNT`."""

from collections.abc import Sequence

from store.discounts import NONE, Discount, parse_discount
from store.errors import BadInput
from store.invoices import NewLine
from store.money import parse_amount, parse_quantity, parse_vat_rate


def parse_lines(typed: Sequence[str]) -> list[NewLine]:
    """Read lines. Raises BadInput naming the line and what to type instead."""
    return [_parse_line(text, place) for place, text in enumerate(typed, 1)]


def _parse_line(text: str, place: int) -> NewLine:
    """Read one line from its end, so that a description may hold semicolons."""
    rest, _, last = text.rpartition(";")
    taken_off = last.strip()
    priced = rest if taken_off.startswith("-") else text
    parts = priced.rsplit(";", 3)
    if len(parts) != 4:
        raise BadInput(
            "line",
            f"Line {place} “{text[:60]}” must be DESCRIPTION;QTY;UNIT_PRICE;VAT%, such as Consultation;1;120.00;20%, "
            "with a discount such as ;-10% or ;-5.00 after it if there is one.",
        )
    description, quantity, price, rate = parts
    try:
        discount = _discount(taken_off)
        return NewLine(
            description,
            parse_quantity(quantity),
            parse_amount(price, field="unit_price", zero=True),
            parse_vat_rate(rate),
            discount.rate,
            discount.amount,
        )
    except BadInput as error:
        raise BadInput("line", f"Line {place} “{description.strip()[:60]}”: {error}") from error


def _discount(typed: str) -> Discount:
    return parse_discount(typed[1:]) if typed.startswith("-") else NONE
