"""Admin."""

from textual.app import ComposeResult
from textual.widgets import Static

from tui.screens.base import DeskScreen


class AdminScreen(DeskScreen):
    """Admin."""

    def body(self) -> ComposeResult:
        """Nothing yet."""
        yield Static("Admin")
