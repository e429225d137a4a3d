"""Payment links by the day they were asked for: how many were sent and paid, and how long clients took."""

from bisect import bisect_right
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from zoneinfo import ZoneInfo

from store.database import Reader
from store.months import Month
from store.times import from_text


@dataclass(slots=True)
class DayLinks:
    """The links of a day: how many became payable and how many were paid, also in pence; `spans`: seconds to pay."""

    sent: int = 0
    paid: int = 0
    asked: int = 0
    received: int = 0
    spans: list[int] = field(default_factory=list)

    @classmethod
    def together(cls, days: Iterable["DayLinks"]) -> "DayLinks":
        """Return several days as one."""
        whole = cls()
        for day in days:
            whole.sent += day.sent
            whole.paid += day.paid
            whole.asked += day.asked
            whole.received += day.received
            whole.spans += day.spans
        return whole


def links_by_day(reader: Reader, month: Month, zone: ZoneInfo) -> dict[date, DayLinks]:
    """Return each day of the month with its links; what never became a link is left out.

    The time to pay runs from the first message that went out, or from the link's making where it was only shown.
    """
    days = month.days(zone)
    starts = [start for _, start, _ in days]
    found = {day: DayLinks() for day, _, _ in days}
    for row in reader.each(
        "SELECT r.created_at, r.amount, r.state = 'paid' AS paid, r.closed_at, coalesce("
        " (SELECT min(m.sent_at) FROM messages m WHERE m.request_id = r.id AND r.state = 'paid'),"
        " r.live_at, r.created_at) AS shown_at,"
        " (SELECT sum(p.amount) FROM payments p WHERE p.invoice_id = r.invoice_id AND p.request_id = r.id"
        " AND r.state = 'paid' AND p.refund_of IS NULL) AS received FROM requests r"
        " WHERE r.created_at >= :start AND r.created_at < :end AND (r.live_at IS NOT NULL OR r.state = 'paid')",
        start=starts[0],
        end=days[-1][2],
    ):
        links = found[days[bisect_right(starts, row["created_at"]) - 1][0]]
        links.sent += 1
        links.asked += row["amount"]
        if row["paid"]:
            links.paid += 1
            links.received += row["received"] or 0
            taken = from_text(row["closed_at"]) - from_text(row["shown_at"])
            links.spans.append(max(0, int(taken.total_seconds())))
    return found


def median(spans: Iterable[int]) -> int | None:
    """Return the middle one in whole seconds, between the two in the middle where there are two; None of none."""
    ordered = sorted(spans)
    if not ordered:
        return None
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) // 2
