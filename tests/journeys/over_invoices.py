"""The invoices in journeys: written, found, opened, and the options of one used by their keys."""

from store import clients, invoices, payments
from store.database import Tx
from store.lines import NewLine
from store.models import PaymentRequest
from tests.journeys.clinic import Clinic
from tests.journeys.front_desk import BLOCK, FrontDesk, newest
from tests.tui.selling import at_once
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.invoices import InvoicesScreen
from tui.screens.link_panel import LinkScreen
from tui.screens.menu import Menu
from tui.widgets.said_line import SaidLine


def bill(clinic: Clinic, client: str, *, issued: bool = True, paid: int = 0, void: bool = False) -> str:
    """Write an invoice of £242.50 at three rates of VAT for a client, as far as it is to go."""
    lines = [
        NewLine("Consultation", 1000, 12_000, 2000),
        NewLine("Vaccine, flu", 1000, 9_100, 0),
        NewLine("Heat pad", 1000, 3_150, 500),
    ]

    def work(tx: Tx) -> str:
        (found,) = clients.find(tx, client)
        number = invoices.save_draft(tx, found.id, lines, currency="GBP", prefix="INV-").row.number
        if issued:
            invoices.issue(tx, number)
        if paid:
            payments.take(tx, number, "cash", paid)
        if void:
            invoices.void(tx, number, reason="made twice")
        return number

    return clinic.store.write(work)


def listed(desk: FrontDesk) -> list[str]:
    """Return the numbers in the list."""
    screen = desk.app.screen
    return [row.key for row in screen.table.rows] if isinstance(screen, InvoicesScreen) else []


async def lists(desk: FrontDesk, *numbers: str) -> None:
    """Wait until the list has exactly these."""
    try:
        await desk.until(lambda: listed(desk) == list(numbers))
    except AssertionError as never:
        raise AssertionError(f"{numbers} is not what is listed:\n{desk.drawn()}") from never


async def opens(desk: FrontDesk, number: str) -> InvoicePopup:
    """Find an invoice by its number and open it."""
    await desk.press("<f3>")
    await desk.comes_to(InvoicesScreen)
    at_once(desk.app, "<escape>", "/", number)
    await lists(desk, number)
    await desk.press("<enter>")
    popup = await desk.comes_to(InvoicePopup)
    await desk.until(lambda: popup.invoice is not None)
    return popup


async def chooses(desk: FrontDesk, key: str) -> None:
    """Open the options and press one's key."""
    await desk.comes_to(InvoicePopup)
    await desk.press("o")
    await desk.comes_to(Menu)
    await desk.press(key)


async def says(desk: FrontDesk, text: str) -> None:
    """Wait until the pop-up says what came of an option."""
    popup = await desk.comes_to(InvoicePopup)
    try:
        await desk.until(lambda: text in popup.query_one(SaidLine).said)
    except AssertionError as never:
        raise AssertionError(f"{text!r} is not what is said: {popup.query_one(SaidLine).said!r}") from never


def section(popup: InvoicePopup, name: str) -> str:
    """Return what a section shows, every gap one space."""
    return " ".join(popup.pane(name).sheet.text.split())


async def has(desk: FrontDesk, popup: InvoicePopup, name: str, *texts: str) -> None:
    """Wait until a section says all of this."""
    try:
        await desk.until(lambda: popup.query(f"#section-{name}"))
        await desk.until(lambda: all(text in section(popup, name) for text in texts))
    except AssertionError as never:
        raise AssertionError(f"{texts} not in {name}:\n{section(popup, name)}") from never


async def sends(desk: FrontDesk, clinic: Clinic, number: str, amount: str) -> PaymentRequest:
    """Send a payment link from the options, wait until it is out, and come back to the invoice."""
    await chooses(desk, "s")
    await desk.dialog()
    await desk.press("<ctrl+u>", amount, "<enter>")
    await desk.comes_to(LinkScreen)
    await desk.sees(BLOCK)
    request = newest(clinic, number)
    await desk.until(lambda: all(message.sent_at for message in clinic.now_is(request).messages))
    await desk.press("<escape>")
    await desk.comes_to(InvoicePopup)
    return clinic.now_is(request)
