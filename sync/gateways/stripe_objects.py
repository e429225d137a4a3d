"""The objects in Stripe's answers, and how they are read.

A session is paid when its `payment_status` says so, whatever else it says
(https://docs.stripe.com/api/checkout/sessions/object#checkout_session_object-payment_status).
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, Protocol, TypeVar

from store.strays import Marks
from sync.gateways.base import GatewayPayment, GatewayRefund, RefundState
from sync.gateways.reading import Fields, ShapeError

OURS = "paydesk_request"
"""The metadata that carries our request id, from the link to its sessions and payments."""
OUR_FILE, OUR_CODE, OUR_NUMBER = "paydesk_file", "paydesk_code", "paydesk_invoice"
"""The metadata that says of which data file, request and invoice a link is."""
OUR_REFUND = "paydesk_refund"
"""The metadata of a refund that carries our outbox entry's id."""
PAID_EVENTS = ("checkout.session.completed", "checkout.session.async_payment_succeeded")
REFUND_EVENTS = ("refund.created", "refund.updated", "refund.failed", "charge.refund.updated")
"""Each is about a refund object (https://docs.stripe.com/api/events/types)."""

_REFUND_STATES: dict[str, RefundState] = {"succeeded": "done", "failed": "failed", "canceled": "failed"}
"""`pending` and `requires_action` are still on their way (https://docs.stripe.com/api/refunds/object)."""
_FAILURES = {
    "insufficient_funds": "the balance at Stripe is too low",
    "declined": "the client's bank refused it",
    "expired_or_canceled_card": "the card has expired or was cancelled",
    "lost_or_stolen_card": "the card was reported lost or stolen",
    "charge_for_pending_refund_disputed": "the client has disputed the payment",
}


class _Identified(Protocol):
    @property
    def id(self) -> str: ...


M = TypeVar("M", bound=_Identified)


