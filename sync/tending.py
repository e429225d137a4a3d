"""What the engine does by the clock alone: reminds of unpaid links, and tells that the gateway is away."""

from datetime import datetime

from store.database import Store
from store.settings import Settings
from sync.alarms import Alarms
from sync.breaker import Breaker
from sync.chasing import Chaser
from sync.settling import Deed


class Tending:
    """Tends one data file by its settings; `gateway` is what is known of the gateway. Use from one event loop."""

    def __init__(self, store: Store, settings: Settings, gateway: Breaker, *, actor: str) -> None:
        self._chaser = Chaser(store, settings, actor=actor)
        self._alarms = Alarms(store, settings, actor=actor)
        self._gateway = gateway

    async def due_at(self, now: datetime) -> datetime | None:
        """Return when something is to be done next, which may have passed, or None."""
        times = (self._chaser.due_at(now), await self._alarm_at())
        return min((at for at in times if at is not None), default=None)

    async def tend(self, now: datetime, *, asking: bool) -> list[Deed]:
        """Do what is due and return it; while the gateway is being asked it is not called away."""
        deeds: list[Deed] = []
        chase_at = self._chaser.due_at(now)
        if chase_at is not None and chase_at <= now:
            deeds = await self._chaser.chase(now)
        alarm_at = None if asking else await self._alarm_at()
        if alarm_at is not None and alarm_at <= now:
            await self._alarms.sound()
        return deeds

    async def _alarm_at(self) -> datetime | None:
        """Return when to tell that the gateway is away: only once a call of this engine has found it so."""
        if self._gateway.open_until is None and not self._gateway.refused:
            return None
        return await self._alarms.due_at()
