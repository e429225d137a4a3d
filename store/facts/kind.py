"""What every kind of fact brings: one function that carries it into the tables."""

from collections.abc import Callable

from store.database import Tx
from store.models import LedgerEntry

Apply = dict[str, Callable[[Tx, LedgerEntry], None]]
