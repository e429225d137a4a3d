"""How much reception may give away, and the approval of a manager that a draft keeps.

Every draft is written by `invoices.save_draft`, which asks here: a draft beyond the limit does not come into being
without a manager, so whatever issues it later (a payment, a link, a script) has nothing left to ask.
"""

from dataclasses import dataclass

from store.authority import has_managers, require_manager
from store.database import Reader, Tx
from store.discounts import Given


@dataclass(frozen=True, slots=True)
class Approval:
    """A manager, `by`, has let `off` of `full` pence be given away."""

    by: str = ""
    off: int = 0
    full: int = 0

    def covers(self, given: Given) -> bool:
        """Tell whether a draft gives away no more than this, neither in pence nor as a share."""
        return bool(self.by) and given.off <= self.off and not given.more_than(self.off, self.full)


NOT_NEEDED = Approval()


def approval_for(tx: Tx, given: Given, limit: int, before: Approval = NOT_NEEDED) -> Approval:
    """Return the approval to keep with a draft; `limit` is in per cent, `before` what the draft has already.

    Raises NeedsManager where more is given away than the limit, and than was approved before.
    """
    if not given.more_than(limit, 100) or not has_managers(tx):
        return NOT_NEEDED
    if before.covers(given):
        return before
    require_manager(tx, f"give a discount of more than {limit}%")
    return Approval(tx.by.approver_name or tx.by.name, given.off, given.full)


def kept_with(reader: Reader, number: str) -> Approval:
    """Return the approval that a draft has; none where there is no such draft."""
    row = reader.one(
        "SELECT approved_by, approved_off, approved_full FROM invoices WHERE number = :number OR id = :number",
        number=number,
    )
    return NOT_NEEDED if row is None else Approval(row["approved_by"], row["approved_off"], row["approved_full"])
