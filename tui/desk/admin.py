"""The seam: what a manager sets up."""

from tui.desk.calls import Calls


class AdminCalls(Calls):
    """Setting the clinic up."""
