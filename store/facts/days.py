"""Days that were closed: what the till should have held, what was counted, and what was taken."""

import json

from store.database import Tx
from store.facts.kind import Apply
from store.models import LedgerEntry


def _day_closed(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "INSERT INTO days (id, from_at, to_at, float, expected, counted, reason, summary, actor)"
        " VALUES (:id, :from_at, :to_at, :float, :expected, :counted, :reason, :summary, :actor)",
        id=fact["day"],
        from_at=fact["from"],
        to_at=fact["to"],
        float=fact["float"],
        expected=fact["expected"],
        counted=fact["counted"],
        reason=fact["reason"],
        summary=json.dumps(fact["summary"], separators=(",", ":"), sort_keys=True),
        actor=entry.actor,
    )


APPLY: Apply = {"day_closed": _day_closed}
