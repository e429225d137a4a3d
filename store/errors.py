"""Every error that the store raises on purpose.

PaydeskError            a sentence for a receptionist, and what to do next
├── Refused             a rule says no; nothing was changed
│   ├── BadInput        a field is not what it must be; `field` names it
│   │   └── WrongPin    it is not the PIN, or not yet the time to try again; `wait` says how long
│   ├── NotFound        there is no such client, invoice, request or entry
│   ├── EditConflict    somebody else saved first; load again and repeat
│   └── NeedsManager    a manager's PIN must approve it; `deed` says what
└── StoreError          the data file itself
    ├── NewerFile       written by a newer Paydesk; left untouched
    ├── DiskFull        nothing was saved; make room and try again
    ├── Damaged         SQLite or the ledger found the file damaged
    └── Moved           it was deleted, moved or replaced while it was open
"""

from pathlib import Path


class PaydeskError(Exception):
    """An error whose text can be shown to a receptionist as it is."""


class Refused(PaydeskError):
    """A rule of the desk says no, and nothing was changed."""


class BadInput(Refused):
    """A field holds something it must not; the text says what to type instead."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


class WrongPin(BadInput):
    """A PIN was wrong, or it is too early to try again; `wait` is the seconds until the next try, 0 for none."""

    def __init__(self, message: str, wait: int = 0) -> None:
        super().__init__("pin", message)
        self.wait = wait


class NotFound(Refused):
    """There is no such client, invoice, payment request or outbox entry."""


class EditConflict(Refused):
    """Somebody else saved this in the meantime; their version stands."""


class NeedsManager(Refused):
    """Only a manager may do this, or somebody whom a manager's PIN approves; `deed` says what it is."""

    def __init__(self, deed: str) -> None:
        super().__init__(f"Only a manager may {deed}. Ask a manager to approve it with their PIN.")
        self.deed = deed


class StoreError(PaydeskError):
    """The data file could not be opened, read or written."""


class NewerFile(StoreError):
    """The data file was written by a newer Paydesk and was left untouched."""


class DiskFull(StoreError):
    """The disk had no room for the change, so nothing was saved."""


class Damaged(StoreError):
    """SQLite or the ledger found that the data file is damaged."""


class Moved(StoreError):
    """The data file was deleted, moved or replaced while it was open; what is saved now would be lost.

    `kept` is the new file that what was in it was written to, None where that could not be done, or not yet.
    """

    def __init__(self, message: str, kept: Path | None = None) -> None:
        super().__init__(f"{message} What was in it is kept in {kept}." if kept else message)
        self.kept = kept
