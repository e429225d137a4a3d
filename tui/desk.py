"""The seam between what people see and what is true: every call a screen or a command may make.

All calls are short, local and never touch the network: they read or commit on the data file and return frozen
views. Errors are those of `store.errors`, each with a sentence that can be shown as it is.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from store import (
    catalogue,
    clients,
    decisions,
    invoices,
    log,
    outbox,
    payments,
    reading,
    requests,
    services,
    settings,
)
from store.charges import Charge, charge_for
from store.database import Reader, Store, Tx
from store.invoices import NewLine
from store.models import (
    CatalogueItem,
    Channel,
    Client,
    Invoice,
    InvoiceRow,
    LogLine,
    Origin,
    Payment,
    PaymentRequest,
    Status,
)
from store.money import format_money
from store.outbox_words import OutboxLine, waiting_lines
from store.settings import Settings
from store.sms import SmsMeasure, likely_url, measure, sms_text
from store.verify import Verdict, verify

T = TypeVar("T")

WATCHED_FOR = timedelta(minutes=10)
STAND_IN_CODE = "ABC-DEF"
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


@dataclass(frozen=True, slots=True)
class Sent:
    """A payment request, safely queued, and what its messages cost."""

    request: PaymentRequest
    charges: tuple[Charge, ...]


class Desk:
    """One person at one desk, on one data file. `actor` is who the ledger says did it."""

    def __init__(self, store: Store, *, actor: str) -> None:
        self._store = store
        self._folder = store.path.parent
        self._environment = settings.ours()
        self.actor = actor

    @property
    def folder(self) -> Path:
        """The data folder."""
        return self._folder

    def on_commit(self, listener: Callable[[], None]) -> None:
        """Call `listener`, from another thread, after each commit made by this process."""
        self._store.on_commit(listener)

    async def find_clients(self, text: str = "", limit: int = 50) -> list[Client]:
        """Return clients by a few letters of name, email or mobile, newest first."""
        return await self._store.aread(lambda reader: clients.find(reader, text, limit=limit))

    async def client(self, client_id: str) -> Client:
        """Return one client. Raises NotFound."""
        return await self._store.aread(lambda reader: clients.get(reader, client_id))

    async def add_client(self, *, name: str, email: str = "", mobile: str = "") -> Client:
        """Add a client. Raises BadInput naming the field."""
        return await self._write(lambda tx: clients.add(tx, name=name, email=email, mobile=mobile))

    async def find_items(self, text: str = "", limit: int = 50) -> list[CatalogueItem]:
        """Return services and products by a few letters of name or code."""
        return await self._store.aread(lambda reader: catalogue.find(reader, text, limit=limit))

    async def save_draft(
        self, client_id: str, lines: Sequence[NewLine], *, number: str | None = None, version: int | None = None
    ) -> Invoice:
        """Save a draft invoice, new or as loaded at `version`. Raises BadInput, EditConflict, Refused."""

        def work(tx: Tx) -> Invoice:
            chosen = self._settings(tx)
            return invoices.save_draft(
                tx,
                client_id,
                lines,
                currency=chosen["clinic.currency"],
                prefix=chosen["clinic.number_prefix"],
                number=number,
                version=version,
            )

        return await self._write(work)

    async def issue(self, number: str) -> Invoice:
        """Issue a draft invoice; it is not edited any more. Raises Refused without lines."""
        return await self._write(lambda tx: invoices.issue(tx, number))

    async def invoice(self, number: str) -> Invoice:
        """Return one invoice whole, by its number. Raises NotFound."""
        return await self._store.aread(lambda reader: reading.invoice_by_number(reader, number))

    async def invoices(self, text: str = "", state: str = "", limit: int = 100) -> list[InvoiceRow]:
        """Return invoices newest first, by a few letters of number, client, mobile or request code."""
        return await self._store.aread(
            lambda reader: reading.list_invoices(reader, text=text, state=state, limit=limit)
        )

    async def invoice_log(self, number: str) -> list[LogLine]:
        """Return what happened to an invoice, oldest first."""
        return await self._store.aread(lambda reader: log.invoice_log(reader, number))

    async def take_payment(self, number: str, kind: str, amount: int, *, reference: str = "") -> Payment:
        """Record `amount` pence as cash, card or transfer; a draft is issued first. Raises BadInput, Refused."""
        return await self._write(lambda tx: payments.take(tx, number, kind, amount, reference=reference))

    async def preview(self, number: str, *, origin: Origin, amount: int | None = None) -> SendPreview:
        """Return what sending a link would offer: amount, charges, usual channels, the SMS and its segments."""

        def work(reader: Reader) -> SendPreview:
            invoice = reading.invoice_by_number(reader, number)
            asked = invoice.askable if amount is None else amount
            text = self._sms(reader, invoice, asked)
            size = measure(text)
            usual = tuple(channel for channel in CHANNELS if channel in _usual(invoice.client))
            charges = {channel: charge_for(reader, origin, channel, size.segments) for channel in CHANNELS}
            return SendPreview(invoice, asked, charges, usual, text, size)

        return await self._store.aread(work)

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
        return await self._store.aread(lambda reader: reading.request_by_id(reader, request_id))

    async def watch_request(self, request_id: str) -> None:
        """Somebody looks at this request's QR: the engine asks the gateway more often for ten minutes."""
        until = self._store.clock() + WATCHED_FOR
        await self._write(lambda tx: requests.watch(tx, request_id, until))

    async def cancel(self, request_id: str, *, why: str = "") -> PaymentRequest:
        """Cancel a payment request by id or short code. Raises Refused with the reason."""
        return await self._write(lambda tx: requests.cancel(tx, request_id, why=why or f"cancelled by {self.actor}"))

    async def outbox(self, limit: int = 500) -> list[OutboxLine]:
        """Return what the world has still to see, in plain words, what needs a person first; -1: all of it."""
        return await self._store.aread(lambda reader: waiting_lines(reader, limit=limit))

    async def attempts(self, entry_id: str) -> list[tuple[str, str, str]]:
        """Return (time, outcome, answer) of each try at an outbox entry."""
        return await self._store.aread(lambda reader: outbox.attempts_of(reader, entry_id))

    async def retry(self, entry_id: str) -> None:
        """Try an outbox entry again now. Raises Refused."""
        await self._write(lambda tx: decisions.retry(tx, entry_id))

    async def hold(self, entry_id: str, reason: str = "") -> None:
        """Keep an outbox entry back. Raises Refused."""
        await self._write(lambda tx: decisions.hold(tx, entry_id, reason=reason))

    async def drop(self, entry_id: str, reason: str) -> None:
        """Give an outbox entry up, with a reason. Raises BadInput or Refused."""
        await self._write(lambda tx: decisions.drop(tx, entry_id, reason=reason))

    async def status(self) -> Status:
        """Return what the status bar shows."""
        return await self._store.aread(services.status)

    async def settings(self) -> Settings:
        """Return the settings in force. Raises BadInput or StoreError saying what to mend where."""
        return await self._store.aread(self._settings)

    async def set(self, key: str, value: str) -> str:
        """Set one setting and return the value kept. Raises BadInput."""
        return await self._write(lambda tx: settings.put(tx, key, value))

    async def verify(self) -> Verdict:
        """Check the ledger's chain, the tables against it, and the file."""
        return await self._store.aread(lambda reader: verify(reader, self._store.path))

    async def _write(self, work: Callable[[Tx], T]) -> T:
        return await self._store.awrite(work, actor=self.actor)

    def _settings(self, reader: Reader) -> Settings:
        return settings.load(reader, self._folder, self._environment)

    def _sms(self, reader: Reader, invoice: Invoice, amount: int) -> str:
        chosen = self._settings(reader)
        return sms_text(
            chosen["clinic.name"],
            format_money(amount, invoice.row.currency),
            invoice.row.number,
            likely_url(chosen["gateway.kind"]),
            STAND_IN_CODE,
        )


def _usual(client: Client) -> set[str]:
    """Return the channels to offer: as last time, else every one the client has an address for."""
    has = {"email": bool(client.email), "sms": bool(client.mobile)}
    kept = {channel for channel in client.channels.split(",") if has.get(channel)}
    return kept or {channel for channel, there in has.items() if there}
