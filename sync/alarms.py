"""Telling the clinic that something outside does not work: the gateway is away, or a link could not be sent."""

from datetime import datetime, timedelta

from store import notices, outbox, services
from store.database import ENGINE, Reader, Store, Tx
from store.models import EntryKind
from store.settings import Settings
from store.times import from_text
from sync.settling import Deed

OFFLINE = "offline"
LINK_FAILED = "payment_link_failed"
_SENDING: tuple[EntryKind, ...] = ("create_link", "email", "sms")


class Alarms:
    """Tells once per outage that the gateway has been away for too long."""

    def __init__(self, store: Store, settings: Settings, *, actor: str) -> None:
        self._store = store
        self._settings = settings
        self._actor = actor

    async def due_at(self) -> datetime | None:
        """Return when the clinic is to be told, which may have passed; None when it is not, or was told."""
        if not notices.targets(self._settings, OFFLINE):
            return None
        return await self._store.aread(self._due)

    async def sound(self) -> None:
        """Tell the clinic by every target, unless another engine was quicker."""

        def work(tx: Tx) -> None:
            since = _away_since(tx)
            if since is not None and self._due(tx) is not None:
                notices.queue(tx, self._settings, OFFLINE, since)

        await self._store.awrite(work, actor=self._actor, priority=ENGINE)

    def _due(self, reader: Reader) -> datetime | None:
        since = _away_since(reader)
        if since is None or outbox.of_subject(reader, since, "notify") is not None:
            return None
        return from_text(since) + timedelta(minutes=int(self._settings["notify.offline.minutes"]))


def report(tx: Tx, deed: Deed, settings: Settings) -> None:
    """Tell the clinic of a link, or of a message with one, that now needs a person."""
    kind = next((kind for kind in _SENDING if kind == deed.kind), None)
    if deed.outcome != "attention" or kind is None:
        return
    entry = outbox.of_subject(tx, deed.subject_id, kind)
    if entry is None or (kind != "create_link" and not _carries_a_link(tx, entry.subject_id)):
        return
    notices.queue(tx, settings, LINK_FAILED, deed.subject_id, entry.invoice_id)


def _carries_a_link(tx: Tx, message_id: str) -> bool:
    return bool(tx.value("SELECT 1 FROM messages WHERE id = :id AND request_id IS NOT NULL", id=message_id))


def _away_since(reader: Reader) -> str | None:
    """Return since when the gateway does not answer or take our key; an outage is known by that."""
    gateway = services.known(reader).get(services.GATEWAY)
    return None if gateway is None or gateway.state == "online" else gateway.since
