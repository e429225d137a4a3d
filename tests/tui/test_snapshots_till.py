"""The till's dialogs as text, at both sizes, with a frozen clock."""

import pytest

from store import credit
from store.database import Store
from tests.tui.snapshots import shows
from tests.tui.test_snapshots import SIZES
from tests.tui.walking import walk
from tui.app import PaydeskApp

SALE = ("jane", "<enter>", "?letters find", "consul", "?Consultation, phone", "<enter>", "?Consultation, 30")


@pytest.mark.parametrize("size", SIZES)
async def test_a_sale_with_a_discount_and_notes(app: PaydeskApp, size: tuple[int, int]) -> None:
    """The discount on the whole sale, a line's form, the notes."""
    async with app.run_test(size=size) as pilot:
        await walk(pilot, *SALE, "<ctrl+d>", "?Give discount", "10%", "?£108.00")
        await shows(pilot, "discount")
        await walk(pilot, "<enter>", "?£108.00", "<ctrl+t>", "?Note on this sale", "bring the X-ray")
        await shows(pilot, "notes")
        await walk(pilot, "<enter>", "?bring the X-ray")
        await shows(pilot, "pos-discounted")


@pytest.mark.parametrize("size", SIZES)
async def test_money_at_the_desk(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """Cash with its change, a card with its reference, and what was paid by then."""
    async with app.run_test(size=size) as pilot:
        await walk(pilot, *SALE, "<f8>", "c", "?Tendered", "150", "?£30.00")
        await shows(pilot, "cash")
        await walk(pilot, "<escape>", "<f8>", "t", "?Reference", "20", "<tab>", "slip 7")
        await shows(pilot, "card")
        await walk(pilot, "<enter>", "?Part paid")
        await shows(pilot, "pos-part-paid")


@pytest.mark.parametrize("size", SIZES)
async def test_a_deposit_and_its_credit(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """Taken by cash; then it is one of the ways to pay."""
    jane = (await app.desk.find_clients("jane"))[0]
    async with app.run_test(size=size) as pilot:
        await walk(pilot, *SALE, "<ctrl+e>", "?Deposit", "50")
        await shows(pilot, "deposit")
        await walk(pilot, "<escape>")
        store.write(lambda tx: credit.deposit(tx, jane.id, "cash", 5_000, currency="GBP"), actor="Amira")
        await walk(pilot, "<f8>", "?Account credit")
        await shows(pilot, "pos-credit")


@pytest.mark.parametrize("size", SIZES)
async def test_sales_put_aside(app: PaydeskApp, size: tuple[int, int]) -> None:
    """One parked at the desk, one begun elsewhere."""
    async with app.run_test(size=size) as pilot:
        await walk(pilot, *SALE, "<f7>", "?New sale", "<ctrl+o>", "?Unfinished sales", "?£120.00")
        await shows(pilot, "parked")
