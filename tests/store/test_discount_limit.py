"""How much reception may give away, and what happens with a manager's approval."""

import pytest

from store import invoices, ledger, payments, requests
from store.database import By
from store.discounts import NONE, Discount
from store.errors import EditConflict, NeedsManager
from store.invoices import NewLine
from store.reading import invoice_by_number
from tests.store.builders import Clinic, line
from tests.store.till import AMIRA, APPROVED, MAY, does, register_staff, save

OVER = Discount(rate=1001)
HUNDRED = [line(10_000)]


@pytest.fixture(autouse=True)
def _staff(clinic: Clinic) -> None:
    """Amira is of reception, May a manager."""
    register_staff(clinic)


@pytest.mark.parametrize(
    ("lines", "discount"),
    [
        (HUNDRED, Discount(rate=1000)),
        (HUNDRED, Discount(amount=1000)),
        ([NewLine("A", 1000, 10_000, 0, 1000)], NONE),
        ([NewLine("A", 1000, 5000, 0, 0, 500), line(5000)], Discount(amount=500)),
        ([line(125)], Discount(rate=1000)),
        ([NewLine("A", 1000, 5, 0, 1000), NewLine("B", 1000, 15, 0, 1000)], NONE),
    ],
)
def test_reception_gives_up_to_the_limit(clinic: Clinic, lines: list[NewLine], discount: Discount) -> None:
    """Off lines and invoice together, of what it would cost without any."""
    assert save(clinic, lines, discount).row.number == "INV-000001"


@pytest.mark.parametrize(
    ("lines", "discount"),
    [
        (HUNDRED, OVER),
        (HUNDRED, Discount(amount=1001)),
        ([NewLine("A", 1000, 10_000, 0, 1001)], NONE),
        ([NewLine("A", 1000, 10_000, 0, 0, 1001)], NONE),
        ([NewLine("A", 1000, 5000, 0, 0, 500), line(5000)], Discount(amount=501)),
        ([NewLine("A", 1000, 10_000, 0, 900)], Discount(rate=900)),
    ],
)
def test_more_takes_a_manager(clinic: Clinic, lines: list[NewLine], discount: Discount) -> None:
    """Nothing is saved without one; with the approval the draft is there."""
    with pytest.raises(NeedsManager, match=r"Only a manager may give a discount of more than 10%\. Ask a manager"):
        save(clinic, lines, discount)
    assert clinic.store.read(lambda reader: reader.value("SELECT count(*) FROM invoices")) == 0
    for by in (APPROVED, MAY):
        assert save(clinic, lines, discount, by=by).row.discount_rate == discount.rate


def test_who_says_nothing_of_a_limit_gives_nothing(clinic: Clinic) -> None:
    """A way into the store that forgets the limit is stricter, not laxer."""
    with pytest.raises(NeedsManager, match="more than 0%"):
        does(
            clinic,
            lambda tx: invoices.save_draft(
                tx, clinic.jane.id, HUNDRED, currency="GBP", prefix="INV-", discount=Discount(amount=1)
            ),
        )


def test_nobody_but_staff_with_a_proven_pin_approves(clinic: Clinic) -> None:
    """A name alone is nobody: a script that calls itself May is asked all the same."""
    for by in (By("May"), By("x", person="nobody"), By("Amira", person="amira", approver="amira")):
        with pytest.raises(NeedsManager):
            save(clinic, HUNDRED, OVER, by=by)


def test_an_approval_stays_with_the_draft(clinic: Clinic) -> None:
    """Reception goes on with it: nobody is asked again for as much or less, and any way of paying issues it."""
    draft = save(clinic, HUNDRED, Discount(rate=2000), by=APPROVED)
    draft = save(clinic, HUNDRED, Discount(rate=2000), draft=draft, notes="for the wait")
    draft = save(clinic, [line(10_000, description="Renamed")], Discount(amount=1500), draft=draft)
    number = draft.row.number
    does(clinic, lambda tx: payments.take(tx, number, "cash", 100))
    (issued, *_) = clinic.store.read(lambda reader: ledger.of_invoice(reader, draft.row.id))
    assert (issued.actor, issued.payload["discount_approved_by"]) == ("Amira", "May")
    assert "approved_by" not in issued.payload


