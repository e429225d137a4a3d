"""Taking what is due, and looking once more at each before it is done; both in the transaction of the claim."""

import logging
from collections.abc import Collection, Mapping
from datetime import datetime

from store import outbox
from store.database import Tx
from store.models import OutboxEntry
from store.services import SERVICES
from store.times import to_text
from sync.breaker import Breaker
from sync.errors import Misconfigured
from sync.handlers import HANDLERS
from sync.handlers.base import Ask, Closed, Later, Prepared, Work, World
from sync.settling import Deed, give_up, is_of_the_file, note_service

log = logging.getLogger(__name__)

UNREADABLE = (
    "What is noted of this entry cannot be read any more. Look whether it was done; then drop it and do it anew."
)


def claim(
    tx: Tx,
    free: Mapping[str, int],
    *,
    owner: str,
    room: int,
    now: datetime,
    until: datetime,
) -> list[OutboxEntry]:
    """Claim up to `room` due entries, of each service no more than are `free`."""
    taken: list[OutboxEntry] = []

    def take(names: Collection[str], limit: int) -> None:
        nonlocal taken
        some = [kind for kind in HANDLERS if SERVICES[kind] in names]
        taken += outbox.claim(tx, some, limit=limit, owner=owner, now=to_text(now), until=to_text(until))

    for name, most in free.items():
        if 0 < most < room:
            take({name}, min(most, room - len(taken)))
    take({name for name, most in free.items() if most >= room}, room - len(taken))
    return taken


def prepare(tx: Tx, entry: OutboxEntry, world: World, breaker: Breaker, now: datetime) -> Work | Deed:
    """Have the handler look once more; what needs no call is settled here. `breaker` is the entry's service's."""
    try:
        with tx.attempt():
            verdict = _looked_at(tx, entry, world, now)
    except Misconfigured as error:
        breaker.refuse()
        note_service(tx, SERVICES[entry.kind], breaker, error)
        outbox.put_back(tx, entry, at=entry.next_attempt_at, why=str(error))
        return Deed(tx.now, entry.kind, entry.subject_id, "waiting", str(error))
    except Exception as error:
        if is_of_the_file(error):
            raise
        log.exception("could not prepare an entry", extra={"kind": entry.kind, "entry": entry.id})
        return give_up(tx, entry, f"This entry cannot be done: {error}", unsure=entry.unsure)
    if isinstance(verdict, Closed):
        outbox.close(tx, entry, why=verdict.why)
        return Deed(tx.now, entry.kind, entry.subject_id, "not needed", verdict.why)
    if isinstance(verdict, Later):
        outbox.put_back(tx, entry, at=to_text(now + verdict.wait), why=verdict.why)
        return Deed(tx.now, entry.kind, entry.subject_id, "waiting", verdict.why)
    if isinstance(verdict, Ask):
        return give_up(tx, entry, verdict.why, unsure=verdict.unsure)
    return verdict


def _looked_at(tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Prepared:
    """Return what an entry's handler makes of it; one that cannot be read any more is for a person."""
    if outbox.UNREADABLE in entry.payload:
        outbox.note(tx, entry)
        return Ask(UNREADABLE, unsure=True)
    return HANDLERS[entry.kind].prepare(tx, entry, world, now)
