"""What was taken: by the way it was paid, and by VAT rate; the rows of each add up to the same sum, to the penny.

Takings are money that came in or went out: payments and their refunds, deposits and deposits given back. What a
client pays out of their account credit came in as a deposit before, so it is no new money and is told apart. A
deposit is for no particular sale yet, so it has no VAT rate until it is used (HMRC VAT guide, Notice 700).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from store import rate_shares
from store.database import Reader, Row
from store.money import vat_inside
from store.text import cleaned


@dataclass(frozen=True, slots=True)
class Span:
    """Which payments and deposits are meant: a query for each, with the values that both name."""

    payments: str
    deposits: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TypeTaking:
    """What was taken by one payment type, in pence; `refunded` is negative, `deposits` less what was given back."""

    code: str
    name: str
    kind: str
    count: int
    paid: int
    refunded: int
    deposits: int

    @property
    def total(self) -> int:
        """Pence that came in by this type, less what went out."""
        return self.paid + self.refunded + self.deposits


@dataclass(frozen=True, slots=True)
class RateTaking:
    """What was taken at one VAT rate (basis points), in pence; `rate` None is deposits, which have none yet."""

    rate: int | None
    amount: int

    @property
    def vat(self) -> int:
        """Pence of VAT inside."""
        return vat_inside(self.amount, self.rate or 0)


@dataclass(frozen=True, slots=True)
class Takings:
    """What was taken in a span. `credit_used` are pence that clients paid out of their account credit."""

    types: tuple[TypeTaking, ...] = ()
    rates: tuple[RateTaking, ...] = ()
    credit_used: int = 0

    @property
    def total(self) -> int:
        """Pence of new money."""
        return sum(row.total for row in self.types)

    @property
    def cash(self) -> int:
        """Pence that came into the till, less what went out of it."""
        return sum(row.total for row in self.types if row.kind == "cash")


def between(start: str, end: str) -> Span:
    """Return what was written down from `start` on and before `end`, both stored times."""
    return Span(
        "SELECT id, invoice_id, type, amount, recorded_at AS at FROM payments"
        " WHERE recorded_at >= :start AND recorded_at < :end",
        "SELECT id, client_id, type, amount, at FROM credits WHERE at >= :start AND at < :end AND payment_id IS NULL",
        {"start": start, "end": end},
    )


def after_entry(seq: int) -> Span:
    """Return what this file's ledger has after its entry `seq`.

    The ledger's order is the order in which it was written, whatever a clock was set to meanwhile. Where the file was
    restored since, it has entries of more than one writer id.
    """
    facts = (
        "FROM ledger l CROSS JOIN {table} t ON t.id = json_extract(l.payload, '$.{key}')"
        " WHERE l.writer_id IN (SELECT value FROM meta WHERE key GLOB 'writer_id*') AND l.seq > :after"
        " AND l.kind = '{kind}'"
    )
    return Span(
        "SELECT t.id, t.invoice_id, t.type, t.amount, t.recorded_at AS at "
        + facts.format(table="payments", key="payment", kind="payment_recorded"),
        "SELECT t.id, t.client_id, t.type, t.amount, t.at "
        + facts.format(table="credits", key="credit", kind="credit_recorded"),
        {"after": seq},
    )


def taken(reader: Reader, span: Span) -> Takings:
    """Return the takings of a span."""
    rows = by_type(reader, span)
    types = tuple(row for row in rows if row.kind != "credit")
    deposits = sum(row.deposits for row in types)
    rates = _by_rate(reader, span)
    listed = [RateTaking(rate, rates[rate]) for rate in sorted(rates, reverse=True)]
    if any(row.deposits for row in types):
        listed.append(RateTaking(None, deposits))
    used = sum(row.paid + row.refunded for row in rows if row.kind == "credit")
    return Takings(types, tuple(listed), used)


def by_type(reader: Reader, span: Span) -> list[TypeTaking]:
    """Return what moved by each payment type in use in the span, in the clinic's order; account credit too."""
    return type_rows(
        reader,
        reader.all(
            "SELECT type AS code, count(*) AS count, sum(max(amount, 0)) AS paid, sum(min(amount, 0)) AS refunded,"
            f" 0 AS deposits FROM ({span.payments}) GROUP BY type UNION ALL"
            f" SELECT type, count(*), 0, 0, sum(amount) FROM ({span.deposits}) GROUP BY type",
            **span.params,
        ),
    )


def type_rows(reader: Reader, rows: Iterable[Row]) -> list[TypeTaking]:
    """Return sums by type with the types' names, those of one type added up, in the clinic's order."""
    known = {row["code"]: row for row in reader.all("SELECT code, name, kind, position FROM payment_types")}
    sums: dict[str, list[int]] = {}
    for row in rows:
        sofar = sums.setdefault(row["code"], [0, 0, 0, 0])
        for place, key in enumerate(("count", "paid", "refunded", "deposits")):
            sofar[place] += row[key]
    order = {code: row["position"] for code, row in known.items()}
    return [
        TypeTaking(
            code,
            known[code]["name"] if code in known else cleaned(code.replace("_", " ")),
            _kind(known, code),
            *sums[code],
        )
        for code in sorted(sums, key=lambda code: (order.get(code, len(order)), code))
    ]


def _kind(known: Mapping[str, Row], code: str) -> str:
    return str(known[code]["kind"]) if code in known else "recorded"


def _by_rate(reader: Reader, span: Span) -> dict[int, int]:
    """Return rate → pence of new money. Only an invoice with several rates takes more than adding up."""
    new_money = (
        f"SELECT * FROM ({span.payments}) WHERE type NOT IN (SELECT code FROM payment_types WHERE kind = 'credit')"
    )
    sums: dict[int, int] = {}
    mixed: list[str] = []
    for row in reader.each(
        "WITH moved AS MATERIALIZED"
        f" (SELECT invoice_id, sum(amount) AS amount FROM ({new_money}) GROUP BY invoice_id)"
        " SELECT low, CASE WHEN low = high THEN '' ELSE invoice_id END AS mixed, sum(amount) AS amount FROM"
        " (SELECT m.invoice_id, m.amount, min(l.vat_rate) AS low, max(l.vat_rate) AS high"
        " FROM moved m CROSS JOIN lines l ON l.invoice_id = m.invoice_id GROUP BY m.invoice_id) GROUP BY low, mixed",
        **span.params,
    ):
        if row["mixed"]:
            mixed.append(row["mixed"])
        else:
            sums[row["low"]] = sums.get(row["low"], 0) + row["amount"]
    if mixed:
        ours = {row["id"] for row in reader.each(new_money, **span.params)}
        for rate, amount in _shared(reader, mixed, ours):
            sums[rate] = sums.get(rate, 0) + amount
    return sums


def _shared(reader: Reader, invoices: list[str], ours: set[str]) -> Iterable[tuple[int, int]]:
    gross = rate_shares.gross_of(reader, invoices)
    for invoice_id, moves in rate_shares.moved_on(reader, invoices).items():
        for moved, parts in zip(moves, rate_shares.shares(gross[invoice_id], (m.amount for m in moves)), strict=True):
            if moved.id in ours:
                yield from parts.items()
