"""Chasing by rule: each unpaid link is reminded of once per step, so many days after it was sent.

What has been sent is what the messages table shows, and it is read in the transaction that queues the reminder: two
engines never remind twice. A step that passed while no engine ran is not made up for one by one: the newest stands
for those before it. What a person wrote about the same link puts a step off for a day.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from store import messages
from store.charges import Charge
from store.database import Reader, Tx
from store.errors import Refused
from store.models import Channel, PaymentRequest
from store.reading import invoice_by_number, request_by_id
from store.restored import restored_at
from store.settings import Settings
from store.times import from_text

APART = timedelta(days=1)
"""How long after any message about the same link the rule sends none."""

_CHASED = """
SELECT r.id, min(m.sent_at) AS sent_at, max(m.created_at) AS written_at,
       max(CASE WHEN m.kind = 'reminder' THEN m.created_at END) AS reminded_at
FROM requests r JOIN messages m ON m.request_id = r.id
WHERE r.state IN ('live', 'cancelling') AND r.state = 'live' AND (:id = '' OR r.id = :id)
GROUP BY r.id HAVING min(m.sent_at) IS NOT NULL ORDER BY r.id
"""


@dataclass(frozen=True, slots=True)
class Chased:
    """A live link that was sent: when first, when it was last written about, and when a reminder last went."""

    request_id: str
    sent_at: datetime
    written_at: datetime
    reminded_at: datetime | None

    def due_at(self, steps: list[timedelta], now: datetime) -> datetime | None:
        """Return when the next reminder is due, which may have passed; None when no step is left."""
        passed = [self.sent_at + step for step in steps if self.sent_at + step <= now]
        if passed and (self.reminded_at is None or self.reminded_at < passed[-1]):
            return max(passed[-1], self.written_at + APART)
        return next((self.sent_at + step for step in steps if self.sent_at + step > now), None)


def due(reader: Reader, settings: Settings, now: datetime) -> list[str]:
    """Return the requests whose reminder is due by the rule and can be sent, oldest first."""
    steps = _steps(settings)
    late = [chased for chased in _chased(reader) if (at := chased.due_at(steps, now)) and at <= now]
    return [each.request_id for each in late if _ways(reader, settings, request_by_id(reader, each.request_id))]


def next_due(reader: Reader, settings: Settings, now: datetime) -> datetime | None:
    """Return when the next reminder after `now` is due by the rule, or None."""
    steps = _steps(settings)
    times = (chased.due_at(steps, now) for chased in _chased(reader))
    return min((at for at in times if at is not None and at > now), default=None)


def remind(tx: Tx, settings: Settings, request_id: str, now: datetime) -> tuple[PaymentRequest, list[Charge]] | None:
    """Queue one request's reminder if it is due still; None where it is not, or cannot be sent."""
    chased = next(_chased(tx, request_id), None)
    at = chased.due_at(_steps(settings), now) if chased else None
    ways = _ways(tx, settings, request_by_id(tx, request_id))
    if at is None or at > now or not ways:
        return None
    try:
        with tx.attempt():
            return messages.remind(tx, request_id, ways, sms_segments=messages.segments(settings, "reminder"))
    except Refused:
        return None


def channels(settings: Settings) -> tuple[Channel, ...]:
    """Return the channels by which the rule sends reminders."""
    both: tuple[Channel, ...] = ("email", "sms")
    return tuple(channel for channel in both if channel in settings.list_of("chase.channels"))


def _ways(reader: Reader, settings: Settings, request: PaymentRequest) -> tuple[Channel, ...]:
    """Return the rule's channels that the client agreed to, has an address for, and is not waiting for already."""
    client = invoice_by_number(reader, request.invoice_id).client
    own: dict[Channel, str] = {"email": client.email, "sms": client.mobile}
    waiting = {message.channel for message in request.messages if message.state == "queued"}
    return tuple(
        channel
        for channel in channels(settings)
        if client.may_get(channel)
        and channel not in waiting
        and (messages.where_sent(request, channel) or own[channel])
    )


def _chased(reader: Reader, request_id: str = "") -> Iterator[Chased]:
    """Yield the links that were sent; before a file was restored, each may have been reminded of in its steps."""
    before = restored_at(reader) or ""
    for row in reader.all(_CHASED, id=request_id):
        reminded = max(row["reminded_at"] or "", before)
        yield Chased(
            row["id"],
            from_text(row["sent_at"]),
            from_text(row["written_at"]),
            from_text(reminded) if reminded else None,
        )


def _steps(settings: Settings) -> list[timedelta]:
    return [timedelta(days=int(day)) for day in settings.list_of("chase.days")]
