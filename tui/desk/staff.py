"""The seam: staff, their PINs and what a manager approves."""

from tui.desk.calls import Calls


class StaffCalls(Calls):
    """Signing in and approving."""
