"""F4: finding clients, their cards, adding and changing them."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store import client_notes, clients, credit, invoices, requests
from store.database import Store, Tx
from store.invoices import NewLine
from store.models import Client
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE
from tui.app import PaydeskApp
from tui.screens.clients import LIMIT, ClientsScreen
from tui.screens.clients_card import CardPane
from tui.screens.clients_consent import ConsentTick
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.pos import PosScreen
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import ListTable
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Pane, Sheet

Size = tuple[int, int]
SIZES = [(80, 24), (160, 45)]
BOTH_SIZES = pytest.mark.parametrize("size", SIZES)


@asynccontextmanager
async def opened(app: PaydeskApp, size: Size = (80, 24)) -> AsyncIterator[tuple[Pilot[Any], ClientsScreen]]:
    """Run the app with the clients shown and read."""
    async with app.run_test(size=size) as pilot:
        await pilot.press("f4")
        screen = app.screen
        assert isinstance(screen, ClientsScreen)
        await until(pilot, lambda: screen.said_count)
        yield pilot, screen


@asynccontextmanager
async def at_jane(
    app: PaydeskApp, size: Size = (80, 24)
) -> AsyncIterator[tuple[Pilot[Any], ClientsScreen, CardPane]]:
    """Run the app with Jane's card open."""
    async with opened(app, size) as (pilot, screen):
        await pilot.press(*"jane")
        await until(pilot, lambda: names(screen) == ["Jane Smith"])
        await pilot.press("enter")
        await until(pilot, lambda: screen.in_card and screen.pane.card is not None)
        yield pilot, screen, screen.pane


def names(screen: ClientsScreen) -> list[str]:
    """Return the names listed."""
    return [str(row.cells[0]) for row in screen.table.rows]


def painted(table: ListTable) -> list[str]:
    """Return a list's lines as they are drawn."""
    return [table.render_line(y).text for y in range(table.size.height)]


def in_field(screen: ClientsScreen, name: str) -> bool:
    """Tell whether the focus is in a form's field."""
    return screen.focused is not None and screen.focused.id == f"form-{name}"


def section(pane: CardPane, name: str) -> str:
    """Return a section's text."""
    return pane.query_one(f"#section-{name}", Pane).sheet.text


def said(pane: CardPane) -> str:
    """Return what the card says was done."""
    return pane.query_one(SaidLine).said


def jane_of(store: Store) -> Client:
    """Return Jane."""
    return store.read(lambda reader: clients.find(reader, "jane"))[0]


@BOTH_SIZES
async def test_the_newest_come_first_with_what_is_due(app: PaydeskApp, size: Size) -> None:
    """Everybody is listed, and Jane owes an invoice."""
    async with opened(app, size) as (_, screen):
        assert screen.said_count == "5 clients"
        assert names(screen)[-2:] == ["Omar Haddad", "Jane Smith"]
        assert "£211.00 due" in painted(screen.table)[5]


@BOTH_SIZES
async def test_names_are_text(app: PaydeskApp, size: Size) -> None:
    """Markup is drawn as typed, and every line is as wide as the list."""
    async with opened(app, size) as (_, screen):
        assert any("Bobby [/x] Tab" in line for line in painted(screen.table))
        widths = {screen.table.render_line(y).cell_length for y in range(screen.table.size.height)}
        assert widths == {screen.table.size.width}


@pytest.mark.parametrize("typed", ["obrien", "o'br", "07700 900 777", "+447700900777", "sea.ob", "seamus"])
async def test_search_by_a_few_letters(app: PaydeskApp, store: Store, typed: str) -> None:
    """Name however its accents and apostrophes are typed, mobile however it is spaced, email."""
    store.write(lambda tx: clients.add(tx, name="Séamus O’Brien", email="sea.ob@example.com", mobile="07700900777"))
    async with opened(app) as (pilot, screen):
        await pilot.press(*["space" if key == " " else key for key in typed])
        await until(pilot, lambda: names(screen) == ["Séamus O’Brien"])
        await pilot.press("escape")
        await until(pilot, lambda: len(names(screen)) == 6)


async def test_enter_opens_the_card_in_the_lists_place(app: PaydeskApp) -> None:
    """At 80×24 the card is a view of its own; Esc leads back to the search as it was typed."""
    async with at_jane(app) as (pilot, screen, pane):
        assert not screen.query_one("#clients-left").display
        head = pane.query_one("#card-head", Sheet).text
        assert "Jane Smith" in head
        assert "£211.00 due" in head
        await pilot.press("escape")
        await until(pilot, lambda: screen.query_one("#clients-left").display)
        assert not pane.display
        assert (screen.search.has_focus, screen.search.value) == (True, "jane")


