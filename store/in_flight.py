"""Payment links that are on their way: asked for and not paid yet, or not decided."""

from dataclasses import dataclass

from store.database import Reader
from store.models import RequestState

_IN_FLIGHT = """
SELECT id FROM requests WHERE state IN ('live', 'cancelling') AND state = 'live'
UNION
SELECT r.id FROM outbox o CROSS JOIN requests r ON r.id = o.subject_id
WHERE o.state IN ('ready', 'claimed', 'attention', 'held') AND o.kind = 'create_link'
AND r.state IN ('queued', 'attention')
"""
"""By the partial indexes of what is open, each with its own condition repeated: the closed ones are not read."""


@dataclass(frozen=True, slots=True)
class LinkInFlight:
    """One payment request that is queued, live or needs a person; the amount is in pence."""

    id: str
    code: str
    number: str
    client_name: str
    amount: int
    currency: str
    state: RequestState
    created_at: str
    sent_at: str | None


@dataclass(frozen=True, slots=True)
class InFlight:
    """How many links are on their way, and the pence that they ask for."""

    count: int = 0
    amount: int = 0


def links(reader: Reader, *, limit: int = 200) -> list[LinkInFlight]:
    """Return the links in flight: what needs a person first, then the oldest."""
    rows = reader.all(
        "SELECT r.id, r.code, i.number, coalesce(c.name, '') AS client_name, r.amount, i.currency, r.state,"
        " r.created_at, (SELECT min(m.sent_at) FROM messages m WHERE m.request_id = r.id) AS sent_at"
        f" FROM ({_IN_FLIGHT}) f CROSS JOIN requests r ON r.id = f.id JOIN invoices i ON i.id = r.invoice_id"
        " LEFT JOIN clients c ON c.id = i.client_id"
        " ORDER BY r.state <> 'attention', r.created_at, r.id LIMIT :limit",
        limit=limit,
    )
    return [LinkInFlight(**row) for row in rows]


def total(reader: Reader) -> InFlight:
    """Return how many links are in flight and what they ask for together."""
    row = reader.one(
        f"SELECT count(*) AS count, coalesce(sum(r.amount), 0) AS amount FROM ({_IN_FLIGHT}) f"
        " CROSS JOIN requests r ON r.id = f.id"
    )
    return InFlight() if row is None else InFlight(row["count"], row["amount"])
