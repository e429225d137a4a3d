"""Discounts: a rate or an amount off a line or off a whole invoice, and the VAT that is left inside.

A discount reduces what VAT is due on (HMRC VAT guide, Notice 700). One off a whole invoice is shared between its
VAT rates in proportion to what stands at each.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Protocol

from store.errors import BadInput
from store.money import HIGHEST_RATE, format_money, parse_amount, part_of, spread, vat_inside
from store.text import cleaned

_RATE = re.compile(r"([0-9]{1,3}(?:\.[0-9]{1,2})?)\s*%")


@dataclass(frozen=True, slots=True)
class Discount:
    """What somebody takes off: `rate` in basis points, or else `amount` in pence."""

    rate: int = 0
    amount: int = 0

    @classmethod
    def stored(cls, rate: int, worked_out: int) -> "Discount":
        """Return the discount as it was given, from the rate and the worked-out pence that are stored."""
        return cls(rate=rate) if rate else cls(amount=worked_out)

    def off(self, gross: int) -> int:
        """Return the pence that it takes off `gross` pence: never more than there is, halves rounded up."""
        return part_of(gross, self.rate) if self.rate else min(self.amount, gross)

    def check(self, gross: int, what: str, currency: str = "GBP") -> None:
        """Raise BadInput (discount) where it cannot be taken off `what`, which comes to `gross` pence."""
        if not 0 <= self.rate <= HIGHEST_RATE:
            raise BadInput("discount", f"The discount on {what} must be from 0 to 100 per cent.")
        if self.amount < 0:
            raise BadInput("discount", f"The discount on {what} is below zero. Type it without a minus.")
        if not self.rate and self.amount > gross:
            money, most = format_money(self.amount, currency), format_money(gross, currency)
            raise BadInput("discount", f"A discount of {money} is more than {what} comes to, {most}. Lower it.")


NONE = Discount()


@dataclass(frozen=True, slots=True)
class Given:
    """What all discounts of an invoice take off together: `off` of `full` pence.

    `rates` of them were given as a rate: each of these may be half a penny more than its rate by rounding.
    """

    off: int
    full: int
    rates: int = 0

    def more_than(self, off: int, full: int) -> bool:
        """Tell whether the share given away is larger than `off` in `full`."""
        return (2 * self.off - self.rates) * full > 2 * off * self.full


class Priced(Protocol):
    """A line: its pence after its own discount, with VAT inside, and its rate in basis points."""

    @property
    def total(self) -> int:
        """Pence."""

    @property
    def vat_rate(self) -> int:
        """Basis points."""


def vat_breakdown(lines: Iterable[Priced], invoice_discount: int = 0) -> dict[int, tuple[int, int]]:
    """Return rate → (gross, VAT) in pence, highest rate first, once `invoice_discount` pence are off all lines.

    The gross amounts add up to the invoice's total and the VAT to its VAT: VAT is worked out once on each rate's sum.
    Raises ValueError where more is taken off than there is.
    """
    gross: dict[int, int] = {}
    for line in lines:
        gross[line.vat_rate] = gross.get(line.vat_rate, 0) + line.total
    if invoice_discount > sum(gross.values()):
        raise ValueError("a discount takes off no more than there is")
    rates = sorted(gross, reverse=True)
    shares = spread(invoice_discount, [gross[rate] for rate in rates])
    left = {rate: gross[rate] - share for rate, share in zip(rates, shares, strict=True)}
    return {rate: (left[rate], vat_inside(left[rate], rate)) for rate in rates}


def parse_discount(text: str) -> Discount:
    """Read a discount as typed: `10%` or `12.5 %` is a rate, `5` or `£5.00` an amount, nothing or 0 none.

    Raises BadInput (discount) with what to type instead.
    """
    typed = cleaned(text)
    if not typed:
        return NONE
    if "%" not in typed:
        return Discount(amount=parse_amount(typed, field="discount", zero=True))
    found = _RATE.fullmatch(typed)
    if found is None or Decimal(found[1]) > 100:
        raise BadInput("discount", f"“{typed[:40]}” is not a discount. Type a percentage such as 10%, or an amount.")
    return Discount(rate=int(Decimal(found[1]) * 100))
