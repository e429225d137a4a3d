"""A clinic at the sandbox: a real data file, the real gateway and courier, and a clock that can be moved on."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx

from store import clients, invoices, log, outbox, payments, requests, settings
from store.database import Store, Tx
from store.invoices import NewLine
from store.models import Channel, Invoice, LogLine, OutboxEntry, PaymentRequest
from store.opening import FILE_NAME
from store.reading import invoice_by_number, request_by_id
from store.settings import Settings
from store.times import utc_now
from store.verify import verify
from sync.engine import Engine
from sync.gateways.base import Gateway
from sync.gateways.coherent import CoherentGateway
from sync.gateways.http import Patience
from sync.gateways.stripe import StripeGateway
from sync.sandbox.mailbox import Message
from sync.sandbox.records import Link
from sync.sandbox.server import Sandbox
from sync.settling import Deed

KEYS = {"stripe": "sk_test_paydesk", "coherent": "sandbox-paydesk"}
EMAIL, MOBILE, CLINIC = "jane@example.com", "+447700900123", "desk@riverside.example"
BOTH: dict[Channel, str] = {"email": "", "sms": ""}
SHORT = Patience(connect=2, read=0.4, total=1)
MOST_TURNS = 60


@dataclass
class Moved:
    """The wall clock, moved on by what a test has waited."""

    ahead: timedelta = timedelta()

    def __call__(self) -> datetime:
        """Return the time."""
        return utc_now() + self.ahead


def impatient(chosen: Settings) -> Gateway:
    """Return the gateway of the settings, which gives up on an answer soon."""
    make = StripeGateway if chosen["gateway.kind"] == "stripe" else CoherentGateway
    return make(chosen["gateway.url"], chosen["gateway.key"], patience=SHORT)


class Clinic:
    """The desk of one clinic, seen from behind."""

    def __init__(self, folder: Path, sandbox: Sandbox, dialect: str) -> None:
        self.folder = folder
        self.sandbox = sandbox
        self.dialect = dialect
        self.clock = Moved()
        self.store = Store(folder / FILE_NAME, clock=self.clock)
        mail = f"mailto://127.0.0.1:{sandbox.smtp_port}?from=desk@example.com"
        for key, value in {
            "clinic.name": "Riverside Clinic",
            "clinic.support_email": "hello@riverside.example",
            "gateway.kind": dialect,
            "gateway.url": sandbox.address,
            "gateway.key": KEYS[dialect],
            "email.url": f"{mail}&to={{email}}",
            "sms.url": f"json://127.0.0.1:{sandbox.port}/sms?:to={{mobile}}",
            "notify.payment_link_paid.enabled": "on",
            "notify.payment_link_paid.targets": f"{mail}&to={CLINIC}",
        }.items():
            self.put(key, value)

    def put(self, key: str, value: str) -> None:
        """Change a setting."""
        self.store.write(lambda tx: settings.put(tx, key, value))

    def draft(self, pence: int = 21_100) -> str:
        """Write a draft for Jane Smith and return its number."""

        def work(tx: Tx) -> str:
            jane = clients.add(tx, name="Jane Smith", email=EMAIL, mobile=MOBILE)
            line = NewLine("Consultation", 1000, pence, 2000)
            return invoices.save_draft(tx, jane.id, [line], currency="GBP", prefix="INV-").row.number

        return self.store.write(work)

    def send(self, number: str, addresses: Mapping[Channel, str], amount: int | None = None) -> PaymentRequest:
        """Press Send payment."""
        return self.store.write(lambda tx: requests.send(tx, number, addresses, amount=amount, origin="pos")[0])

    def cancel(self, request: PaymentRequest) -> None:
        """Take a link back."""
        self.store.write(lambda tx: requests.cancel(tx, request.id, why="wrong amount"))

    def cash(self, number: str, pence: int) -> None:
        """Take cash."""
        self.store.write(lambda tx: payments.take(tx, number, "cash", pence))

    async def work(self, *, hours: float = 0, turns: int = MOST_TURNS) -> list[Deed]:
        """Run a new engine until nothing is left to do for some hours, moving the clock on instead of waiting."""
        engine = Engine(self.store, self.folder, owner=f"engine {self.clock.ahead}", make_gateway=impatient)
        deeds: list[Deed] = []
        try:
            until = self.clock() + timedelta(hours=hours)
            for _ in range(turns):
                turn = await engine.run_once(self.clock())
                deeds += turn.deeds
                waits = any(entry.state == "ready" for entry in self.waiting())
                if turn.wake_at is None or (not waits and turn.wake_at > until):
                    break
                self.clock.ahead += max(timedelta(), turn.wake_at - self.clock())
        finally:
            await engine.aclose()
        return deeds

    def waiting(self) -> list[OutboxEntry]:
        """Return what is neither done nor dropped."""
        return self.store.read(outbox.waiting)

    def now_is(self, request: PaymentRequest) -> PaymentRequest:
        """Return a request as it is now."""
        return self.store.read(lambda reader: request_by_id(reader, request.id))

    def invoice(self, number: str) -> Invoice:
        """Return an invoice as it is now."""
        return self.store.read(lambda reader: invoice_by_number(reader, number))

    def log(self, number: str) -> list[LogLine]:
        """Return the invoice log."""
        return self.store.read(lambda reader: log.invoice_log(reader, number))

    def problems(self) -> tuple[str, ...]:
        """Return what `verify` finds."""
        return self.store.read(lambda reader: verify(reader, self.store.path)).problems

    def links(self, request: PaymentRequest) -> list[Link]:
        """Return the links that exist at the gateway for a request, found by its code."""
        return [link for link in self.sandbox.book.links() if request.code in str(link)]

    def received(self, address: str, request: PaymentRequest) -> list[Message]:
        """Return what arrived at an address about a request."""
        return [message for message in self.sandbox.mailbox.messages(address) if request.code in message.text]


async def open_page(url: str) -> tuple[int, str]:
    """Open a link as a client does; return the status and the page."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        answer = await browser.get(url)
    return answer.status_code, answer.text


async def pay(url: str, method: str = "card") -> int:
    """Open a link and pay; return the status of the answer."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        page = (await browser.get(url)).text
        session = re.search(r'name="session"[^>]*value="([^"]+)"', page)
        assert session, "the page can be paid on"
        form = {"session": session.group(1), "outcome": "succeed", "method": method}
        return (await browser.post(url, data=form)).status_code
