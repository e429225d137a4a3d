"""One invoice in lines for a terminal: what it is for, its sums with the VAT at each rate, payments, links, notes."""

from store.discounts import vat_breakdown
from store.models import Invoice, Line
from store.money import format_money, format_quantity, format_rate
from tui.cli.output import local_time, state_words, table


def shown(invoice: Invoice, zone: str) -> list[str]:
    """Return the lines; times are those of `zone`."""
    currency = invoice.row.currency

    def money(pence: int) -> str:
        return format_money(pence, currency)

    payments = [(local_time(p.at, zone), state_words(p.type), money(p.amount), p.reference) for p in invoice.payments]
    refunds = [
        (local_time(r.created_at, zone), state_words(r.type), money(r.amount), r.state, r.result or r.reason)
        for r in invoice.refunds
    ]
    requests = [
        (r.code, state_words(r.state), money(r.amount), " ".join(r.channels), r.reason or r.url)
        for r in invoice.requests
    ]
    sections = (
        ("", table([_line(line, currency) for line in invoice.lines], right=(1, 2, 3, 4, 5))),
        ("", table(_sums(invoice), right=(1,))),
        ("Payments", table(payments, right=(2,))),
        ("Refunds", table(refunds, right=(2,))),
        ("Payment links", table(requests, right=(2,))),
        ("Notes", [invoice.row.notes] if invoice.row.notes else []),
    )
    head = table([(invoice.row.number, state_words(invoice.row.state), invoice.client.name)])
    return head + [text for section in sections for text in _section(*section)]


def _line(line: Line, currency: str) -> tuple[str, ...]:
    return (
        line.description,
        format_quantity(line.quantity),
        format_money(line.unit_price, currency),
        format_rate(line.vat_rate),
        format_money(-line.discount, currency) if line.discount else "",
        format_money(line.total, currency),
    )


def _sums(invoice: Invoice) -> list[tuple[str, str]]:
    row = invoice.row
    sums = [("Discount", -row.discount)] if row.discount else []
    sums += [
        (f"VAT {format_rate(rate)} in {format_money(gross, row.currency)}", vat)
        for rate, (gross, vat) in vat_breakdown(invoice.lines, row.discount).items()
    ]
    sums += [("Total", row.total), ("Paid", row.paid + row.refunded)]
    sums += [("Refunded", -row.refunded)] if row.refunded else []
    sums += [("Not owed any more", -row.credited)] if row.credited else []
    return [(word, format_money(pence, row.currency)) for word, pence in [*sums, ("Due", row.due)]]


def _section(title: str, lines: list[str]) -> list[str]:
    """Return lines under their title, or nothing where there are none."""
    if not lines:
        return []
    return ["", *([title] if title else []), *(f"  {line}" for line in lines)]
