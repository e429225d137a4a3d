"""The seam: refunds, receipts and documents."""

from tui.desk.calls import Calls


class RefundCalls(Calls):
    """Giving money back and writing it down."""
