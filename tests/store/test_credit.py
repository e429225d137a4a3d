"""Account credit: taken, used, given back, never below zero and never counted twice."""

from collections.abc import Callable
from functools import partial

import pytest

from store import credit, ledger, payment_types, payments
from store.credit import CreditEntry
from store.database import By
from store.errors import BadInput, NeedsManager, NotFound, Refused
from store.ids import new_id
from store.money import LARGEST
from store.verify import verify
from tests.store.builders import Clinic
from tests.store.till import AMIRA, APPROVED, does, register_staff


def deposit(clinic: Clinic, amount: int, kind: str = "cash", reference: str = "", id_: str = "") -> CreditEntry:
    """Take a deposit from Jane."""
    return does(
        clinic,
        lambda tx: credit.deposit(
            tx, clinic.jane.id, kind, amount, currency="GBP", reference=reference, credit_id=id_
        ),
    )


def pay_back(clinic: Clinic, amount: int, kind: str = "cash", id_: str = "", by: By = AMIRA) -> CreditEntry:
    """Give Jane's credit back."""
    return does(
        clinic,
        lambda tx: credit.pay_back(tx, clinic.jane.id, kind, amount, currency="GBP", credit_id=id_),
        by,
    )


def balance(clinic: Clinic) -> int:
    """Return what Jane has."""
    return clinic.store.read(lambda reader: credit.balance(reader, clinic.jane.id))


def test_a_deposit_is_a_fact(clinic: Clinic) -> None:
    """Of no invoice, with references only; the client has it."""
    made = deposit(clinic, 5000, "card", "slip\x1b 7")
    assert made == CreditEntry(
        made.id, clinic.jane.id, 5000, "card", "2026-11-22T14:02:31.000Z", "slip 7", None, "Amira"
    )
    assert balance(clinic) == 5000
    (fact,) = clinic.store.read(lambda reader: list(ledger.entries(reader)))
    assert (fact.kind, fact.invoice_id, fact.payload) == (
        "credit_recorded",
        None,
        {"credit": made.id, "client": clinic.jane.id, "amount": 5000, "type": "card", "reference": "slip 7"},
    )


def test_credit_pays_invoices(clinic: Clinic) -> None:
    """With other money beside it; each movement names the invoice it went to."""
    deposit(clinic, 15_000)
    number = clinic.issued()
    clinic.clock.forward(minutes=1)
    paid = clinic.pay(number, 10_000, "account_credit")
    assert (paid.type, paid.amount) == ("account_credit", 10_000)
    clinic.pay(number, 11_100)
    assert clinic.invoice(number).row.state == "paid"
    assert balance(clinic) == 5000
    newest, oldest = clinic.store.read(lambda reader: credit.entries(reader, clinic.jane.id))
    assert (newest.amount, newest.type, newest.reference, newest.payment_id) == (
        -10_000,
        "account_credit",
        number,
        paid.id,
    )
    assert (oldest.amount, oldest.payment_id) == (15_000, None)
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).problems == ()


def test_no_more_is_paid_with_credit_than_there_is(clinic: Clinic) -> None:
    """The draft stays a draft, and what is left is said."""
    number = clinic.draft().row.number
    with pytest.raises(BadInput, match="Jane Smith has no account credit") as caught:
        clinic.pay(number, 1, "account_credit")
    deposit(clinic, 5000)
    with pytest.raises(BadInput, match=r"£50\.01 is more than the £50\.00 that Jane Smith has as credit") as caught:
        clinic.pay(number, 5001, "account_credit")
    assert caught.value.field == "amount"
    assert clinic.invoice(number).row.state == "draft"
    clinic.pay(number, 5000, "account_credit")
    with pytest.raises(BadInput, match="has no account credit"):
        clinic.pay(number, 1, "account_credit")
    assert balance(clinic) == 0


def test_a_deposit_is_given_back(clinic: Clinic) -> None:
    """Up to what there is."""
    deposit(clinic, 5000)
    back = pay_back(clinic, 2000, "transfer")
    assert (back.amount, back.type) == (-2000, "transfer")
    with pytest.raises(BadInput, match=r"£30\.01 is more than the £30\.00"):
        pay_back(clinic, 3001)
    pay_back(clinic, 3000)
    with pytest.raises(BadInput, match="has no account credit"):
        pay_back(clinic, 1)
    assert clinic.store.read(lambda reader: verify(reader, clinic.store.path)).problems == ()


