"""The seam: the end of the day and the reports."""

from tui.desk.calls import Calls


class DayCalls(Calls):
    """Closing days and counting."""
