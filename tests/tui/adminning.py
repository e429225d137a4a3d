"""Admin in tests: opening a section, keys, and what is said in it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from textual.pilot import Pilot

from tests.tui.conditions import until
from tests.tui.typing import type_text
from tui.app import PaydeskApp
from tui.screens.admin import AdminScreen
from tui.screens.admin_form import AskForm
from tui.screens.admin_section import Section
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.said_line import SaidLine

SMALL, WIDE = (80, 24), (160, 45)


@asynccontextmanager
async def at(
    app: PaydeskApp, section: str, size: tuple[int, int] = SMALL
) -> AsyncIterator[tuple[Pilot[Any], Section]]:
    """Run the app with a section of Admin open, read, and the focus in it."""
    async with app.run_test(size=size) as pilot:
        await pilot.press("f9")
        screen = admin(app)
        await until(pilot, lambda: not screen.shut and screen.shown is not None)
        yield pilot, await go_to(app, pilot, section)


async def go_to(app: PaydeskApp, pilot: Pilot[Any], name: str) -> Section:
    """Go into a section from the list of sections."""
    screen = admin(app)
    screen.call_later(screen.open_section, name)
    await until(
        pilot,
        lambda: (
            screen.shown is not None
            and screen.section == name
            and screen.shown.has_focus_within
            and idle(screen.shown)
        ),
    )
    section = screen.shown
    assert section is not None
    return section


def idle(section: Section) -> bool:
    """Tell whether a section has read what it shows and does nothing just now."""
    return not section.load._running and not section.busy


def admin(app: PaydeskApp) -> AdminScreen:
    """Return Admin, whatever is over it."""
    screen = app.screen_stack[0]
    assert isinstance(screen, AdminScreen)
    return screen


def said(section: Section) -> str:
    """Return what a section says was done."""
    return section.query(SaidLine).last(SaidLine).said


def wrong(section: Section) -> str:
    """Return every error in sight in a section."""
    return " ".join(line.said for line in section.query(ErrorLine) if line.said)


def field(section: Section, name: str) -> Field:
    """Return a field of the form that is open."""
    found = section.query_one(AskForm).field(name)
    assert isinstance(found, Field)
    return found


def notes(section: Section) -> str:
    """Return every note in sight in a section."""
    return " ".join(str(note.render()) for note in section.query(".note") if note.display)


async def retype(pilot: Pilot[Any], section: Section, name: str, text: str) -> None:
    """Replace what is in a field by keys."""
    field(section, name).focus()
    await until(pilot, lambda: field(section, name).has_focus)
    await pilot.press("end", "ctrl+u")
    await type_text(pilot, text)
    await until(pilot, lambda: field(section, name).value == text)
