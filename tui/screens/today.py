"""Today."""

from textual.app import ComposeResult
from textual.widgets import Static

from tui.screens.base import DeskScreen


class TodayScreen(DeskScreen):
    """Today."""

    def body(self) -> ComposeResult:
        """Nothing yet."""
        yield Static("Today")
