"""SIGKILL at every step that has a name: of each kind of entry, each SQL statement, each phase of each call.

After each death a plain engine works until quiet; in the end `truth.py` counts. Nothing is left to chance: a step at
which something went wrong is repeated by its name.
"""

import asyncio
import signal
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import count as counted
from pathlib import Path
from typing import TypeVar

from store import refunds
from store.models import Channel, PaymentRequest
from sync.exchange import SLOTS
from tests.faults import dying
from tests.faults.outcomes import Outcome, Sizes
from tests.faults.processes import Fork, answer_of, end_of, kill, until
from tests.faults.scene import DIALECTS, drafts, pays, scene, settle
from tests.faults.truth import count
from tests.journeys.child_engine import METHODS, STEPS, live
from tests.journeys.clinic import BOTH, Clinic

T = TypeVar("T")

HELD = 4
"""Seconds for which the other side holds an answer back: time enough to see that it has done what was asked."""
FEW = 20
"""In the small run only each such place is tried."""
SURVIVALS = 12
"""How many engines in a row have come to their end before there was such a statement: how many there are varies."""
MAIL = {"email", "notify"}
REQUESTS = {
    "stripe": {
        "create_link": r"POST /v1/payment_links$",
        "cancel_link": r"POST /v1/payment_links/",
        "refund": r"POST /v1/refunds$",
        "notify": r"GET /v1/events$",
    },
    "coherent": {
        "create_link": r"POST /api/v1/transaction$",
        "cancel_link": r"PUT ",
        "refund": r"POST /api/v1/transaction/.*/refund$",
        "notify": r"GET /api/v1/transaction/",
    },
}
"""The call at the gateway that each kind of entry makes; a payment is heard before the clinic is told of it."""


@dataclass
class Deaths:
    """A clinic whose engines die at known places."""

    clinic: Clinic
    requests: set[str] = field(default_factory=set)
    times: int = 0
    problems: list[str] = field(default_factory=list)
    _numbers: list[str] = field(default_factory=list)
    _live: list[PaymentRequest] = field(default_factory=list)
    _paid: list[PaymentRequest] = field(default_factory=list)

    async def prepare(self, kind: str) -> None:
        """Have an entry of `kind` waiting: what it takes is at hand."""
        clinic = self.clinic
        if kind in {"create_link", "email", "sms"}:
            channels: dict[str, dict[Channel, str]] = {"create_link": {}, "email": {"email": ""}, "sms": {"sms": ""}}
            self.send(channels[kind])
            return
        await self.stock(live=int(kind != "refund"), paid=int(kind == "refund"))
        if kind == "cancel_link":
            clinic.cancel(self._live.pop())
        elif kind == "refund":
            request = self._paid.pop()
            bill = clinic.invoice(request.invoice_id)
            clinic.store.write(
                lambda tx: refunds.refund(tx, bill.row.number, bill.payments[0].id, 1_000, reason="moved away"),
                actor="Maya",
            )
        else:
            request = self._live.pop()
            pays(clinic, clinic.links(request)[0])
            poll_now = "UPDATE requests SET next_poll_at = :now WHERE id = :id"
            clinic.store.write(lambda tx: tx.run(poll_now, now=tx.now, id=request.id))

    def send(self, channels: dict[Channel, str]) -> PaymentRequest:
        """Send a payment link, acknowledged by its commit."""
        request = self.clinic.send(self.draft(), channels)
        self.requests.add(request.id)
        return request

    def draft(self) -> str:
        """Return the number of a new draft."""
        if not self._numbers:
            self._numbers = drafts(self.clinic, 20)
        return self._numbers.pop()

    async def dies(self, process: Fork, where: str, taken: Callable[[], bool] | None = None) -> bool:
        """Wait for a process to die (kill it once it was `taken`), and let a plain one work; False if it lived."""
        if taken is not None:
            until(lambda: taken() or process.code() is not None, f"{where} is taken")
            kill(process)
        code = end_of(process)
        if code not in {0, -signal.SIGKILL}:
            self.problems.append(f"{where}: the process ended with {code}: {process.printed()[-300:]}")
        self.times += code == -signal.SIGKILL
        self.clinic.sandbox.mend()
        await settle(self.clinic)
        return code == -signal.SIGKILL

    def taken(self, kind: str) -> Callable[[], bool]:
        """Have the other side hold its answers to `kind` back; return a question: has it done something yet?"""
        self.clinic.sandbox.fault("hang", HELD, scope="sms" if kind == "sms" else self.clinic.dialect)
        book, mailbox = self.clinic.sandbox.book, self.clinic.sandbox.mailbox

        def done() -> tuple[int, ...]:
            if kind == "sms":
                return (len(mailbox.messages()),)
            refunded = sum(payment.refunded > 0 for payment in book.payments())
            return len(book.links()), sum(link.state == "inactive" for link in book.links()), refunded

        before = done()
        return lambda: done() != before

    async def stock(self, live: int, paid: int) -> None:
        """Have so many live and paid links at hand; where they are short, all that waits is done first."""
        if len(self._live) >= live and len(self._paid) >= paid:
            return
        sent = [self.send({}) for _ in range(12)]
        await settle(self.clinic)
        alive = [request for request in map(self.clinic.now_is, sent) if request.state == "live"]
        self._live += alive[4:]
        for request in alive[:4]:
            pays(self.clinic, self.clinic.links(request)[0])
        await settle(self.clinic)
        self._paid += alive[:4]


