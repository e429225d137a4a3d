"""Giving money back through the gateway: once for each refund, also where the gateway takes no keys."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from store import gateway_refunds, outbox, refunds
from store.database import Tx
from store.models import OutboxEntry, Refund
from store.money import format_money
from store.reading import invoice_row, request_by_id
from store.times import from_text, to_text
from sync.errors import Declined, OutcomeUnknown
from sync.gateways.base import Gateway, GatewayRefund, RefundOrder
from sync.handlers.base import SETTLES, Ask, Closed, Later, NewKeyNeeded, Prepared, Work, World, gateway_of, protects
from sync.hearing import REFUNDING, seen

SETTLING = timedelta(minutes=2)
"""How long a refund whose answer was lost may take to be seen at a gateway without keys; only then is it absent."""

MADE_ELSEWHERE = "the money was given back in the gateway's own pages meanwhile"
TWIN = (
    "Somebody gave {amount} of this payment back in the gateway's own pages meanwhile. Drop this if it was the same"
    " refund; try again if it is to be given back a second time."
)
NOT_ALL_TOLD = (
    "The money may have been given back: the gateway says so of the whole payment, but not in which parts. Look"
    " there: drop this if it was; else try again."
)


class GiveBack:
    """Gives back what a client paid by link, exactly once for each refund."""

    one_service = True

    def prepare(self, tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Prepared:
        """Look once more whether it is still to be given back: somebody may have done so at the gateway."""
        kept = refunds.existing(tx, entry.subject_id)
        if kept.state != "pending":
            return Closed(f"the refund is {kept.state}")
        gateway = gateway_of(world)
        order, paid_through = _order(tx, entry, kept)
        if paid_through != gateway.capabilities.kind:
            return Ask(_other_gateway(paid_through, gateway), unsure=entry.unsure)
        keyless = gateway.capabilities.idempotency_window is None
        if not entry.unsure and (verdict := _done_elsewhere(tx, entry, kept, world)):
            return verdict
        if entry.unsure and keyless and (wait := _last_sent(entry) + SETTLING - now) > timedelta():
            if wait > SETTLING:
                outbox.note(tx, entry, sent_at=tx.now)
            return Later("waits a moment, then looks whether the gateway has given it back", min(wait, SETTLING))
        if not entry.unsure:
            entry = outbox.note(tx, entry, sent_at=tx.now)
        known = gateway_refunds.recorded_ids(tx, kept.payment_id)
        act = _unkeyed(gateway, entry, order, known) if keyless else _keyed(gateway, entry, order, now)
        return Work(entry, act, lambda tx, answer: _settled(tx, kept.id, answer, world))

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:  # noqa: ARG002
        """By its key or by a look at the payment, what was done is found and not done again."""
        return True

    def unknown(self, entry: OutboxEntry, world: World) -> str:  # noqa: ARG002
        """Say that the money may have moved."""
        return (
            "Whether the money was given back is not known after several tries. Look at the payment in the gateway's"
            " own pages; then try again, or drop it if it was given back there."
        )

    def given_up(self, tx: Tx, entry: OutboxEntry, why: str) -> None:
        """The refund stays pending: that is the truth until somebody decides."""


def _order(tx: Tx, entry: OutboxEntry, kept: Refund) -> tuple[RefundOrder, str]:
    """Return what the gateway is told, the same at each attempt, and the kind of gateway that has the payment."""
    row = tx.one("SELECT request_id, gateway_payment_id FROM payments WHERE id = :id", id=kept.payment_id)
    if row is None or row["request_id"] is None:
        raise LookupError(f"the refund {kept.id} is of no payment by link")
    request = request_by_id(tx, row["request_id"])
    order = RefundOrder(
        order_id=entry.id,
        gateway_id=request.gateway_id or "",
        payment_id=row["gateway_payment_id"] or "",
        amount=kept.amount,
        reason=kept.reason,
        code=request.code,
        invoice_number=invoice_row(tx, kept.invoice_id).number,
        idempotency_key=entry.idempotency_key,
    )
    return order, request.gateway


def _done_elsewhere(tx: Tx, entry: OutboxEntry, kept: Refund, world: World) -> Prepared | None:
    """Notice what was given back at the gateway since the refund was asked for."""
    if gateway_refunds.shortfall(tx, kept):
        gateway_refunds.fail(tx, kept, MADE_ELSEWHERE, world.settings)
        return Closed(MADE_ELSEWHERE)
    twin = gateway_refunds.twin_of(tx, kept)
    if twin is None or entry.payload.get("twin") == twin:
        return None
    outbox.note(tx, entry, twin=twin)
    currency = invoice_row(tx, kept.invoice_id).currency
    return Ask(TWIN.format(amount=format_money(kept.amount, currency)))


def _keyed(
    gateway: Gateway, entry: OutboxEntry, order: RefundOrder, now: datetime
) -> Callable[[], Awaitable[GatewayRefund]]:
    """Return how to give back where a key protects for a while: after that, look before asking again."""
    protected = entry.unsure and protects(gateway.capabilities.idempotency_window, entry, now)

    async def look_up() -> GatewayRefund | None:
        link = await gateway.fetch_link(order.gateway_id)
        return next((each for each in link.refunds if each.order_id == order.order_id), None)

    async def act() -> GatewayRefund:
        if not protected and (entry.unsure or entry.attempts) and (found := await look_up()):
            return found
        if entry.unsure and not protected:
            raise NewKeyNeeded(SETTLES)
        try:
            return await _asked(gateway, order)
        except OutcomeUnknown as error:
            if not error.replayed:
                raise
            if found := await look_up():
                return found
            raise NewKeyNeeded from error

    return act


def _unkeyed(
    gateway: Gateway, entry: OutboxEntry, order: RefundOrder, known: frozenset[str]
) -> Callable[[], Awaitable[GatewayRefund]]:
    """Return how to give back where no key protects: after a first try, compare what is there with the `known`."""

    async def act() -> GatewayRefund:
        if not entry.unsure and not entry.attempts:
            return await _asked(gateway, order)
        link = await gateway.fetch_link(order.gateway_id)
        for each in link.refunds:
            if each.state != "failed" and each.amount == order.amount and each.refund_id not in known:
                return each
        if not entry.unsure:
            return await _asked(gateway, order)
        if not link.refunds_whole:
            raise Declined(NOT_ALL_TOLD)
        raise NewKeyNeeded(SETTLES)

    return act


async def _asked(gateway: Gateway, order: RefundOrder) -> GatewayRefund:
    """Give back; a clear no is an answer too."""
    try:
        return await gateway.refund(order)
    except Declined as error:
        return GatewayRefund("", order.payment_id, order.amount, "failed", str(error))


def _settled(tx: Tx, refund_id: str, answer: GatewayRefund, world: World) -> str:
    kept = refunds.existing(tx, refund_id)
    if answer.state == "pending":
        _ask_soon(tx, kept)
        return "refund accepted; the gateway has still to finish it"
    gateway_refunds.answered(tx, kept, seen(answer, tx.now), world.settings)
    if answer.state == "failed":
        return f"refund failed: {answer.reason}"
    if refunds.existing(tx, refund_id).state == "pending":
        _ask_soon(tx, kept)
        return "refund accepted; it is not to be seen at the gateway yet"
    return "money given back"


def _ask_soon(tx: Tx, kept: Refund) -> None:
    """Have the link of the payment asked for again while its refund is on its way."""
    tx.run(
        "UPDATE requests SET next_poll_at = :at WHERE id = (SELECT request_id FROM payments WHERE id = :payment)",
        at=to_text(from_text(tx.now) + REFUNDING),
        payment=kept.payment_id,
    )


def _last_sent(entry: OutboxEntry) -> datetime:
    return from_text(entry.payload.get("sent_at") or entry.first_attempt_at or entry.created_at)


def _other_gateway(paid_through: str, gateway: Gateway) -> str:
    then, now = paid_through.capitalize(), gateway.capabilities.name
    return (
        f"The client paid through {then}, and Paydesk now uses {now}. Set the gateway back to {then} and try again,"
        f" or give the money back in {then}'s own pages and drop this."
    )
