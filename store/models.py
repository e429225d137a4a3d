"""What the store hands out: frozen views of a row or a few, with money in pence and times as stored text."""

from dataclasses import dataclass, field
from typing import Any, Literal

Channel = Literal["email", "sms"]
Origin = Literal["pos", "invoice"]
InvoiceState = Literal["draft", "unpaid", "part_paid", "paid", "void"]
RequestState = Literal["queued", "live", "paid", "cancelling", "cancelled", "expired", "stopped", "attention"]
EntryState = Literal["ready", "claimed", "done", "attention", "held", "dropped"]
EntryKind = Literal["create_link", "cancel_link", "refund", "email", "sms", "notify"]

OPEN_REQUESTS = ("queued", "live", "attention")
"""States in which a request still asks the client for its amount."""


@dataclass(frozen=True, slots=True)
class Client:
    """The person who pays. `channels` is how they were last sent a link, comma-separated."""

    id: str
    name: str
    email: str
    mobile: str
    channels: str = ""
    version: int = 1
    email_consent: bool = True
    sms_consent: bool = True

    def may_get(self, channel: Channel) -> bool:
        """Whether the client has agreed to messages by this channel."""
        return self.email_consent if channel == "email" else self.sms_consent


@dataclass(frozen=True, slots=True)
class CatalogueItem:
    """A service or product: price in pence with VAT inside, rate in basis points."""

    id: str
    name: str
    code: str
    price: int
    vat_rate: int
    version: int = 1
    active: bool = True


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an invoice: quantity in thousandths, price and total in pence with VAT inside."""

    description: str
    quantity: int
    unit_price: int
    vat_rate: int
    total: int
    discount: int = 0
    discount_rate: int = 0

    @property
    def full(self) -> int:
        """Pence before the line's discount."""
        return self.total + self.discount


@dataclass(frozen=True, slots=True)
class PaymentType:
    """One way in which a clinic takes money; `key` is the letter that chooses it.

    `kind` is what it does: cash gives change, recorded is written down, credit is the client's own, link asks.
    """

    code: str
    name: str
    kind: Literal["cash", "recorded", "credit", "link"]
    key: str
    position: int
    active: bool


@dataclass(frozen=True, slots=True)
class Payment:
    """Money that moved; a refund is negative and names the payment it is of in `refund_of`.

    `credited` are pence that are no longer owed because they were refunded.
    """

    id: str
    type: str
    amount: int
    at: str
    reference: str
    request_id: str | None
    actor: str
    refund_of: str | None = None
    credited: int = 0


@dataclass(frozen=True, slots=True)
class Refund:
    """A refund that somebody asked for: `pending` until the money moved, then `done`, or `failed` with `result`.

    `credited` are the pence that will be no longer owed by it; its payment says what came of that.
    """

    id: str
    invoice_id: str
    payment_id: str
    amount: int
    credited: int
    type: str
    state: Literal["pending", "done", "failed"]
    reason: str
    result: str
    gateway_refund_id: str | None
    created_at: str
    closed_at: str | None
    actor: str
    still_owed: bool = False


@dataclass(frozen=True, slots=True)
class Message:
    """One email or SMS to the client. `net` and `vat` are its charge in pence."""

    id: str
    invoice_id: str
    request_id: str | None
    channel: Channel
    address: str
    state: str
    net: int
    vat: int
    segments: int
    result: str
    created_at: str
    sent_at: str | None
    kind: str = "payment_request"


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """Please pay `amount` of this invoice; `url` is empty until the gateway has made the link."""

    id: str
    code: str
    invoice_id: str
    amount: int
    origin: Origin
    state: RequestState
    reason: str
    gateway: str
    gateway_id: str | None
    url: str
    created_at: str
    live_at: str | None
    closed_at: str | None
    messages: tuple[Message, ...] = ()

    @property
    def channels(self) -> tuple[str, ...]:
        """The channels it goes out by, in the order email, sms."""
        return tuple(sorted({message.channel for message in self.messages}))

    @property
    def sent_at(self) -> str | None:
        """When the first message with the link went out, or None."""
        return min((m.sent_at for m in self.messages if m.sent_at), default=None)


@dataclass(frozen=True, slots=True)
class InvoiceRow:
    """An invoice as a list shows it, with the newest payment request's state beside it.

    `refunded` are pence that went back, `refunding` pence that are on their way back; `external_ref` is another
    system's own number for it.
    """

    id: str
    number: str
    client_id: str
    client_name: str
    state: InvoiceState
    currency: str
    total: int
    vat: int
    paid: int
    version: int
    created_at: str
    request_state: RequestState | None = None
    request_code: str = ""
    request_sent_at: str | None = None
    discount: int = 0
    discount_rate: int = 0
    credited: int = 0
    notes: str = ""
    parked_at: str | None = None
    issued_at: str | None = None
    external_ref: str = ""
    refunded: int = 0
    refunding: int = 0

    @property
    def subtotal(self) -> int:
        """Pence of all lines before the invoice's own discount."""
        return self.total + self.discount

    @property
    def owed(self) -> int:
        """Pence that the invoice asks for once what was refunded is taken off."""
        return self.total - self.credited

    @property
    def due(self) -> int:
        """Pence still to pay; never below zero, and nothing on a void invoice."""
        return 0 if self.state == "void" else max(0, self.owed - self.paid)

    @property
    def overpaid(self) -> int:
        """Pence paid beyond what is owed."""
        return max(0, self.paid - self.owed)


@dataclass(frozen=True, slots=True)
class Invoice:
    """One invoice whole."""

    row: InvoiceRow
    client: Client
    lines: tuple[Line, ...]
    payments: tuple[Payment, ...]
    requests: tuple[PaymentRequest, ...]
    refunds: tuple[Refund, ...] = ()

    @property
    def asked(self) -> int:
        """Pence that open payment requests already ask for."""
        return sum(request.amount for request in self.requests if request.state in OPEN_REQUESTS)

    @property
    def askable(self) -> int:
        """Pence that a new payment request may ask for."""
        return max(0, self.row.due - self.asked)


@dataclass(frozen=True, slots=True)
class OutboxEntry:
    """One effect that the outside world has still to see."""

    seq: int
    id: str
    kind: EntryKind
    subject_id: str
    invoice_id: str | None
    idempotency_key: str
    payload: dict[str, Any]
    state: EntryState
    attempts: int
    first_attempt_at: str | None
    next_attempt_at: str
    lease_owner: str | None
    lease_until: str | None
    unsure: bool
    last_error: str
    created_at: str
    created_by: str


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One fact. `payload` holds references and amounts, never a client's name or address."""

    writer_id: str
    seq: int
    entry_id: str
    at: str
    actor: str
    kind: str
    invoice_id: str | None
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True)
class LogLine:
    """One line of an invoice's log, in words."""

    at: str
    actor: str
    kind: str
    text: str
    amount: int | None = None
    channel: str = ""
    address: str = ""
    result: str = ""
    charge: int | None = None


@dataclass(frozen=True, slots=True)
class Service:
    """What the engine knows of the gateway or a notifier from its last real calls."""

    name: str
    state: Literal["online", "offline", "refused"]
    since: str
    reason: str
    heard_at: str | None
    next_try_at: str | None


@dataclass(frozen=True, slots=True)
class Status:
    """The status bar: the gateway's service (None before the first call) and what the outbox holds."""

    gateway: Service | None
    queued: int
    attention: int
    held: int
    services: tuple[Service, ...] = field(default=())
