"""VAT on what was sold in a span: on every invoice issued in it, less what was credited or made void in it.

The tax point of a sale is its invoice's date (HMRC VAT guide, Notice 700), whether or not it is paid yet. A refund
after which less is owed, and a void, are credit notes: they count when they are made, so a month that
is over does not change any more. VAT is worked out on each invoice's sum at each rate, as the invoice itself says,
and these are added up.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from store import rate_shares
from store.database import Reader
from store.money import vat_inside
from store.rate_shares import Gross, Moved


@dataclass(frozen=True, slots=True)
class RateDue:
    """One rate (basis points), in pence: invoiced, credited (not above zero), and the VAT inside what is left."""

    rate: int
    invoiced: int
    credited: int
    vat: int

    @property
    def gross(self) -> int:
        """Pence invoiced less credited, VAT inside."""
        return self.invoiced + self.credited

    @property
    def net(self) -> int:
        """Pence without the VAT."""
        return self.gross - self.vat


def vat_due(reader: Reader, start: str, end: str) -> list[RateDue]:
    """Return what is due at each rate for a span of stored times, `end` left out; highest rate first."""
    sums: dict[int, list[int]] = {}

    def add(rate: int, invoiced: int, credited: int, vat: int) -> None:
        row = sums.setdefault(rate, [0, 0, 0])
        for place, pence in enumerate((invoiced, credited, vat)):
            row[place] += pence

    for rate, gross, vat in _plain(reader, start, end):
        add(rate, gross, 0, vat)
    for gross_by_rate in rate_shares.gross_of(reader, _discounted(reader, start, end)).values():
        for rate, gross in gross_by_rate.items():
            add(rate, gross, 0, vat_inside(gross, rate))
    for rate, credited, vat in _credits(reader, start, end):
        add(rate, 0, -credited, -vat)
    return [RateDue(rate, *sums[rate]) for rate in sorted(sums, reverse=True)]


def _plain(reader: Reader, start: str, end: str) -> Iterator[tuple[int, int, int]]:
    """Yield (rate, gross, VAT) of the invoices without a discount on the whole, added up where they lie.

    The VAT is `money.vat_inside` in whole numbers; halves go up because half the divisor is added first.
    """
    for row in reader.each(
        "SELECT vat_rate AS rate, sum(gross) AS gross,"
        " sum((2 * gross * vat_rate + 10000 + vat_rate) / (2 * (10000 + vat_rate))) AS vat FROM"
        " (SELECT l.vat_rate, sum(l.total) AS gross FROM invoices i CROSS JOIN lines l ON l.invoice_id = i.id"
        " WHERE i.issued_at >= :start AND i.issued_at < :end AND i.discount = 0 GROUP BY l.invoice_id, l.vat_rate)"
        " GROUP BY vat_rate",
        start=start,
        end=end,
    ):
        yield row["rate"], row["gross"], row["vat"]


def _discounted(reader: Reader, start: str, end: str) -> list[str]:
    rows = reader.each(
        "SELECT id FROM invoices WHERE issued_at >= :start AND issued_at < :end AND discount > 0",
        start=start,
        end=end,
    )
    return [row["id"] for row in rows]


def _credits(reader: Reader, start: str, end: str) -> Iterator[tuple[int, int, int]]:
    """Yield (rate, pence, VAT in them) of everything that was credited or made void in the span."""
    voided = _voided(reader, start, end)
    refunded = {
        row["invoice_id"]
        for row in reader.each(
            "SELECT DISTINCT invoice_id FROM payments WHERE recorded_at >= :start AND recorded_at < :end"
            " AND credited <> 0",
            start=start,
            end=end,
        )
    }
    invoices = refunded | set(voided)
    moves = rate_shares.moved_on(reader, invoices)
    for invoice_id, gross in rate_shares.gross_of(reader, invoices).items():
        notes = [moved for moved in moves.get(invoice_id, []) if moved.credited]
        yield from _credited_on(gross, notes, (start, end), void=voided.get(invoice_id))


def _voided(reader: Reader, start: str, end: str) -> Mapping[str, str]:
    """Return the invoices made void in the span, and when."""
    rows = reader.all(
        "SELECT i.id, l.at FROM invoices i CROSS JOIN ledger l ON l.invoice_id = i.id"
        " WHERE i.state = 'void' AND l.kind = 'invoice_voided' AND l.at >= :start AND l.at < :end",
        start=start,
        end=end,
    )
    return {row["id"]: row["at"] for row in rows}


def _credited_on(
    gross: Gross, notes: list[Moved], span: tuple[str, str], *, void: str | None
) -> Iterator[tuple[int, int, int]]:
    """Yield what each credit takes off what is left at each rate, and the VAT that goes with it."""
    left = dict(gross)
    for note, parts in zip(notes, rate_shares.shares(gross, (n.credited for n in notes)), strict=True):
        for rate, pence in parts.items():
            if span[0] <= note.at < span[1]:
                yield rate, pence, vat_inside(left[rate], rate) - vat_inside(left[rate] - pence, rate)
            left[rate] -= pence
    if void is not None:
        yield from ((rate, pence, vat_inside(pence, rate)) for rate, pence in left.items())
