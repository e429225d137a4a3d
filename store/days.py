"""Closing a day: from the last close, or the first entry, to now.

What belongs to a day is decided by the ledger's order: everything between one close's entry and the next one's. So a
payment that comes in while the till is counted is in this day or the next, never in both or neither, whatever the
clocks say. A close is not changed; a wrong count is put right by another close.
"""

import json
from collections.abc import Mapping
from typing import Any

from store import in_flight, ledger, notices, outbox, takings
from store.database import Reader, Row, Tx
from store.day_views import CashCount, ClosedDay, OpenDay
from store.errors import BadInput, NotFound
from store.ids import new_id
from store.in_flight import InFlight
from store.money import LARGEST, format_money
from store.settings import Settings
from store.takings import RateTaking, Takings
from store.text import cleaned

LONGEST_REASON = 200


def open_day(reader: Reader) -> OpenDay:
    """Return what has been taken since the last close."""
    last = reader.one(
        "SELECT to_at, json_extract(summary, '$.kept') AS kept, json_extract(summary, '$.upto') AS upto FROM days"
        " ORDER BY upto DESC LIMIT 1"
    )
    if last is None:
        return OpenDay(_first_entry(reader), True, 0, takings.taken(reader, takings.after_entry(0)), 0)
    taken = takings.taken(reader, takings.after_entry(last["upto"]))
    return OpenDay(last["to_at"], False, last["kept"], taken, last["upto"])


def close(tx: Tx, settings: Settings, count: CashCount, *, day_id: str = "") -> ClosedDay:
    """Close the day with what was counted, and tell the clinic; a `day_id` that was used already changes nothing.

    Raises BadInput (float, counted, kept or reason): a difference needs a reason, and so does counting again where
    cash moved after `count.expected` was shown.
    """
    if day_id and tx.value("SELECT 1 FROM days WHERE id = :id", id=day_id):
        return get(tx, day_id)
    day = open_day(tx)
    opening = day.float if count.float is None else count.float
    expected = opening + day.takings.cash
    reason = _checked(count, opening, expected, settings["clinic.currency"])
    upto = tx.value("SELECT max(seq) FROM ledger WHERE writer_id = (SELECT value FROM meta WHERE key = 'writer_id')")
    links = in_flight.total(tx)
    day_id = day_id or new_id()
    fact = {
        "day": day_id,
        "from": day.from_at or tx.now,
        "to": tx.now,
        "float": opening,
        "expected": expected,
        "counted": count.counted,
        "reason": reason,
        "summary": {
            "upto": upto or 0,
            "kept": count.kept,
            "pieces": sorted([pence, many] for pence, many in count.pieces.items() if many),
            "links": [links.count, links.amount],
            "waiting": sum(outbox.counts(tx).values()),
            **_summary(day.takings),
        },
    }
    ledger.append(tx, "day_closed", None, fact)
    notices.queue(tx, settings, "end_of_day", day_id, None)
    return get(tx, day_id)


def get(reader: Reader, day_id: str) -> ClosedDay:
    """Return a closed day. Raises NotFound."""
    row = reader.one("SELECT * FROM days WHERE id = :id", id=day_id)
    if row is None:
        raise NotFound(f"There is no closed day {cleaned(day_id)[:40]}. `paydesk day list` shows them.")
    return _closed(reader, row)


def closed(reader: Reader, *, limit: int = 100) -> list[ClosedDay]:
    """Return the closed days, newest first."""
    rows = reader.all(
        "SELECT * FROM days ORDER BY json_extract(summary, '$.upto') DESC, id DESC LIMIT :limit", limit=limit
    )
    return [_closed(reader, row) for row in rows]


def _first_entry(reader: Reader) -> str | None:
    first: str | None = reader.value(
        "SELECT min(at) FROM (SELECT min(recorded_at) AS at FROM payments UNION ALL SELECT min(at) FROM credits)"
    )
    return first


def _checked(count: CashCount, opening: int, expected: int, currency: str) -> str:
    """Return the reason as it is kept. Raises BadInput."""

    def money(pence: int) -> str:
        return format_money(pence, currency)

    for name, pence in (("float", opening), ("counted", count.counted), ("kept", count.kept)):
        if not 0 <= pence <= LARGEST:
            raise BadInput(name, f"Type an amount from {money(0)} to {money(LARGEST)}.")
    if count.pieces and sum(pence * many for pence, many in count.pieces.items()) != count.counted:
        raise BadInput("counted", "The notes and coins do not come to this sum. Count them again, or type the sum.")
    if count.expected is not None and count.expected != expected:
        raise BadInput(
            "counted",
            f"Cash moved while you counted: {money(expected)} is expected now, not {money(count.expected)}."
            " Look whether it is in your count, then close the day again.",
        )
    if count.kept > count.counted:
        raise BadInput("kept", f"Only {money(count.counted)} was counted, so no more than that can stay in the till.")
    reason = cleaned(count.reason)
    if len(reason) > LONGEST_REASON:
        raise BadInput("reason", f"A reason can have {LONGEST_REASON} letters; this has {len(reason)}.")
    if count.counted != expected and not reason:
        apart = money(abs(count.counted - expected))
        which = "less" if count.counted < expected else "more"
        raise BadInput(
            "reason", f"There is {apart} {which} than the {money(expected)} expected. Say why, or count again."
        )
    return reason


def _summary(taken: Takings) -> dict[str, Any]:
    return {
        "types": [[row.code, row.count, row.paid, row.refunded, row.deposits] for row in taken.types],
        "rates": [[row.rate, row.amount] for row in taken.rates],
        "credit_used": taken.credit_used,
    }


def _closed(reader: Reader, row: Row) -> ClosedDay:
    summary: Mapping[str, Any] = json.loads(row["summary"])
    names = ("code", "count", "paid", "refunded", "deposits")
    types = takings.type_rows(reader, [dict(zip(names, kept, strict=True)) for kept in summary["types"]])
    rates = tuple(RateTaking(rate, amount) for rate, amount in summary["rates"])
    return ClosedDay(
        id=row["id"],
        from_at=row["from_at"],
        to_at=row["to_at"],
        float=row["float"],
        expected=row["expected"],
        counted=row["counted"],
        kept=summary["kept"],
        reason=row["reason"],
        actor=row["actor"],
        takings=Takings(tuple(types), rates, summary["credit_used"]),
        pieces=dict(summary["pieces"]),
        links=InFlight(*summary["links"]),
        waiting=summary["waiting"],
    )