@pytest.mark.parametrize(
    ("lines", "discount"),
    [
        (HUNDRED, Discount(rate=2001)),
        (HUNDRED, Discount(amount=2001)),
        ([line(100_000)], Discount(rate=2000)),
        ([line(5000)], Discount(amount=2000)),
        ([NewLine("A", 1000, 10_000, 0, 100)], Discount(rate=2000)),
    ],
)
def test_an_approval_is_not_stretched(clinic: Clinic, lines: list[NewLine], discount: Discount) -> None:
    """Not to more money, and not to a larger share of less."""
    draft = save(clinic, HUNDRED, Discount(rate=2000), by=APPROVED)
    with pytest.raises(NeedsManager):
        save(clinic, lines, discount, draft=draft)
    now = clinic.invoice(draft.row.number)
    assert now == draft
    assert save(clinic, lines, discount, draft=draft, by=MAY).row.version == 2


def test_an_approval_ends_when_it_is_not_needed(clinic: Clinic) -> None:
    """Back within the limit and up again: a manager is asked anew."""
    draft = save(clinic, HUNDRED, Discount(rate=2000), by=APPROVED)
    draft = save(clinic, HUNDRED, Discount(rate=1000), draft=draft)
    with pytest.raises(NeedsManager):
        save(clinic, HUNDRED, Discount(rate=2000), draft=draft)
    number = draft.row.number
    does(clinic, lambda tx: requests.send(tx, number, {}, origin="pos"))
    (issued, *_) = clinic.store.read(lambda reader: ledger.of_invoice(reader, draft.row.id))
    assert "discount_approved_by" not in issued.payload


def test_a_conflict_is_told_before_a_pin_is_asked_for(clinic: Clinic) -> None:
    """A manager does not come to the desk for what will not be saved anyway."""
    draft = save(clinic, HUNDRED)
    save(clinic, HUNDRED, draft=draft)
    with pytest.raises(EditConflict):
        save(clinic, HUNDRED, OVER, draft=draft)


def test_a_draft_cannot_be_issued_past_the_limit(clinic: Clinic) -> None:
    """Whatever issues it, what it gives away has been approved when it was saved."""
    with pytest.raises(NeedsManager):
        save(clinic, HUNDRED, OVER)
    draft = save(clinic, HUNDRED)
    with pytest.raises(NeedsManager):
        save(clinic, HUNDRED, OVER, draft=draft)
    issued = does(clinic, lambda tx: invoices.issue(tx, draft.row.number), AMIRA)
    assert issued.row.discount == clinic.store.read(lambda r: invoice_by_number(r, issued.row.id)).row.discount == 0


@pytest.mark.parametrize(("limit", "discount"), [(0, Discount(amount=1)), (100, Discount(rate=10_000))])
def test_the_limit_is_the_clinics(clinic: Clinic, limit: int, discount: Discount) -> None:
    """From nothing at all to everything."""
    if limit:
        assert save(clinic, HUNDRED, discount, limit=limit).row.total == 0
        return
    with pytest.raises(NeedsManager, match="more than 0%"):
        save(clinic, HUNDRED, discount, limit=limit)


def test_making_void_takes_a_manager(clinic: Clinic) -> None:
    """After every reason for which it could not be made void at all."""
    number = save(clinic, HUNDRED).row.number
    does(clinic, lambda tx: invoices.issue(tx, number))
    with pytest.raises(NeedsManager, match="Only a manager may make an invoice void"):
        does(clinic, lambda tx: invoices.void(tx, number, reason="a mistake"))
    assert does(clinic, lambda tx: invoices.void(tx, number, reason="a mistake"), APPROVED).row.state == "void"
