"""F9: colours and keys."""

import pytest

from store import settings
from store.database import Store
from tests.tui.adminning import SMALL, WIDE, admin, at, go_to, said
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.selling import drawn
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.admin_key_ask import KeyDialog
from tui.screens.admin_keys import KeysSection, known_keys, place_of
from tui.widgets.error_line import ErrorLine
from tui.widgets.key_bar import key_name


async def test_a_theme_is_tried_on_and_given_back(app: PaydeskApp) -> None:
    """↓ shows it, Esc brings the old one back, and so does any other way out."""
    async with at(app, "themes") as (pilot, _):
        await pilot.press("down")
        await until(pilot, lambda: app.theme == "paydesk-light")
        await pilot.press("escape")
        await until(pilot, lambda: app.theme == "paydesk-dark" and admin(app).table.has_focus)
        await go_to(app, pilot, "themes")
        await pilot.press("down")
        await until(pilot, lambda: app.theme == "paydesk-light")
        await pilot.press("f2")
        await until(pilot, lambda: app.theme == "paydesk-dark")
        assert (await app.desk.settings())["desk.theme"] == "paydesk-dark"


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_theme_is_kept(app: PaydeskApp, size: tuple[int, int]) -> None:
    """By Enter; it is marked with a word and is there at the next start."""
    async with at(app, "themes", size) as (pilot, section):
        await pilot.press("down", "enter")
        await until(pilot, lambda: "Paydesk light it is." in said(section))
        await pilot.press("escape")
        await until(pilot, lambda: admin(app).table.has_focus)
        assert app.theme == "paydesk-light"
        assert (await app.desk.settings())["desk.theme"] == "paydesk-light"


async def test_a_theme_that_the_environment_holds(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """It can be looked at and not kept."""
    monkeypatch.setenv("PAYDESK_DESK_THEME", "paydesk-dark")
    app = PaydeskApp(Desk(store, actor="Amira"), now=frozen)
    async with at(app, "themes") as (pilot, section):
        await pilot.press("down", "enter")
        await until(pilot, lambda: "set by the environment" in said(section))


def test_every_key_has_a_place_that_people_know() -> None:
    """And its own key, as it stands on a keyboard."""
    known = known_keys()
    assert known["app.outbox"].usual == "F5"
    assert (place_of("pos.payment"), place_of("app.help"), place_of("cash_up.close")) == (
        "POS",
        "Everywhere",
        "Cash up",
    )
    assert next(iter(known.values())).place == "Everywhere"
    assert all(one.told and one.usual for one in known.values())


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_another_key_works_at_once_and_the_usual_one_comes_back(app: PaydeskApp, size: tuple[int, int]) -> None:
    """It is found by a few letters, pressed, shown in the bar, kept; Delete undoes it."""
    async with at(app, "keys", size) as (pilot, section):
        assert isinstance(section, KeysSection)
        await until(pilot, lambda: section.table.rows)
        await pilot.press(*"app.outbox")
        await until(pilot, lambda: section.table.cursor_key == "app.outbox")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, KeyDialog) and app.focused)
        assert "Go to what waits to go out" in drawn(app)
        await pilot.press("f12")
        await until(pilot, lambda: said(section) == "Go to what waits to go out: F12 from now on.")
        assert (await app.desk.settings())["desk.keys"] == "app.outbox=f12"
        await until(pilot, lambda: "F12" in str(section.table.rows[0].cells[0]))
        await until(pilot, lambda: key_name(app.active_bindings["f12"].binding) == "F12")
        await pilot.press("f5")
        assert app.current_mode == "admin"
        await pilot.press("f12")
        await until(pilot, lambda: app.current_mode == "outbox")
        await pilot.press("f9")
        await until(pilot, lambda: section.has_focus_within)
        await pilot.press("delete")
        await until(pilot, lambda: "F5, as usual" in said(section))
        assert (await app.desk.settings())["desk.keys"] == ""
        await until(pilot, lambda: "f12" not in app.active_bindings)
        await pilot.press("f5")
        await until(pilot, lambda: app.current_mode == "outbox")


@pytest.mark.parametrize(
    ("key", "why"),
    [
        ("f4", "f4 is taken by"),
        ("tab", "cannot be used"),
        ("enter", "cannot be used"),
        ("x", "while one types"),
    ],
)
async def test_a_key_that_will_not_do(app: PaydeskApp, key: str, why: str) -> None:
    """The dialog says why and waits for another; Esc leaves the key as it is."""
    async with at(app, "keys") as (pilot, section):
        assert isinstance(section, KeysSection)
        await until(pilot, lambda: section.table.rows)
        await pilot.press(*"app.outbox")
        await until(pilot, lambda: section.table.cursor_key == "app.outbox")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, KeyDialog) and app.focused)
        await pilot.press(key)
        await until(pilot, lambda: why in app.screen.query_one(ErrorLine).said)
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is section.screen)
        assert (await app.desk.settings())["desk.keys"] == ""


async def test_keys_of_the_setting_work_from_the_start(store: Store) -> None:
    """What is wrong in it is said, and the rest holds."""
    store.write(lambda tx: settings.put(tx, "desk.keys", "app.outbox=f12 nonsense"))
    app = PaydeskApp(Desk(store, actor="Amira"), now=frozen)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await until(pilot, lambda: "f12" in app.active_bindings)
        await until(pilot, lambda: any("Key nonsense is left" in note.message for note in app._notifications))
        await pilot.press("f12")
        await until(pilot, lambda: app.current_mode == "outbox")


async def test_nothing_called_so(app: PaydeskApp) -> None:
    """The empty list says it; Enter and Delete do nothing there."""
    async with at(app, "keys") as (pilot, section):
        assert isinstance(section, KeysSection)
        await until(pilot, lambda: section.table.rows)
        await pilot.press(*"qqqq")
        await until(pilot, lambda: "No key is called so." in drawn(app))
        await pilot.press("enter", "delete")
        assert app.screen is section.screen
