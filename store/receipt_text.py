"""A receipt as plain text, 80 columns wide, for a screen, a printer or an email."""

import textwrap
import unicodedata
from collections.abc import Iterator

from store.models import Line
from store.money import format_quantity, format_rate
from store.receipts import Receipt
from store.text import level

WIDTH = 80
DESCRIPTION, QUANTITY, EACH, RATE, TOTAL = 34, 9, 15, 7, 15
"""Columns of the table of lines; together they are as wide as the page."""

SUM = 15
"""The width of a column of sums in the table of VAT rates."""

LABEL = 48
"""The column at which sums begin."""


def receipt_text(receipt: Receipt) -> str:
    """Return the receipt, its columns in line, whatever script a name is in; no line is wider than 80 cells."""
    blocks = (
        _head(receipt),
        _for_whom(receipt),
        _lines(receipt),
        _sums(receipt),
        _payments(receipt),
        _vat(receipt),
        _foot(receipt),
    )
    shown = ("\n".join(level(line.rstrip()) for line in block) for block in blocks)
    return "\n\n".join(block for block in shown if block) + "\n"


def _head(receipt: Receipt) -> Iterator[str]:
    """The clinic on the left, what this is on the right."""
    left = [*_wrapped(receipt.clinic, 52), *(part for line in receipt.address for part in _wrapped(line, 52))]
    if receipt.vat_number:
        left.append(f"VAT number {receipt.vat_number}")
    right = [receipt.title.upper() + (" (VOID)" if receipt.void else ""), receipt.number, receipt.date]
    for at in range(max(len(left), len(right))):
        yield _both_ends(left[at] if at < len(left) else "", right[at] if at < len(right) else "")


def _for_whom(receipt: Receipt) -> Iterator[str]:
    for at, part in enumerate(_wrapped(receipt.client, WIDTH - 6)):
        yield ("For   " if at == 0 else "      ") + part
    if receipt.code:
        yield f"Code  {receipt.code}"


def _lines(receipt: Receipt) -> Iterator[str]:
    yield (
        _left("Description", DESCRIPTION)
        + _right("Qty", QUANTITY)
        + _right("Each", EACH)
        + _right("VAT", RATE)
        + _right("Total", TOTAL)
    )
    yield "-" * WIDTH
    for line in receipt.lines:
        yield from _line(receipt, line)
    yield "-" * WIDTH


def _line(receipt: Receipt, line: Line) -> Iterator[str]:
    first, *rest = _wrapped(line.description, DESCRIPTION - 1) or [""]
    yield (
        _left(first, DESCRIPTION)
        + _right(format_quantity(line.quantity), QUANTITY)
        + _right(receipt.money(line.unit_price), EACH)
        + _right(format_rate(line.vat_rate), RATE)
        + _right(receipt.money(line.total), TOTAL)
    )
    yield from rest
    if line.discount:
        yield f"  less {off(receipt, line.discount, line.discount_rate)}"


def _sums(receipt: Receipt) -> Iterator[str]:
    if receipt.discount:
        yield _sum(receipt, "Subtotal", receipt.subtotal)
        yield _sum(receipt, _with_rate("Discount", receipt.discount_rate), -receipt.discount)
    yield _sum(receipt, "Total", receipt.total)


def _payments(receipt: Receipt) -> Iterator[str]:
    if not receipt.payments:
        yield _sum(receipt, "Still to pay", receipt.due)
        return
    for payment in receipt.payments:
        first, *rest = _wrapped(payment.text, WIDTH - TOTAL - 19)
        yield _both_ends(_left(payment.date, 19) + first, receipt.money(payment.amount))
        yield from (" " * 19 + part for part in rest)
    yield "-" * WIDTH
    yield _sum(receipt, "Paid", receipt.paid)
    if receipt.credited:
        yield _sum(receipt, "No longer owed", receipt.credited)
    yield _sum(receipt, *balance(receipt))


def _vat(receipt: Receipt) -> Iterator[str]:
    if not shows_vat(receipt):
        return
    yield _left("VAT rate", WIDTH - 3 * SUM) + "".join(_right(word, SUM) for word in ("Net", "VAT", "Gross"))
    for row in receipt.vat_rows:
        sums = (row.net, row.vat, row.gross)
        yield _left(format_rate(row.rate), WIDTH - 3 * SUM) + "".join(_right(receipt.money(x), SUM) for x in sums)


def _foot(receipt: Receipt) -> Iterator[str]:
    if receipt.support:
        yield from _wrapped(f"Questions? Write to {receipt.support}.", WIDTH)


def shows_vat(receipt: Receipt) -> bool:
    """Tell whether there is VAT to speak of: some was charged, or the clinic is registered for it."""
    return bool(receipt.vat or receipt.vat_number)


def balance(receipt: Receipt) -> tuple[str, int]:
    """Return what stands at the end, in words and pence."""
    return ("Overpaid", receipt.overpaid) if receipt.overpaid else ("Still to pay", receipt.due)


def off(receipt: Receipt, discount: int, rate: int) -> str:
    """Write a discount: `£12.00 (10%)`."""
    return _with_rate(receipt.money(discount), rate)


def _with_rate(words: str, rate: int) -> str:
    return f"{words} ({format_rate(rate)})" if rate else words


def _sum(receipt: Receipt, label: str, pence: int) -> str:
    return " " * LABEL + _both_ends(label, receipt.money(pence), WIDTH - LABEL)


def _both_ends(left: str, right: str, width: int = WIDTH) -> str:
    return left + " " * max(1, width - cells(left) - cells(right)) + right


def _left(text: str, width: int) -> str:
    return text + " " * max(0, width - cells(text))


def _right(text: str, width: int) -> str:
    return " " * max(1, width - cells(text)) + text


def _wrapped(text: str, width: int) -> list[str]:
    """Break text between words so that no line takes more than `width` cells."""
    widest = max((cells(character) for character in text), default=1)
    return textwrap.wrap(text, width // max(1, widest), break_on_hyphens=False)


def cells(text: str) -> int:
    """Return the cells that a terminal or a fixed-width printer gives to `text`."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    nothing = sum(unicodedata.category(character) in {"Mn", "Me", "Cf"} for character in text)
    return len(text) + wide - nothing
