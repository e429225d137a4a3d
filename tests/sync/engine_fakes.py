"""A gateway and a courier written by hand: they do what is asked of them, unless a test has told them otherwise."""

import asyncio
from collections import deque
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from sync.couriers.apprise_courier import Courier
from sync.couriers.render import Attachment, RenderedMail
from sync.gateways.base import (
    START_OF_FEED,
    Capabilities,
    CursorLost,
    GatewayPayment,
    GatewayRefund,
    Heard,
    Link,
    LinkOrder,
    RefundOrder,
    RefundState,
)
from sync.gateways.http import Refused

STRIPE = Capabilities(
    kind="stripe",
    name="Stripe",
    idempotency_window=timedelta(hours=23),
    can_look_up=True,
    has_event_feed=True,
    sends_messages=False,
    currencies=None,
    link_lifetime=None,
    requests_per_second=100_000,
)
COHERENT = replace(
    STRIPE, kind="coherent", name="Coherent", idempotency_window=None, can_look_up=False, has_event_feed=False
)
PAID_AT = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Acted:
    """It took effect, and then this went wrong."""

    error: Exception


class Script:
    """What goes wrong with the next calls of each method, and what was called."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []
        self.gates: dict[str, asyncio.Event] = {}
        self.at_once = 0
        self.most_at_once = 0
        self._next: dict[str, deque[Exception | Acted | None]] = {}
        self._always: dict[str, Exception | Acted] = {}

    def fails(self, method: str, *errors: Exception | Acted | None) -> None:
        """The next calls of `method` end so; None is a call that works."""
        self._next.setdefault(method, deque()).extend(errors)

    def always_fails(self, method: str, error: Exception | Acted) -> None:
        """Every call of `method` ends so, until `works`."""
        self._always[method] = error

    def works(self) -> None:
        """Nothing goes wrong any more."""
        self._next.clear()
        self._always.clear()

    def called(self, method: str) -> list[str]:
        """Return what `method` was called with, in order."""
        return [about for name, about in self.calls if name == method]

    async def begins(self, method: str, about: str) -> Exception | None:
        """Note a call; raise what goes wrong before it takes effect, return what goes wrong after."""
        self.calls.append((method, about))
        gate = self.gates.get(method)
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            await asyncio.sleep(0)
            if gate is not None:
                await gate.wait()
        finally:
            self.at_once -= 1
        waiting = self._next.get(method)
        outcome = waiting.popleft() if waiting else self._always.get(method)
        if isinstance(outcome, Acted):
            return outcome.error
        if outcome is not None:
            raise outcome
        return None


class FakeGateway(Script):
    """A payment provider in memory: keeps links by key and by our id, and a feed of payments."""

    def __init__(self, capabilities: Capabilities = STRIPE, page: int = 2) -> None:
        super().__init__()
        self.capabilities = capabilities
        self.orders: list[LinkOrder] = []
        self.links: dict[str, Link] = {}
        self.made_for: dict[str, str] = {}
        self.refund_orders: list[RefundOrder] = []
        self.feed: list[GatewayPayment | GatewayRefund] = []
        self.cursors: list[str | None] = []
        self.forgotten_before = 0
        self._page = page
        self._by_key: dict[str, str] = {}
        self._refunds_by_key: dict[str, str] = {}

    async def create_link(self, order: LinkOrder) -> Link:
        """Make a link, or bring back the one that the key made."""
        self.orders.append(order)
        after = await self.begins("create_link", order.request_id)
        keyed = self.capabilities.idempotency_window is not None
        known = self._by_key.get(order.idempotency_key) if keyed else None
        link = self.links[known] if known else self.make(order)
        self._by_key[order.idempotency_key] = link.gateway_id
        if after:
            raise after
        return link

    async def cancel_link(self, gateway_id: str, idempotency_key: str) -> Link:  # noqa: ARG002
        """Switch a link off unless it is paid."""
        after = await self.begins("cancel_link", gateway_id)
        if self.links[gateway_id].state == "live":
            self.links[gateway_id] = replace(self.links[gateway_id], state="cancelled")
        if after:
            raise after
        return self.links[gateway_id]

    async def fetch_link(self, gateway_id: str) -> Link:
        """Return a link."""
        await self.begins("fetch_link", gateway_id)
        if gateway_id not in self.links:
            raise Refused("No such link.", status=404, code="", param="", detail="")
        return self.links[gateway_id]

    async def find_link(self, request_id: str) -> Link | None:
        """Look a link up by our id."""
        await self.begins("find_link", request_id)
        return self.links.get(self.made_for.get(request_id, ""))

    async def hear(self, cursor: str | None) -> Heard:
        """Return a page of the feed; a cursor is how many payments were heard."""
        self.cursors.append(cursor)
        await self.begins("hear", str(cursor))
        if cursor is None:
            return Heard((), str(len(self.feed)), more=False)
        at = self.forgotten_before if cursor == START_OF_FEED else int(cursor)
        if at < self.forgotten_before:
            raise CursorLost
        upto = min(len(self.feed), at + self._page)
        page = self.feed[at:upto]
        payments = [each for each in page if isinstance(each, GatewayPayment)]
        refunds = [each for each in page if isinstance(each, GatewayRefund)]
        return Heard(payments, str(upto), more=upto < len(self.feed), refunds=refunds)

    async def refund(self, order: RefundOrder) -> GatewayRefund:
        """Give money back, or bring back what the key did; what is more than is left is refused."""
        self.refund_orders.append(order)
        after = await self.begins("refund", order.order_id)
        keyed = self.capabilities.idempotency_window is not None
        known = self._refunds_by_key.get(order.idempotency_key) if keyed else None
        refunds = self.links[order.gateway_id].refunds
        made = next((each for each in refunds if each.refund_id == known), None) or self.gives_back(
            order.gateway_id, order.amount, order_id=order.order_id, told=False
        )
        self._refunds_by_key[order.idempotency_key] = made.refund_id
        if after:
            raise after
        return made

    async def check(self) -> str:
        """Say that the key is right."""
        await self.begins("check", "")
        return "The fake answered."

    async def aclose(self) -> None:
        """There is nothing to close."""

    def make(self, order: LinkOrder) -> Link:
        """Keep a new link."""
        number = len(self.links) + 1
        named = self.capabilities.can_look_up
        link = Link(
            f"plink_{number}",
            f"https://pay.example/{number}",
            order.amount,
            order.currency,
            "live",
            request_id=order.request_id if named else None,
            note="" if named else f"{order.code} {order.invoice_number}",
        )
        self.links[link.gateway_id] = link
        self.made_for[order.request_id] = link.gateway_id
        return link

    def pays(self, gateway_id: str, request_id: str | None = None, *, told: bool = True) -> GatewayPayment:
        """A client pays a link; `told`: the feed says so."""
        link = self.links[gateway_id]
        payment = GatewayPayment(
            f"pi_{gateway_id}", gateway_id, request_id, link.amount, link.currency, PAID_AT, "Visa ending 4242"
        )
        self.links[gateway_id] = replace(link, state="paid", payments=(payment,))
        if told:
            self.feed.append(payment)
        return payment

    def gives_back(
        self,
        gateway_id: str,
        amount: int,
        *,
        order_id: str | None = None,
        state: RefundState = "done",
        told: bool = True,
    ) -> GatewayRefund:
        """Keep a refund of a paid link; `told`: the feed says so."""
        link = self.links[gateway_id]
        named = self.capabilities.can_look_up
        name = f"re_{gateway_id}_{len(link.refunds) + 1}"
        made = GatewayRefund(
            name,
            link.payments[0].payment_id,
            amount,
            state,
            order_id=order_id if named else None,
            nameless=not named,
        )
        if amount > link.amount - sum(each.amount for each in link.refunds if each.state != "failed"):
            raise Refused("There is not as much left.", status=400, code="", param="", detail="")
        self.links[gateway_id] = replace(link, refunds=(*link.refunds, made))
        if told:
            self.feed.append(made)
        return made

    def moves(self, refund: GatewayRefund, state: RefundState, reason: str = "") -> GatewayRefund:
        """Put a refund into another state; the feed says so."""
        moved = replace(refund, state=state, reason=reason)
        for gateway_id, link in self.links.items():
            refunds = tuple(moved if each.refund_id == refund.refund_id else each for each in link.refunds)
            self.links[gateway_id] = replace(link, refunds=refunds)
        self.feed.append(moved)
        return moved


@dataclass
class Sent:
    """One message that a courier carried."""

    to: str
    text: str
    message_id: str = ""
    subject: str = ""
    html: str = ""
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True)
class FakeCourier(Courier):
    """Carries messages into lists."""

    script: Script = field(default_factory=Script)
    emails: list[Sent] = field(default_factory=list)
    texts: list[Sent] = field(default_factory=list)
    notices: list[Sent] = field(default_factory=list)

    async def send_email(
        self,
        url_template: str,  # noqa: ARG002
        to: str,
        mail: RenderedMail,
        *,
        message_id: str,
        reply_to: str | None,  # noqa: ARG002
        clinic_name: str,  # noqa: ARG002
    ) -> str:
        """Keep an email."""
        return await self._carry_to(
            self.emails, "email", Sent(to, mail.text, message_id, mail.subject, mail.html, mail.attachments)
        )

    async def send_sms(self, url_template: str, to_e164: str, text: str) -> str:  # noqa: ARG002
        """Keep an SMS."""
        return await self._carry_to(self.texts, "sms", Sent(to_e164, text))

    async def notify(
        self,
        target_url: str,
        title: str,
        body: str,
        *,
        kind: str,  # noqa: ARG002
        html: str = "",  # noqa: ARG002
        message_id: str = "",
    ) -> str:
        """Keep a notification; what goes wrong can be told for one target alone."""
        method = f"notify {target_url}"
        return await self._carry_to(self.notices, method, Sent(target_url, body, message_id, title))

    async def _carry_to(self, box: list[Sent], method: str, sent: Sent) -> str:
        after = await self.script.begins(method, sent.to)
        box.append(sent)
        if after:
            raise after
        return "250 OK"
