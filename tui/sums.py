"""The calculator's sums: amounts, + − × ÷ and nothing else, exact in pence."""

import re
from decimal import ROUND_HALF_UP, Decimal

from store.errors import BadInput
from store.money import LARGEST, format_money

SIGNS = {"*": "×", "/": "÷", "-": "−"}
"""What is typed, and how it is shown."""

_NUMBER = re.compile(r"\d{1,7}(?:\.\d{1,6})?|\.\d{1,6}")
_SIGN = re.compile(r"[+\-−*×x/÷]")


def work_out(text: str) -> int:
    """Return what a sum such as `211/2` or `120 + 2×45.50` comes to, in pence, halves rounded up.

    × and ÷ go before + and −. Raises BadInput (amount) with what to type instead.
    """
    numbers, signs = _read(text)
    index = 0
    while index < len(signs):
        if signs[index] in "+−":
            index += 1
            continue
        sign, right = signs.pop(index), numbers.pop(index + 1)
        if sign == "÷" and right == 0:
            raise BadInput("amount", "Nothing can be divided by zero.")
        numbers[index] = numbers[index] * right if sign == "×" else numbers[index] / right
    total = numbers[0]
    for sign, number in zip(signs, numbers[1:], strict=True):
        total += number if sign == "+" else -number
    if abs(total) * 100 > LARGEST:
        raise BadInput("amount", f"That is more than one amount can be ({format_money(LARGEST)}).")
    return int((total * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def _read(text: str) -> tuple[list[Decimal], list[str]]:
    numbers: list[Decimal] = []
    signs: list[str] = []
    place, plain = 0, text.replace(" ", "").rstrip("=")
    while True:
        number = _NUMBER.match(plain, place)
        if number is None:
            raise BadInput("amount", "Type a sum of amounts, such as 211/2 or 120+45.50.")
        numbers.append(Decimal(number[0]))
        place = number.end()
        if place == len(plain):
            return numbers, signs
        sign = _SIGN.match(plain, place)
        if sign is None:
            raise BadInput("amount", "Type a sum of amounts, such as 211/2 or 120+45.50.")
        signs.append({"-": "−", "*": "×", "x": "×", "/": "÷"}.get(sign[0], sign[0]))
        place = sign.end()