async def test_the_card_stands_beside_the_list(app: PaydeskApp) -> None:
    """At 160×45 it follows the cursor while one types, with every section in sight."""
    async with opened(app, (160, 45)) as (pilot, screen):
        pane = screen.pane
        await pilot.press(*"omar")
        await until(pilot, lambda: pane.card is not None and pane.card.client.name == "Omar Haddad")
        assert [section.display for section in pane.query(".section")] == [True] * 5
        await pilot.press("escape", "end")
        await pilot.press("down", "down", "down", "down")
        await until(pilot, lambda: pane.card is not None and pane.card.client.name == "Jane Smith")
        assert screen.search.has_focus


@BOTH_SIZES
async def test_sections_by_digit(app: PaydeskApp, store: Store, size: Size) -> None:
    """Invoices, notes and credit, each with what is in it, hostile text as text."""

    def more(tx: Tx) -> None:
        jane = clients.find(tx, "jane")[0]
        client_notes.add(tx, jane.id, "Allergic to latex [/x]")
        credit.deposit(tx, jane.id, "cash", 1_250, currency="GBP", reference="[bold]")

    store.write(more)
    async with at_jane(app, size) as (pilot, _, pane):
        await pilot.press("2")
        await until(pilot, lambda: pane.query_one("#section-invoices").has_focus)
        lines = painted(pane.query_one("#section-invoices", ListTable))
        assert "INV-000002" in lines[1]
        assert "£211.00" in lines[1]
        assert "Draft" in lines[2]
        await pilot.press("3")
        await until(pilot, lambda: pane.query_one("#section-communications").has_focus)
        assert "Nothing but payment links" in section(pane, "communications")
        await pilot.press("right")
        await until(pilot, lambda: pane.query_one("#section-notes").has_focus)
        assert "Allergic to latex [/x]" in section(pane, "notes")
        await pilot.press("5")
        await until(pilot, lambda: pane.query_one("#section-credit").has_focus)
        assert "Deposit, Cash · [bold]" in section(pane, "credit")
        assert "£12.50" in section(pane, "credit")


async def test_a_receipt_is_a_communication(app: PaydeskApp, store: Store) -> None:
    """With when, what, about which invoice and what became of it; a payment link is not."""

    def more(tx: Tx) -> None:
        requests.send(tx, "INV-000002", {"email": ""}, origin="pos")
        tx.run(
            "INSERT INTO messages (id, kind, invoice_id, channel, state, net, vat, created_at, address)"
            " SELECT 'r', 'receipt', id, 'email', 'queued', 0, 0, :now, 'jane@example.com' FROM invoices"
            " WHERE number = 'INV-000002'",
            now=tx.now,
        )

    store.write(more)
    async with at_jane(app) as (_, _, pane):
        assert pane.card is not None
        assert len(pane.card.communications) == 1
        lines = section(pane, "communications").splitlines()
        assert [word in lines[1] for word in ("14:02", "Receipt by email to", "INV-000002", "Queued")] == [True] * 4
        assert (lines[2].strip(), len(lines)) == ("jane@example.com", 3)


async def test_enter_on_an_invoice_opens_it(app: PaydeskApp) -> None:
    """Over the card, to which Esc leads back."""
    async with at_jane(app) as (pilot, screen, _):
        await pilot.press("2", "enter")
        await until(pilot, lambda: isinstance(app.screen, InvoicePopup))
        assert isinstance(app.screen, InvoicePopup)
        assert app.screen.number == "INV-000002"
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.in_card


@BOTH_SIZES
async def test_add_a_client(app: PaydeskApp, store: Store, size: Size) -> None:
    """What was typed into the search goes where it belongs; the new card is open and in the list."""
    async with opened(app, size) as (pilot, screen):
        await pilot.press(*"Nora")
        await until(pilot, lambda: not names(screen))
        await pilot.press("enter")
        await until(pilot, lambda: in_field(screen, "email"))
        assert screen.query_one("#form-name", Input).value == "Nora"
        await pilot.press(*"nora@example.com", "enter", *"07700900555", "enter")
        await until(pilot, lambda: screen.pane.card is not None and screen.pane.card.client.name == "Nora")
        nora = store.read(lambda reader: clients.find(reader, "nora"))[0]
        assert (nora.email, nora.mobile) == ("nora@example.com", "+447700900555")
        assert screen.pane.form is None
        await until(pilot, lambda: screen.table.cursor_key == nora.id)


