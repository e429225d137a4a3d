"""What tests read of a terminal is what a person sees, at any moment."""

from textual.app import App, ComposeResult
from textual.screen import ModalScreen
from textual.widgets import Static

from tests.tui.terminal import lines


class Behind(App[None]):
    """A line, and a dialog over it."""

    def compose(self) -> ComposeResult:
        """Give the line."""
        yield Static("behind the dialog")


async def test_what_is_behind_a_dialog_is_read_before_it_was_painted() -> None:
    """And stays there: reading leaves no trace in what is painted next."""
    app = Behind()
    async with app.run_test(size=(40, 10)) as pilot:
        await app.push_screen(ModalScreen())
        app.screen.refresh()
        assert "behind" in lines(app)[0]
        await pilot.pause()
        assert "behind" in lines(app)[0]
