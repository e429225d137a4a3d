"""Staff in the ledger: that somebody was added, changed or given a PIN. Names and PINs are not in it."""

from store.database import Tx
from store.facts.kind import Apply
from store.models import LedgerEntry


def _only_kept(_tx: Tx, _entry: LedgerEntry) -> None:
    """Nothing but the fact is kept: who may sign in is no money fact and is not rebuilt from the ledger."""


APPLY: Apply = {"staff_added": _only_kept, "staff_changed": _only_kept, "staff_pin_set": _only_kept}