def test_giving_back_takes_a_manager(clinic: Clinic) -> None:
    """Who approved it stands in the ledger; taking a deposit and paying with credit take nobody."""
    register_staff(clinic)
    deposit(clinic, 5000)
    clinic.pay(clinic.issued(), 1000, "account_credit")
    with pytest.raises(NeedsManager, match="Only a manager may return a deposit"):
        pay_back(clinic, 1000)
    assert balance(clinic) == 4000
    pay_back(clinic, 1000, by=APPROVED)
    *_, fact = clinic.store.read(lambda reader: list(ledger.entries(reader)))
    assert (fact.actor, fact.payload["approved_by"]) == ("Amira", "May")


@pytest.mark.parametrize(
    ("kind", "amount", "field", "why"),
    [
        ("cheque", 100, "type", "“cheque” is not a payment type here. Use one of: cash, card, transfer"),
        ("account_credit", 100, "type", "is not a payment type here. Use one of: cash, card, transfer"),
        ("payment_link", 100, "type", "is not a payment type here"),
        ("cash", 0, "amount", "must be above zero"),
        ("cash", -100, "amount", "must be above zero"),
        ("cash", LARGEST, "amount", r"Jane Smith would have more than £999,999\.99"),
    ],
)
def test_money_that_will_not_do_is_refused(clinic: Clinic, kind: str, amount: int, field: str, why: str) -> None:
    """Both ways: the field and the reason."""
    deposit(clinic, 500)
    for work in (deposit, pay_back):
        if work is pay_back and amount == LARGEST:
            why = "is more than the"
        with pytest.raises(BadInput, match=why) as caught:
            work(clinic, amount, kind)
        assert caught.value.field == field
    assert balance(clinic) == 500


def test_a_type_that_is_off_takes_no_deposit(clinic: Clinic) -> None:
    """And gives none back."""
    deposit(clinic, 500)
    does(clinic, lambda tx: payment_types.switch(tx, "cash", on=False))
    for work in (deposit, pay_back):
        with pytest.raises(BadInput, match=r"Cash is switched off\. Use one of: card, transfer"):
            work(clinic, 100)


def test_a_client_that_is_not_there_is_told(clinic: Clinic) -> None:
    """Before anything else."""
    for work in (credit.deposit, credit.pay_back):
        with pytest.raises(NotFound, match="There is no client nobody"):
            does(clinic, partial(work, client_id="nobody", type_code="cash", amount=100, currency="GBP"))
    assert clinic.store.read(lambda reader: credit.balance(reader, "")) == 0


def test_the_same_money_is_not_moved_twice(clinic: Clinic) -> None:
    """A second tap is answered with the first one's entry; something else under its id is refused."""
    id_ = new_id()
    first = deposit(clinic, 500, reference="slip 7", id_=id_)
    assert deposit(clinic, 500, reference=" slip 7 ", id_=id_) == first
    assert first.id == id_
    works: list[Callable[[], object]] = [
        lambda: deposit(clinic, 501, reference="slip 7", id_=id_),
        lambda: deposit(clinic, 500, "card", "slip 7", id_=id_),
        lambda: deposit(clinic, 500, reference="slip 8", id_=id_),
        lambda: pay_back(clinic, 500, id_=id_),
    ]
    for work in works:
        with pytest.raises(Refused, match="recorded already, with something else in it"):
            work()
    assert balance(clinic) == 500
    back = new_id()
    assert pay_back(clinic, 500, id_=back) == pay_back(clinic, 500, id_=back)
    assert balance(clinic) == 0


def test_the_id_of_a_movement_on_an_invoice_is_nobodys_else(clinic: Clinic) -> None:
    """A deposit under the id of a payment with credit would be that payment."""
    deposit(clinic, 500)
    clinic.pay(clinic.issued(), 500, "account_credit")
    used = clinic.store.read(lambda reader: credit.entries(reader, clinic.jane.id))
    taken = next(entry.id for entry in used if entry.amount < 0)
    with pytest.raises(Refused, match="recorded already"):
        deposit(clinic, 500, id_=taken)


@pytest.mark.parametrize("bad", ["x" * 65, "two words", "\x1b[2J", "\u202e"])
def test_what_is_no_id_is_refused(clinic: Clinic, bad: str) -> None:
    """It would stand in the ledger for good."""
    with pytest.raises(BadInput, match="An id has up to 64 letters and digits"):
        deposit(clinic, 500, id_=bad)
    number = clinic.issued()
    with pytest.raises(BadInput, match="An id has up to 64 letters and digits") as caught:
        does(clinic, lambda tx: payments.take(tx, number, "cash", 100, payment_id=bad))
    assert caught.value.field == "id"
