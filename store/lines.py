"""Lines of an invoice: as somebody typed them, checked, and written."""

from collections.abc import Sequence
from dataclasses import dataclass

from store.database import Tx
from store.discounts import Discount
from store.errors import BadInput
from store.models import Line
from store.money import HIGHEST_RATE, LARGEST, format_money, line_total
from store.text import cleaned

LONGEST_DESCRIPTION = 200


@dataclass(frozen=True, slots=True)
class NewLine:
    """A line as somebody typed it: quantity in thousandths, price in pence with VAT inside, rate in basis points.

    Its discount is `discount_rate` in basis points or, where that is 0, `discount` in pence off the whole line.
    """

    description: str
    quantity: int
    unit_price: int
    vat_rate: int
    discount_rate: int = 0
    discount: int = 0

    @classmethod
    def of(cls, line: Line) -> "NewLine":
        """Return a stored line as it was typed: a discount given as a rate follows the quantity and the price."""
        given = Discount.stored(line.discount_rate, line.discount)
        return cls(line.description, line.quantity, line.unit_price, line.vat_rate, given.rate, given.amount)

    @property
    def full(self) -> int:
        """Pence for the whole line before its discount."""
        return line_total(self.quantity, self.unit_price)

    @property
    def off(self) -> int:
        """Pence that its discount takes off."""
        return Discount(self.discount_rate, self.discount).off(self.full)

    @property
    def total(self) -> int:
        """Pence for the whole line after its discount."""
        return self.full - self.off


def checked(line: NewLine | Line) -> NewLine:
    """Return the line with its description cleaned. Raises BadInput naming the field that will not do."""
    description = cleaned(line.description)
    if not description:
        raise BadInput("description", "A line has no description. Type what it is for.")
    if len(description) > LONGEST_DESCRIPTION:
        raise BadInput(
            "description",
            f"A description can have {LONGEST_DESCRIPTION} letters; this has {len(description)}.",
        )
    name = f"“{description[:40]}”"
    if line.quantity <= 0:
        raise BadInput("quantity", f"The quantity of {name} must be above zero.")
    if line.unit_price < 0:
        raise BadInput("unit_price", f"The price of {name} is below zero. Type it without a minus.")
    if not 0 <= line.vat_rate <= HIGHEST_RATE:
        raise BadInput("vat", f"The VAT rate of {name} must be from 0 to 100 per cent.")
    given = Discount.stored(line.discount_rate, line.discount)
    new = NewLine(description, line.quantity, line.unit_price, line.vat_rate, given.rate, given.amount)
    if new.full > LARGEST:
        raise BadInput("lines", f"The line {name} comes to more than {format_money(LARGEST)}.")
    given.check(new.full, name)
    return new


def write(tx: Tx, invoice_id: str, lines: Sequence[NewLine]) -> None:
    """Put `lines` in place of those the invoice has."""
    tx.run("DELETE FROM lines WHERE invoice_id = :id", id=invoice_id)
    tx.run_many(
        "INSERT INTO lines (invoice_id, position, description, quantity, unit_price, vat_rate, total, discount,"
        " discount_rate) VALUES (:invoice, :position, :description, :quantity, :unit_price, :vat_rate, :total,"
        " :discount, :discount_rate)",
        [
            {
                "invoice": invoice_id,
                "position": position,
                "description": line.description,
                "quantity": line.quantity,
                "unit_price": line.unit_price,
                "vat_rate": line.vat_rate,
                "total": line.total,
                "discount": line.off,
                "discount_rate": line.discount_rate,
            }
            for position, line in enumerate(lines, 1)
        ],
    )
