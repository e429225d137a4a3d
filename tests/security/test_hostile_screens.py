"""Whatever stands in the data file, the desk draws it as text: nothing of it drives the terminal."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from rich.cells import cell_len
from textual.app import App, ComposeResult
from textual.content import Content
from textual.pilot import Pilot
from textual.widgets import Input, OptionList, Static

from store.database import Store
from store.text import LEFT_TO_RIGHT
from tests.security.nasty import NASTY, SURROGATE, driving
from tests.security.poisoned import WORST, overwrite, poison
from tests.tui.adminning import at
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.people import hire
from tests.tui.popups import UNPAID, opened
from tests.tui.terminal import strips
from tests.tui.walking import walk
from tui.app import LockedDesk, PaydeskApp
from tui.desk import Desk
from tui.screens.ask import Confirm
from tui.screens.base import escaped
from tui.staffed import StaffedApp
from tui.widgets.list_table import Column, ListRow, ListTable

WIDE = (160, 45)
OURS = re.compile(r"\x1b\[[0-9;]*[mH]")
"""What the desk itself says to a terminal: colours, and where to draw."""


def painted(app: App[Any]) -> str:
    """Return what goes to the terminal for the whole screen, our own colours and moves taken out."""
    update = app.screen._compositor.render_full_update()
    return OURS.sub("", update.render_segments(app.console))


def check(app: App[Any]) -> str:
    """Hold a painted screen to what a terminal may get; return it."""
    seen = painted(app)
    assert driving(seen) == [], ascii(seen)
    return seen


@pytest.fixture
def poisoned(store: Store) -> Store:
    """The clinic with hostile texts everywhere."""
    poison(store)
    return store


async def settled(pilot: Pilot[Any]) -> None:
    """Let what is under way be drawn."""
    await until(pilot, lambda: all(worker.is_finished for worker in pilot.app.workers))
    await pilot.pause()


async def test_every_list_is_text(app: PaydeskApp, poisoned: Store) -> None:
    """Point of sale, invoices, clients, outbox, today, with rows that no present version would have let in."""
    assert poisoned.trouble() is None
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        check(app)
        for key, there in (("<f3>", "INV-000002"), ("<f6>", "Held"), ("<f8>", "£10.00"), ("<f4>", "Jane")):
            await walk(pilot, key, f"?{there}")
            check(app)
        await walk(pilot, "jane", "?clients", "<f2>", "jane")
        await settled(pilot)
        assert "Jane" in check(app)


async def test_a_card_is_text(app: PaydeskApp, poisoned: Store) -> None:
    """A client's sections and dialogs."""
    assert poisoned.trouble() is None
    async with app.run_test(size=WIDE) as pilot:
        await walk(pilot, "<f4>", "?Jane", "<enter>", "?1 Details")
        check(app)
        for key, there in (("e", "?Edit the card"), ("m", "?Merge into"), ("x", "?Erase")):
            await walk(pilot, key, there)
            check(app)
            await walk(pilot, "<escape>")


async def test_an_invoice_is_text(app: PaydeskApp, poisoned: Store) -> None:
    """Its sections, its log, its dialogs."""
    assert poisoned.trouble() is None
    async with opened(app, UNPAID, WIDE) as (pilot, _):
        check(app)
        for key, there in (("o", "?Send payment link"), ("r", "?Resend"), ("f", "?Reason")):
            await walk(pilot, key, there)
            check(app)
            await walk(pilot, "<escape>")


@pytest.mark.parametrize("section", ["types", "import", "catalogue"])
async def test_admin_is_text(app: PaydeskApp, poisoned: Store, section: str) -> None:
    """Payment types, items, dropped files and what became of them."""
    assert poisoned.trouble() is None
    async with at(app, section, WIDE) as (_, _section):
        check(app)


async def test_the_sign_in_is_text(desk: Desk, store: Store) -> None:
    """The names of staff, before anybody has shown who they are."""
    hire(store)
    overwrite(store)
    app = LockedDesk(desk)
    async with app.run_test(size=WIDE) as pilot:
        await settled(pilot)
        assert "Jane" in check(app)


