"""A payment that is not known here, as it stands after a backup was brought back."""

from store import outbox, strays
from store.database import Store, Tx
from store.models import OutboxEntry
from store.payments import Received
from store.strays import Marks
from store.times import to_text
from tests.tui.conftest import NOW

CODE = "K7Q-42M"


def paid(store: Store, *, amount: int = 21_100, number: str = "INV-000042", currency: str = "gbp") -> OutboxEntry:
    """Let the gateway tell of a payment on a link of this file that the file does not know."""

    def work(tx: Tx) -> str | None:
        received = Received("pi_1", "plink_1Ab2Cd3Ef4", "01GONE", amount, currency, to_text(NOW), "card")
        return strays.notice(tx, received, Marks(strays.file_id(tx), CODE, number), gateway="stripe", notify=[])

    assert store.write(work, actor="engine") == "pi_1"
    return entry(store)


def entry(store: Store) -> OutboxEntry:
    """Return the outbox entry in which it waits, or waited."""
    found = store.read(lambda reader: outbox.of_subject(reader, "pi_1", "notify"))
    assert found is not None
    return found
