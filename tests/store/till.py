"""Short words for what a till does in a test: drafts with discounts, and who is at the desk."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from store import invoices
from store.database import By, Tx
from store.discounts import NONE, Discount
from store.invoices import NewLine
from store.models import Invoice
from tests.store.builders import Clinic

T = TypeVar("T")

AMIRA = By("Amira", person="amira")
"""Reception."""

MAY = By("May", person="may")
"""The manager."""

APPROVED = By("Amira", person="amira", approver="may", approver_name="May")
"""Reception with the manager's PIN beside it."""


def register_staff(clinic: Clinic) -> None:
    """Register Amira of reception and May, a manager: from then on it matters who is at the desk."""

    def work(tx: Tx) -> None:
        tx.run_many(
            "INSERT INTO staff (id, name, role, pin_hash, created_at) VALUES (:id, :name, :role, '', :now)",
            [
                {"id": "amira", "name": "Amira", "role": "reception", "now": tx.now},
                {"id": "may", "name": "May", "role": "manager", "now": tx.now},
            ],
        )

    clinic.store.write(work)


def does(clinic: Clinic, work: Callable[[Tx], T], by: By = AMIRA) -> T:
    """Have somebody do something."""
    return clinic.store.write(work, actor=by)


def save(
    clinic: Clinic,
    lines: Sequence[NewLine],
    discount: Discount = NONE,
    *,
    by: By = AMIRA,
    limit: int = 10,
    draft: Invoice | None = None,
    client: str | None = None,
    notes: str = "",
) -> Invoice:
    """Save a draft for Jane, new or as `draft` was loaded, where reception may give `limit` per cent."""

    def work(tx: Tx) -> Invoice:
        return invoices.save_draft(
            tx,
            clinic.jane.id if client is None else client,
            lines,
            currency="GBP",
            prefix="INV-",
            number=draft.row.number if draft else None,
            version=draft.row.version if draft else None,
            discount=discount,
            notes=notes,
            discount_limit=limit,
        )

    return does(clinic, work, by)
