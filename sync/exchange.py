"""The engine's transaction: what has come back is written down, and what is due is claimed into the free slots.

Both in one, so that a queue costs the disk few syncs. While persons write too they wait for its end, so then it is
done in bites.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from store.database import Tx
from store.models import OutboxEntry
from store.services import GATEWAY, SERVICES, SMS
from sync.alarms import report
from sync.breaker import Breaker
from sync.claiming import claim, prepare
from sync.handlers.base import Work, World
from sync.settling import Deed, Finished, note_service, settle

SLOTS = 16
CAREFUL_SLOTS = 8
"""How many may be in flight of what cannot be repeated or looked up: after a crash each of them needs a person."""
BITE = 4
"""How many are settled, and how many claimed, in one transaction while persons write too."""
LEASE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Exchanged:
    """What one transaction did: `works` are to be done now, `told` is what became of what.

    `kept` has come back and waits for the next transaction; `more` says that one is to follow soon.
    """

    works: list[Work]
    told: list[tuple[Finished | OutboxEntry, Deed]]
    kept: list[Finished]
    more: bool


@dataclass(frozen=True, slots=True)
class Exchange:
    """One look at what came back and what is due; `slots` is 0 where nothing may begin any more."""

    finished: Sequence[Finished]
    under_way: Collection[Work]
    slots: int
    world: World
    breakers: Mapping[str, Breaker]
    owner: str
    now: datetime
    jitter: Callable[[], float]

    def free(self, kept: Sequence[Finished] = ()) -> dict[str, int]:
        """Return how many of each service may be claimed; what has come back stays claimed while it is `kept`."""
        claimed = [SERVICES[work.entry.kind] for work in (*self.under_way, *(done.work for done in kept))]
        room = self._room(kept)
        careful = _careful(self.world)
        return {
            name: max(0, min(breaker.room(self.now, room), CAREFUL_SLOTS - claimed.count(name)))
            if name in careful
            else breaker.room(self.now, room)
            for name, breaker in self.breakers.items()
        }

    def __call__(self, tx: Tx) -> Exchanged:
        """Write down and claim, in the transaction."""
        bite = BITE if tx.in_company else max(len(self.finished), self.slots)
        finished, kept = self.finished[:bite], list(self.finished[bite:])
        deeds = [self._settled(tx, done) for done in finished]
        room = self._room(kept)
        free, limit = self.free(kept), min(room, bite)
        claimed = claim(tx, free, owner=self.owner, room=limit, now=self.now, until=self.now + LEASE)
        prepared = [
            prepare(tx, entry, self.world, self.breakers[SERVICES[entry.kind]], self.now) for entry in claimed
        ]
        looked_at: list[Finished | OutboxEntry] = [*finished, *claimed]
        pairs = zip(looked_at, (*deeds, *prepared), strict=True)
        told = [(what, deed) for what, deed in pairs if isinstance(deed, Deed)]
        for _, deed in told:
            report(tx, deed, self.world.settings)
        works = [item for item in prepared if isinstance(item, Work)]
        return Exchanged(works, told, kept, more=bool(kept) or len(claimed) == limit < room)

    def _room(self, kept: Sequence[Finished]) -> int:
        return max(0, self.slots - len(self.under_way) - len(kept))

    def _settled(self, tx: Tx, done: Finished) -> Deed | None:
        name = SERVICES[done.work.entry.kind]
        note_service(tx, name, self.breakers[name], done.error)
        return settle(tx, done, self.world, self.now, self.jitter)


def _careful(world: World) -> set[str]:
    """Return the services of which a crash leaves to a person what was in flight."""
    gateway = world.gateway
    keyless = gateway is not None and not gateway.capabilities.repeatable
    return {SMS, GATEWAY} if keyless else {SMS}
