"""Somebody at a client's card: opening it, reading it, sending its client a link, a manager approving."""

from functools import partial

from textual.widgets import Input

from store import clients
from store.models import Client
from tests.journeys.clinic import Clinic
from tests.journeys.front_desk import BLOCK, FrontDesk, newest
from tests.tui.people import AMIRAS
from tui.screens.approve import ApproveDialog
from tui.screens.clients import ClientsScreen
from tui.screens.clients_card import CardPane
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Pane

NOTE = "Rings [/x] before 9"


def client(clinic: Clinic, text: str) -> Client:
    """Return the one client whom a search finds."""
    (found,) = clinic.store.read(partial(clients.find, text=text))
    return found


def typed(desk: FrontDesk, name: str) -> str:
    """Return what stands in a field of the screen on top."""
    return desk.app.screen.query_one(f"#{name}", Input).value


async def focused(desk: FrontDesk, name: str) -> None:
    """Wait until a widget has the focus."""
    await desk.until(lambda: desk.app.focused is not None and desk.app.focused.id == name)


async def card_of(desk: FrontDesk, text: str) -> CardPane:
    """Search for a client under F4 and open the card."""
    await desk.press("<f4>")
    screen = await desk.comes_to(ClientsScreen)
    while screen.in_card:
        await desk.press("<escape>")
        await desk.until(lambda: not screen.in_card)
    screen.search.value = ""
    await desk.until(lambda: screen.search.has_focus and screen.said_count)
    await desk.press(text, "<enter>")
    await desk.until(lambda: screen.in_card and screen.pane.card is not None)
    return screen.pane


def said(pane: CardPane) -> str:
    """Return what the card says was done."""
    return pane.query_one(SaidLine).said


async def is_said(desk: FrontDesk, pane: CardPane, text: str) -> None:
    """Wait until this is said on the card."""
    await desk.until(lambda: text in said(pane))


def section(pane: CardPane, name: str) -> str:
    """Return a section's text, every gap one space."""
    return " ".join(pane.query_one(f"#section-{name}", Pane).sheet.text.split())


async def sends(desk: FrontDesk, clinic: Clinic, number: str) -> None:
    """Send a payment link for the sale in the point of sale, and wait until everything of it has gone."""
    await desk.press("<f8>", "p")
    await desk.dialog()
    await desk.press("<enter>")
    await desk.sees(BLOCK)
    await desk.until(lambda: all(message.sent_at for message in newest(clinic, number).messages))
    if desk.app.screen is not desk.pos:
        await desk.press("<escape>")
        await desk.until(lambda: desk.app.screen is desk.pos)


async def approves(desk: FrontDesk, deed: str) -> None:
    """Have Amira approve what Ben does."""
    await desk.comes_to(ApproveDialog)
    await desk.sees(f"Only a manager may {deed}")
    await focused(desk, "pin")
    await desk.press(AMIRAS, "<enter>")
