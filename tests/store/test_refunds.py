"""Giving money back at the desk: to the way it was paid, to the penny, once."""

import pytest

from store import refunds
from store.errors import BadInput, NeedsManager, NotFound, Refused
from store.models import Payment
from tests.store.builders import Clinic
from tests.store.refunding import MANAGER, give, is_true_to_the_ledger, lefts, paid_by_link


def paid(clinic: Clinic, pence: int = 21_100, kind: str = "cash") -> tuple[str, Payment]:
    """Have an invoice paid at the desk."""
    number = clinic.issued(pence)
    return number, clinic.pay(number, pence, kind)


@pytest.mark.parametrize("kind", ["cash", "card", "transfer"])
def test_it_goes_back_the_way_it_came(clinic: Clinic, kind: str) -> None:
    """At once: a negative payment of the same type that names the payment, and nothing is owed for it."""
    number, payment = paid(clinic, kind=kind)
    refund = give(clinic, number, payment, 5_000)
    invoice = clinic.invoice(number)
    back = invoice.payments[-1]
    assert (back.type, back.amount, back.refund_of, back.credited) == (kind, -5_000, payment.id, 5_000)
    assert (refund.state, refund.amount, refund.credited, refund.type) == ("done", 5_000, 5_000, kind)
    assert (refund.reason, refund.actor) == ("she changed her mind", "Maya")
    assert (invoice.row.paid, invoice.row.credited, invoice.row.due, invoice.row.state) == (16_100, 5_000, 0, "paid")
    assert lefts(clinic, number) == [16_100]
    assert is_true_to_the_ledger(clinic)


def test_all_of_it(clinic: Clinic) -> None:
    """What is left is nothing, and the payment is not offered again."""
    number, payment = paid(clinic)
    give(clinic, number, payment, 21_100)
    assert lefts(clinic, number) == []
    assert (clinic.invoice(number).row.paid, clinic.invoice(number).row.due) == (0, 0)


def test_it_may_stay_due(clinic: Clinic) -> None:
    """A card that was charged by mistake: the money goes back and is owed as before."""
    number, payment = paid(clinic)
    refund = give(clinic, number, payment, 21_100, still_owed=True)
    row = clinic.invoice(number).row
    assert (refund.credited, row.due, row.credited, row.state) == (0, 21_100, 0, "unpaid")
    clinic.pay(number, 21_100, "card")
    assert lefts(clinic, number) == [21_100]
    assert is_true_to_the_ledger(clinic)


def test_part_of_a_part_payment(clinic: Clinic) -> None:
    """What is given back of a part payment is no longer owed; the rest is due as before."""
    number = clinic.issued()
    payment = clinic.pay(number, 10_000)
    give(clinic, number, payment, 4_000)
    row = clinic.invoice(number).row
    assert (row.paid, row.owed, row.due, row.state) == (6_000, 17_100, 11_100, "part_paid")


def test_overpaid_money_was_never_owed(clinic: Clinic) -> None:
    """Cash while the client pays the link: the surplus goes back, and what is owed stays as it is."""
    number = clinic.issued()
    request = clinic.live(number)
    cash = clinic.pay(number, 21_100)
    clinic.receive(clinic.seen(request))
    assert clinic.invoice(number).row.overpaid == 21_100
    refund = give(clinic, number, cash, 21_100)
    row = clinic.invoice(number).row
    assert (refund.credited, row.credited, row.overpaid, row.due, row.state) == (0, 0, 0, 0, "paid")
    assert is_true_to_the_ledger(clinic)


def test_more_than_the_surplus(clinic: Clinic) -> None:
    """The surplus goes first; only what goes beyond it is taken off what is owed, to the penny."""
    number = clinic.issued(10_000)
    request = clinic.live(number, 10_000)
    cash = clinic.pay(number, 10_000)
    clinic.receive(clinic.seen(request, 3_333))
    refund = give(clinic, number, cash, 5_000)
    row = clinic.invoice(number).row
    assert (refund.credited, row.credited, row.overpaid, row.due) == (1_667, 1_667, 0, 0)


def test_what_waits_at_the_gateway_counts(clinic: Clinic) -> None:
    """A surplus is given back once, also while the first refund of it is still on its way."""
    number, payment = paid_by_link(clinic, 10_000, amount=12_000)
    first = give(clinic, number, payment, 2_000)
    second = give(clinic, number, payment, 1_000)
    assert (first.credited, second.credited) == (0, 1_000)
    assert lefts(clinic, number) == [9_000]


def test_account_credit_comes_back_as_credit(clinic: Clinic) -> None:
    """A refund to account credit is the client's to spend again."""
    number, payment = paid(clinic)
    give(clinic, number, payment, 1_500, to="account_credit")
    kept = clinic.store.read(lambda reader: reader.all("SELECT client_id, amount, type FROM credits"))
    assert [dict(row) for row in kept] == [{"client_id": clinic.jane.id, "amount": 1_500, "type": "account_credit"}]
    spent = clinic.pay(clinic.issued(1_500), 1_500, "account_credit")
    give(clinic, clinic.invoice(_number_of(clinic, spent)).row.number, spent, 500)
    total = clinic.store.read(lambda reader: reader.value("SELECT sum(amount) FROM credits"))
    assert total == 500
    assert is_true_to_the_ledger(clinic)


