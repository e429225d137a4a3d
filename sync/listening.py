"""Listening to the gateway: when it is time to hear back, and doing it. What it says is written down by `hearing`."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime

from store import services
from store.database import ENGINE, Reader, Store, Tx
from store.errors import PaydeskError
from store.settings import Settings
from store.times import from_text, to_text
from sync import hearing
from sync.breaker import Breaker
from sync.errors import Declined, OutcomeUnknown, Unreachable, WorldError
from sync.gateways.base import Gateway, Link
from sync.pace import Pace
from sync.settling import Deed, inform, is_of_the_file, note_service

log = logging.getLogger(__name__)


class Listener:
    """Hears back from one gateway, `most` links at a time. Use from one event loop."""

    def __init__(
        self,
        store: Store,
        gateway: Gateway,
        settings: Settings,
        breaker: Breaker,
        pace: Pace,
        *,
        actor: str,
        most: int,
    ) -> None:
        self._store = store
        self._gateway = gateway
        self._abilities = gateway.capabilities
        self._settings = settings
        self._breaker = breaker
        self._pace = pace
        self._actor = actor
        self._most = most
        self._read_at: datetime | None = None
        self._noted_at: datetime | None = None
        self._hushed_until: datetime | None = None

    async def due_at(self, now: datetime) -> datetime | None:
        """Return when the gateway is to be asked next by what is known now, or None: only when something changes."""
        if self._breaker.refused:
            return None

        def work(reader: Reader) -> datetime | None:
            polled = hearing.next_poll_due(reader, self._abilities.kind)
            times = [from_text(polled)] if polled else []
            if self._abilities.has_event_feed:
                times.append(self._read_at + hearing.feed_pause(reader, now) if self._read_at else now)
            return min(times, default=None)

        found = await self._store.aread(work)
        holds = [time for time in (found, self._hushed_until, self._breaker.wake_at()) if time is not None]
        return None if found is None else max(holds)

    async def hear(self, now: datetime) -> list[Deed]:
        """Hear back once and return what was recorded; whatever goes wrong out there only puts the next time off."""
        told: list[str] = []
        self._hushed_until = None
        try:
            if self._abilities.has_event_feed:
                await self._read_feed(now, told)
            await self._ask_links(now, told)
        except WorldError as error:
            await self._failed(error)
        except PaydeskError:
            raise
        except Exception as error:
            if is_of_the_file(error):
                raise
            log.exception("unforeseen error while hearing back")
            wrong_at = self._store.clock()
            inform(self._breaker, error, wrong_at)
            self._hushed_until = wrong_at + hearing.QUIET
        return [Deed(to_text(now), "payment", payment_id, "recorded", "payment recorded") for payment_id in told]

    async def _read_feed(self, now: datetime, told: list[str]) -> None:
        kind = self._abilities.kind
        before, whole = await self._store.aread(
            lambda reader: (services.cursor(reader, kind), hearing.whole_feed(reader, now))
        )
        await self._pace.turn()
        page = await hearing.read_feed(self._gateway, before, whole=whole)
        moved = page.cursor != before
        told += await self._heard(
            lambda tx: hearing.record_page(tx, page, kind, before, self._settings),
            news=bool(page.payments or page.refunds) or page.lost or moved,
        )
        self._read_at = None if page.more and moved else now

    async def _ask_links(self, now: datetime, told: list[str]) -> None:
        due = await self._store.aread(lambda reader: hearing.due_links(reader, self._abilities.kind, now, self._most))
        if not due:
            return
        answers = await asyncio.gather(*map(self._fetch, due), return_exceptions=True)

        def record(tx: Tx) -> list[str]:
            told: list[str] = []
            for item, link in zip(due, answers, strict=True):
                if isinstance(link, Link):
                    told += hearing.record_link(
                        tx, due=item, link=link, abilities=self._abilities, settings=self._settings
                    )
                elif isinstance(link, Declined):
                    log.warning("the gateway does not tell of a link", extra={"link": item.gateway_id})
                    hearing.put_off(tx, item)
            return told

        if any(isinstance(answer, Link | Declined) for answer in answers):
            told += await self._heard(record, news=True)
        for answer in answers:
            if isinstance(answer, BaseException) and not isinstance(answer, Declined):
                raise answer

    async def _fetch(self, due: hearing.Due) -> Link:
        await self._pace.turn()
        return await self._gateway.fetch_link(due.gateway_id)

    async def _heard(self, record: Callable[[Tx], list[str]], *, news: bool) -> list[str]:
        """The gateway answered: record what it said. Without news only a heartbeat is written, and seldom."""
        was_down = self._breaker.open_until is not None or self._breaker.refused
        self._breaker.answered()
        clock = self._store.clock()
        stale = self._noted_at is None or clock - self._noted_at >= hearing.HEARTBEAT
        if not (news or was_down or stale):
            return []

        def work(tx: Tx) -> list[str]:
            services.heard(tx, services.GATEWAY)
            return record(tx)

        told = await self._store.awrite(work, actor=self._actor, priority=ENGINE)
        self._noted_at = clock
        return told

    async def _failed(self, error: WorldError) -> None:
        """Put the next time off, counted from the answer: it may have come long after the question."""
        now = self._store.clock()
        gone = Unreachable(str(error)) if isinstance(error, OutcomeUnknown) else error
        inform(self._breaker, gone, now)
        if not self._breaker.refused and (self._breaker.wake_at() or now) <= now:
            self._hushed_until = now + hearing.QUIET
        await self._store.awrite(
            lambda tx: note_service(tx, services.GATEWAY, self._breaker, gone), actor=self._actor, priority=ENGINE
        )
