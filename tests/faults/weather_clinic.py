"""A clinic for bad weather, whose engine's patience and whose clock can be set; the sandbox has the true time."""

import asyncio
import contextlib
import json
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from store import clients, invoices, messages, outbox, refunds, requests, settings
from store.database import Tx
from store.invoices import NewLine
from store.models import Channel, OutboxEntry, PaymentRequest, Refund
from store.settings import Settings
from sync.breaker import LONGEST_PROBE
from sync.couriers.apprise_courier import Courier
from sync.couriers.services import Limits
from sync.engine import Engine, Turn
from sync.gateways.base import Capabilities, Gateway
from sync.gateways.coherent import CoherentGateway
from sync.gateways.http import Patience
from sync.gateways.stripe import StripeGateway
from sync.sandbox.server import Sandbox
from tests.journeys.clinic import EMAIL, MOBILE, Clinic, Moved, pay

PATIENT = 5.0
HASTY = 0.06
"""Seconds for which an answer is waited for: in fair weather, and where it is known not to come in time."""

DIALECTS = ("stripe", "coherent")
PACE = timedelta(seconds=20)
PEACE = 2 * LONGEST_PROBE / 60
"""Minutes: a gateway that did not answer is asked again before."""
ENOUGH = 2_000
"""Turns of an engine after which something never comes to rest."""

C = TypeVar("C", bound="Outside")


class Wall:
    """A wall clock that may be `wrong`, by so much, and the true time; `ahead` is what was waited."""

    def __init__(self) -> None:
        self.true = Moved()
        self.wrong = timedelta()

    def __call__(self) -> datetime:
        """Return what the clock shows."""
        return self.true() + self.wrong

    @property
    def ahead(self) -> timedelta:
        """What was waited, by the true time."""
        return self.true.ahead

    def wait(self, until: datetime) -> None:
        """Let time pass until the clock shows `until`."""
        self.true.ahead += max(timedelta(), until - self())


class HurriedStripe(StripeGateway):
    """Stripe, asked as fast as the sandbox can answer."""

    @property
    def capabilities(self) -> Capabilities:
        """The same, without the spacing of its calls."""
        return replace(super().capabilities, requests_per_second=1_000)


class HurriedCoherent(CoherentGateway):
    """Coherent, asked as fast as the sandbox can answer."""

    @property
    def capabilities(self) -> Capabilities:
        """The same, without the spacing of its calls."""
        return replace(super().capabilities, requests_per_second=1_000)


