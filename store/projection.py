"""Facts carried into the tables that screens read.

The same functions run when a fact is written and when everything is rebuilt from the ledger, so the two
cannot drift apart unnoticed. They use nothing but the fact itself and the tables they keep.
"""

from store.database import Tx
from store.facts import clients, days, invoices, messages, payments, refunds, requests, restored, staff
from store.facts.kind import Apply
from store.models import LedgerEntry

_APPLY: Apply = {
    **invoices.APPLY,
    **payments.APPLY,
    **requests.APPLY,
    **messages.APPLY,
    **refunds.APPLY,
    **clients.APPLY,
    **days.APPLY,
    **staff.APPLY,
    **restored.APPLY,
}


def apply(tx: Tx, entry: LedgerEntry) -> None:
    """Carry one fact into the tables. Raises KeyError for a kind that nobody registered."""
    _APPLY[entry.kind](tx, entry)
