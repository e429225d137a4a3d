"""Admin: who works here."""

from textual.app import ComposeResult

from tui.screens.admin_section import Section
from tui.screens.staff import StaffPane


class StaffSection(Section):
    """The staff list, with a manager's approval that holds while Admin is open."""

    TITLE = "Staff"
    ABOUT = "who works here, and their PINs"

    def body(self) -> ComposeResult:
        """Give the list."""
        yield StaffPane()

    def begin(self) -> None:
        """Begin in the list."""
        self.query_one(StaffPane).begin()
