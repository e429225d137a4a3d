"""Money as integers: pence, basis points of VAT, thousandths of a quantity. No float ever touches it."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

from store.errors import BadInput

LARGEST = 99_999_999
"""Pence; £999,999.99, the most that one amount may be (Stripe's own ceiling for most currencies)."""

HIGHEST_RATE = 10_000
"""Basis points: a VAT rate is from 0 to 100 per cent."""

SYMBOLS = {"GBP": "£", "EUR": "€", "USD": "$"}
_AMOUNT = re.compile(r"(?:[0-9]{1,3}(?:,[0-9]{3}){1,2}|[0-9]{1,7})(?:\.[0-9]{1,2})?")
_QUANTITY = re.compile(r"[0-9]{1,4}(?:\.[0-9]{1,3})?")
_RATE = re.compile(r"[0-9]{1,3}(?:\.[0-9]{1,2})?")


def parse_amount(text: str, *, field: str = "amount", zero: bool = False) -> int:
    """Read an amount typed by a person and return pence.

    `120`, `120.5`, `£1,250.00` are amounts; anything else raises BadInput with what to type instead.
    `zero` allows 0 (a price may be nothing; a payment may not).
    """
    typed = text.strip()
    bare = typed.lstrip("£€$").strip()
    if not bare:
        raise BadInput(field, "Type an amount in pounds and pence, such as 12.50.")
    if bare.startswith(("-", "−")):
        raise BadInput(field, f"{_short(typed)} is below zero. Type the amount without a minus, such as 12.50.")
    if not _AMOUNT.fullmatch(bare):
        raise BadInput(field, f"“{_short(typed)}” is not an amount. Type pounds and pence with a dot, such as 12.50.")
    pence = int(Decimal(bare.replace(",", "")) * 100)
    if pence == 0 and not zero:
        raise BadInput(field, "The amount is zero. Type an amount above zero, such as 12.50.")
    if pence > LARGEST:
        raise BadInput(field, f"{typed} is more than one amount can be ({format_money(LARGEST)}).")
    return pence


def parse_quantity(text: str) -> int:
    """Read a quantity and return thousandths: `2` is 2000, `0.5` is 500. Raises BadInput."""
    typed = text.strip()
    if not _QUANTITY.fullmatch(typed) or Decimal(typed) == 0:
        raise BadInput(
            "quantity", f"“{_short(typed)}” is not a quantity. Type a number above zero, such as 1 or 0.5."
        )
    return int(Decimal(typed) * 1000)


def parse_vat_rate(text: str) -> int:
    """Read a VAT rate in per cent and return basis points: `20` or `20%` is 2000. Raises BadInput."""
    typed = text.strip().removesuffix("%").strip()
    if not _RATE.fullmatch(typed) or Decimal(typed) > 100:
        raise BadInput(
            "vat", f"“{_short(text.strip())}” is not a VAT rate. Type a percentage from 0 to 100, such as 20."
        )
    return int(Decimal(typed) * 100)


def format_money(pence: int, currency: str = "GBP") -> str:
    """Write pence for people: `£1,250.00`, `-£5.00`, and `CHF 5.00` where there is no sign to use."""
    sign = "-" if pence < 0 else ""
    symbol = SYMBOLS.get(currency, f"{currency} ")
    whole, rest = divmod(abs(pence), 100)
    return f"{sign}{symbol}{whole:,}.{rest:02d}"


def format_plain(pence: int) -> str:
    """Write pence as a person would type them: `1250.00`, `-5.50`."""
    whole, rest = divmod(abs(pence), 100)
    return f"{'-' if pence < 0 else ''}{whole}.{rest:02d}"


def format_quantity(thousandths: int) -> str:
    """Write a quantity without needless zeros: `2`, `0.5`."""
    return (
        f"{Decimal(thousandths) / 1000:f}".rstrip("0").rstrip(".") if thousandths % 1000 else str(thousandths // 1000)
    )


def format_rate(basis_points: int) -> str:
    """Write a VAT rate: `20%`, `17.5%`."""
    return f"{Decimal(basis_points) / 100:f}%" if basis_points % 100 else f"{basis_points // 100}%"


def line_total(quantity: int, unit_price: int) -> int:
    """Return a line's pence from thousandths and pence each, halves rounded up."""
    return _halves_up(Decimal(quantity * unit_price) / 1000)


def vat_inside(gross: int, rate: int) -> int:
    """Return the VAT inside a VAT-inclusive amount, to the nearest penny.

    The VAT fraction is rate / (100% + rate): HMRC VAT guide (Notice 700).
    """
    return _halves_up(Decimal(gross * rate) / (10_000 + rate))


def part_of(amount: int, rate: int) -> int:
    """Return `rate` basis points of an amount, to the nearest penny."""
    return _halves_up(Decimal(amount * rate) / 10_000)


def spread(amount: int, weights: Sequence[int]) -> list[int]:
    """Share `amount` pence out in proportion to `weights`, to the penny: the shares add up to it.

    By largest remainder: no share is a whole penny from its exact proportion; of equal remainders the first goes up.
    Raises ValueError where there is something to share and nothing to share it by.
    """
    if amount < 0:
        return [-share for share in spread(-amount, weights)]
    whole = sum(weights)
    if amount == 0:
        return [0] * len(weights)
    if whole <= 0 or min(weights) < 0:
        raise ValueError("an amount is shared out by weights above zero")
    shares = [amount * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda place: -(amount * weights[place] % whole))
    for place in by_remainder[: amount - sum(shares)]:
        shares[place] += 1
    return shares


def vat_on(net: int, rate: int) -> int:
    """Return the VAT that is added to a net amount, to the nearest penny."""
    return _halves_up(Decimal(net * rate) / 10_000)


def _halves_up(amount: Decimal) -> int:
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _short(text: str) -> str:
    from store.text import cleaned

    return cleaned(text)[:40]
