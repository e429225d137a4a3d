"""Which invoices a list shows, by more than words: state, day, client, what is waited for; and how late one is."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Literal
from zoneinfo import ZoneInfo

from store.errors import BadInput
from store.models import InvoiceRow
from store.text import cleaned
from store.times import from_text, to_text

STATES = ("draft", "unpaid", "part_paid", "paid", "void")
Only = Literal["", "link_unpaid", "overdue"]
ONLY = ("link_unpaid", "overdue")

_OWING = "i.state IN ('unpaid', 'part_paid')"
_SINCE = "i.seq IN (SELECT seq FROM invoices WHERE coalesce(issued_at, created_at) >= :since)"
_LINK_UNPAID = f"""{_OWING} AND i.id IN (
  SELECT r.invoice_id FROM requests r WHERE r.state IN ('live', 'cancelling') AND r.state = 'live'
  AND (SELECT count(*) = 0 OR max(m.sent_at) IS NOT NULL FROM messages m WHERE m.request_id = r.id))"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What every invoice of a list has in common; what is empty narrows nothing.

    `since` and `issued_before` are stored times: the day of an invoice is that of its issue, a draft's that of its
    making. `only` is `link_unpaid` (the client has a link and has not paid all) or `overdue` (money is due on an
    invoice from before `issued_before`).
    """

    state: str = ""
    since: str = ""
    client_id: str = ""
    only: Only = ""
    issued_before: str = ""

    def condition(self) -> tuple[str, dict[str, Any]]:
        """Return the SQL condition on `invoices i` and its parameters. Raises BadInput for an unknown word."""
        if self.state and self.state not in STATES:
            raise BadInput("state", f"“{_short(self.state)}” is not an invoice state. Use one of: {_list(STATES)}.")
        if self.only and self.only not in ONLY:
            raise BadInput("only", f"“{_short(self.only)}” is not a kind of invoice. Use one of: {_list(ONLY)}.")
        parts = {
            "state": ("i.state = :state", self.state),
            "since": (_SINCE, self.since),
            "client": ("i.client_id = :client", self.client_id),
            "before": (f"{_OWING} AND i.issued_at < :before", self.issued_before if self.only == "overdue" else ""),
        }
        wanted = {name: part for name, part in parts.items() if part[1]}
        conditions = [sql for sql, _ in wanted.values()]
        if self.only == "link_unpaid":
            conditions.append(_LINK_UNPAID)
        return " AND ".join(conditions) or "true", {name: value for name, (_, value) in wanted.items()}


def days_back(now: datetime, zone: ZoneInfo, days: int) -> str:
    """Return the stored time at which the day `days` before today began in `zone`."""
    day = now.astimezone(zone).date() - timedelta(days=days)
    return to_text(datetime.combine(day, time(), zone))


def days_late(row: InvoiceRow, now: datetime, zone: ZoneInfo, payment_days: int) -> int:
    """Return for how many days an invoice has been overdue: 0 while it is not, or when nothing is due on it."""
    if row.issued_at is None or row.state not in {"unpaid", "part_paid"}:
        return 0
    issued, today = (moment.astimezone(zone).date() for moment in (from_text(row.issued_at), now))
    return max(0, (today - issued).days - payment_days)


def _short(text: str) -> str:
    return cleaned(text)[:40]


def _list(words: tuple[str, ...]) -> str:
    return ", ".join(words)
