"""What the engine asks of a handler."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from store.database import Tx
from store.models import OutboxEntry
from store.settings import Settings
from store.times import from_text
from sync.couriers.apprise_courier import Courier
from sync.errors import Misconfigured
from sync.gateways.base import Gateway

SETTLES = timedelta(minutes=2)
"""How long a gateway may still be at work on a request whose line broke: longer than any waits for its answer."""


class NewKeyNeeded(Exception):
    """The gateway has nothing under the old idempotency key and will not act on it any more.

    It is asked anew after `wait`, and looked up once more before: where only the clock says that the key is old, the
    first request may still be under way.
    """

    def __init__(self, wait: timedelta = timedelta()) -> None:
        super().__init__("the gateway does not have it: made anew")
        self.wait = wait


@dataclass(frozen=True, slots=True)
class World:
    """What there is to act with: the settings in force, the gateway (None if misconfigured) and the courier."""

    settings: Settings
    gateway: Gateway | None
    gateway_problem: str
    courier: Courier


def protects(window: timedelta | None, entry: OutboxEntry, now: datetime) -> bool:
    """Tell whether an entry's key still brings back what its first attempt did.

    Not where the clock was set back since: how long ago that was is not known then.
    """
    started = from_text(entry.first_attempt_at) if entry.first_attempt_at else now
    return window is not None and timedelta() <= now - started < window


def gateway_of(world: World) -> Gateway:
    """Return the gateway. Raises Misconfigured with what is wrong with its settings."""
    if world.gateway is None:
        raise Misconfigured(world.gateway_problem)
    return world.gateway


@dataclass(frozen=True, slots=True)
class Work:
    """A claimed entry, ready to be done: `act` talks to the world, `settle` writes down what came of it."""

    entry: OutboxEntry
    act: Callable[[], Awaitable[Any]]
    settle: Callable[[Tx, Any], str]
    """Runs in the transaction that finishes the entry, and returns what to log."""


@dataclass(frozen=True, slots=True)
class Closed:
    """Nothing is left to do."""

    why: str


@dataclass(frozen=True, slots=True)
class Later:
    """It has to wait for something else first."""

    why: str
    wait: timedelta


@dataclass(frozen=True, slots=True)
class Ask:
    """A person must decide."""

    why: str
    unsure: bool = False


Prepared = Work | Closed | Later | Ask


class Handler(Protocol):
    """How one kind of entry is done. Nothing here keeps state between entries."""

    one_service: bool
    """Whether all entries of this kind go to one service, so that what it suffers holds for all of them."""

    def prepare(self, tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Prepared:
        """Look once more, in the transaction of the claim, whether and how it is to be done."""
        ...

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:
        """Tell whether doing it twice is as good as once, so that an unknown outcome is simply tried again."""
        ...

    def unknown(self, entry: OutboxEntry, world: World) -> str:
        """Say what an unknown outcome means to a receptionist and what the choices are."""
        ...

    def given_up(self, tx: Tx, entry: OutboxEntry, why: str) -> None:
        """Carry into the tables that the entry now needs a person."""
        ...