async def test_a_new_card_like_another_says_so(app: PaydeskApp) -> None:
    """The same mobile: it is added, and the way to make them one is named."""
    async with opened(app) as (pilot, screen):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: in_field(screen, "name"))
        await pilot.press(*"J Miller", "enter", "enter", *"07700900123", "ctrl+s")
        await until(pilot, lambda: "very like it: Jane Smith" in said(screen.pane))


async def test_esc_leaves_a_new_card_for_the_list(app: PaydeskApp, store: Store) -> None:
    """Nothing is added."""
    async with opened(app) as (pilot, screen):
        await pilot.press("ctrl+n")
        await until(pilot, lambda: in_field(screen, "name"))
        await pilot.press(*"Nora", "escape")
        await until(pilot, lambda: screen.search.has_focus)
        assert screen.query_one("#clients-left").display
        assert len(store.read(clients.find)) == 5


async def test_what_will_not_do_is_said_under_its_field(app: PaydeskApp, store: Store) -> None:
    """The focus is on it, everything stays as typed, and mended it is saved."""
    async with at_jane(app) as (pilot, screen, pane):
        await pilot.press("e")
        await until(pilot, lambda: in_field(screen, "name"))
        await pilot.press("end", *" Doe", "tab", "end", *"x@", "ctrl+s")
        wrong = pane.query_one("#wrong-email", ErrorLine)
        await until(pilot, lambda: wrong.said)
        assert "is not an email address" in wrong.said
        assert screen.query_one("#form-email", Input).has_focus
        assert screen.query_one("#form-name", Input).value == "Jane Smith Doe"
        await pilot.press("backspace", "backspace", "ctrl+s")
        await until(pilot, lambda: pane.form is None)
        assert jane_of(store).name == "Jane Smith Doe"
        assert said(pane) == "Saved."


async def test_another_desk_saved_first(app: PaydeskApp, store: Store) -> None:
    """Their version is named, what is typed stays; saving again puts it in the place of theirs."""
    async with at_jane(app) as (pilot, screen, pane):
        await pilot.press("e")
        await until(pilot, lambda: in_field(screen, "name"))
        jane = jane_of(store)
        store.write(
            lambda tx: clients.update(tx, jane.id, name="Jane Theirs", email="", mobile="", version=jane.version)
        )
        await pilot.press("end", *" Ours", "ctrl+s")
        wrong = pane.query_one("#wrong-form", ErrorLine)
        await until(pilot, lambda: "saved this card in the meantime: Jane Theirs." in wrong.said)
        assert jane_of(store).name == "Jane Theirs"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: pane.form is None)
        assert (jane_of(store).name, jane_of(store).email) == ("Jane Smith Ours", "jane@example.com")


async def test_consent_by_space(app: PaydeskApp, store: Store) -> None:
    """One Space is a no, another one a yes again; both are saved at once."""
    async with at_jane(app) as (pilot, _, pane):
        await pilot.press("tab")
        tick = pane.query_one("#consent-email", ConsentTick)
        await until(pilot, lambda: tick.has_focus)
        await pilot.press("space")
        await until(pilot, lambda: not jane_of(store).email_consent)
        await until(pilot, lambda: pane.card is not None and not pane.card.client.email_consent)
        assert jane_of(store).sms_consent
        await pilot.press("tab", "space")
        await until(pilot, lambda: not jane_of(store).sms_consent)
        await until(pilot, lambda: pane.card is not None and not pane.card.client.sms_consent)
        await pilot.press("space")
        await until(pilot, lambda: jane_of(store).sms_consent)


async def test_a_note(app: PaydeskApp) -> None:
    """Written in place; an empty one is asked for again; then the notes are shown."""
    async with at_jane(app) as (pilot, screen, pane):
        await pilot.press("n")
        await until(pilot, lambda: in_field(screen, "text"))
        await pilot.press("enter")
        wrong = pane.query_one("#wrong-text", ErrorLine)
        await until(pilot, lambda: wrong.said == "Type the note.")
        await pilot.press(*"Likes mornings", "enter")
        await until(pilot, lambda: "Likes mornings" in section(pane, "notes"))
        assert "14:02 · Amira" in section(pane, "notes")
        assert pane.query_one("#section-notes").has_focus


