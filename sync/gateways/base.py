"""The seam between the engine and a payment provider.

What a provider can do is data (`Capabilities`), so the engine decides by looking, never by asking which
provider it has. Amounts are minor units (pence) of an ISO 4217 currency; times are aware UTC datetimes.
Every method raises only the errors of `sync.errors`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, Protocol

from store.strays import Marks

NO_MARKS = Marks()

LinkState = Literal["live", "paid", "cancelled", "expired"]
RefundState = Literal["pending", "done", "failed"]


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

    @property
    def repeatable(self) -> bool:
        """Whether an order whose answer was lost can be given again: by its key or a look-up it is the same link."""
        return self.idempotency_window is not None or self.can_look_up


@dataclass(frozen=True, slots=True)
class LinkOrder:
    """Everything a gateway may be told about one payment request.

    `email` and `mobile` (as +44…) are the client's where the gateway is to send the message itself, else empty.
    `file_id` is the data file's, by which its payments are known when a backup is brought back.
    """

    request_id: str
    code: str
    invoice_number: str
    amount: int
    currency: str
    clinic_name: str
    client_name: str
    idempotency_key: str
    email: str = ""
    mobile: str = ""
    file_id: str = ""


@dataclass(frozen=True, slots=True)
class RefundOrder:
    """Everything a gateway may be told about one refund: what of which payment, why, and our outbox entry's id."""

    order_id: str
    gateway_id: str
    payment_id: str
    amount: int
    reason: str
    code: str
    invoice_number: str
    idempotency_key: str


@dataclass(frozen=True, slots=True)
class GatewayRefund:
    """Money given back, on its way back, or not given back after all, seen once or many times.

    `refund_id` is the gateway's own identity of it, `payment_id` that of the payment. `order_id` is our outbox
    entry's where the gateway carries it; `nameless`: this gateway carries none, so it may be ours all the same.
    """

    refund_id: str
    payment_id: str
    amount: int
    state: RefundState
    reason: str = ""
    at: datetime | None = None
    order_id: str | None = None
    nameless: bool = False


@dataclass(frozen=True, slots=True)
class GatewayPayment:
    """Money that the gateway says has moved, seen once or many times.

    `payment_id` is the gateway's own identity of the movement: it makes the record unique.
    `request_id` and `marks` are ours, when the gateway carried them; `gateway_id` is the link's.
    """

    payment_id: str
    gateway_id: str
    request_id: str | None
    amount: int
    currency: str
    paid_at: datetime
    method: str = ""
    marks: Marks = NO_MARKS


@dataclass(frozen=True, slots=True)
class Link:
    """A payment link as the gateway knows it.

    `request_id` is ours and `note` our words to the clinic's staff, where the gateway carries them. `refunds` are of
    its payments; they cannot be relied on to be all where `refunds_whole` is false.
    """

    gateway_id: str
    url: str
    amount: int
    currency: str
    state: LinkState
    payments: tuple[GatewayPayment, ...] = ()
    refunds: tuple[GatewayRefund, ...] = ()
    refunds_whole: bool = True
    request_id: str | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """One page of the event feed: payments and refunds in the order they happened, and where to go on."""

    payments: Sequence[GatewayPayment]
    cursor: str | None
    more: bool
    refunds: Sequence[GatewayRefund] = ()


START_OF_FEED = "start-of-feed"
"""The cursor before the oldest event that a feed still holds."""


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
        """Return the link, the payments made on it and their refunds. Raises Declined when there is no such link."""
        ...

    async def find_link(self, request_id: str) -> Link | None:
        """Look the link up by our request id; None only when it surely does not exist.

        Raises NotImplementedError where `can_look_up` is False.
        """
        ...

    async def refund(self, order: RefundOrder) -> GatewayRefund:
        """Give money back, or bring back the refund that the key already made. Raises Declined when it is refused.

        An answer without a `refund_id` says that it was accepted and is not to be seen yet.
        """
        ...

    async def check(self) -> str:
        """Prove the address and the key by a call that changes nothing, and say so in a sentence."""
        ...

    async def hear(self, cursor: str | None) -> Heard:
        """Return one page of payments after `cursor`; None: begin at the newest event, with no payments.

        Raises CursorLost, and NotImplementedError where `has_event_feed` is False.
        """
        ...

    async def aclose(self) -> None:
        """Close the connections."""
        ...
