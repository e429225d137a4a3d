"""Every section of Admin as text, at both sizes."""

import pytest

from tests.tui.snapshots import shows
from tests.tui.test_snapshots import SIZES
from tests.tui.walking import walk
from tui.app import PaydeskApp
from tui.screens.admin_list import ENTRIES


@pytest.mark.parametrize("size", SIZES)
async def test_every_section(app: PaydeskApp, size: tuple[int, int]) -> None:
    """One below the other in the list."""
    async with app.run_test(size=size) as pilot:
        await walk(pilot, "<f9>", "?Display name")
        for entry in ENTRIES:
            await shows(pilot, f"admin-{entry.name}")
            await walk(pilot, "<down>")
