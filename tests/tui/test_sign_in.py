"""Signing in: who is there when the desk opens, and what a wrong PIN costs."""

import pytest

from store import settings
from store.database import Store
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.people import AMIRAS, BENS, WRONG, Staff, hire
from tests.tui.selling import drawn, keys, said
from tests.tui.test_app import Engine
from tui.app import LockedDesk, PaydeskApp
from tui.desk import Desk
from tui.screens.first_manager import FirstManagerDialog
from tui.screens.pos import PosScreen
from tui.screens.sign_in import SignInScreen

SMALL, WIDE = (80, 24), (160, 45)


@pytest.fixture
def people(store: Store) -> Staff:
    """Amira and Ben."""
    return hire(store)


@pytest.fixture
def shut(store: Store, people: Staff) -> PaydeskApp:
    """The application as it opens for a clinic with staff."""
    return LockedDesk(Desk(store, actor="login"), engine=Engine(), now=frozen)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_the_desk_opens_with_a_pin(shut: PaydeskApp, people: Staff, size: tuple[int, int]) -> None:
    """A letter chooses, dots stand for digits; then the point of sale, in that person's name."""
    async with shut.run_test(size=size) as pilot:
        await until(pilot, lambda: "reception" in drawn(shut))
        assert "Jane Smith" not in drawn(shut)
        assert "Riverside Clinic" in drawn(shut)
        await keys(pilot, "b", BENS)
        await until(pilot, lambda: "••••" in drawn(shut))
        assert BENS not in drawn(shut)
        await keys(pilot, "<enter>")
        await until(pilot, lambda: isinstance(shut.screen, PosScreen) and "Jane Smith" in drawn(shut))
        assert shut.desk.by == people.as_ben
        assert "Ben" in drawn(shut).splitlines()[1]


async def test_the_engine_works_before_anybody_is_there(shut: PaydeskApp) -> None:
    """What waits goes out whoever sits there."""
    async with shut.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: isinstance(shut.engine, Engine) and shut.engine.started)
        assert isinstance(shut.screen, SignInScreen)


async def test_arrows_choose_too(shut: PaydeskApp, people: Staff) -> None:
    """Down to Ben, up to Amira, whose rights then count."""
    async with shut.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "reception" in drawn(shut))
        await keys(pilot, "<down>", "<up>", AMIRAS, "<enter>")
        await until(pilot, lambda: isinstance(shut.screen, PosScreen))
        assert shut.desk.by == people.as_amira


async def test_wrong_pins_are_said_and_cost_time(shut: PaydeskApp) -> None:
    """In place, with an empty field; the third time it says how long to wait, and then even the right one waits."""
    async with shut.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "reception" in drawn(shut))
        await keys(pilot, WRONG, "<enter>")
        await until(pilot, lambda: "That is not Amira's PIN. Try again." in said(shut))
        assert "•" not in drawn(shut)
        await keys(pilot, WRONG[:2])
        await until(pilot, lambda: said(shut) == "")
        await keys(pilot, WRONG[2:], "<enter>")
        await until(pilot, lambda: "Try again" in said(shut))
        await keys(pilot, WRONG, "<enter>")
        await until(pilot, lambda: "Wait 5 seconds" in said(shut))
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: "Too many wrong PINs" in said(shut))
        assert isinstance(shut.screen, SignInScreen)


async def test_another_persons_pin_is_wrong(shut: PaydeskApp) -> None:
    """It opens nothing under Amira's name."""
    async with shut.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "reception" in drawn(shut))
        await keys(pilot, BENS, "<enter>")
        await until(pilot, lambda: "That is not Amira's PIN" in said(shut))


async def test_no_key_leads_past_it(shut: PaydeskApp) -> None:
    """Neither the screens' keys, nor the palette, nor help."""
    async with shut.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "reception" in drawn(shut))
        await keys(pilot, "<f2>", "<f3>", "<f5>", "<ctrl+p>", "<f1>", "<escape>", "<ctrl+k>", "<enter>")
        await until(pilot, lambda: "That is not" in said(shut))
        assert shut.screen_stack == [shut.screen]
        assert isinstance(shut.screen, SignInScreen)


async def test_why_it_asks_is_said(store: Store, people: Staff) -> None:
    """A manager is never let in without a PIN."""
    app = LockedDesk(Desk(store, actor="login"), now=frozen, asks_because="A manager always signs in with a PIN.")
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "A manager always signs in with a PIN." in drawn(app))


async def test_demo_pins_are_said_while_the_sandbox_is_on(shut: PaydeskApp, store: Store) -> None:
    """And never elsewhere."""
    store.write(lambda tx: settings.put(tx, "desk.pin_hint", "Demo PINs: Amira 2468"))
    async with shut.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "reception" in drawn(shut))
        assert "Demo PINs" not in drawn(shut)
    store.write(lambda tx: settings.put(tx, "sandbox.embedded", "on"))
    demo = LockedDesk(Desk(store, actor="login"), now=frozen)
    async with demo.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "Demo PINs: Amira 2468" in drawn(demo))


async def test_the_first_manager_is_made_in_the_palette(app: PaydeskApp) -> None:
    """A clinic that worked without PINs; what is wrong is said under its field, and PINs are typed again."""
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await until(pilot, lambda: "Jane Smith" in drawn(app))
        await keys(pilot, "<ctrl+p>")
        await until(pilot, lambda: app.screen.query("Input"))
        await keys(pilot, "make a man")
        await until(pilot, lambda: "Make a manager" in drawn(app))
        await keys(pilot, "<enter>")
        await until(pilot, lambda: isinstance(app.screen, FirstManagerDialog))
        await keys(pilot, "Dora", "<enter>", "1234", "<enter>", "1234", "<enter>")
        await until(pilot, lambda: "Digits in a row" in said(app))
        assert app.focused is not None
        assert app.focused.id == "pin"
        await keys(pilot, AMIRAS, "<enter>", BENS, "<enter>")
        await until(pilot, lambda: "not the same PIN" in said(app))
        await keys(pilot, AMIRAS, "<enter>", AMIRAS, "<enter>")
        await until(pilot, lambda: "Dora is a manager" in drawn(app))
        assert [person.name for person in await app.desk.staff()] == ["Dora"]
        assert app.desk.by.name == "Dora"
        await keys(pilot, "<ctrl+k>")
        await until(pilot, lambda: isinstance(app.screen, SignInScreen))
