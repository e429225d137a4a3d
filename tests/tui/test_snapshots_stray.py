"""A payment that is not known here as text, at both sizes: the outbox, and the question."""

import pytest

from store.database import Store
from tests.tui import strays
from tests.tui.snapshots import shows
from tests.tui.test_snapshots import SIZES
from tests.tui.walking import walk
from tui.app import PaydeskApp


@pytest.mark.parametrize("size", SIZES)
async def test_a_payment_that_is_not_known(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """What waits for a person, and which invoice it pays."""
    strays.paid(store)
    async with app.run_test(size=size) as pilot:
        await walk(pilot, "<f5>", "?Payment that is not known")
        await shows(pilot, "outbox-stray")
        await walk(pilot, "<g>", "?made after", "INV-000002", "?owes £211.00")
        await shows(pilot, "stray")
