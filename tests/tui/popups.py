"""One invoice's pop-up in tests: opening it, its options, what it shows, and what the gateway does meanwhile."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from store import ledger, payments, requests
from store.database import Store, Tx
from store.models import Invoice, Payment, PaymentRequest
from store.payments import Received
from store.reading import invoice_by_number
from store.times import to_text
from tests.tui.conditions import until
from tests.tui.conftest import NOW
from tui.app import PaydeskApp
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.menu import Menu
from tui.widgets.said_line import SaidLine

UNPAID, DRAFT = "INV-000002", "INV-000001"
URL = "https://pay.example.com/l/abc123"


def ask(store: Store, amount: int | None = None) -> PaymentRequest:
    """Queue a payment link for the unpaid invoice, by email and SMS."""
    return store.write(
        lambda tx: requests.send(tx, UNPAID, {"email": "", "sms": ""}, amount=amount, origin="invoice"), actor="Amira"
    )[0]


def go_live(store: Store, request: PaymentRequest) -> None:
    """Let the gateway have made the link."""
    store.write(
        lambda tx: requests.link_made(
            tx, request.id, gateway="stripe", gateway_id=f"plink_{request.id}", url=URL, poll_at=NOW
        ),
        actor="engine",
    )


def deliver(store: Store, request: PaymentRequest) -> None:
    """Let every message of the request have been sent."""

    def work(tx: Tx) -> None:
        for message in request.messages:
            ledger.append(tx, "message_sent", message.invoice_id, {"message": message.id, "result": "accepted"})

    store.write(work, actor="engine")


def read(store: Store, number: str = UNPAID) -> Invoice:
    """Read an invoice as the store has it now."""
    return store.read(lambda reader: invoice_by_number(reader, number))


@asynccontextmanager
async def opened(
    app: PaydeskApp, number: str = UNPAID, size: tuple[int, int] = (80, 24), request_id: str = ""
) -> AsyncIterator[tuple[Pilot[Any], InvoicePopup]]:
    """Run the app with the pop-up of one invoice shown and read."""
    async with app.run_test(size=size) as pilot:
        await pilot.press("f3")
        popup = InvoicePopup(number, request_id)
        await app.push_screen(popup)
        await until(pilot, lambda: popup.invoice is not None)
        yield pilot, popup


async def option(pilot: Pilot[Any], key: str) -> None:
    """Open the options and press one's key."""
    await pilot.press("o")
    await until(pilot, lambda: isinstance(pilot.app.screen, Menu))
    await pilot.press(key)


def text(popup: InvoicePopup, section: str) -> str:
    """Return what a section shows."""
    return popup.pane(section).sheet.text


def said(popup: InvoicePopup) -> str:
    """Return what the pop-up last said."""
    return popup.query_one(SaidLine).said


def paid_by_link(store: Store, amount: int | None = None) -> Payment:
    """Let the client have paid by a link."""
    request = ask(store, amount)
    go_live(store, request)
    received = Received("pi_1", f"plink_{request.id}", request.id, request.amount, "gbp", to_text(NOW), "Visa 4242")
    payment = store.write(lambda tx: payments.receive(tx, received, notify=[]), actor="engine")
    assert payment is not None
    return payment
