"""Notices that the wall clock was put back, by the last look and by what is noted in the data file.

A clock that was ahead and is right again (a dead battery, a wrong time server, a person) would leave everything
waiting for a time that comes only in a year. A clock that was put forward needs nothing: all that waits is due.
"""

import logging
from datetime import datetime, timedelta

from store import clock_back
from store.database import ENGINE, Store, Tx
from store.times import from_text, to_text
from sync import hearing
from sync.gateways.base import Gateway

log = logging.getLogger(__name__)

STEP = timedelta(minutes=1)
"""What a clock is put back by in the ordinary course; also more than any probe lies ahead."""


class ClockWatch:
    """Watches the clock of one engine. Use from one event loop."""

    def __init__(self, store: Store, *, actor: str) -> None:
        self._store = store
        self._actor = actor
        self._seen: datetime | None = None
        self._heeded: str | None = None

    def seen(self, now: datetime) -> None:
        """Keep the time of the last look."""
        self._seen = now

    async def put_back(self, now: datetime, gateway: Gateway | None) -> timedelta | None:
        """Return by how much the clock was put back since the last look, None if it was not; plans anew if so."""
        noted = await self._store.aread(lambda reader: clock_back.latest_noted(reader, to_text(now)))
        before = [self._seen] if self._seen else []
        if noted is not None and noted != self._heeded:
            before.append(from_text(noted))
        by = max(before, default=now) - now
        self._seen = now
        if by <= STEP:
            return None
        self._heeded = noted
        kind = gateway.capabilities.kind if gateway is not None and not gateway.capabilities.has_event_feed else ""
        log.warning("the clock was put back by %d s: what waits is planned anew", by.total_seconds())

        def work(tx: Tx) -> None:
            clock_back.plan_anew(tx, to_text(now))
            if kind:
                hearing.ask_all(tx, kind)

        await self._store.awrite(work, actor=self._actor, priority=ENGINE)
        return by
