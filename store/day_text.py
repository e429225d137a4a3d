"""A closed day as text for a printer: the count, what was taken, and what was still on its way."""

from collections.abc import Iterable
from zoneinfo import ZoneInfo

from store.coins import PIECES, piece_name
from store.day_views import ClosedDay
from store.money import format_money, format_rate
from store.takings import Takings
from store.text import cleaned, level
from store.times import from_text

WIDTH = 48
"""Columns: what a narrow receipt printer has, and half of a page."""

Pair = tuple[str, str]


def day_text(day: ClosedDay, clinic: str, zone: ZoneInfo, currency: str) -> str:
    """Return the day's sheet, `WIDTH` columns wide, amounts at the right edge."""

    def money(pence: int) -> str:
        return format_money(pence, currency)

    head = [
        clinic,
        "End of day",
        f"{_when(day.from_at, zone)} to",
        f"{_when(day.to_at, zone)}, closed by {day.actor}",
    ]
    sections = (
        ("Cash", _cash(day, currency)),
        ("Counted", _pieces(day, currency)),
        ("Takings by type", type_pairs(day.takings, currency)),
        ("Takings by VAT rate", rate_pairs(day.takings, currency)),
        (
            "Account credit",
            [("Used (no new money)", money(day.takings.credit_used))] if day.takings.credit_used else [],
        ),
        (
            "Still on its way",
            [
                (f"Payment links not paid: {day.links.count}", money(day.links.amount)),
                (f"Waiting in the outbox: {day.waiting}", ""),
            ],
        ),
    )
    lines = [cleaned(text)[:WIDTH] for text in head]
    for title, pairs in sections:
        if pairs:
            lines += ["", title, "-" * WIDTH, *(_pair(*pair) for pair in pairs)]
    if day.reason:
        lines += ["", "Why there was a difference" if day.difference else "Note", *_wrapped(day.reason)]
    return "\n".join(map(level, lines)) + "\n"


def type_pairs(taken: Takings, currency: str) -> list[Pair]:
    """Return each payment type with what it took, refunds told apart, and the sum."""
    pairs = []
    for row in taken.types:
        pairs.append((row.name, format_money(row.total, currency)))
        if row.refunded:
            pairs.append(("  of which refunded", format_money(row.refunded, currency)))
        if row.deposits:
            pairs.append(("  of which deposits", format_money(row.deposits, currency)))
    return [*pairs, ("Total", format_money(taken.total, currency))]


def rate_pairs(taken: Takings, currency: str) -> list[Pair]:
    """Return each VAT rate with what was taken at it, the VAT inside, and the sum."""
    pairs = [(rate_name(row.rate), format_money(row.amount, currency)) for row in taken.rates]
    inside = sum(row.vat for row in taken.rates)
    return [*pairs, ("Total", format_money(taken.total, currency)), ("VAT in it", format_money(inside, currency))]


def rate_name(rate: int | None) -> str:
    """Return a VAT rate's name in takings: `VAT 20%`, and what deposits are called, which have none."""
    return "Deposits, no rate yet" if rate is None else f"VAT {format_rate(rate)}"


def _cash(day: ClosedDay, currency: str) -> list[Pair]:
    amounts = (
        ("Float at the start", day.float),
        ("Cash taken", day.expected - day.float),
        ("Expected", day.expected),
        ("Counted", day.counted),
        ("Difference", day.difference),
        ("Taken out of the till", day.banked),
        ("Float for the next day", day.kept),
    )
    return [(word, format_money(pence, currency)) for word, pence in amounts]


def _pieces(day: ClosedDay, currency: str) -> list[Pair]:
    listed = sorted(day.pieces.items(), reverse=True) if currency in PIECES else []
    return [(f"{piece_name(p, currency):>5} x {many}", format_money(p * many, currency)) for p, many in listed]


def _pair(left: str, right: str) -> str:
    left = cleaned(left) if not left.startswith(" ") else left
    room = WIDTH - len(right) - 1
    return f"{left[:room]:<{room}} {right}".rstrip()


def _wrapped(text: str) -> Iterable[str]:
    from textwrap import wrap

    return wrap(cleaned(text), WIDTH)


def _when(at: str, zone: ZoneInfo) -> str:
    local = from_text(at).astimezone(zone)
    return f"{local:%a} {local.day} {local:%b} {local.year} {local:%H:%M}"
