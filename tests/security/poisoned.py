"""A data file in which every text is hostile: put there by SQL, as an old version or another program would have."""

from itertools import count, cycle

from store import client_notes, clients, credit, dropped, outbox, payments, refunds
from store.database import Store, Tx
from tests.security.nasty import NASTY
from tests.tui.popups import UNPAID, ask, go_live

COLUMNS: tuple[tuple[str, str], ...] = (
    ("clients", "name"),
    ("clients", "email"),
    ("catalogue", "name"),
    ("catalogue", "code"),
    ("lines", "description"),
    ("invoices", "notes"),
    ("invoices", "created_by"),
    ("payments", "reference"),
    ("payments", "actor"),
    ("requests", "reason"),
    ("messages", "result"),
    ("messages", "address"),
    ("outbox", "last_error"),
    ("outbox", "created_by"),
    ("attempts", "answer"),
    ("services", "reason"),
    ("client_notes", "text"),
    ("client_notes", "actor"),
    ("credits", "reference"),
    ("refunds", "reason"),
    ("refunds", "result"),
    ("imports", "name"),
    ("imports", "detail"),
    ("staff", "name"),
    ("payment_types", "name"),
)
"""The columns that hold what people, gateways or files said."""

WORST = "".join(
    NASTY[each] for each in ("colour", "clipboard", "8-bit CSI", "override", "isolate", "action", "closing")
)


_NUMBERS = count()
"""Some columns hold no text twice."""


def poison(store: Store) -> None:
    """Fill the clinic up, then overwrite every text in it."""
    store.write(lambda tx: [clients.add(tx, name=f"Client {at}") for at in range(len(NASTY))])
    go_live(store, ask(store, 10_000))
    ask(store, 5_000)
    store.write(_more, actor="Amira")
    overwrite(store)


def overwrite(store: Store) -> None:
    """Overwrite every text that is there."""
    store.write(_overwrite)


def _more(tx: Tx) -> None:
    jane = clients.find(tx, "Jane Smith")[0]
    payment = payments.take(tx, UNPAID, "cash", 1_000, reference="receipt 7")
    refunds.refund(tx, UNPAID, payment.id, 500, to="", reason="by mistake")
    credit.deposit(tx, jane.id, "cash", 5_000, currency="GBP")
    client_notes.add(tx, jane.id, "Prefers the morning")
    dropped.note(tx, "today.csv", b"1", "done", "1 invoice made")
    dropped.note(tx, "more.csv", b"2", "failed", "Row 2: no")
    for entry in outbox.waiting(tx)[:1]:
        outbox.set_state(tx, entry.id, "held", why="later")


def _overwrite(tx: Tx) -> None:
    texts = (f"{text}{next(_NUMBERS)}" for text in cycle([*NASTY.values(), WORST]))
    for table, column in COLUMNS:
        old = [row["was"] for row in tx.all(f"SELECT DISTINCT {column} AS was FROM {table}")]
        for was in old:
            tx.run(f"UPDATE {table} SET {column} = :text WHERE {column} = :was", text=next(texts), was=was)