class Sinks(StaffedApp):
    """Every kind of widget that can show a text, with one text in all of them."""

    CSS = "Static, Input { height: 3; border: solid white; } ListTable { height: 4; } OptionList { height: 5; }"

    def compose(self) -> ComposeResult:
        """Put them one under another."""
        yield Static(id="content")
        yield Static(id="plain", markup=False)
        yield Input(id="value")
        yield Input(id="hint")
        yield OptionList()
        yield ListTable([Column("Name"), Column("Due", 10, right=True)])

    puts = 0

    def put(self, text: str) -> str:
        """Show another text everywhere, and beside it in the table an amount, which is returned."""
        self.puts += 1
        due = f"£120.{self.puts:02d}"
        self.query_one("#content", Static).update(Content(text))
        plain = self.query_one("#plain", Static)
        plain.update(text)
        plain.border_title = escaped(text)
        self.query_one("#value", Input).value = text
        self.query_one("#hint", Input).placeholder = text
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_option(Content(text))
        self.query_one(ListTable).show([ListRow("1", (text, due))])
        self.clear_notifications()
        self.notify(text[:60], markup=False)
        return due


@asynccontextmanager
async def sinks(desk: Desk) -> AsyncIterator[Callable[..., Awaitable[str]]]:
    """Run the widgets; give what shows a text in them and returns what is painted once it is there so many times."""
    app = Sinks(desk, frozen, "")
    async with app.run_test(size=(70, 30), notifications=True) as pilot:

        async def shown(text: str, times: int = 1) -> str:
            due = app.put(text)
            await until(pilot, lambda: due in painted(app))
            await until(pilot, lambda: times == 1 or painted(app).count(text) >= times)
            assert app.is_running
            return check(app)

        yield shown


async def test_no_widget_lets_it_through(desk: Desk) -> None:
    """Texts that nobody cleaned: content, titles, fields, hints, options, tables, messages."""
    async with sinks(desk) as shown:
        for text in [*NASTY.values(), SURROGATE]:
            assert text[:2] in await shown(text)


async def test_markup_is_shown_as_it_was_typed(desk: Desk) -> None:
    """Brackets are brackets, and nothing can be clicked."""
    async with sinks(desk) as shown:
        for name in ("bold", "closing", "action", "link", "backslash"):
            assert (await shown(NASTY[name], 6)).count(NASTY[name]) >= 6


async def test_no_markup_becomes_a_link(desk: Desk) -> None:
    """Neither the terminal's nor the desk's own."""
    app = Sinks(desk, frozen, "")
    async with app.run_test(size=(70, 30), notifications=True) as pilot:
        app.put(NASTY["action"] + NASTY["link"])
        await pilot.pause()
        styles = [segment.style for strip in strips(app) for segment in strip]
        assert not any(style and (style.link or "@click" in style.meta) for style in styles)


async def test_a_dialog_is_text(app: PaydeskApp) -> None:
    """Its title, its question, and what is said afterwards."""
    async with app.run_test(size=WIDE, notifications=True) as pilot:
        app.push_screen(Confirm(WORST, WORST, yes=WORST))
        app.say(WORST)
        await settled(pilot)
        assert "[@click=app.quit]" in check(app)


async def test_hebrew_and_arabic_stay_and_move_nothing(desk: Desk) -> None:
    """The letters are all there; where the name ends the order of writing is ours again, so no amount moves."""
    async with sinks(desk) as shown:
        for name, words in (("hebrew", "דנה כהן"), ("arabic", "محمد علي")):
            lines = [line for line in (await shown(NASTY[name])).splitlines() if words[:3] in line]
            assert len(lines) >= 5
            assert all(words + LEFT_TO_RIGHT in line for line in lines)


async def test_a_line_stays_as_wide_as_it_was(desk: Desk) -> None:
    """What is left out took no room, or something else stands in its place: the columns are in line."""
    async with sinks(desk) as shown:
        seen = (await shown(SURROGATE + NASTY["zero width"])).splitlines()
        row = next(line for line in seen if "£120.01" in line)
        assert row.rstrip().endswith("£120.01")
        assert any("Jane\ufffd\ufffd Smith" in line for line in seen)
        assert len({cell_len(line) for line in seen}) == 1
