"""The seam between the engine and a payment provider.

What a provider can do is data (`Capabilities`), so the engine decides by looking, never by asking which
provider it has. Amounts are minor units (pence) of an ISO 4217 currency; times are aware UTC datetimes.
Every method raises only the errors of `sync.errors`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

LinkState = Literal["live", "paid", "cancelled", "expired"]


@dataclass(frozen=True, slots=True)
class Capabilities:
    """What a gateway can and cannot do."""

    kind: str
    name: str
    idempotency_window: timedelta | None
    """How long a key brings back the first answer, from the first attempt; None: it takes no keys."""
    can_look_up: bool
    """A link can be found again by our request id, without knowing its gateway id."""
    has_event_feed: bool
    """Payments arrive as one feed with a cursor; otherwise every open link is asked for by its id."""
    sends_messages: bool
    """The gateway could send the email and SMS itself."""
    currencies: frozenset[str] | None
    """ISO 4217 codes taken; None: any."""
    link_lifetime: timedelta | None
    """After this a link expires by itself; None: never."""
    requests_per_second: float
    """The provider's published limit."""


@dataclass(frozen=True, slots=True)
class LinkOrder:
    """Everything a gateway may be told about one payment request."""

    request_id: str
    code: str
    invoice_number: str
    amount: int
    currency: str
    clinic_name: str
    client_name: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class GatewayPayment:
    """Money that the gateway says has moved, seen once or many times.

    `payment_id` is the gateway's own identity of the movement: it makes the record unique.
    `request_id` is ours, when the gateway carried it; `gateway_id` is the link's.
    """

    payment_id: str
    gateway_id: str
    request_id: str | None
    amount: int
    currency: str
    paid_at: datetime
    method: str = ""


@dataclass(frozen=True, slots=True)
class Link:
    """A payment link as the gateway knows it."""

    gateway_id: str
    url: str
    amount: int
    currency: str
    state: LinkState
    payments: tuple[GatewayPayment, ...] = ()


@dataclass(frozen=True, slots=True)
class Heard:
    """One page of the event feed: payments in the order they happened, and where to go on."""

    payments: Sequence[GatewayPayment]
    cursor: str | None
    more: bool


class CursorLost(Exception):
    """The feed no longer holds the cursor: reconcile every open link, then start at the newest event."""


class Gateway(Protocol):
    """One payment provider."""

    @property
    def capabilities(self) -> Capabilities:
        """What this gateway can do."""
        ...

    async def create_link(self, order: LinkOrder) -> Link:
        """Make the link for `order`, or bring back the one that its key already made."""
        ...

    async def cancel_link(self, gateway_id: str, idempotency_key: str) -> Link:
        """Stop the link taking money; the answer's state is `paid` if the client was quicker."""
        ...

    async def fetch_link(self, gateway_id: str) -> Link:
        """Return the link and the payments made on it. Raises Declined when there is no such link."""
        ...

    async def find_link(self, request_id: str) -> Link | None:
        """Look the link up by our request id; None only when it surely does not exist.

        Raises NotImplementedError where `can_look_up` is False.
        """
        ...

    async def hear(self, cursor: str | None) -> Heard:
        """Return one page of payments after `cursor`; None: begin at the newest event, with no payments.

        Raises CursorLost, and NotImplementedError where `has_event_feed` is False.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
