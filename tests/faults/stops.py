"""SIGSTOP of the working engine while things are in flight, past its lease; another works; then SIGCONT.

In each round a link, a cancellation, a refund and an SMS are in flight, the other side having done them and holding
its answers back, when the engine is stopped. A second one waits, takes over and finds out. Woken up, the first has
all the answers in hand and must not settle them: the SMS, of which the second could not know, stays with a person.
It then waits in its turn, and works again when the second is killed. The signal is sent while we hold SQLite's write
lock: a process that is stopped in the few milliseconds of a transaction of its own would keep that lock, and nobody
could write until it is woken. Nothing here is left to chance.
"""

import asyncio
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path

from store import outbox, refunds
from store.models import PaymentRequest
from sync.exchange import SLOTS
from sync.lock import EngineLock
from tests.faults.forked import engine
from tests.faults.outcomes import Outcome, Sizes
from tests.faults.processes import Fork, end_of, kill, until
from tests.faults.scene import DIALECTS, drafts, pays, scene, settle
from tests.faults.truth import count
from tests.journeys.clinic import Clinic

STALE = 0.4
"""Seconds after which an engine that stands still is replaced; in the clinic it is a minute."""
HELD_BACK = 1
"""Seconds for which the other side holds its answers back: longer than it takes to stop the engine."""


class Round:
    """One engine that is stopped, and one that takes over."""

    def __init__(self, clinic: Clinic) -> None:
        self._clinic = clinic
        self._numbers = drafts(clinic, 5)
        self.requests: list[str] = []
        self.problems: list[str] = []

    async def play(self) -> None:
        """Do all of it; what must not be is in `problems`."""
        clinic = self._clinic
        paid, live = self._send(), self._send()
        await settle(clinic)
        pays(clinic, clinic.links(paid)[0])
        await settle(clinic)
        first = Fork(engine, str(clinic.folder), STALE)
        self._holds(first)
        second = Fork(engine, str(clinic.folder), STALE)
        text = self._put_in_flight(paid, live)
        clinic.store.write(lambda _tx: os.kill(first.pid, signal.SIGSTOP))
        clinic.sandbox.mend()
        self._holds(second)
        until(lambda: not self._claimed(), "the second engine settles what the first had in flight")
        os.kill(first.pid, signal.SIGCONT)
        kill(second)
        end_of(second)
        self._holds(first)
        late = self._send()
        until(lambda: clinic.now_is(late).state == "live", "the woken engine works again")
        kill(first)
        end_of(first)
        entry = clinic.store.read(lambda reader: outbox.of_subject(reader, text, "sms"))
        if entry is None or entry.state != "attention":
            self.problems.append("the engine that stood still has settled an SMS that another had taken over")

    def _put_in_flight(self, paid: PaymentRequest, live: PaymentRequest) -> str:
        """Have each kind of entry done by the other side and not answered; return the SMS's message."""
        clinic, book = self._clinic, self._clinic.sandbox.book
        clinic.sandbox.fault("hang", HELD_BACK, scope="sms")
        texted = self._send(sms=True)
        until(lambda: clinic.now_is(texted).state == "live", "the link of the SMS is made")
        until(lambda: self._texts(texted), "the SMS arrives")
        clinic.sandbox.fault("hang", HELD_BACK, scope=clinic.dialect)
        clinic.cancel(live)
        bill = clinic.invoice(paid.invoice_id)
        clinic.store.write(
            lambda tx: refunds.refund(tx, bill.row.number, bill.payments[0].id, 1_000, reason="moved away"),
            actor="Maya",
        )
        new = self._send()
        until(lambda: len(clinic.links(new)) == 1, "the link is made")
        until(lambda: [link.state for link in clinic.links(live)] == ["inactive"], "the link is switched off")
        payment = book.payments(clinic.now_is(paid).gateway_id)[0]
        until(lambda: book.refunds(payment.id), "the money is given back")
        return texted.messages[0].id

    def _send(self, *, sms: bool = False) -> PaymentRequest:
        request = self._clinic.send(self._numbers.pop(), {"sms": ""} if sms else {})
        self.requests.append(request.id)
        return request

    def _texts(self, request: PaymentRequest) -> bool:
        return any(request.code in message.text for message in self._clinic.sandbox.mailbox.messages())

    def _claimed(self) -> bool:
        return self._clinic.store.read(outbox.any_claimed)

    def _holds(self, process: Fork) -> None:
        lock = EngineLock(self._clinic.folder)
        until(lambda: lock.holder() == str(process.pid), f"the engine {process.pid} has the lock")


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Stop an engine `sizes.each_step` times on each dialect."""
    for dialect in DIALECTS:
        began, problems, requests = time.monotonic(), [], []
        with scene(folder / dialect, dialect) as clinic:
            for _ in range(sizes.each_step):
                turn = Round(clinic)
                asyncio.run(turn.play())
                problems += turn.problems
                requests += turn.requests
            asyncio.run(settle(clinic, seconds=600))
            found = count(clinic.folder, clinic.sandbox, requests, unanswered=2 * sizes.each_step * SLOTS)
        yield Outcome(
            f"SIGSTOP of an engine past its lease ({dialect})",
            sizes.each_step,
            len(requests) + found.payments,
            found.lost,
            found.doubled,
            found.asked,
            time.monotonic() - began,
            (*problems, *found.problems),
        )