@pytest.mark.parametrize("in_card", [True, False])
async def test_sell_to_this_client(app: PaydeskApp, *, in_card: bool) -> None:
    """F7, from the list and from the card, begins a sale for them in the POS."""
    async with opened(app) as (pilot, screen):
        await pilot.press(*"omar")
        await until(pilot, lambda: names(screen) == ["Omar Haddad"])
        if in_card:
            await pilot.press("enter")
            await until(pilot, lambda: screen.in_card)
        await pilot.press("f7")
        await until(pilot, lambda: isinstance(app.screen, PosScreen))
        pos = app.screen
        assert isinstance(pos, PosScreen)
        await until(pilot, lambda: pos.sale.client is not None and pos.sale.client.name == "Omar Haddad")
        assert not pos.choosing


async def test_a_request_code_opens_its_request(app: PaydeskApp, store: Store) -> None:
    """A client reads out the code of a message: typed here it opens the invoice."""
    request, _ = store.write(lambda tx: requests.send(tx, "INV-000002", {}, origin="pos"))
    async with opened(app) as (pilot, _):
        await pilot.press(*request.code.lower().replace("-", ""), "enter")
        await until(pilot, lambda: isinstance(app.screen, InvoicePopup))


async def test_a_code_that_is_not_ours_is_no_name(app: PaydeskApp) -> None:
    """It says so in place of beginning a new card."""
    async with opened(app) as (pilot, screen):
        await pilot.press(*"z9z9z9", "enter")
        await until(pilot, lambda: "No payment request has the code Z9Z-9Z9" in screen.query_one(ErrorLine).said)
        assert screen.pane.form is None


async def test_another_process_commits(app: PaydeskApp, store: Store) -> None:
    """What another process writes is shown by itself, in the list and on the card."""
    async with at_jane(app) as (pilot, _, pane):
        jane, other = jane_of(store), Store(store.path, clock=store.clock)
        other.write(lambda tx: client_notes.add(tx, jane.id, "from afar"))
        other.close()
        app.note_change()
        await until(pilot, lambda: "from afar" in section(pane, "notes"))


async def test_deposit(app: PaydeskApp, store: Store) -> None:
    """D opens the deposit for this client, and what was taken is credit."""
    async with at_jane(app) as (pilot, _, pane):
        await pilot.press("d")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "amount")
        await pilot.press(*"12.50", "enter")
        await until(pilot, lambda: pane.card is not None and pane.card.credit == 1_250)
        jane = jane_of(store)
        assert store.read(lambda reader: credit.balance(reader, jane.id)) == 1_250
        await until(pilot, lambda: "£12.50" in said(pane))


async def test_a_hundred_thousand_clients(app: PaydeskApp, store: Store) -> None:
    """The list shows the newest, says that there are more, and answers keys at once."""

    def fill(tx: Tx) -> None:
        tx.run_many(
            "INSERT INTO clients (id, name, created_at) VALUES (:id, :name, :now)",
            ({"id": f"{n:026d}", "name": f"Client Number{n}", "now": tx.now} for n in range(100_000)),
        )

    store.write(fill)
    async with opened(app) as (pilot, screen):
        assert len(names(screen)) == LIMIT
        assert screen.said_count == f"showing {LIMIT} of many: type to narrow"
        began = time.perf_counter()
        await pilot.press(*"number54321")
        await until(pilot, lambda: names(screen) == ["Client Number54321"])
        assert time.perf_counter() - began < 3


async def test_a_client_with_many_invoices(app: PaydeskApp, store: Store) -> None:
    """A card with hundreds of invoices opens at once and shows the newest."""

    def fill(tx: Tx) -> None:
        jane, line = clients.find(tx, "jane")[0], NewLine("Visit", 1000, 99_999_999, 0)
        for _ in range(600):
            invoices.save_draft(tx, jane.id, [line], currency="GBP", prefix="INV-")

    store.write(fill)
    async with at_jane(app) as (pilot, _, pane):
        await pilot.press("2")
        table = pane.query_one("#section-invoices", ListTable)
        await until(pilot, lambda: len(table.rows) == 500)
        assert table.rows[0].key == "INV-000602"
        await until(pilot, lambda: "£999,999.99" in "".join(painted(table)[1:2]))


@BOTH_SIZES
async def test_hostile_cards(app: PaydeskApp, store: Store, size: Size) -> None:
    """A card with a hostile name is drawn as text, and so is its form."""
    async with opened(app, size) as (pilot, screen):
        await pilot.press(*"bobby", "enter")
        await until(pilot, lambda: screen.in_card and screen.pane.card is not None)
        assert HOSTILE in screen.pane.query_one("#card-head", Sheet).text
        await pilot.press("e")
        await until(pilot, lambda: screen.pane.form is not None)
        assert screen.query_one("#form-name", Input).value == HOSTILE
