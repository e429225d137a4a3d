"""What came of a piece of work, written down: the one place where an error becomes a state."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from store import outbox, services
from store.database import Tx
from store.errors import StoreError
from store.models import OutboxEntry
from store.sqlite import sqlite3
from store.times import from_text, to_text
from sync.backoff import MOST_ATTEMPTS, delay, delay_by_age
from sync.breaker import Breaker
from sync.errors import Busy, Declined, Misconfigured, NotYet, OutcomeUnknown, Unreachable
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
    """Work that has come back, with its answer or its error, and how many seconds it took."""

    work: Work
    answer: Any
    error: Exception | None
    seconds: float = 0


def inform(breaker: Breaker, error: Exception | None, now: datetime) -> None:
    """Tell the service's breaker what a call said of the service; an unforeseen error says nothing good of it."""
    if isinstance(error, Unreachable):
        breaker.unreached(now)
    elif isinstance(error, Busy) and not isinstance(error, NotYet):
        breaker.pause(now, error.retry_after or BUSY_PAUSE)
    elif isinstance(error, Misconfigured):
        breaker.refuse()
    elif error is None or isinstance(error, Declined | NotYet | NewKeyNeeded):
        breaker.answered()
    else:
        breaker.unclear(now)


def note_service(tx: Tx, name: str, breaker: Breaker, error: Exception | None) -> None:
    """Keep for every desk what the breaker knows."""
    if breaker.refused:
        services.lost(tx, name, "refused", reason=str(error or ""), next_try_at=None)
    elif breaker.open_until is not None:
        services.lost(tx, name, "offline", reason=str(error or ""), next_try_at=to_text(breaker.open_until))
    elif error is None or isinstance(error, Declined | Busy | NewKeyNeeded):
        services.heard(tx, name)


def settle(tx: Tx, done: Finished, world: World, now: datetime, jitter: Callable[[], float]) -> Deed | None:
    """Write down what came of one entry; None when the claim no longer stands and somebody else has it."""
    entry = done.work.entry
    if not outbox.owns(tx, entry):
        return None
    if done.error is not None:
        return _Failure(tx, entry, world, now, jitter).settle(done.error)
    try:
        with tx.attempt():
            told = done.work.settle(tx, done.answer)
    except Exception as error:
        if is_of_the_file(error):
            raise
        log.exception("could not write down what was done", extra={"kind": entry.kind, "entry": entry.id})
        return give_up(tx, entry, f"It was done, but could not be written down: {error}", unsure=True)
    outbox.finish(tx, entry, answer=told)
    return _deed(tx, entry, "done", told)


def give_up(tx: Tx, entry: OutboxEntry, why: str, *, unsure: bool) -> Deed:
    """Leave an entry to a person."""
    outbox.ask(tx, entry, why=why, unsure=unsure)
    try:
        with tx.attempt():
            HANDLERS[entry.kind].given_up(tx, entry, why)
    except Exception as error:
        if is_of_the_file(error):
            raise
        log.exception("what an entry was for could not be told", extra={"kind": entry.kind, "entry": entry.id})
    return _deed(tx, entry, "attention", why)


def is_of_the_file(error: Exception) -> bool:
    """Tell whether the data file failed (every entry would), and not the one entry that was looked at."""
    about_the_entry = (sqlite3.IntegrityError, sqlite3.InterfaceError, sqlite3.DataError, sqlite3.ProgrammingError)
    return isinstance(error, StoreError | sqlite3.Error) and not isinstance(error, about_the_entry)


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
        if isinstance(error, Unreachable | Misconfigured | Busy):
            return self._not_now(error)
        if isinstance(error, NewKeyNeeded):
            at = to_text(self.now + error.wait)
            outbox.again(self.tx, entry, at=at, why=why, spends=True, new_key=True)
            return _deed(self.tx, entry, "retry", why)
        if isinstance(error, OutcomeUnknown):
            return self._unknown(why)
        if isinstance(error, Declined):
            return give_up(self.tx, entry, why, unsure=entry.unsure)
        log.error("unforeseen error", extra={"kind": entry.kind, "entry": entry.id}, exc_info=error)
        why = f"Something unforeseen went wrong ({type(error).__name__}). Try again, or drop it and tell support."
        return give_up(self.tx, entry, why, unsure=True)

    def _not_now(self, error: Unreachable | Misconfigured | Busy) -> Deed:
        """Nothing was done: it keeps its place, or waits by itself where no other entry goes to the same place."""
        at = self.entry.next_attempt_at
        if isinstance(error, Busy):
            at = to_text(self.now + timedelta(seconds=error.retry_after or BUSY_PAUSE))
        elif not HANDLERS[self.entry.kind].one_service:
            if isinstance(error, Misconfigured):
                return give_up(self.tx, self.entry, str(error), unsure=self.entry.unsure)
            at = to_text(self.now + delay_by_age(self.now - from_text(self.entry.created_at), self.jitter))
        outbox.again(self.tx, self.entry, at=at, why=str(error), spends=False, unsure=self.entry.unsure)
        return _deed(self.tx, self.entry, "waiting", str(error))

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
