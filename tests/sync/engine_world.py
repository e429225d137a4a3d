"""A clinic, an engine and a clock that only moves when it is told to."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from store import clients, invoices, outbox, payments, requests, services, settings
from store.database import By, Store, Tx
from store.invoices import NewLine
from store.models import Channel, EntryKind, Invoice, OutboxEntry, PaymentRequest
from store.opening import FILE_NAME
from store.reading import invoice_by_number, request_by_id
from store.verify import verify
from sync.engine import Engine, Turn
from tests.sync.engine_fakes import FakeCourier, FakeGateway

T = TypeVar("T")
START = datetime(2026, 11, 22, 14, 0, tzinfo=UTC)
BOTH: dict[Channel, str] = {"email": "", "sms": ""}
LINK_ONLY: dict[Channel, str] = {}


async def until(condition: Callable[[], object], seconds: float = 10) -> None:
    """Let the loop turn until a condition holds; fail when it never does."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for has no event
            await asyncio.sleep(0)


@dataclass
class Clock:
    """A clock that stands still."""

    now: datetime = START

    def __call__(self) -> datetime:
        """Return the time."""
        return self.now

    def forward(self, seconds: float = 0, **more: float) -> datetime:
        """Move on."""
        self.now += timedelta(seconds=seconds, **more)
        return self.now


class World:
    """One data file with one client, and the engine on it."""

    def __init__(self, folder: Path, gateway: FakeGateway | None = None, store: Store | None = None) -> None:
        self.folder = folder
        self.clock = Clock()
        self.store = store or Store(folder / FILE_NAME, clock=self.clock)
        self.gateway = gateway or FakeGateway()
        self.courier = FakeCourier()
        self.engine = self.another_engine("first")
        self.put("clinic.name", "Riverside Clinic")
        self.client = self.store.write(
            lambda tx: clients.add(tx, name="Jane Smith", email="jane@example.com", mobile="07700 900123")
        )

    def another_engine(self, owner: str, *, slots: int = 8) -> Engine:
        """Return an engine on the same file, as another process would have one."""
        return Engine(
            self.store,
            self.folder,
            owner=owner,
            jitter=lambda: 1.0,
            make_gateway=lambda _settings: self.gateway,
            courier=self.courier,
            slots=slots,
            together=0,
            apart=0,
        )

    async def run(self, seconds: float = 0) -> Turn:
        """Move the clock on and let the engine run."""
        return await self.engine.run_once(self.clock.forward(seconds))

    def put(self, key: str, value: str) -> None:
        """Change a setting."""
        self.store.write(lambda tx: settings.put(tx, key, value))

    def invoice(self, pence: int = 21_100) -> Invoice:
        """Return a new draft."""
        return self.store.write(lambda tx: self.draft(tx, pence))

    def draft(self, tx: Tx, pence: int = 21_100) -> Invoice:
        """Write a new draft in a transaction."""
        line = NewLine("Consultation", 1000, pence, 0)
        return invoices.save_draft(tx, self.client.id, [line], currency="GBP", prefix="INV-")

    def send(
        self,
        addresses: Mapping[Channel, str] = LINK_ONLY,
        *,
        amount: int | None = None,
        number: str | None = None,
    ) -> PaymentRequest:
        """Ask for money: on a new invoice, or on the one given."""
        number = number or self.invoice().row.number
        return self.store.write(lambda tx: requests.send(tx, number, addresses, amount=amount, origin="pos")[0])

    def send_many(self, count: int) -> list[str]:
        """Ask for money on `count` new invoices, and return the requests' ids, oldest first."""

        def work(tx: Tx) -> list[str]:
            numbers = [self.draft(tx).row.number for _ in range(count)]
            return [requests.send(tx, number, LINK_ONLY, origin="pos")[0].id for number in numbers]

        return self.store.write(work)

    def cash(self, number: str, pence: int) -> None:
        """Take cash at the desk."""
        self.store.write(lambda tx: payments.take(tx, number, "cash", pence))

    def now_is(self, request: PaymentRequest) -> PaymentRequest:
        """Return a request as it is now."""
        return self.store.read(lambda reader: request_by_id(reader, request.id))

    def bill(self, request: PaymentRequest) -> Invoice:
        """Return the invoice of a request as it is now."""
        return self.store.read(lambda reader: invoice_by_number(reader, request.invoice_id))

    def entry(self, subject_id: str, kind: EntryKind = "create_link") -> OutboxEntry:
        """Return the outbox entry of a request or message."""
        found = self.store.read(lambda reader: outbox.of_subject(reader, subject_id, kind))
        assert found is not None, f"there is a {kind} entry"
        return found

    def message(self, request: PaymentRequest, channel: Channel) -> OutboxEntry:
        """Return the outbox entry of a request's message."""
        message = next(m for m in self.now_is(request).messages if m.channel == channel)
        return self.entry(message.id, channel)

    def waiting(self) -> list[OutboxEntry]:
        """Return what is neither done nor dropped."""
        return self.store.read(outbox.waiting)

    def service(self, name: str = "gateway") -> str:
        """Return how a service is known to be."""
        known = self.store.read(services.known)
        return known[name].state if name in known else "unknown"

    def is_whole(self) -> bool:
        """Tell whether the ledger is whole and the tables are what it says."""
        return self.store.read(lambda reader: verify(reader, self.store.path)).ok


@dataclass
class Switch:
    """Something that a test turns on."""

    on: bool = False
    hits: int = 0
    lets_through: int = 0


class LeakyStore(Store):
    """A store whose engine writes fail while a switch is on, before anything is written."""

    def __init__(self, path: Path, *, clock: Clock, error: Callable[[], Exception]) -> None:
        super().__init__(path, clock=clock)
        self.broken = Switch()
        self._error = error

    async def awrite(
        self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = 0, anyway: bool = False
    ) -> T:
        """Write, or fail as told."""
        if self.broken.on and self.broken.lets_through == 0:
            self.broken.hits += 1
            raise self._error()
        self.broken.lets_through -= self.broken.on
        return await super().awrite(work, actor=actor, priority=priority, anyway=anyway)
