"""A file that was brought back from a backup, and payments that it did not know."""

from store.database import Tx
from store.facts.kind import Apply
from store.models import LedgerEntry


def _restored(tx: Tx, entry: LedgerEntry) -> None:
    """Only the fact is kept: from which backup, and how much it did not have."""


def _stray_payment(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "INSERT INTO strays (id, gateway, gateway_id, request_id, code, number, amount, currency, paid_at, method,"
        " state, at) VALUES (:stray, :gateway, :gateway_id, :request, :code, :number, :minor, :currency, :paid_at,"
        " :method, 'open', :at)",
        **fact,
        at=entry.at,
    )


def _stray_counted(tx: Tx, entry: LedgerEntry) -> None:
    tx.run(
        "UPDATE strays SET state = 'counted', invoice_id = :invoice WHERE id = :id",
        id=entry.payload["stray"],
        invoice=entry.invoice_id,
    )


def _stray_closed(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    tx.run(
        "UPDATE strays SET state = 'closed', reason = :reason WHERE id = :id", id=fact["stray"], reason=fact["reason"]
    )


APPLY: Apply = {
    "restored": _restored,
    "stray_payment": _stray_payment,
    "stray_counted": _stray_counted,
    "stray_closed": _stray_closed,
}
