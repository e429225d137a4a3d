"""F4: two cards made one, and a card erased, with a manager's PIN where somebody else is at the desk."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot
from textual.widgets import Input, Static

from store import client_card, clients, credit, payments
from store.database import Store
from store.models import Client
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.people import AMIRAS, hire
from tests.tui.selling import at_once, drawn
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.approve import ApproveDialog
from tui.screens.ask import Confirm
from tui.screens.clients import ClientsScreen
from tui.screens.clients_erase import EraseDialog
from tui.screens.clients_merge import MergeDialog
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import ListTable
from tui.widgets.said_line import SaidLine


@asynccontextmanager
async def at_card(app: PaydeskApp, typed: str = "jane") -> AsyncIterator[tuple[Pilot[Any], ClientsScreen]]:
    """Run the app with the first card that a search finds open."""
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f4")
        screen = app.screen
        assert isinstance(screen, ClientsScreen)
        await until(pilot, lambda: screen.said_count)
        await pilot.press(*typed, "enter")
        await until(pilot, lambda: screen.in_card and screen.pane.card is not None)
        yield pilot, screen


def add(store: Store, name: str, email: str = "", mobile: str = "") -> Client:
    """Add a client."""
    return store.write(lambda tx: clients.add(tx, name=name, email=email, mobile=mobile))


def everybody(store: Store) -> list[str]:
    """Return the names that can be found."""
    return [client.name for client in store.read(clients.find)]


async def test_enter_right_after_the_letters(app: PaydeskApp, store: Store) -> None:
    """The card that is typed is meant, however fast Enter follows: not the likely one that was listed before."""
    add(store, "Jayne Smith", "jayne@example.com")
    async with at_card(app, "jane") as (pilot, _):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MergeDialog))
        table = app.screen.query_one(ListTable)
        await until(pilot, lambda: [row.cells[0] for row in table.rows] == ["Jayne Smith"])
        at_once(app, "omar", "<enter>")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert "Omar" in drawn(app)
        assert "Jayne" not in drawn(app)


async def test_merge_with_a_likely_duplicate(app: PaydeskApp, store: Store) -> None:
    """It is offered without a search, what will happen is said, and the card then has both."""
    twin = add(store, "Jayne Smith", "jayne@example.com")
    store.write(lambda tx: credit.deposit(tx, twin.id, "cash", 500, currency="GBP"))
    async with at_card(app, "jane") as (pilot, screen):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MergeDialog))
        table = app.screen.query_one(ListTable)
        await until(pilot, lambda: [row.cells[0] for row in table.rows] == ["Jayne Smith"])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        question = str(app.screen.query_one("#question", Static).content)
        assert "Jayne Smith · jayne@example.com goes into Jane Smith, with £5.00 of credit." in question
        await pilot.press("enter")
        await until(pilot, lambda: "Jayne Smith's card is now part of this one." in screen.query_one(SaidLine).said)
        assert "Jayne Smith" not in everybody(store)
        await until(pilot, lambda: screen.pane.card is not None and screen.pane.card.credit == 500)


async def test_merge_with_one_that_is_searched_for(app: PaydeskApp, store: Store) -> None:
    """Any other card can be found; never the card itself; Esc at the question leaves both."""
    async with at_card(app) as (pilot, _):
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MergeDialog))
        table = app.screen.query_one(ListTable)
        await until(pilot, lambda: "No card looks like" in table.empty_text)
        await pilot.press("enter", *"jane")
        await until(pilot, lambda: "Nobody else" in table.empty_text)
        await pilot.press(*["backspace"] * 4, *"omar")
        await until(pilot, lambda: [row.cells[0] for row in table.rows] == ["Omar Haddad"])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, ClientsScreen))
        assert "Omar Haddad" in everybody(store)


async def test_erase_needs_the_word(app: PaydeskApp, store: Store) -> None:
    """Enter alone erases nobody, nor does another word; Esc leaves everything."""
    async with at_card(app, "omar") as (pilot, screen):
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, EraseDialog))
        dialog = app.screen
        for typed in ("", "delete"):
            await pilot.press(*typed, "enter")
            await until(pilot, lambda: "Type the word erase" in dialog.query_one(ErrorLine).said)
        assert dialog.query_one(Input).value == "delete"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert "Omar Haddad" in everybody(store)


async def test_erase(app: PaydeskApp, store: Store) -> None:
    """The list of the others is back, and the client is in it no more."""
    async with at_card(app, "omar") as (pilot, screen):
        await pilot.press("x", *"Erase", "enter")
        await until(pilot, lambda: app.screen is screen and not screen.in_card and screen.said_count == "4 clients")
        assert "Omar Haddad" not in everybody(store)
        assert screen.search.has_focus


async def test_what_is_unfinished_is_said_in_the_dialog(app: PaydeskApp, store: Store) -> None:
    """It stays open with the reason; what is still due is said before."""
    store.write(lambda tx: credit.deposit(tx, clients.find(tx, "jane")[0].id, "cash", 500, currency="GBP"))
    async with at_card(app) as (pilot, _):
        await pilot.press("x")
        await until(pilot, lambda: isinstance(app.screen, EraseDialog))
        dialog = app.screen
        assert "£211.00 is still due" in str(dialog.query_one("#erase-what", Static).content)
        await pilot.press(*"erase", "enter")
        await until(pilot, lambda: "£5.00 of credit is left" in dialog.query_one(ErrorLine).said)
        assert "Jane Smith" in everybody(store)


async def test_reception_asks_a_manager_in_place(store: Store) -> None:
    """Without the PIN nothing happens; with it the ledger says who did it and who approved."""

    app = PaydeskApp(Desk(store, actor=hire(store).as_ben), now=frozen)
    async with at_card(app, "omar") as (pilot, screen):
        await pilot.press("x", *"erase", "enter")
        await until(pilot, lambda: isinstance(app.screen, ApproveDialog))
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, EraseDialog))
        assert "Omar Haddad" in everybody(store)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ApproveDialog))
        await pilot.press(*AMIRAS, "enter")
        await until(pilot, lambda: app.screen is screen and screen.said_count == "4 clients")
        row = store.read(lambda reader: reader.one("SELECT actor, payload FROM ledger WHERE kind = 'client_erased'"))
        assert row is not None
        assert row["actor"] == "Ben"
        assert '"approved_by":"Amira"' in row["payload"]


async def test_an_erased_clients_invoice_is_still_there(app: PaydeskApp, store: Store) -> None:
    """Under no name that anybody could know."""
    store.write(lambda tx: payments.take(tx, "INV-000002", "cash", 21_100))
    jane = store.read(lambda reader: clients.find(reader, "jane"))[0]
    async with at_card(app) as (pilot, screen):
        await pilot.press("x", *"erase", "enter")
        await until(pilot, lambda: app.screen is screen and screen.said_count == "4 clients")
    card = store.read(lambda reader: client_card.card(reader, jane.id))
    assert [(row.number, row.client_name) for row in card.invoices] == [("INV-000002", "Erased client")]
