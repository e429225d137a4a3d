"""The staff list as a part of a screen."""

from typing import Any

import pytest
from textual.app import ComposeResult
from textual.pilot import Pilot

from store.database import By, Store
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.people import AMIRAS, BENS, Staff, hire
from tests.tui.selling import drawn, keys, said
from tui import themes
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.approve import ApproveDialog
from tui.screens.base import DeskScreen
from tui.screens.staff import StaffPane
from tui.widgets.said_line import SaidLine

SMALL = (80, 24)


class StaffScreen(DeskScreen):
    """A screen with nothing but the list."""

    CSS_PATH = themes.layout("sign_in.tcss")

    def body(self) -> ComposeResult:
        """The list."""
        yield StaffPane()

    def on_mount(self) -> None:
        """Begin with it."""
        self.query_one(StaffPane).begin()


@pytest.fixture
def people(store: Store) -> Staff:
    """Amira and Ben."""
    return hire(store)


async def shown(app: PaydeskApp, pilot: Pilot[Any], *texts: str) -> None:
    """Open the list and wait until it shows these."""
    app.push_screen(StaffScreen())
    await until(pilot, lambda: all(text in drawn(app) for text in texts))


def answered(app: PaydeskApp) -> str:
    """Return what the list said of what was done."""
    return app.screen.query_one(SaidLine).said


def desk_of(store: Store, by: By | str) -> PaydeskApp:
    """Return somebody's desk."""
    return PaydeskApp(Desk(store, actor=by), now=frozen)


async def test_a_manager_adds_somebody(store: Store, people: Staff) -> None:
    """Name, role by an arrow key, the PIN twice; then the list has them."""
    app = desk_of(store, people.as_amira)
    async with app.run_test(size=SMALL) as pilot:
        await shown(app, pilot, "Amira", "Ben", "N new person")
        await keys(pilot, "n", "Cem", "<enter>", "<right>", "<enter>", "8642", "<enter>", "8642", "<enter>")
        await until(pilot, lambda: answered(app) == "Cem is saved.")
        cem = next(person for person in await app.desk.staff() if person.name == "Cem")
        assert cem.role == "manager"
        assert (await app.desk.sign_in(cem.id, "8642")).name == "Cem"


async def test_what_will_not_do_is_said_in_place(store: Store, people: Staff) -> None:
    """Under its field, with the rest as typed; Esc leaves all as it was."""
    app = desk_of(store, people.as_amira)
    async with app.run_test(size=SMALL) as pilot:
        await shown(app, pilot, "Ben")
        await keys(pilot, "n", "BEN", "<enter>", "<enter>", "8642", "<enter>", "8642", "<enter>")
        await until(pilot, lambda: "There is a Ben already" in said(app))
        assert app.focused is not None
        assert app.focused.id == "name"
        await keys(pilot, "Benjamin", "<enter>", "<enter>", "<enter>", "4", "<enter>")
        await until(pilot, lambda: "not the same PIN" in said(app))
        assert app.focused.id == "pin"
        await keys(pilot, "<escape>")
        await until(pilot, lambda: "N new person" in drawn(app))
        assert len(await app.desk.staff()) == 2


async def test_rename_role_and_pin(store: Store, people: Staff) -> None:
    """Each of the person under the cursor."""
    app = desk_of(store, people.as_amira)
    async with app.run_test(size=SMALL) as pilot:
        await shown(app, pilot, "Ben")
        await keys(pilot, "<down>", "e")
        await until(pilot, lambda: app.focused and app.focused.id == "name")
        await keys(pilot, "Benjamin", "<enter>", "<space>", "<ctrl+s>")
        await until(pilot, lambda: answered(app) == "Benjamin is saved.")
        ben = next(person for person in await app.desk.staff() if person.id == people.ben.id)
        assert (ben.name, ben.role) == ("Benjamin", "manager")
        await keys(pilot, "p", "8642", "<enter>", "8642", "<enter>")
        await until(pilot, lambda: not app.screen.query("StaffForm"))
        assert (await app.desk.sign_in(ben.id, "8642")).id == ben.id


async def test_off_and_on_again(store: Store, people: Staff) -> None:
    """The last manager stays."""
    app = desk_of(store, people.as_amira)
    async with app.run_test(size=SMALL) as pilot:
        await shown(app, pilot, "Ben")
        await keys(pilot, "o")
        await until(pilot, lambda: "Amira is the last manager" in answered(app))
        await keys(pilot, "<down>", "o")
        await until(pilot, lambda: answered(app) == "Ben may not sign in any more.")
        await until(pilot, lambda: "✕ switched off" in drawn(app))
        await keys(pilot, "o")
        await until(pilot, lambda: answered(app) == "Ben may sign in again.")


async def test_reception_needs_a_managers_pin(store: Store, people: Staff) -> None:
    """In place, with the form as typed; once left, still as typed."""
    app = desk_of(store, people.as_ben)
    async with app.run_test(size=SMALL) as pilot:
        await shown(app, pilot, "Ben")
        await keys(pilot, "n", "Cem", "<ctrl+s>")
        await until(pilot, lambda: "4 to 8 digits" in said(app))
        await keys(pilot, "8642", "<enter>", "8642", "<enter>")
        await until(pilot, lambda: isinstance(app.screen, ApproveDialog))
        await keys(pilot, "<escape>")
        await until(pilot, lambda: isinstance(app.screen, StaffScreen))
        assert "Cem" in drawn(app)
        await keys(pilot, "<enter>")
        await until(pilot, lambda: isinstance(app.screen, ApproveDialog))
        await keys(pilot, BENS, "<enter>")
        await until(pilot, lambda: "no manager's PIN" in said(app))
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: isinstance(app.screen, StaffScreen) and answered(app) == "Cem is saved.")


async def test_nobody_yet(app: PaydeskApp) -> None:
    """It says so, and the first to be added is a manager."""
    async with app.run_test(size=SMALL) as pilot:
        await shown(app, pilot, "Nobody yet")
        assert "E edit" not in drawn(app)
        await keys(pilot, "n", "Dora", "<enter>", "<enter>", "8642", "<enter>", "8642", "<enter>")
        await until(pilot, lambda: "first of the staff is a manager" in said(app))
        await keys(pilot, "<right>", "<ctrl+s>")
        await until(pilot, lambda: answered(app) == "Dora is saved.")
