"""A clinic in a data file, and short words for what a desk and an engine do to it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count

from store import clients, invoices, outbox, payments, requests
from store.database import Store, Tx
from store.invoices import NewLine
from store.models import Channel, Client, EntryKind, Invoice, Origin, OutboxEntry, Payment, PaymentRequest
from store.payments import Received
from store.reading import invoice_by_number, request_by_id
from store.times import to_text

NOW = datetime(2026, 11, 22, 14, 2, 31, tzinfo=UTC)
KINDS: tuple[EntryKind, ...] = ("create_link", "cancel_link", "email", "sms", "notify")


class Clock:
    """A clock that stands still until it is told to go on."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now

    def forward(self, **by: float) -> None:
        """Go on by what `timedelta` takes."""
        self.now += timedelta(**by)


@dataclass
class Clinic:
    """A data file with one client, Jane, and what can be done to her invoices."""

    store: Store
    clock: Clock
    jane: Client
    _serial: "count[int]" = field(default_factory=lambda: count(1))

    def draft(self, *lines: NewLine) -> Invoice:
        """Save a draft; without lines given it has one of £211.00."""
        chosen = lines or (line(),)
        return self.store.write(
            lambda tx: invoices.save_draft(tx, self.jane.id, chosen, currency="GBP", prefix="INV-"), actor="Amira"
        )

    def issued(self, pence: int = 21_100) -> str:
        """Issue an invoice over `pence` and return its number."""
        number = self.draft(line(pence)).row.number
        self.store.write(lambda tx: invoices.issue(tx, number), actor="Amira")
        return number

    def invoice(self, number: str) -> Invoice:
        """Read an invoice."""
        return self.store.read(lambda reader: invoice_by_number(reader, number))

    def request(self, request_id: str) -> PaymentRequest:
        """Read a payment request."""
        return self.store.read(lambda reader: request_by_id(reader, request_id))

    def send(
        self, number: str, amount: int | None = None, *, by: Iterable[Channel] = ("email",), origin: Origin = "pos"
    ) -> PaymentRequest:
        """Ask for a payment at Jane's own addresses."""
        addresses: dict[Channel, str] = dict.fromkeys(by, "")
        return self.store.write(
            lambda tx: requests.send(tx, number, addresses, amount=amount, origin=origin), actor="Amira"
        )[0]

    def make_link(self, request: PaymentRequest) -> PaymentRequest:
        """Do what the engine does when the gateway has made a link."""

        def work(tx: Tx) -> None:
            entry = outbox.of_subject(tx, request.id, "create_link")
            requests.link_made(
                tx,
                request.id,
                gateway="stripe",
                gateway_id=f"plink_{request.id}",
                url=f"https://pay.example/{request.code}",
                poll_at=self.clock.now,
            )
            if entry is not None and entry.state in {"ready", "claimed"}:
                outbox.finish(tx, entry, answer="made")

        self.store.write(work, actor="engine")
        return self.request(request.id)

    def live(self, number: str, amount: int | None = None, *, by: Iterable[Channel] = ("email",)) -> PaymentRequest:
        """Ask for a payment and have its link made."""
        return self.make_link(self.send(number, amount, by=by))

    def cancel(self, request: PaymentRequest, why: str = "cancelled by Amira") -> PaymentRequest:
        """Cancel a payment request."""
        return self.store.write(lambda tx: requests.cancel(tx, request.id, why=why), actor="Amira")

    def pay(self, number: str, amount: int, kind: str = "cash") -> Payment:
        """Take a payment at the desk."""
        return self.store.write(lambda tx: payments.take(tx, number, kind, amount), actor="Amira")

    def seen(self, request: PaymentRequest, amount: int | None = None, currency: str = "gbp") -> Received:
        """Return a payment on a link as a gateway reports it, new each time."""
        return Received(
            payment_id=f"pi_{next(self._serial)}",
            gateway_id=request.gateway_id or f"plink_{request.id}",
            request_id=request.id,
            amount=request.amount if amount is None else amount,
            currency=currency,
            paid_at=to_text(self.clock.now),
            method="Visa 4242",
        )

    def receive(self, received: Received, *targets: str) -> Payment | None:
        """Record what a gateway reports."""
        return self.store.write(lambda tx: payments.receive(tx, received, notify=list(targets)), actor="engine")

    def entry(self, subject_id: str, kind: EntryKind) -> OutboxEntry:
        """Return the newest outbox entry of a request, message or payment."""
        found = self.store.read(lambda reader: outbox.of_subject(reader, subject_id, kind))
        assert found is not None
        return found

    def claim(self, *kinds: EntryKind, limit: int = 100, owner: str = "engine 1") -> list[OutboxEntry]:
        """Claim what is due, as the engine does; of all kinds where none is given."""
        now, until = to_text(self.clock.now), to_text(self.clock.now + timedelta(minutes=5))
        return self.store.write(
            lambda tx: outbox.claim(tx, kinds or KINDS, limit=limit, owner=owner, now=now, until=until),
            actor="engine",
        )


def line(pence: int = 21_100, rate: int = 2000, description: str = "Consultation") -> NewLine:
    """Return one line of an invoice."""
    return NewLine(description, 1000, pence, rate)


def furnished(store: Store, clock: Clock) -> Clinic:
    """Put Jane into an empty data file."""
    jane = store.write(lambda tx: clients.add(tx, name="Jane Smith", email="jane@example.com", mobile="07700 900123"))
    return Clinic(store, clock, jane)
