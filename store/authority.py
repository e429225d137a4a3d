"""Who may do what only managers may: checked in the transaction that does it."""

from store.database import By, Reader, Tx
from store.errors import NeedsManager


def require_manager(tx: Tx, deed: str) -> None:
    """Let a manager through, and whoever has a manager's approval; without staff there is nobody to ask.

    `deed` completes “Only a manager may …”. Raises NeedsManager.
    """
    if not may_manage(tx, tx.by):
        raise NeedsManager(deed)


def may_manage(reader: Reader, by: By) -> bool:
    """Tell whether somebody is a manager or has a manager's approval; without managers everybody is."""
    if not has_managers(reader):
        return True
    proven = reader.value(
        "SELECT 1 FROM staff WHERE id IN (:person, :approver) AND role = 'manager' AND active = 1",
        person=by.person,
        approver=by.approver,
    )
    return bool(proven)


def has_managers(reader: Reader) -> bool:
    """Tell whether a manager is registered: from then on PINs count."""
    return bool(reader.value("SELECT 1 FROM staff WHERE role = 'manager' AND active = 1"))
