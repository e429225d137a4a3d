"""Invoices at several VAT rates, money given back, and clinics of one's own: for tests of what was taken."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

from store import invoices, refunds
from store.database import Store, Tx
from store.discounts import Discount
from store.opening import FILE_NAME
from tests.store.builders import Clinic, Clock, furnished, line

RATES = (2000, 500, 0)


def mixed(clinic: Clinic, *grosses: int, discount: int = 0) -> str:
    """Issue an invoice with a line at each of the rates and return its number."""
    lines = [line(gross, rate) for gross, rate in zip(grosses, RATES, strict=False) if gross]

    def work(tx: Tx) -> str:
        off = Discount(amount=discount)
        draft = invoices.save_draft(tx, clinic.jane.id, lines, currency="GBP", prefix="INV-", discount=off)
        return invoices.issue(tx, draft.row.number).row.number

    return clinic.store.write(work, actor="Amira")


def give_back(
    clinic: Clinic, number: str, amount: int, *, to: str = "", of: str = "", still_owed: bool = False
) -> None:
    """Refund a part of a payment of an invoice, of its first unless it is named."""
    payment_id = of or clinic.invoice(number).payments[0].id
    clinic.store.write(
        lambda tx: refunds.refund(tx, number, payment_id, amount, to=to, reason="asked for", still_owed=still_owed),
        actor="Amira",
    )


@contextmanager
def another_clinic() -> Iterator[Clinic]:
    """A data file of its own: hypothesis runs a test many times."""
    with TemporaryDirectory() as folder:
        clock = Clock()
        store = Store(Path(folder) / FILE_NAME, clock=clock)
        try:
            yield furnished(store, clock)
        finally:
            store.close()
