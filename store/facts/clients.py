"""Clients in the ledger are references: two cards made one, and a card whose personal data was erased."""

from store.database import Tx
from store.facts.kind import Apply
from store.models import LedgerEntry


def _client_merged(tx: Tx, entry: LedgerEntry) -> None:
    fact = entry.payload
    for table in ("invoices", "credits"):
        tx.run(
            f"UPDATE {table} SET client_id = :into WHERE client_id = :gone", into=fact["into"], gone=fact["client"]
        )


def _client_erased(tx: Tx, entry: LedgerEntry) -> None:
    """Only the fact is kept; the card is no money record and is emptied by who erases it."""


APPLY: Apply = {"client_merged": _client_merged, "client_erased": _client_erased}
