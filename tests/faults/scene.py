"""A clinic with a sandbox of its own, and the clients who pay: where the processes of a scenario come together."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from random import Random

from store import clients, invoices
from store.database import Tx
from store.invoices import NewLine
from sync.engine import Engine
from sync.sandbox import till
from sync.sandbox.records import Link
from sync.sandbox.server import Sandbox
from tests.faults.hurried import hurried
from tests.journeys.clinic import Clinic, impatient

DIALECTS = ("stripe", "coherent")
CLIENTS = 5


@contextmanager
def scene(folder: Path, dialect: str) -> Iterator[Clinic]:
    """Have a clinic in `folder`, on a sandbox that nobody else uses."""
    with Sandbox(folder / "sandbox", clinic="Riverside Clinic") as sandbox:
        clinic = Clinic(folder / "clinic", sandbox, dialect)
        try:
            yield clinic
        finally:
            clinic.store.close()


def drafts(clinic: Clinic, many: int, pence: int = 21_100) -> list[str]:
    """Write drafts for a few clients, in one transaction, and return their numbers."""

    def work(tx: Tx) -> list[str]:
        people = [
            clients.add(tx, name=f"Client {n}", email=f"client{n}@example.com", mobile=f"+44770090012{n}")
            for n in range(CLIENTS)
        ]
        line = NewLine("Consultation", 1000, pence, 2000)
        return [
            invoices.save_draft(tx, people[n % CLIENTS].id, [line], currency="GBP", prefix="INV-").row.number
            for n in range(many)
        ]

    return clinic.store.write(work)


def known_links(clinic: Clinic) -> list[Link]:
    """Return the links that can be paid and whose address somebody was given: it is in the data file."""
    urls = set(
        clinic.store.read(
            lambda reader: [row["url"] for row in reader.all("SELECT url FROM requests WHERE url <> ''")]
        )
    )
    context = clinic.sandbox.context
    return [link for link in clinic.sandbox.book.links() if link.state == "open" and context.url(link) in urls]


def pays(clinic: Clinic, link: Link) -> bool:
    """A client opens a link and pays; False where it takes no money any more."""
    context = clinic.sandbox.context
    return till.pay(context, till.open_session(context, link).id, "card") == "paid"


def some_pay(clinic: Clinic, chance: Random, share: float = 0.2) -> int:
    """A share of the clients who can pay do so; return how many."""
    return sum(pays(clinic, link) for link in known_links(clinic) if chance.random() < share)


async def settle(clinic: Clinic, *, seconds: float = 40) -> None:
    """Let one engine work until nothing is left, and hear for so long of the clinic's clock, without waiting.

    The clock is then put back to the time of the other processes.
    """
    engine = Engine(
        clinic.store, clinic.folder, owner="the last", make_gateway=lambda chosen: hurried(impatient(chosen))
    )
    until = clinic.clock() + timedelta(seconds=seconds)
    try:
        while True:
            turn = await engine.run_once(clinic.clock())
            waits = any(entry.state == "ready" for entry in clinic.waiting())
            if turn.wake_at is None or (not waits and turn.wake_at > until):
                return
            clinic.clock.ahead += max(timedelta(), turn.wake_at - clinic.clock())
    finally:
        clinic.clock.ahead = timedelta()
        await engine.aclose()
