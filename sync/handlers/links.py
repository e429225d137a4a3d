"""Making and cancelling payment links at the gateway."""

from datetime import datetime, timedelta
from typing import Any

from store import decisions, outbox, requests, strays
from store.database import Tx
from store.models import Channel, InvoiceRow, OutboxEntry, PaymentRequest
from store.money import format_money
from store.reading import invoice_row, request_by_id
from store.times import from_text
from sync.errors import OutcomeUnknown
from sync.gateways.base import Gateway, Link, LinkOrder
from sync.handlers.adopting import CHOICES, adopter
from sync.handlers.base import Ask, Closed, Later, NewKeyNeeded, Prepared, Work, World, gateway_of
from sync.handlers.making import MAY_EXIST, maker
from sync.hearing import first_poll, record_money


class CreateLink:
    """Makes a payment link, exactly one for each payment request."""

    one_service = True

    def prepare(self, tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Prepared:
        """Read the balance again: what was paid meanwhile must not be asked for."""
        request = request_by_id(tx, entry.subject_id)
        invoice = invoice_row(tx, request.invoice_id)
        if request.state not in {"queued", "attention"}:
            return Closed(f"the payment request is {request.state}")
        if requests.any_cancelling(tx, invoice.id):
            return Later("waits until the older link is cancelled", timedelta(seconds=60))
        if not entry.unsure and (verdict := self._against_balance(tx, request, invoice)):
            return verdict
        gateway = gateway_of(world)
        adopted = entry.payload.get("adopt", "")
        if adopted and (owner := decisions.link_owner(tx, adopted, besides=request.id)):
            return Ask(f"The link {adopted} is that of the payment request {owner}. {CHOICES}", unsure=True)
        if entry.unsure and not adopted and not self.repeatable(entry, world):
            return Ask(self.unknown(entry, world), unsure=True)
        entry, order = _frozen_order(tx, entry, request, invoice, world)
        act = adopter(gateway, adopted, order) if adopted else maker(gateway, entry, order, now)
        return Work(entry, act, lambda tx, link: _made(tx, request, order, link, world, found=bool(adopted)))

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:
        """With keys or a look-up the same link comes back; else, or at another gateway, it would be a second one."""
        abilities = gateway_of(world).capabilities
        same = entry.payload.get("gateway", abilities.kind) == abilities.kind
        return same and abilities.repeatable

    def unknown(self, entry: OutboxEntry, world: World) -> str:  # noqa: ARG002
        """Name the code, by which a person finds the link in the gateway's own pages."""
        return MAY_EXIST.format(code=entry.payload.get("order", {}).get("code", ""))

    def given_up(self, tx: Tx, entry: OutboxEntry, why: str) -> None:
        """The request needs attention."""
        request = request_by_id(tx, entry.subject_id)
        if request.state in {"queued", "attention"}:
            requests.need_attention(tx, request, why=why)

    def _against_balance(self, tx: Tx, request: PaymentRequest, invoice: InvoiceRow) -> Prepared | None:
        due = invoice.due
        if due == 0:
            why = "the invoice was paid meanwhile" if invoice.state == "paid" else "nothing is due any more"
            requests.stop(tx, request, why=why)
            return Closed(why)
        if due < request.amount:
            money = [format_money(amount, invoice.currency) for amount in (due, request.amount)]
            return Ask(f"Only {money[0]} is still due, and {money[1]} was asked for. Drop this and send a new link.")
        return None


class CancelLink:
    """Switches a link off, and tells the truth when the client was quicker."""

    one_service = True

    def prepare(self, tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Prepared:  # noqa: ARG002
        """A link that was paid or closed meanwhile needs no cancelling."""
        request = request_by_id(tx, entry.subject_id)
        if request.state != "cancelling":
            return Closed(f"the payment request is {request.state}")
        gateway = gateway_of(world)
        gateway_id = request.gateway_id or ""
        if request.gateway != gateway.capabilities.kind:
            return Ask(_other_gateway(request, gateway), unsure=entry.unsure)

        async def act() -> Link:
            try:
                return await gateway.cancel_link(gateway_id, entry.idempotency_key)
            except OutcomeUnknown as error:
                if error.replayed:
                    raise NewKeyNeeded from error
                raise

        def settle(tx: Tx, link: Link) -> str:
            record_money(tx, link, world.settings)
            if link.state == "paid":
                return f"payment link {request.code} had been paid already"
            requests.link_closed(tx, request.id)
            outbox.hasten(tx, request.invoice_id, "create_link")
            return f"payment link {request.code} cancelled"

        return Work(entry, act, settle)

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:  # noqa: ARG002
        """Switching off twice is switching off once."""
        return True

    def unknown(self, entry: OutboxEntry, world: World) -> str:  # noqa: ARG002
        """Say that the link may still take money."""
        return "The gateway gave no clear answer, so the link may still take money. Try again, or cancel it there."

    def given_up(self, tx: Tx, entry: OutboxEntry, why: str) -> None:
        """The request stays `cancelling`: that is the truth until somebody decides."""


def _other_gateway(request: PaymentRequest, gateway: Gateway) -> str:
    then, now = request.gateway.capitalize(), gateway.capabilities.name
    return (
        f"The link {request.code} is at {then}, and Paydesk now uses {now}, so it may still take money. Switch it off"
        f" in {then}'s own pages and drop this, or set the gateway back to {then} and try again."
    )


def _made(tx: Tx, request: PaymentRequest, order: LinkOrder, link: Link, world: World, *, found: bool) -> str:
    """Record the link and the money on it; one that somebody `found` may have been made without messages."""
    abilities = gateway_of(world).capabilities
    carried: dict[Channel, str] = {"email": order.email, "sms": order.mobile}
    if found and order.code not in link.note:
        carried = {}
    requests.link_made(
        tx,
        request.id,
        gateway=abilities.kind,
        gateway_id=link.gateway_id,
        url=link.url,
        poll_at=first_poll(tx, request.id, from_text(tx.now), abilities),
        carried=[channel for channel, address in carried.items() if address],
        carrier=abilities.name,
    )
    record_money(tx, link, world.settings)
    return f"payment link {request.code} ready"


def _frozen_order(
    tx: Tx, entry: OutboxEntry, request: PaymentRequest, invoice: InvoiceRow, world: World
) -> tuple[OutboxEntry, LinkOrder]:
    """Return what the gateway is told, kept from the first attempt on: the same key must bring the same body."""
    kept = entry.payload.get("order")
    kind = gateway_of(world).capabilities.kind
    if kept and entry.payload.get("gateway") == kind:
        return entry, LinkOrder(**kept, idempotency_key=entry.idempotency_key)
    fields: dict[str, Any] = {
        "request_id": request.id,
        "code": request.code,
        "invoice_number": invoice.number,
        "amount": request.amount,
        "currency": invoice.currency,
        "clinic_name": world.settings["clinic.name"],
        "client_name": invoice.client_name,
        "file_id": strays.file_id(tx),
        **_addresses(request, world),
    }
    entry = outbox.note(tx, entry, order=fields, gateway=kind)
    return entry, LinkOrder(**fields, idempotency_key=entry.idempotency_key)


def _addresses(request: PaymentRequest, world: World) -> dict[str, str]:
    """Return where the gateway is to send the messages itself: nowhere unless it can and the clinic wants it to."""
    if not (gateway_of(world).capabilities.sends_messages and world.settings.on("gateway.sends_messages")):
        return {}
    names: dict[Channel, str] = {"email": "email", "sms": "mobile"}
    queued = [message for message in request.messages if message.state == "queued" and message.address]
    return {names[message.channel]: message.address for message in queued}
