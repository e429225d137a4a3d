"""When the rule for reminders is to be looked at, and doing what it says; the rule itself is `store.chasing`."""

from collections.abc import Callable
from datetime import datetime, timedelta

from store import chasing
from store.database import ENGINE, Store, Tx
from store.models import PaymentRequest
from store.quiet import quiet_until
from store.settings import Settings
from store.times import to_text
from sync.settling import Deed

PAUSE = timedelta(hours=1)
"""How often is looked whether a reminder can go, beside the times that are known."""

TOGETHER = 20
"""Links that are reminded in one transaction."""


class Chaser:
    """Reminds of one data file's links by its rule. Use from one event loop."""

    def __init__(self, store: Store, settings: Settings, *, actor: str) -> None:
        self._store = store
        self._settings = settings
        self._actor = actor
        self._due_at: datetime | None = None

    def due_at(self, now: datetime) -> datetime | None:
        """Return when to look again, or None while there is no rule."""
        if not self._settings["chase.days"]:
            return None
        return self._due_at or now

    async def chase(self, now: datetime) -> list[Deed]:
        """Queue the reminders that are due and return what was done; nothing in quiet hours."""
        if quiet := quiet_until(self._settings, now):
            self._due_at = quiet
            return []
        waiting = await self._store.aread(lambda reader: chasing.due(reader, self._settings, now))
        deeds: list[Deed] = []
        for at in range(0, len(waiting), TOGETHER):
            work = self._work(waiting[at : at + TOGETHER], now)
            for request in await self._store.awrite(work, actor=self._actor, priority=ENGINE):
                text = f"reminder of payment link {request.code} queued"
                deeds.append(Deed(to_text(now), "reminder", request.id, "recorded", text))
        known = await self._store.aread(lambda reader: chasing.next_due(reader, self._settings, now))
        self._due_at = min(known or now + PAUSE, now + PAUSE)
        return deeds

    def _work(self, some: list[str], now: datetime) -> Callable[[Tx], list[PaymentRequest]]:
        def work(tx: Tx) -> list[PaymentRequest]:
            sent = [chasing.remind(tx, self._settings, each, now) for each in some]
            return [each[0] for each in sent if each is not None]

        return work
