"""What the engine tells those who watch it: ids, kinds, outcomes and durations, nothing about a client."""

import logging
from collections.abc import Callable
from dataclasses import dataclass

from store.models import OutboxEntry
from store.times import from_text
from sync.settling import Deed, Finished

log = logging.getLogger("sync.engine")


@dataclass(frozen=True, slots=True)
class EntrySettled:
    """One outbox entry was looked at, and this came of it (see `Deed.outcome`).

    `attempt` is which attempt it was, `seconds` how long the call took (None: no call was made), `waited` the seconds
    since the entry was written, `error` the class of what went wrong, else empty.
    """

    entry_id: str
    kind: str
    subject_id: str
    attempt: int
    outcome: str
    error: str
    seconds: float | None
    waited: float


@dataclass(frozen=True, slots=True)
class MoneyHeard:
    """The gateway told of a payment or a refund that was not recorded yet."""

    payment_id: str


@dataclass(frozen=True, slots=True)
class ServiceChanged:
    """A service is now `online`, `offline` or `refused`, as the engine's own calls say."""

    service: str
    state: str


@dataclass(frozen=True, slots=True)
class TurnTaken:
    """The engine worked until nothing was due, for so many seconds."""

    seconds: float


Happening = EntrySettled | MoneyHeard | ServiceChanged | TurnTaken
Observe = Callable[[Happening], None]


def settled_as(what: Finished | OutboxEntry, deed: Deed) -> EntrySettled:
    """Return what came of a piece of work that has come back, or of an entry that needed no call."""
    entry = what if isinstance(what, OutboxEntry) else what.work.entry
    error = None if isinstance(what, OutboxEntry) else what.error
    return EntrySettled(
        entry_id=entry.id,
        kind=entry.kind,
        subject_id=entry.subject_id,
        attempt=entry.attempts + 1,
        outcome=deed.outcome,
        error=type(error).__name__ if error else "",
        seconds=None if isinstance(what, OutboxEntry) else what.seconds,
        waited=(from_text(deed.at) - from_text(entry.created_at)).total_seconds(),
    )


def write_down(happening: Happening) -> None:
    """Write what happened into Paydesk's log."""
    match happening:
        case EntrySettled() as it:
            extra = {
                "entry": it.entry_id,
                "kind": it.kind,
                "subject": it.subject_id,
                "attempt": it.attempt,
                "outcome": it.outcome,
                "waited_ms": _ms(it.waited),
            }
            if it.seconds is not None:
                extra["ms"] = _ms(it.seconds)
            if it.error:
                extra["error"] = it.error
            log.info("entry settled", extra=extra)
        case MoneyHeard(payment_id):
            log.info("money heard of", extra={"subject": payment_id})
        case ServiceChanged(service, state):
            log.log(
                logging.INFO if state == "online" else logging.WARNING,
                "service changed",
                extra={"service": service, "state": state},
            )
        case TurnTaken(seconds):
            log.debug("turn taken", extra={"ms": _ms(seconds)})


def _ms(seconds: float) -> int:
    return round(seconds * 1000)
