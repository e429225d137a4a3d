"""What came of a piece of work, written down: the one place where an error becomes a state."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store import outbox, services
from store.database import Tx
from store.errors import PaydeskError
from store.models import OutboxEntry
from store.times import to_text
from sync.backoff import MOST_ATTEMPTS, delay
from sync.breaker import Breaker
from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable
from sync.handlers import HANDLERS
from sync.handlers.base import NewKeyNeeded, Work, World

log = logging.getLogger(__name__)

BUSY_PAUSE = 5.0


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing that the engine did: `outcome` is done, retry, attention, not needed, waiting or recorded."""

    at: str
    kind: str
    subject_id: str
    outcome: str
    text: str


@dataclass(frozen=True, slots=True)
class Finished:
    """Work that has come back, with its answer or its error."""

    work: Work
    answer: Any
    error: Exception | None


def inform(breaker: Breaker, error: Exception | None, now: datetime) -> None:
    """Tell the service's breaker what a call said of the service."""
    if isinstance(error, Unreachable):
        breaker.unreached(now)
    elif isinstance(error, Busy):
        breaker.pause(now, error.retry_after or BUSY_PAUSE)
    elif isinstance(error, Misconfigured):
        breaker.refuse()
    elif isinstance(error, OutcomeUnknown):
        breaker.unclear(now)
    else:
        breaker.answered()


def note_service(tx: Tx, name: str, breaker: Breaker, error: Exception | None) -> None:
    """Keep for every desk what the breaker knows."""
    if breaker.refused:
        services.lost(tx, name, "refused", reason=str(error or ""), next_try_at=None)
    elif breaker.open_until is not None:
        services.lost(tx, name, "offline", reason=str(error or ""), next_try_at=to_text(breaker.open_until))
    elif not isinstance(error, Unreachable | OutcomeUnknown):
        services.heard(tx, name)


def settle(tx: Tx, done: Finished, world: World, now: datetime, jitter: Callable[[], float]) -> Deed | None:
    """Write down what came of one entry; None when the claim no longer stands and somebody else has it."""
    entry = done.work.entry
    if not outbox.owns(tx, entry):
        return None
    if done.error is None:
        try:
            with tx.attempt():
                told = done.work.settle(tx, done.answer)
        except (PaydeskError, LookupError, ValueError) as error:
            outbox.ask(tx, entry, why=f"It was done, but could not be written down: {error}", unsure=True)
            return _deed(tx, entry, "attention", str(error))
        outbox.finish(tx, entry, answer=told)
        return _deed(tx, entry, "done", told)
    return _Failure(tx, entry, world, now, jitter).settle(done.error)


def give_up(tx: Tx, entry: OutboxEntry, why: str, *, unsure: bool) -> Deed:
    """Leave an entry to a person."""
    outbox.ask(tx, entry, why=why, unsure=unsure)
    HANDLERS[entry.kind].given_up(tx, entry, why)
    return _deed(tx, entry, "attention", why)


@dataclass(frozen=True, slots=True)
class _Failure:
    """An entry whose work ended in an error."""

    tx: Tx
    entry: OutboxEntry
    world: World
    now: datetime
    jitter: Callable[[], float]

    def settle(self, error: Exception) -> Deed:
        why, entry = str(error), self.entry
        if isinstance(error, Unreachable | Misconfigured):
            outbox.again(self.tx, entry, at=entry.next_attempt_at, why=why, spends=False, unsure=entry.unsure)
            return _deed(self.tx, entry, "waiting", why)
        if isinstance(error, Busy):
            at = self.now + timedelta(seconds=error.retry_after or BUSY_PAUSE)
            outbox.again(self.tx, entry, at=to_text(at), why=why, spends=False, unsure=entry.unsure)
            return _deed(self.tx, entry, "waiting", why)
        if isinstance(error, NewKeyNeeded):
            why = "the gateway does not have it: made anew"
            outbox.again(self.tx, entry, at=to_text(self.now), why=why, spends=True, new_key=True)
            return _deed(self.tx, entry, "retry", why)
        if isinstance(error, OutcomeUnknown):
            return self._unknown(why)
        if isinstance(error, Declined):
            return give_up(self.tx, entry, why, unsure=entry.unsure)
        log.error("unforeseen error while doing %s %s", entry.kind, entry.id, exc_info=error)
        why = f"Something unforeseen went wrong ({type(error).__name__}). Try again, or drop it and tell support."
        return give_up(self.tx, entry, why, unsure=True)

    def _unknown(self, why: str) -> Deed:
        handler = HANDLERS[self.entry.kind]
        if not handler.repeatable(self.entry, self.world):
            return give_up(self.tx, self.entry, f"{why} {handler.unknown(self.entry, self.world)}", unsure=True)
        if self.entry.attempts + 1 >= MOST_ATTEMPTS:
            return give_up(self.tx, self.entry, f"{why} {handler.unknown(self.entry, self.world)}", unsure=True)
        at = self.now + delay(self.entry.attempts + 1, self.jitter)
        outbox.again(self.tx, self.entry, at=to_text(at), why=why, spends=True, unsure=True)
        return _deed(self.tx, self.entry, "retry", why)


def _deed(tx: Tx, entry: OutboxEntry, outcome: str, text: str) -> Deed:
    return Deed(tx.now, entry.kind, entry.subject_id, outcome, text)
