"""What the gateways really have: two providers in memory, one like Stripe and one like Coherent.

They do at once what they are asked; what gets lost on the way is the line's matter. The client's page and the
gateway's own pages act on them directly.
"""

from bisect import bisect_right
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from sync.errors import NotYet, OutcomeUnknown
from sync.gateways.base import (
    START_OF_FEED,
    Capabilities,
    CursorLost,
    GatewayPayment,
    GatewayRefund,
    Heard,
    Link,
    LinkOrder,
    LinkState,
    RefundOrder,
    RefundState,
)
from sync.gateways.http import Refused

PRUNED = timedelta(hours=24)
KEPT = timedelta(days=30)
PAGE = 3
ORDER: dict[RefundState, int] = {"done": 0, "pending": 1, "failed": 2}


@dataclass
class Refund:
    """Money on its way back; `order_id` is our outbox entry's, None: somebody did it in the gateway's own pages."""

    name: str
    amount: int
    state: RefundState
    order_id: str | None


@dataclass
class PayLink:
    """A link as it really is. `paying`: the client has its page open."""

    gateway_id: str
    order: LinkOrder
    open: bool = True
    paying: bool = False
    payment: GatewayPayment | None = None
    refunds: list[Refund] = field(default_factory=list)

    @property
    def state(self) -> LinkState:
        """Paid, or whether the client can still pay."""
        if self.payment:
            return "paid"
        return "live" if self.open or self.paying else "cancelled"

    @property
    def left(self) -> int:
        """Pence that can still be given back."""
        return self.order.amount - sum(each.amount for each in self.refunds if each.state != "failed")

    @property
    def returned(self) -> int:
        """Pence that have been given back."""
        return sum(each.amount for each in self.refunds if each.state == "done")


