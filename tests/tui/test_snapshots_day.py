"""Today, the cash-up and the reports as text, at both sizes."""

import pytest

from store import payments, services
from store.database import Store, Tx
from tests.tui.snapshots import shows
from tests.tui.test_snapshots import SIZES, asked
from tests.tui.walking import walk
from tui.app import PaydeskApp


def trade(store: Store) -> None:
    """Take cash and a card payment; a link is out, and the gateway was heard."""
    asked(store, live=True)

    def work(tx: Tx) -> None:
        payments.take(tx, "INV-000001", "cash", 10_000)
        payments.take(tx, "INV-000001", "card", 11_100)
        services.heard(tx, services.GATEWAY)

    store.write(work, actor="Amira")


@pytest.mark.parametrize("size", SIZES)
async def test_the_day(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """Takings, cash-up with a difference, notes and coins, and the day that was closed."""
    trade(store)
    async with app.run_test(size=size) as pilot:
        await walk(pilot, "<f6>", "?£100.00")
        await shows(pilot, "today")
        await walk(pilot, "c", "?Counted", "90", "?missing")
        await shows(pilot, "cash-up")
        await walk(pilot, "<f8>", "?£50")
        await shows(pilot, "cash-count")
        await walk(pilot, "<escape>", "?Counted", "<escape>", "d", "?No day")
        await shows(pilot, "closed-days-none")


@pytest.mark.parametrize("size", SIZES)
async def test_the_reports(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """All four of a month, each with its sums."""
    trade(store)
    async with app.run_test(size=size) as pilot:
        await walk(pilot, "<f6>", "?£100.00", "r", "?November 2026", "?£211.00")
        await shows(pilot, "report-takings")
        await walk(pilot, "2", "?20%")
        await shows(pilot, "report-vat")
        await walk(pilot, "3", "?Messages")
        await shows(pilot, "report-charges")
        await walk(pilot, "4", "?Time to pay")
        await shows(pilot, "report-links")