async def at_names(deaths: Deaths, sizes: Sizes) -> None:
    """Die at each named step of each kind of entry."""
    folder = str(deaths.clinic.folder)
    places = [(kind, step) for kind in METHODS for step in STEPS if step != "taken" or kind not in MAIL]
    for kind, step in _some(places, sizes):
        await deaths.prepare(kind)
        taken = deaths.taken(kind) if step == "taken" else None
        process = Fork(live, folder, kind, step)
        if not await deaths.dies(process, f"{kind} {step}", taken):
            deaths.problems.append(f"the engine never came to {step} of {kind}")


async def at_statements(deaths: Deaths, sizes: Sizes) -> None:
    """Die at each statement of a writer, and of an engine that does every kind of entry and hears of a payment."""
    folder = str(deaths.clinic.folder)
    stride, survivals = (1, SURVIVALS) if sizes.each_step > 1 else (4 * FEW, 1)
    for last in counted(1, stride):
        process = Fork(dying.writer_at_statement, folder, deaths.draft(), last)
        died = await deaths.dies(process, f"statement {last} of a writer")
        if (answer := answer_of(process)) is not None:
            deaths.requests.add(answer["request_id"])
        if not died:
            break
    lived, last = 0, 1
    while lived < survivals:
        await deaths.stock(live=2, paid=1)
        deaths.send(BOTH)
        for kind in ("cancel_link", "refund", "notify"):
            await deaths.prepare(kind)
        process = Fork(dying.engine_at_statement, folder, last)
        lived = 0 if await deaths.dies(process, f"statement {last} of an engine") else lived + 1
        last += stride


async def at_phases(deaths: Deaths, sizes: Sizes) -> None:
    """Die at each phase of each call at the gateway, of handing over an email, and before connecting for an SMS."""
    folder, dialect = str(deaths.clinic.folder), deaths.clinic.dialect
    calls = [(kind, call, phase) for kind, call in REQUESTS[dialect].items() for phase in dying.PHASES]
    for kind, call, phase in _some(calls, sizes):
        await deaths.prepare(kind)
        process = Fork(dying.engine_at_phase, folder, "" if phase.startswith("connection") else call, phase)
        if not await deaths.dies(process, f"{phase} of {kind}"):
            deaths.problems.append(f"the engine never came to {phase} of {kind}")
    sms_service = ("socket.connect", rf", {deaths.clinic.sandbox.port}\)$")
    for event, pattern in _some([*dying.LINES, sms_service], sizes):
        deaths.send(BOTH)
        process = Fork(dying.engine_at_line, folder, event, pattern)
        if not await deaths.dies(process, f"{event} {pattern}"):
            deaths.problems.append(f"the engine never came to {event} {pattern}")


def _some(places: Sequence[T], sizes: Sizes) -> Sequence[T]:
    """Return every place as often as it is wanted, or a few where once is enough."""
    return [*places] * sizes.each_step if sizes.each_step > 1 else places[::FEW]


WAYS = {
    "SIGKILL at each named step": at_names,
    "SIGKILL at each SQL statement": at_statements,
    "SIGKILL at each phase of a call": at_phases,
}


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Die everywhere, on each dialect."""
    for what, way in WAYS.items():
        for dialect in DIALECTS:
            began = time.monotonic()
            with scene(folder / way.__name__ / dialect, dialect) as clinic:
                deaths = Deaths(clinic)
                asyncio.run(way(deaths, sizes))
                asyncio.run(settle(clinic))
                found = count(clinic.folder, clinic.sandbox, deaths.requests, unanswered=deaths.times * SLOTS)
            yield Outcome(
                f"{what} ({dialect})",
                deaths.times,
                len(deaths.requests) + found.payments,
                found.lost,
                found.doubled,
                found.asked,
                time.monotonic() - began,
                (*deaths.problems, *found.problems),
            )
