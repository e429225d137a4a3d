"""How money that moved on an invoice divides among the invoice's VAT rates, to the penny.

A payment is for the whole of an invoice, so it is shared out in proportion to what the invoice has at each rate
(HMRC VAT guide, Notice 700: apportionment must be fair). What is shared is the sum of all that has been paid so
far, and a payment's shares are what it changes of it: so the shares of each payment add up to the payment, those of
an invoice's payments together add up to what the invoice has at each rate once it is paid, and a refund of all of it
leaves nothing at any rate.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from store.database import Reader
from store.discounts import vat_breakdown
from store.money import spread

Gross = Mapping[int, int]
"""Rate in basis points → pence with VAT inside."""


@dataclass(frozen=True, slots=True)
class RateLine:
    """What one or more lines of an invoice come to at one rate, after their own discounts, in pence."""

    vat_rate: int
    total: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A payment or refund of an invoice: its pence, and the pence that are no longer owed because of it."""

    id: str
    invoice_id: str
    at: str
    amount: int
    credited: int


def gross_of(reader: Reader, invoice_ids: Iterable[str]) -> dict[str, Gross]:
    """Return for each invoice what it has at each rate, its discounts taken off."""
    rows = reader.all(
        "SELECT l.invoice_id, i.discount, l.vat_rate, sum(l.total) AS total FROM json_each(:ids) j"
        " CROSS JOIN invoices i ON i.id = j.value CROSS JOIN lines l ON l.invoice_id = i.id"
        " GROUP BY l.invoice_id, l.vat_rate",
        ids=json.dumps(list(invoice_ids)),
    )
    found: dict[str, Gross] = {}
    for (invoice_id, discount), lines in groupby(rows, lambda row: (row["invoice_id"], row["discount"])):
        by_rate = vat_breakdown([RateLine(row["vat_rate"], row["total"]) for row in lines], discount)
        found[invoice_id] = {rate: gross for rate, (gross, _) in by_rate.items()}
    return found


def moved_on(reader: Reader, invoice_ids: Iterable[str]) -> dict[str, list[Moved]]:
    """Return for each invoice all that was ever paid or refunded on it, in the order it was written down."""
    rows = reader.all(
        "SELECT p.id, p.invoice_id, p.recorded_at AS at, p.amount, p.credited FROM json_each(:ids) j"
        " CROSS JOIN payments p ON p.invoice_id = j.value ORDER BY p.invoice_id, p.recorded_at, p.id",
        ids=json.dumps(list(invoice_ids)),
    )
    by_invoice = groupby((Moved(**row) for row in rows), lambda moved: moved.invoice_id)
    return {invoice_id: list(moves) for invoice_id, moves in by_invoice}


def shares(gross: Gross, amounts: Iterable[int]) -> Iterator[dict[int, int]]:
    """Yield for each amount, in the order they moved, how it divides among the rates."""
    rates = list(gross)
    weights = _weights(gross)
    sum_before, before = 0, [0] * len(rates)
    for amount in amounts:
        after = spread(sum_before + amount, weights)
        yield {rate: new - old for rate, new, old in zip(rates, after, before, strict=True)}
        sum_before, before = sum_before + amount, after


def _weights(gross: Gross) -> Sequence[int]:
    """Return what to share by; money on an invoice that came to nothing is shared evenly."""
    weights = list(gross.values())
    return weights if any(weights) else [1] * len(weights)
