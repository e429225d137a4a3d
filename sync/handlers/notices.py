"""Telling the clinic."""

from datetime import datetime

from store import strays
from store.database import Tx
from store.models import OutboxEntry
from sync.couriers.render import notice_mail
from sync.handlers.base import Ask, Closed, Prepared, Work, World
from sync.handlers.notice_words import EVENTS


class TellClinic:
    """Sends one notification to one of the clinic's targets."""

    one_service = False

    def prepare(self, tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Prepared:  # noqa: ARG002
        """Write it from what is true now; what has been settled meanwhile is not told any more."""
        event = entry.payload["event"]
        if strays.is_stray(entry):
            why = strays.waits_because(tx, entry.subject_id)
            return Ask(why) if why else Closed("somebody has decided meanwhile")
        found = EVENTS[event](tx, entry, world.settings)
        if isinstance(found, Closed):
            return found
        told = notice_mail(found)
        kind = entry.subject_id if event == "test" else event

        async def act() -> str:
            target = entry.payload["target"]
            return await world.courier.notify(
                target, told.subject, told.text, kind=kind, html=told.html, message_id=entry.id
            )

        return Work(entry, act, lambda _tx, result: f"clinic told: {told.subject}: {result}")

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:  # noqa: ARG002
        """The clinic can bear being told twice; not being told is worse."""
        return True

    def unknown(self, entry: OutboxEntry, world: World) -> str:  # noqa: ARG002
        """Say where to look."""
        return "The notification got no clear answer several times. Check its target in the settings, then retry."

    def given_up(self, tx: Tx, entry: OutboxEntry, why: str) -> None:
        """What it was about is recorded; only the news of it waits."""