class Outside(Clinic):
    """A clinic whose sandbox has the true time; `acknowledged` is every payment request that was asked for."""

    def __init__(self, folder: Path, sandbox: Sandbox, dialect: str, wall: Wall) -> None:
        super().__init__(folder, sandbox, dialect)
        self.wall = wall
        self.store.clock = wall
        self.put("quiet.hours", "")
        self.acknowledged: list[str] = []
        self.patience = PATIENT
        self._engine: tuple[float, Engine] | None = None
        self._turn: asyncio.Task[Turn] | None = None

    def gateway(self, chosen: Settings) -> Gateway:
        """Return the gateway of the settings, with the patience of now."""
        make = HurriedStripe if chosen["gateway.kind"] == "stripe" else HurriedCoherent
        patience = Patience(connect=PATIENT, read=self.patience, total=2 * self.patience)
        return make(chosen["gateway.url"], chosen["gateway.key"], patience=patience)

    def ask_many(self, number: int) -> list[str]:
        """Ask for money on so many new invoices of one client at once; return the requests' ids, oldest first."""

        def work(tx: Tx) -> list[str]:
            jane = clients.add(tx, name="Jane Smith", email=EMAIL, mobile=MOBILE)
            line = NewLine("Consultation", 1000, 21_100, 2000)
            made = []
            for _ in range(number):
                invoice = invoices.save_draft(tx, jane.id, [line], currency="GBP", prefix="INV-")
                made.append(requests.send(tx, invoice.row.number, {}, origin="pos")[0].id)
            return made

        asked = self.store.write(work)
        self.acknowledged += asked
        return asked

    def setting(self, key: str) -> str:
        """Return a setting."""
        return self.store.read(lambda reader: settings.load(reader, self.folder))[key]

    def engine(self, name: str = "engine") -> Engine:
        """Return a new engine."""
        courier = Courier(Limits(connect=PATIENT, answer=self.patience, total=2 * PATIENT))
        return Engine(self.store, self.folder, owner=name, make_gateway=self.gateway, courier=courier, together=0)

    async def until_quiet(self, *, minutes: float = 0, enough: Callable[[], bool] = lambda: False) -> None:
        """Have the one engine work until nothing is left to do for some minutes, or it is `enough`."""
        if self._engine is None or self._engine[0] != self.patience:
            await self.rest()
            self._engine = self.patience, self.engine(f"engine {self.wall.ahead}")
        await self.turns(self._engine[1], minutes=minutes, enough=enough)

    def begin(self) -> None:
        """Begin a turn of the one engine."""
        if self._engine is None:
            self._engine = self.patience, self.engine(f"engine {self.wall.ahead}")
        self._turn = asyncio.create_task(self._engine[1].run_once(self.wall()))

    async def finish(self) -> None:
        """Wait for the turn that was begun."""
        if self._turn is not None:
            await self._turn

    async def die(self) -> None:
        """End the turn that was begun where it is, and have another engine next."""
        if self._turn is not None:
            self._turn.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._turn
        await self.rest()

    async def rest(self) -> None:
        """Let go of the engine; the next is a new one."""
        if self._engine is not None:
            await self._engine[1].aclose()
            self._engine = None

    async def turns(
        self, engine: Engine, *, minutes: float = 0, most: int = ENOUGH, enough: Callable[[], bool] = lambda: False
    ) -> None:
        """Take an engine's turns, moving the clock on, until nothing is left to do for some minutes."""
        until = self.wall() + timedelta(minutes=minutes)
        for _ in range(most):
            turn = await engine.run_once(self.wall())
            waits = self.store.read(outbox.counts)["ready"]
            if enough() or turn.wake_at is None or (not waits and turn.wake_at > until):
                return
            self.wall.wait(turn.wake_at)

    async def true_minutes(self, minutes: float) -> None:
        """Have the one engine work for so long by the true time, woken every `PACE` whatever it asked for."""
        if self._engine is None:
            self._engine = self.patience, self.engine(f"engine {self.wall.ahead}")
        until = self.wall.true() + timedelta(minutes=minutes)
        while self.wall.true() < until:
            await self._engine[1].run_once(self.wall())
            self.wall.true.ahead += PACE

    def ask(self, addresses: dict[Channel, str] | None = None) -> PaymentRequest:
        """Ask for money on a new invoice."""
        request = self.send(self.draft(), addresses or {})
        self.acknowledged.append(request.id)
        return request

    def tell(self, request: PaymentRequest, *channels: Channel) -> None:
        """Send a live link again."""
        chosen = self.store.read(lambda reader: settings.load(reader, self.folder))
        parts = messages.segments(chosen, "payment_request")
        places: dict[Channel, str] = dict.fromkeys(channels, "")
        self.store.write(lambda tx: messages.resend(tx, request.id, places, origin="invoice", sms_segments=parts))

    def watch(self, request: PaymentRequest) -> None:
        """Somebody looks at the QR."""
        until = self.wall() + timedelta(minutes=1)
        self.store.write(lambda tx: requests.watch(tx, request.id, until))

    async def live(self, count: int) -> list[PaymentRequest]:
        """Return so many links that can be paid."""
        asked = [self.ask() for _ in range(count)]
        await self.until_quiet()
        return [self.now_is(request) for request in asked]

    async def paid(self, count: int) -> list[PaymentRequest]:
        """Return so many links that were paid and heard of."""
        asked = await self.live(count)
        for request in asked:
            await pay(request.url)
        await self.hear()
        return [self.now_is(request) for request in asked]

    def ask_now(self, *links: PaymentRequest) -> None:
        """Have open links asked for now, whenever that was due: these, or all of them."""
        chosen = [link.id for link in links]
        self.store.write(
            lambda tx: tx.run(
                "UPDATE requests SET next_poll_at = :now WHERE state = 'live'"
                " AND (:all OR id IN (SELECT value FROM json_each(:chosen)))",
                now=tx.now,
                all=not chosen,
                chosen=json.dumps(chosen),
            )
        )

    def hush(self) -> None:
        """Have no link asked for by itself any more."""
        self.store.write(lambda tx: tx.run("UPDATE requests SET next_poll_at = NULL"))

    async def hear(self) -> None:
        """Hear of all that was paid, however long the gateway is left in peace after what it did."""
        self.ask_now()
        await self.until_quiet(minutes=PEACE)

    def give_back(self, request: PaymentRequest, pence: int = 5_000) -> Refund:
        """Give a part of a payment back."""
        bill = self.invoice(request.invoice_id)
        payment = next(each for each in bill.payments if not each.refund_of)
        return self.store.write(
            lambda tx: refunds.refund(tx, bill.row.number, payment.id, pence, reason="she is moving away"),
            actor="Maya",
        )

    def waits(self) -> list[OutboxEntry]:
        """Return everything that is neither done nor dropped."""
        return self.store.read(lambda reader: outbox.waiting(reader, limit=-1))


@contextmanager
def outside_as(make: type[C], folder: Path, dialect: str) -> Iterator[C]:
    """Run a sandbox and such a clinic of one dialect below `folder`."""
    wall = Wall()
    with Sandbox(folder / "sandbox", clinic="Riverside Clinic", clock=lambda: wall.true().timestamp()) as sandbox:
        clinic = make(folder / "clinic", sandbox, dialect, wall)
        try:
            yield clinic
        finally:
            clinic.store.close()


def outside(folder: Path, dialect: str) -> AbstractContextManager[Outside]:
    """Run a sandbox and a clinic of one dialect below `folder`."""
    return outside_as(Outside, folder, dialect)
