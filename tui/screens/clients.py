"""Clients."""

from textual.app import ComposeResult
from textual.widgets import Static

from tui.screens.base import DeskScreen


class ClientsScreen(DeskScreen):
    """Clients."""

    def body(self) -> ComposeResult:
        """Nothing yet."""
        yield Static("Clients")