def _number_of(clinic: Clinic, payment: Payment) -> str:
    found: str = clinic.store.read(
        lambda reader: reader.value(
            "SELECT i.number FROM invoices i JOIN payments p ON p.invoice_id = i.id WHERE p.id = :id", id=payment.id
        )
    )
    return found


def test_another_way(clinic: Clinic) -> None:
    """A card payment may go back in cash; what was paid by link goes back by the link or to credit, no other way."""
    number, payment = paid(clinic, kind="card")
    assert give(clinic, number, payment, 100, to="cash").type == "cash"
    ways = clinic.store.read(lambda reader: refunds.refundable(reader, number))[0].ways
    assert ways == ("card", "cash", "transfer", "account_credit")
    link_number, by_link = paid_by_link(clinic)
    ways = clinic.store.read(lambda reader: refunds.refundable(reader, link_number))[0].ways
    assert ways == ("payment_link", "account_credit")
    with pytest.raises(BadInput, match="payment_link, account_credit") as caught:
        give(clinic, link_number, by_link, 100, to="cash")
    assert caught.value.field == "to"
    assert give(clinic, link_number, by_link, 100, to="account_credit").state == "done"
    with pytest.raises(BadInput, match="“bitcoin”"):
        give(clinic, number, payment, 100, to="bitcoin")


def test_a_link_waits_for_the_gateway(clinic: Clinic) -> None:
    """It is pending, with one entry in the outbox, and nothing has moved yet; what is asked for is no longer left."""
    number, payment = paid_by_link(clinic)
    refund = give(clinic, number, payment, 5_000)
    assert (refund.state, refund.type) == ("pending", "payment_link")
    assert clinic.entry(refund.id, "refund").state == "ready"
    assert (clinic.invoice(number).row.paid, lefts(clinic, number)) == (21_100, [16_100])
    assert clinic.invoice(number).requests[0].state == "paid"
    assert is_true_to_the_ledger(clinic)


def test_pressed_twice(clinic: Clinic) -> None:
    """The same refund asked for twice is one refund; another amount under the same id is refused."""
    number, payment = paid(clinic)
    first = give(clinic, number, payment, 5_000, refund_id="01JD0000000000000000000009")
    assert give(clinic, number, payment, 5_000, refund_id="01JD0000000000000000000009") == first
    assert len(clinic.invoice(number).payments) == 2
    with pytest.raises(Refused, match="already with another amount"):
        give(clinic, number, payment, 6_000, refund_id="01JD0000000000000000000009")


@pytest.mark.parametrize(
    ("amount", "reason", "field", "why"),
    [
        (0, "why not", "amount", "above zero"),
        (-1, "why not", "amount", "above zero"),
        (21_101, "why not", "amount", "£211.01 is more than the £211.00 that is left"),
        (100, " \x1b ", "reason", "Say why"),
        (100, "x" * 201, "reason", "200 letters"),
    ],
)
def test_bad_input(clinic: Clinic, amount: int, reason: str, field: str, why: str) -> None:
    """Each is said with its field, and nothing is written."""
    number, payment = paid(clinic)
    with pytest.raises(BadInput, match=why) as caught:
        give(clinic, number, payment, amount, reason=reason)
    assert caught.value.field == field
    assert (len(clinic.invoice(number).payments), clinic.invoice(number).refunds) == (1, ())


def test_never_more_than_was_paid(clinic: Clinic) -> None:
    """Of one payment, in any number of parts; and nothing when all of it has gone back."""
    number, payment = paid(clinic)
    give(clinic, number, payment, 21_000)
    with pytest.raises(BadInput, match=r"£1\.01 is more than the £1\.00"):
        give(clinic, number, payment, 101)
    give(clinic, number, payment, 100)
    with pytest.raises(BadInput, match=r"All £211\.00 of it has been given back"):
        give(clinic, number, payment, 1)


def test_what_is_no_payment(clinic: Clinic) -> None:
    """A payment of another invoice, a refund, an unpaid invoice, a void one, and none at all."""
    number, payment = paid(clinic)
    other, _ = paid(clinic)
    with pytest.raises(BadInput, match="no such payment"):
        give(clinic, other, payment, 100)
    give(clinic, number, payment, 100)
    with pytest.raises(BadInput, match="a refund itself"):
        give(clinic, number, clinic.invoice(number).payments[-1], 100)
    with pytest.raises(Refused, match="Nothing has been paid"):
        give(clinic, clinic.issued(), payment, 100)
    with pytest.raises(NotFound):
        give(clinic, "INV-999999", payment, 100)


def test_only_a_manager(clinic: Clinic) -> None:
    """With staff registered, reception needs a manager, for a second try too."""
    clinic.store.write(
        lambda tx: tx.run(
            "INSERT INTO staff (id, name, role, pin_hash, created_at) VALUES ('manager', 'Maya', 'manager', '', '')"
        )
    )
    number, payment = paid(clinic)
    with pytest.raises(NeedsManager, match="give money back"):
        give(clinic, number, payment, 100, by="Amira")
    assert give(clinic, number, payment, 100, by=MANAGER).state == "done"
    with pytest.raises(NeedsManager):
        clinic.store.write(lambda tx: refunds.retry(tx, "any"), actor="Amira")
