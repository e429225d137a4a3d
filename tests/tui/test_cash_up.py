"""Closing the day on screen: the count, the live difference, its reason, and the day's sheet afterwards."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Static

from store import days, payments, settings
from store.database import Store
from store.day_views import CashCount, ClosedDay
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.cash_count import CountDialog
from tui.screens.cash_up import COUNT_FIRST, CashUpDialog
from tui.screens.today import TodayScreen
from tui.screens.today_closed import EMPTY, ClosedDaysScreen
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Pane

NUMBER = "INV-000002"


def pay(store: Store, amount: int, kind: str = "cash") -> None:
    """Take a payment of the unpaid invoice."""
    store.write(lambda tx: payments.take(tx, NUMBER, kind, amount), actor="Amira")


def closed(store: Store) -> list[ClosedDay]:
    """Read the closed days."""
    return store.read(days.closed)


def close(store: Store, counted: int, kept: int = 0, reason: str = "") -> ClosedDay:
    """Close the day without a screen."""
    return store.write(
        lambda tx: days.close(tx, settings.load(tx, Path("nowhere"), {}), CashCount(counted, kept, reason=reason)),
        actor="Amira",
    )


@asynccontextmanager
async def counting(app: PaydeskApp) -> AsyncIterator[tuple[Pilot[Any], CashUpDialog]]:
    """Run the app with the day about to be closed."""
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen) and app.screen.today is not None)
        await pilot.press("c")
        await until(pilot, lambda: isinstance(app.screen, CashUpDialog))
        assert isinstance(app.screen, CashUpDialog)
        yield pilot, app.screen


def text(dialog: CashUpDialog | CountDialog, selector: str) -> str:
    """Return what a line shows, its spaces folded."""
    return " ".join(str(dialog.query_one(selector, Static).visual).split())


def error(dialog: CashUpDialog, name: str) -> str:
    """Return what is said under a field."""
    return dialog.query_one(f"#wrong-{name}", ErrorLine).said


def field(dialog: CashUpDialog, name: str) -> Field:
    """Return a field."""
    return dialog.query_one(f"#{name}", Field)


async def test_the_difference_is_live(app: PaydeskApp, store: Store) -> None:
    """Each key works the difference out anew, from the float, the cash taken and the count; card money is no cash."""
    pay(store, 5_000)
    pay(store, 2_000, "card")
    async with counting(app) as (pilot, dialog):
        assert field(dialog, "counted").has_focus
        assert text(dialog, "#expected") == "Expected £50.00"
        for keys, shown in ((("4", "9"), "-£1.00 ! missing"), ((".", "5"), "-£0.50 ! missing")):
            await pilot.press(*keys)
            assert text(dialog, "#difference") == f"Difference {shown}"
        field(dialog, "counted").value = "50"
        await pilot.pause()
        assert text(dialog, "#difference") == "Difference £0.00 ✓ exact"
        field(dialog, "float").value = "10"
        await pilot.pause()
        assert text(dialog, "#difference") == "Difference -£10.00 ! missing"
        field(dialog, "counted").value = "61"
        await pilot.pause()
        assert text(dialog, "#difference") == "Difference £1.00 ! too much"


async def test_closing(app: PaydeskApp, store: Store) -> None:
    """The day is closed with what is typed, today says so, and begins anew with what stays in."""
    pay(store, 5_000)
    async with counting(app) as (pilot, dialog):
        field(dialog, "float").value = "100"
        field(dialog, "kept").value = "80"
        await pilot.press(*"150", "enter")
        await until(pilot, lambda: closed(store))
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
        today = app.screen
        assert isinstance(today, TodayScreen)
        assert today.query_one(SaidLine).said.startswith("The day is closed, the count was exact.")
        await until(pilot, lambda: today.today is not None and today.today.day.float == 8_000)
    (day,) = closed(store)
    assert (day.float, day.expected, day.counted, day.kept, day.actor) == (10_000, 15_000, 15_000, 8_000, "Amira")


async def test_what_stays_in_is_the_float_until_it_is_typed(app: PaydeskApp, store: Store) -> None:
    """Who puts the first float right need not do so twice; what was typed as staying in is left alone."""
    async with counting(app) as (pilot, dialog):
        field(dialog, "float").focus()
        await pilot.press(*"120")
        await until(pilot, lambda: field(dialog, "kept").value == "120")
        field(dialog, "kept").focus()
        await pilot.press(*"80")
        field(dialog, "float").focus()
        await pilot.press(*"100")
        await until(pilot, lambda: text(dialog, "#expected") == "Expected £100.00")
        assert field(dialog, "kept").value == "80"
        field(dialog, "counted").focus()
        await pilot.press(*"100", "enter")
        await until(pilot, lambda: closed(store))
    assert (closed(store)[0].float, closed(store)[0].kept) == (10_000, 8_000)


async def test_nothing_counted(app: PaydeskApp, store: Store) -> None:
    """Enter before anything was counted says what to do, and closes nothing."""
    async with counting(app) as (pilot, dialog):
        await pilot.press("enter")
        await until(pilot, lambda: error(dialog, "counted") == COUNT_FIRST)
        assert field(dialog, "counted").has_focus
        assert closed(store) == []


async def test_a_difference_asks_for_its_reason(app: PaydeskApp, store: Store) -> None:
    """What is typed stays, the focus goes to the reason, and with one the day is closed."""
    pay(store, 5_000)
    async with counting(app) as (pilot, dialog):
        await pilot.press(*"49", "enter")
        await until(pilot, lambda: "£1.00 less than the £50.00 expected" in error(dialog, "reason"))
        assert field(dialog, "reason").has_focus
        assert field(dialog, "counted").value == "49"
        await pilot.press(*"lost", "enter")
        await until(pilot, lambda: closed(store))
    assert (closed(store)[0].difference, closed(store)[0].reason) == (-100, "lost")


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("counted", "abc", "is not an amount"),
        ("kept", "60", "Only £50.00 was counted"),
        ("float", "-5", "below zero"),
    ],
)
async def test_what_will_not_do(app: PaydeskApp, store: Store, name: str, typed: str, why: str) -> None:
    """Each field says in place what is wrong with it, and keeps what is typed."""
    pay(store, 5_000)
    async with counting(app) as (pilot, dialog):
        field(dialog, "counted").value = "50"
        field(dialog, name).value = typed
        await pilot.press("enter")
        await until(pilot, lambda: why in error(dialog, name))
        assert field(dialog, name).has_focus
        assert field(dialog, name).value == typed
        assert closed(store) == []


async def test_pressed_twice_is_closed_once(app: PaydeskApp, store: Store) -> None:
    """A second Enter does nothing more."""
    async with counting(app) as (pilot, _):
        await pilot.press("0", "enter", "enter")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
    assert len(closed(store)) == 1


async def test_follows_the_till(app: PaydeskApp, store: Store) -> None:
    """Cash that is taken at another desk while one counts is expected at once."""
    async with counting(app) as (pilot, dialog):
        await pilot.press(*"20")
        pay(store, 2_000)
        await until(pilot, lambda: text(dialog, "#difference") == "Difference £0.00 ✓ exact")
        await pilot.press("enter")
        await until(pilot, lambda: closed(store))
    assert closed(store)[0].takings.total == 2_000


class Late(Desk):
    """A desk on which cash is taken elsewhere just before the day is closed."""

    async def close_day(self, count: CashCount, *, day_id: str = "") -> ClosedDay:
        """Take cash first."""
        pay(self._store, 2_000)
        return await super().close_day(count, day_id=day_id)


async def test_cash_at_the_last_moment(store: Store) -> None:
    """A payment between the last look and the close is not slipped into the count: one is asked to look again."""
    async with counting(PaydeskApp(Late(store, actor="Amira"), now=frozen)) as (pilot, dialog):
        await pilot.press("0", "enter")
        await until(pilot, lambda: "Cash moved while you counted: £20.00" in error(dialog, "counted"))
        assert closed(store) == []


async def test_notes_and_coins(app: PaydeskApp, store: Store) -> None:
    """F8 adds notes and coins up while one types, and the day keeps how many there were of each."""
    pay(store, 16_205)
    async with counting(app) as (pilot, dialog):
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, CountDialog))
        count = app.screen
        assert isinstance(count, CountDialog)
        await pilot.press("3", "enter", "x", "enter", "1", "down", "down", "1", "up", "up", "up", "tab")
        assert text(count, "#pieces-total") == "Counted £162.00"
        assert text(count, "#sum-5000") == "£150.00"
        count.query_one("#piece-5", Field).value = "1"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: app.screen is dialog)
        assert field(dialog, "counted").value == "162.05"
        await pilot.press("enter")
        await until(pilot, lambda: closed(store))
    assert closed(store)[0].pieces == {5000: 3, 1000: 1, 200: 1, 5: 1}


async def test_a_typed_sum_forgets_the_notes_and_coins(app: PaydeskApp, store: Store) -> None:
    """Who changes the sum by hand counted otherwise: the old pieces are not kept."""
    pay(store, 5_000)
    async with counting(app) as (pilot, dialog):
        await pilot.press("f8")
        await until(pilot, lambda: isinstance(app.screen, CountDialog))
        await pilot.press("2", "ctrl+s")
        await until(pilot, lambda: app.screen is dialog)
        field(dialog, "counted").value = "50"
        await pilot.press("enter")
        await until(pilot, lambda: closed(store))
    assert closed(store)[0].pieces == {}


async def test_leaving_closes_nothing(app: PaydeskApp, store: Store) -> None:
    """Esc goes back, the day stays open."""
    async with counting(app) as (pilot, _):
        await pilot.press("0", "escape")
        await until(pilot, lambda: isinstance(app.screen, TodayScreen))
    assert closed(store) == []


@asynccontextmanager
async def looking_back(app: PaydeskApp) -> AsyncIterator[tuple[Pilot[Any], ClosedDaysScreen]]:
    """Run the app with the closed days shown."""
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f6", "d")
        await until(pilot, lambda: isinstance(app.screen, ClosedDaysScreen))
        assert isinstance(app.screen, ClosedDaysScreen)
        yield pilot, app.screen


async def test_no_day_was_closed(app: PaydeskApp) -> None:
    """The list says so and offers nothing to print."""
    async with looking_back(app) as (_, screen):
        assert screen.table.empty_text == EMPTY
        assert not screen.check_action("print", ())


async def test_closed_days_are_read_again(app: PaydeskApp, store: Store) -> None:
    """The newest is first; the one under the cursor is shown as its sheet."""
    pay(store, 5_000)
    close(store, 4_900, 1_000, "lost in the drawer")
    close(store, 1_000, 1_000)
    async with looking_back(app) as (pilot, screen):
        await until(pilot, lambda: len(screen.table.rows) == 2)
        await pilot.press("down")
        await until(pilot, lambda: "lost in the drawer" in screen.query_one(Pane).sheet.text)
        assert "Float for the next day                    £10.00" in screen.query_one(Pane).sheet.text
        await pilot.press("enter")
        assert screen.query_one(Pane).has_focus


async def test_printing_saves_the_sheet(app: PaydeskApp, store: Store) -> None:
    """Without a print command P saves the sheet in the data folder, for its owner only, and says where."""
    close(store, 0)
    async with looking_back(app) as (pilot, screen):
        await until(pilot, lambda: screen.table.rows)
        await pilot.press("p")
        await until(pilot, lambda: screen.query_one(SaidLine).said)
        (path,) = (store.path.parent / "documents").iterdir()
        assert screen.query_one(SaidLine).said == f"Saved as {path}."
    assert path.name == "day-2026-11-22-1402.txt"
    assert path.stat().st_mode & 0o777 == 0o600
    assert "End of day" in path.read_text()


async def test_printing_by_command(app: PaydeskApp, store: Store, tmp_path: Path) -> None:
    """With a print command the sheet goes to it; one that fails is said."""
    close(store, 0)
    printed = tmp_path / "printed.txt"
    store.write(lambda tx: settings.put(tx, "desk.print_command", f"cp {{file}} {printed}"))
    async with looking_back(app) as (pilot, screen):
        await until(pilot, lambda: screen.table.rows)
        await pilot.press("p")
        await until(pilot, lambda: screen.query_one(SaidLine).said.startswith("Printed."))
        assert "End of day" in printed.read_text()
        store.write(lambda tx: settings.put(tx, "desk.print_command", "false {file}"))
        await pilot.press("p")
        await until(pilot, lambda: "not printed" in screen.query_one(SaidLine).said)