class Provider:
    """One payment provider.

    `slow`: it takes refunds and does them later. `mute`: its feed is late. `keeps_keys`: no key is pruned.
    """

    def __init__(self, capabilities: Capabilities, time: Callable[[], datetime]) -> None:
        self.capabilities = capabilities
        self.links: dict[str, PayLink] = {}
        self.complaints: list[str] = []
        self.slow = False
        self.mute = False
        self.keeps_keys = False
        self._time = time
        self._feed: list[GatewayPayment | GatewayRefund] = []
        self._late: list[GatewayPayment | GatewayRefund] = []
        self._told_at: list[datetime] = []
        self._series = 0
        self._answers: dict[str, tuple[datetime, object, str | None]] = {}
        self._serial = 0

    def of(self, request_id: str) -> list[PayLink]:
        """Return every link that was made for a request."""
        return [link for link in self.links.values() if link.order.request_id == request_id]

    def create(self, order: LinkOrder) -> Link:
        """Make a link, or bring back the one that the key made."""
        made = self._under(order.idempotency_key, order)
        if made is None:
            made = self._name("plink" if self.capabilities.can_look_up else "tx")
            self.links[made] = PayLink(made, order)
            self._keep(order.idempotency_key, order, made)
        return self.fetch(made, as_made=True)

    def cancel(self, gateway_id: str, key: str) -> Link:
        """Take no more payments; a payment that is under way is waited for."""
        self._under(key, gateway_id)
        link = self._link(gateway_id)
        link.open = False
        if not self.capabilities.has_event_feed:
            link.paying = False
        if link.state == "live":
            raise NotYet("The client is paying at this moment.", retry_after=30)
        self._keep(key, gateway_id, gateway_id)
        return self.fetch(gateway_id)

    def refund(self, order: RefundOrder) -> GatewayRefund:
        """Give money back, or bring back what the key did."""
        link = self._link(order.gateway_id)
        name = self._under(order.idempotency_key, order)
        if name is None:
            name = self.give_back(link, order.amount, order_id=order.order_id).name
            self._keep(order.idempotency_key, order, name)
        told = self._refunds(link)
        place = next(at for at, each in enumerate(self._in_order(link)) if each.name == name)
        return told[place]

    def fetch(self, gateway_id: str, *, as_made: bool = False) -> Link:
        """Return a link; `as_made`: as the answer to its making tells it, without money."""
        link = self._link(gateway_id)
        named = self.capabilities.can_look_up
        money = link.payment is not None and not as_made
        return Link(
            gateway_id,
            f"https://pay.example/{gateway_id}",
            link.order.amount,
            link.order.currency,
            "live" if as_made and link.open else link.state,
            (link.payment,) if link.payment and money else (),
            tuple(self._refunds(link)) if money else (),
            request_id=link.order.request_id if named else None,
            note="" if named else f"{link.order.code} {link.order.invoice_number}",
        )

    def find(self, request_id: str) -> Link | None:
        """Look the newest link up by our id."""
        found = self.of(request_id)
        return self.fetch(found[-1].gateway_id) if found else None

    def hear(self, cursor: str | None) -> Heard:
        """Return a page of the feed; a cursor is how much of which series has been heard."""
        if cursor is None:
            return Heard((), self._cursor(len(self._feed)), more=False)
        if cursor == START_OF_FEED:
            at = self._forgotten
        else:
            series, at = map(int, cursor.split("-"))
            if series != self._series or at < self._forgotten:
                raise CursorLost
        upto = min(len(self._feed), at + PAGE)
        page = self._feed[at:upto]
        payments = [each for each in page if isinstance(each, GatewayPayment)]
        refunds = [each for each in page if isinstance(each, GatewayRefund)]
        return Heard(payments, self._cursor(upto), more=upto < len(self._feed), refunds=refunds)

    def stumbles(self, key: str, body: object) -> None:
        """A 500, which the key brings back from now on."""
        self._keep(key, body, None)

    def pay(self, link: PayLink) -> None:
        """The client pays."""
        named = self.capabilities.can_look_up
        link.payment = GatewayPayment(
            f"{link.gateway_id}:paid",
            link.gateway_id,
            link.order.request_id if named else None,
            link.order.amount,
            link.order.currency,
            self._time(),
            "Visa ending 4242",
        )
        link.open = link.paying = False
        self._tell(link.payment)

    def give_back(self, link: PayLink, amount: int, *, order_id: str | None = None) -> Refund:
        """Give money back. Raises Refused when there is not as much."""
        if link.payment is None or amount > link.left:
            raise Refused("There is not as much left.", status=400, code="", param="", detail="")
        made = Refund(self._name("re"), amount, "pending" if self.slow else "done", order_id)
        link.refunds.append(made)
        self._tell_refund(link, made)
        return made

    def moves(self, link: PayLink, refund: Refund, state: RefundState) -> None:
        """The bank says what became of a refund."""
        refund.state = state
        self._tell_refund(link, refund)

    def catches_up(self) -> None:
        """The feed tells what it was late with."""
        self._feed += self._late
        self._told_at += [self._time()] * len(self._late)
        self._late = []

    def loses_its_place(self) -> None:
        """No cursor of before is known any more; the events are."""
        self._series += 1

    def has_forgotten(self, event: GatewayPayment | None) -> bool:
        """Tell whether the feed no longer tells of something."""
        return event in self._feed[: self._forgotten]

    def _cursor(self, place: int) -> str:
        return f"{self._series}-{place}"

    @property
    def _forgotten(self) -> int:
        """How many events are too old to be told."""
        return bisect_right(self._told_at, self._time() - KEPT)

    def _refunds(self, link: PayLink) -> list[GatewayRefund]:
        if self.capabilities.can_look_up:
            return [self._seen(link, each) for each in link.refunds]
        count: Counter[tuple[bool, int]] = Counter()
        told = []
        for each in self._in_order(link):
            failed = each.state == "failed"
            count[failed, each.amount] += 1
            way = "failed" if failed else "refund"
            name = f"{link.gateway_id}:{way}:{each.amount}:{count[failed, each.amount]}"
            told.append(replace(self._seen(link, each), refund_id=name, order_id=None, nameless=True))
        return told

    def _in_order(self, link: PayLink) -> list[Refund]:
        """Return the refunds as this provider lists them."""
        if self.capabilities.can_look_up:
            return link.refunds
        return sorted(link.refunds, key=lambda each: (ORDER[each.state], each.amount))

    def _seen(self, link: PayLink, refund: Refund) -> GatewayRefund:
        assert link.payment
        reason = "the bank refused it" if refund.state == "failed" else ""
        return GatewayRefund(
            refund.name, link.payment.payment_id, refund.amount, refund.state, reason, order_id=refund.order_id
        )

    def _tell_refund(self, link: PayLink, refund: Refund) -> None:
        self._tell(self._seen(link, refund))

    def _tell(self, event: GatewayPayment | GatewayRefund) -> None:
        if self.capabilities.has_event_feed:
            self._late.append(event)
            if not self.mute:
                self.catches_up()

    def _link(self, gateway_id: str) -> PayLink:
        if gateway_id not in self.links:
            raise Refused("No such link.", status=404, code="resource_missing", param="", detail="")
        return self.links[gateway_id]

    def _under(self, key: str, body: object) -> str | None:
        """Return what a key made. Raises OutcomeUnknown where it brings an old 500 back."""
        kept = self._answers.get(key)
        if self.capabilities.idempotency_window is None or kept is None:
            return None
        if self._time() - kept[0] > PRUNED and not self.keeps_keys:
            return None
        if kept[1] != body:
            self.complaints.append(f"the key {key} came back with another body")
        if kept[2] is None:
            raise OutcomeUnknown("The gateway stumbled.", replayed=True)
        return kept[2]

    def _keep(self, key: str, body: object, made: str | None) -> None:
        self._answers[key] = (self._time(), body, made)

    def _name(self, kind: str) -> str:
        self._serial += 1
        return f"{kind}_{self.capabilities.kind}_{self._serial}"
