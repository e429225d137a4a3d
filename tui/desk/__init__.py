"""The seam between what people see and what is true: every call a screen or a command may make.

All calls are short, local and never touch the network: they read or commit on the data file and return frozen
views. Errors are those of `store.errors`, each with a sentence that can be shown as it is.
"""

from store.database import By
from tui.desk.admin import AdminCalls
from tui.desk.backups import BackupCalls
from tui.desk.clients import ClientCalls
from tui.desk.clinic import ClinicCalls
from tui.desk.days import DayCalls
from tui.desk.imports import ImportCalls
from tui.desk.invoices import InvoiceCalls
from tui.desk.links import CHANNELS, LinkCalls, SendPreview
from tui.desk.messages import MessageCalls, MessagePreview
from tui.desk.outbox import OutboxCalls
from tui.desk.refunds import RefundCalls
from tui.desk.sales import SaleCalls
from tui.desk.sent import STAND_IN_CODE, Sent
from tui.desk.staff import StaffCalls
from tui.desk.trouble import TroubleCalls

__all__ = ["CHANNELS", "STAND_IN_CODE", "Desk", "MessagePreview", "SendPreview", "Sent"]


class Desk(
    ClientCalls,
    SaleCalls,
    InvoiceCalls,
    LinkCalls,
    MessageCalls,
    RefundCalls,
    OutboxCalls,
    ClinicCalls,
    AdminCalls,
    BackupCalls,
    StaffCalls,
    DayCalls,
    ImportCalls,
    TroubleCalls,
):
    """One person at one desk, on one data file. `by` is who the ledger says did it."""

    def acting_as(self, by: By) -> "Desk":
        """Return the same desk with somebody else at it, or with a manager's approval beside the same person."""
        return Desk(self._store, actor=by)
