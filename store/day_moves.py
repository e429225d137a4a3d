"""The open day's payments and deposits one by one, newest first."""

from dataclasses import dataclass

from store.database import Reader
from store.takings import Span


@dataclass(frozen=True, slots=True)
class Move:
    """One payment, refund or deposit: pence, and whose. `number` is the invoice's, empty for a deposit."""

    id: str
    at: str
    type: str
    amount: int
    number: str
    client_name: str
    actor: str


def moves(reader: Reader, span: Span, *, limit: int = 200) -> list[Move]:
    """Return the newest `limit` payments and deposits of a span, payments with account credit too."""
    rows = reader.all(
        f"WITH moved AS (SELECT id, at, type, amount, invoice_id, NULL AS client_id FROM ({span.payments}) UNION ALL"
        f" SELECT id, at, type, amount, NULL, client_id FROM ({span.deposits}) ORDER BY 2 DESC, 1 DESC LIMIT :limit)"
        " SELECT m.id, m.at, coalesce(t.name, m.type) AS type, m.amount, coalesce(i.number, '') AS number,"
        " coalesce(c.name, '') AS client_name, coalesce(p.actor, d.actor) AS actor FROM moved m"
        " LEFT JOIN payments p ON p.id = m.id LEFT JOIN credits d ON d.id = m.id"
        " LEFT JOIN invoices i ON i.id = m.invoice_id"
        " LEFT JOIN clients c ON c.id = coalesce(i.client_id, m.client_id)"
        " LEFT JOIN payment_types t ON t.code = m.type ORDER BY m.at DESC, m.id DESC",
        limit=limit,
        **span.params,
    )
    return [Move(**row) for row in rows]
