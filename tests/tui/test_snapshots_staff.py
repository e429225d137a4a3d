"""Signing in and approving as text, at both sizes."""

import pytest

from store import pins, staff
from store.database import Store
from tests.tui.conftest import frozen
from tests.tui.snapshots import shows
from tests.tui.test_snapshots import SIZES
from tests.tui.walking import walk
from tui.app import LockedDesk, PaydeskApp
from tui.desk import Desk


@pytest.fixture
def guarded(store: Store) -> Store:
    """The clinic with a manager and somebody at reception."""
    hashed = pins.hashed("2468")
    store.write(lambda tx: staff.add(tx, "Amira", "manager", hashed))
    manager = store.read(staff.everyone)[0]
    from store.database import By

    store.write(lambda tx: staff.add(tx, "Ben", "reception", hashed), actor=By("Amira", manager.id))
    return store


@pytest.mark.parametrize("size", SIZES)
async def test_signing_in(guarded: Store, size: tuple[int, int]) -> None:
    """Who is there, and the PIN as dots."""
    async with LockedDesk(Desk(guarded, actor=""), now=frozen).run_test(size=size) as pilot:
        await walk(pilot, "?Amira", "246")
        await shows(pilot, "sign-in")


@pytest.mark.parametrize("size", SIZES)
async def test_a_manager_approves(guarded: Store, size: tuple[int, int]) -> None:
    """In place, over what was typed."""
    async with PaydeskApp(Desk(guarded, actor="Ben"), now=frozen).run_test(size=size) as pilot:
        await walk(
            pilot, "<f3>", "?INV-000002", "<enter>", "?1 Lines", "v", "?void", "typed twice", "<enter>", "?PIN"
        )
        await shows(pilot, "approval")
        await walk(pilot, "<escape>", "?typed twice", "<escape>", "<escape>", "<f9>", "?PIN")
        await shows(pilot, "admin-gate")


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_manager(app: PaydeskApp, size: tuple[int, int]) -> None:
    """Where there is no staff yet."""
    from tui.screens.first_manager import FirstManagerDialog

    async with app.run_test(size=size) as pilot:
        app.push_screen(FirstManagerDialog())
        await walk(pilot, "?PIN again")
        await shows(pilot, "first-manager")
