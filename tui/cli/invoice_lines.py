"""Invoice lines as they are typed on the command line: `DESCRIPTION;QTY;UNIT_PRICE;VAT%`."""

from collections.abc import Sequence

from store.errors import BadInput
from store.invoices import NewLine
from store.money import parse_amount, parse_quantity, parse_vat_rate


def parse_lines(typed: Sequence[str]) -> list[NewLine]:
    """Read lines. Raises BadInput naming the line and what to type instead."""
    return [_parse_line(text, place) for place, text in enumerate(typed, 1)]


def _parse_line(text: str, place: int) -> NewLine:
    """Read one line from its end, so that a description may hold semicolons."""
    parts = text.rsplit(";", 3)
    if len(parts) != 4:
        raise BadInput(
            "line",
            f"Line {place} “{text[:60]}” must be DESCRIPTION;QTY;UNIT_PRICE;VAT%, such as Consultation;1;120.00;20%.",
        )
    description, quantity, price, rate = parts
    try:
        return NewLine(
            description,
            parse_quantity(quantity),
            parse_amount(price, field="unit_price", zero=True),
            parse_vat_rate(rate),
        )
    except BadInput as error:
        raise BadInput("line", f"Line {place} “{description.strip()[:60]}”: {error}") from error
