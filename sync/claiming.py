"""Taking what is due, and looking once more at each before it is done; both in the transaction of the claim."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime

from store import outbox
from store.database import Tx
from store.models import EntryKind, OutboxEntry
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
    kinds: Sequence[EntryKind],
    breakers: Mapping[str, Breaker],
    *,
    owner: str,
    room: int,
    now: datetime,
    until: datetime,
) -> list[OutboxEntry]:
    """Claim up to `room` due entries, of which one as the probe of each service that is not known to answer."""
    taken: list[OutboxEntry] = []

    def take(some: list[EntryKind], limit: int) -> None:
        nonlocal taken
        taken += outbox.claim(tx, some, limit=limit, owner=owner, now=to_text(now), until=to_text(until))

    probed = [name for name, breaker in breakers.items() if breaker.open_until is not None]
    for name in probed:
        take([kind for kind in kinds if SERVICES[kind] == name], min(1, room - len(taken)))
    take([kind for kind in kinds if SERVICES[kind] not in probed], room - len(taken))
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
