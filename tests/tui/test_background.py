"""Work that a screen began and that is overtaken by its end."""

import asyncio

import pytest
from textual.app import ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static
from textual.worker import WorkerFailed

from tests.tui.conditions import until
from tui.app import PaydeskApp
from tui.background import begin


class Busy(ModalScreen[None]):
    """A dialog that looks at what it shows all the time."""

    looks_for = "#shown"

    def compose(self) -> ComposeResult:
        """Show something."""
        yield Static(id="shown")

    def on_mount(self) -> None:
        """Begin to look."""
        begin(self, self._look)

    async def _look(self) -> None:
        while True:
            self.query_one(self.looks_for)
            await asyncio.sleep(0)


async def test_a_dialog_is_closed_while_it_looks(app: PaydeskApp) -> None:
    """What it does not find any more is no fault: the desk stays open."""
    async with app.run_test() as pilot:
        for _ in range(5):
            await app.push_screen(Busy())
            await pilot.pause()
            app.pop_screen()
            await until(pilot, lambda: len(app.screen_stack) == 1)
        assert app.is_running


async def test_the_desk_is_closed_while_a_dialog_looks(app: PaydeskApp) -> None:
    """It ends without a fault."""
    async with app.run_test() as pilot:
        await app.push_screen(Busy())
        await pilot.pause()
    assert app.return_code in {0, None}


async def test_what_is_missing_from_an_open_dialog_is_a_fault(app: PaydeskApp) -> None:
    """Nothing is hushed up while everything is there."""
    busy = Busy()
    busy.looks_for = "#other"
    with pytest.raises(WorkerFailed, match="#other"):
        await _shows(app, busy)


async def _shows(app: PaydeskApp, busy: Busy) -> None:
    async with app.run_test() as pilot:
        await app.push_screen(busy)
        await until(pilot, lambda: app._exception)
