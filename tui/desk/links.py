"""The seam: payment links."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

from store import reading, requests, templates
from store.charges import Charge, charge_for
from store.database import Reader, Tx
from store.messages import unwanted
from store.models import Channel, Client, Invoice, Origin, PaymentRequest
from store.money import format_money
from store.sms import SmsMeasure, likely_url, measure
from tui.desk.calls import Calls
from tui.desk.sent import STAND_IN_CODE, Sent

WATCHED_FOR = timedelta(minutes=10)
CHANNELS: tuple[Channel, ...] = ("email", "sms")


@dataclass(frozen=True, slots=True)
class SendPreview:
    """What a payment link for this invoice would be, before it is sent. Amounts in pence."""

    invoice: Invoice
    amount: int
    charges: Mapping[Channel, Charge]
    usual: tuple[Channel, ...]
    sms_text: str
    sms: SmsMeasure
    refused: Mapping[Channel, str]
    """The channels that the client does not want, each with a sentence that says so."""


class LinkCalls(Calls):
    """Sending payment links and taking them back."""

    async def preview(self, number: str, *, origin: Origin, amount: int | None = None) -> SendPreview:
        """Return what sending a link would offer: amount, charges, usual channels, the SMS and its segments."""

        def work(reader: Reader) -> SendPreview:
            invoice = reading.invoice_by_number(reader, number)
            asked = invoice.askable if amount is None else amount
            text = self._sms(reader, invoice, asked)
            size = measure(text)
            usual = tuple(channel for channel in CHANNELS if channel in _usual(invoice.client))
            charges = {channel: charge_for(reader, origin, channel, size.segments) for channel in CHANNELS}
            refused = {c: unwanted(invoice.client, c) for c in CHANNELS if not invoice.client.may_get(c)}
            return SendPreview(invoice, asked, charges, usual, text, size, refused)

        return await self._read(work)

    async def send(
        self, number: str, addresses: Mapping[Channel, str], *, amount: int | None = None, origin: Origin
    ) -> Sent:
        """Ask for a payment by the channels in `addresses` (empty address: the client's own).

        Durable when it returns. Raises BadInput (its `field` is amount, email or sms) or Refused.
        """

        def work(tx: Tx) -> Sent:
            def segments(invoice: Invoice, asked: int) -> int:
                return measure(self._sms(tx, invoice, asked)).segments

            request, costs = requests.send(tx, number, addresses, amount=amount, origin=origin, sms_segments=segments)
            return Sent(request, tuple(costs))

        return await self._write(work)

    async def request(self, request_id: str) -> PaymentRequest:
        """Return one payment request by id or short code. Raises NotFound."""
        return await self._read(lambda reader: reading.request_by_id(reader, request_id))

    async def watch_request(self, request_id: str) -> None:
        """Somebody looks at this request's QR: the engine asks the gateway more often for ten minutes."""
        until = self._store.clock() + WATCHED_FOR
        await self._write(lambda tx: requests.watch(tx, request_id, until))

    async def cancel(self, request_id: str, *, why: str = "") -> PaymentRequest:
        """Cancel a payment request by id or short code. Raises Refused with the reason."""
        return await self._write(lambda tx: requests.cancel(tx, request_id, why=why or f"cancelled by {self.actor}"))

    def _sms(self, reader: Reader, invoice: Invoice, amount: int) -> str:
        chosen = self._settings(reader)
        values = templates.values_of(
            chosen,
            client=invoice.client.name,
            amount=format_money(amount, invoice.row.currency),
            invoice=invoice.row.number,
            url=likely_url(chosen["gateway.kind"]),
            code=STAND_IN_CODE,
        )
        return templates.sms_of(chosen, "payment_request", values)


def _usual(client: Client) -> set[str]:
    """Return the channels to offer: as last time, else every one the client has an address for and agreed to."""
    has = {
        "email": bool(client.email) and client.email_consent,
        "sms": bool(client.mobile) and client.sms_consent,
    }
    kept = {channel for channel in client.channels.split(",") if has.get(channel)}
    return kept or {channel for channel, there in has.items() if there}