@dataclass(frozen=True, slots=True)
class Page(Generic[M]):
    """One page of a list, as Stripe orders it: the newest first."""

    members: tuple[M, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class StripeLink:
    """A payment link with its line items; the amount is in minor units."""

    id: str
    url: str
    active: bool
    amount: int
    currency: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class StripeRefund:
    """A refund of a charge; `refund` says what it is to the engine, None when its payment has no intent."""

    id: str
    refund: GatewayRefund | None


@dataclass(frozen=True, slots=True)
class ListedLink:
    """A payment link in a list: which of our requests it is for, if any."""

    id: str
    request_id: str | None


@dataclass(frozen=True, slots=True)
class StripeSession:
    """A checkout page that a client opened from a link."""

    id: str
    open: bool
    settling: bool
    """Completed with a method whose money is still on its way, such as a bank debit."""
    payment: GatewayPayment | None


@dataclass(frozen=True, slots=True)
class StripeEvent:
    """An event of the feed; without a payment when it is not ours or no money has moved."""

    id: str
    payment: GatewayPayment | None
    refund: GatewayRefund | None = None


def page_of(read: Callable[[object], M]) -> Callable[[object], Page[M]]:
    """Return a reader of a page whose members `read` understands."""

    def read_page(value: object) -> Page[M]:
        fields = Fields(value)
        page = Page(fields.each("data", read), fields.flag("has_more"))
        if page.more and not page.members:
            raise ShapeError("an empty page says that there is more")
        return page

    return read_page


def read_link_id(value: object) -> str:
    """Read no more than the id of a link."""
    return Fields(value).identity("id")


def read_link(value: object) -> StripeLink:
    """Read a link whose line items were expanded."""
    fields = Fields(value)
    amounts = fields.part("line_items").each("data", lambda item: Fields(item).amount("amount_total"))
    if not amounts:
        raise ShapeError("the link asks for nothing")
    currency = fields.currency("currency")
    return StripeLink(
        fields.identity("id"),
        fields.text("url"),
        fields.flag("active"),
        sum(amounts),
        currency,
        fields.part_or_empty("metadata").identity_or_none(OURS),
    )


def read_refund(value: object) -> StripeRefund:
    """Read a refund; its reason for failing is put into words where Stripe gives a code for it."""
    return _refund(Fields(value))


def _refund(fields: Fields) -> StripeRefund:
    refund_id, payment_id = fields.identity("id"), fields.identity_or_none("payment_intent")
    if payment_id is None:
        return StripeRefund(refund_id, None)
    status, failure = fields.words("status"), fields.words("failure_reason")
    state = _REFUND_STATES.get(status, "pending")
    why = _FAILURES.get(failure, failure.replace("_", " ")) or ("it was cancelled" if status == "canceled" else "")
    return StripeRefund(
        refund_id,
        GatewayRefund(
            refund_id,
            payment_id,
            fields.amount("amount"),
            state,
            why if state == "failed" else "",
            fields.moment("created"),
            fields.part_or_empty("metadata").identity_or_none(OUR_REFUND),
        ),
    )


def read_listed(value: object) -> ListedLink:
    """Read a link in a list, where line items are not told."""
    fields = Fields(value)
    return ListedLink(fields.identity("id"), fields.part_or_empty("metadata").identity_or_none(OURS))


def read_session(value: object) -> StripeSession:
    """Read a checkout session, with its payment intent and charge when those were expanded."""
    fields = Fields(value)
    status, paid = fields.words("status"), fields.text("payment_status") == "paid"
    intent = fields.part_or_empty("payment_intent")
    failed = intent.words("status") in {"requires_payment_method", "canceled"}
    return StripeSession(
        fields.identity("id"),
        open=status == "open",
        settling=status == "complete" and not paid and not failed,
        payment=_payment(fields, None) if paid else None,
    )


def read_event(value: object) -> StripeEvent:
    """Read an event about a checkout session or a refund; a payment is dated by the event."""
    fields = Fields(value)
    if fields.text("type") in REFUND_EVENTS:
        return StripeEvent(fields.identity("id"), None, _refund_or_none(fields))
    session = fields.part("data").part("object")
    ours = session.part_or_empty("metadata").identity_or_none(OURS) is not None
    paid = fields.text("type") in PAID_EVENTS and session.words("payment_status") == "paid"
    return StripeEvent(fields.identity("id"), _payment(session, fields.moment("created")) if ours and paid else None)


def _refund_or_none(event: Fields) -> GatewayRefund | None:
    """Read the refund of an event; one of a kind that links do not have is none of ours."""
    about = event.part("data").part("object")
    return _refund(about).refund if about.words("object") == "refund" else None


def _payment(session: Fields, paid_at: datetime | None) -> GatewayPayment:
    """Read the payment of a paid session; its charge, when it was expanded, says when and how."""
    intent = session.part_or_empty("payment_intent")
    charge = intent.part_or_empty("latest_charge")
    if paid_at is None:
        paid_at = charge.moment("created") if charge.identity_or_none("id") else session.moment("created")
    return GatewayPayment(
        payment_id=session.identity_or_none("payment_intent") or session.identity("id"),
        gateway_id=session.identity_or_none("payment_link") or "",
        request_id=session.part_or_empty("metadata").identity_or_none(OURS),
        amount=session.amount("amount_total"),
        currency=session.currency("currency"),
        paid_at=paid_at,
        method=_method(charge.part_or_empty("payment_method_details")),
        marks=_marks(session.part_or_empty("metadata")),
    )


def _marks(metadata: Fields) -> Marks:
    return Marks(metadata.words(OUR_FILE), metadata.words(OUR_CODE), metadata.words(OUR_NUMBER, 100))


def _method(details: Fields) -> str:
    wallet = details.part_or_empty("card").part_or_empty("wallet").words("type", 40)
    return wallet or details.words("type", 40)
