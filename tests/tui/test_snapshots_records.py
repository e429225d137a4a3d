"""Clients, refunds and other dialogs about what is kept, as text, at both sizes."""

import pytest

from store import client_notes, credit, payments
from store.database import Store, Tx
from tests.tui.snapshots import shows
from tests.tui.test_snapshots import SIZES, asked
from tests.tui.walking import walk
from tui.app import PaydeskApp


def know_jane(store: Store, client_id: str) -> None:
    """Write notes and credit on Jane's card."""

    def work(tx: Tx) -> None:
        client_notes.add(tx, client_id, "Prefers the morning")
        credit.deposit(tx, client_id, "cash", 5_000, currency="GBP")

    store.write(work, actor="Amira")


@pytest.mark.parametrize("size", SIZES)
async def test_the_clients(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """The list, a card with its sections, and the dialogs on it."""
    jane = (await app.desk.find_clients("jane"))[0]
    know_jane(store, jane.id)
    async with app.run_test(size=size) as pilot:
        await walk(pilot, "<f4>", "?Omar Haddad")
        await shows(pilot, "clients")
        await walk(pilot, "jane", "?1 client", "<enter>", "?may be sent email")
        await shows(pilot, "client")
        await walk(pilot, "2", "?INV-000002")
        await shows(pilot, "client-invoices")
        await walk(pilot, "4", "?Prefers the morning")
        await shows(pilot, "client-notes")
        await walk(pilot, "5", "?Cash")
        await shows(pilot, "client-credit")
        await walk(pilot, "e", "?07700 900123")
        await shows(pilot, "client-edit")
        await walk(pilot, "<escape>", "m", "?Merge into")
        await shows(pilot, "client-merge")
        await walk(pilot, "<escape>", "x", "?Erase")
        await shows(pilot, "client-erase")


@pytest.mark.parametrize("size", SIZES)
async def test_what_is_done_with_an_invoice(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """Resend, chase, refund, void, and the sections of the pop-up."""
    asked(store, live=True)
    number = store.write(lambda tx: payments.take(tx, "INV-000001", "cash", 21_100), actor="Amira")
    assert number.amount == 21_100
    async with app.run_test(size=size) as pilot:
        await walk(pilot, "<f3>", "?INV-000002", "<enter>", "?1 Lines", "r", "?Resend")
        await shows(pilot, "resend")
        await walk(pilot, "<escape>", "h", "?Chase")
        await shows(pilot, "chase")
        await walk(pilot, "<escape>", "3", "?K7Q-42M")
        await shows(pilot, "invoice-links")
        await walk(pilot, "4", "?asked for")
        await shows(pilot, "invoice-log")
        await walk(pilot, "<escape>", "?Search", "<down>", "<enter>", "?INV-000001", "f", "?Reason")
        await shows(pilot, "refund")
        await walk(pilot, "<escape>", "2", "?Cash")
        await shows(pilot, "invoice-payments")


@pytest.mark.parametrize("size", SIZES)
async def test_void(app: PaydeskApp, size: tuple[int, int]) -> None:
    """Asks why."""
    async with app.run_test(size=size) as pilot:
        await walk(pilot, "<f3>", "?INV-000002", "<enter>", "?1 Lines", "v", "?void")
        await shows(pilot, "void")
