"""Payments: money that moved is written down once, whatever state it meets."""

import pytest

from store import log, payment_types, payments, rebuild
from store.errors import BadInput, Refused
from store.ids import new_id
from store.models import Payment
from store.payments import Received
from tests.store.builders import Clinic


def note(clinic: Clinic, number: str) -> str:
    """Return what the newest request's state says beside it."""
    return clinic.invoice(number).requests[-1].reason


def test_a_payment_at_the_desk_is_recorded(clinic: Clinic) -> None:
    """A draft is issued first; the rest stays due."""
    number = clinic.draft().row.number
    paid = clinic.store.write(
        lambda tx: payments.take(tx, number, "card", 10_000, reference="slip\x1b 7"), actor="Amira"
    )
    assert paid == Payment(paid.id, "card", 10_000, paid.at, "slip 7", None, "Amira")
    invoice = clinic.invoice(number)
    assert (invoice.row.state, invoice.row.paid, invoice.row.due) == ("part_paid", 10_000, 11_100)
    clinic.pay(number, 11_100, "transfer")
    assert clinic.invoice(number).row.state == "paid"
    assert sum(payment.amount for payment in clinic.invoice(number).payments) == 21_100


@pytest.mark.parametrize(("amount", "state"), [(1, "part_paid"), (21_099, "part_paid"), (21_100, "paid")])
def test_the_state_follows_to_the_penny(clinic: Clinic, amount: int, state: str) -> None:
    """From the first penny to the last."""
    number = clinic.issued()
    clinic.pay(number, amount)
    assert clinic.invoice(number).row.state == state


@pytest.mark.parametrize(
    ("kind", "amount", "field", "why"),
    [
        ("cheque", 100, "type", "“cheque” is not a payment type here. Use one of: cash, card, transfer, account_cre"),
        ("payment_link", 100, "type", "is not a payment type"),
        ("\x1bcash", 100, "type", "“cash” is not a payment type"),
        ("cash", 0, "amount", "must be above zero"),
        ("cash", -100, "amount", "must be above zero"),
        ("cash", 21_101, "amount", "£211.01 is more than the £211.00 due on INV-000001"),
    ],
)
def test_a_payment_that_will_not_do_is_refused(clinic: Clinic, kind: str, amount: int, field: str, why: str) -> None:
    """The field and the reason, and the draft stays a draft."""
    number = clinic.draft().row.number
    with pytest.raises(BadInput, match=why) as caught:
        clinic.pay(number, amount, kind)
    assert caught.value.field == field
    assert clinic.invoice(number).row.state == "draft"


def take(clinic: Clinic, number: str, kind: str, amount: int, reference: str, payment_id: str) -> Payment:
    """Take a payment under an id of the caller's."""
    return clinic.store.write(
        lambda tx: payments.take(tx, number, kind, amount, reference=reference, payment_id=payment_id),
        actor="Amira",
    )


def test_a_payment_under_its_callers_id_is_taken_once(clinic: Clinic) -> None:
    """The same again is the same payment, by the invoice's number or its id, also when all is paid or type is off."""
    number, id_ = clinic.draft().row.number, new_id()
    first = take(clinic, number, "card", 21_100, " slip 7", id_)
    assert first.id == id_
    assert take(clinic, number, "card", 21_100, "slip 7", id_) == first
    clinic.store.write(lambda tx: payment_types.switch(tx, "card", on=False))
    assert take(clinic, clinic.invoice(number).row.id, "card", 21_100, "slip 7", id_) == first
    assert clinic.invoice(number).payments == (first,)


@pytest.mark.parametrize(
    ("other", "kind", "amount", "reference"),
    [
        (False, "card", 100, "slip 8"),
        (False, "card", 101, "slip 7"),
        (False, "cash", 100, "slip 7"),
        (True, "card", 100, "slip 7"),
    ],
)
def test_another_payment_under_the_same_id_is_refused(
    clinic: Clinic, other: bool, kind: str, amount: int, reference: str
) -> None:
    """It says where the first one is."""
    number, second, id_ = clinic.issued(), clinic.issued(), new_id()
    first = take(clinic, number, "card", 100, "slip 7", id_)
    with pytest.raises(Refused, match=r"recorded already, as £1\.00 on INV-000001"):
        take(clinic, second if other else number, kind, amount, reference, id_)
    assert clinic.invoice(number).payments == (first,)
    assert clinic.invoice(second).payments == ()


def test_an_id_that_was_refused_can_be_used_again(clinic: Clinic) -> None:
    """The person lowers the amount in the same dialog."""
    number, id_ = clinic.issued(), new_id()
    with pytest.raises(BadInput, match="is more than"):
        take(clinic, number, "cash", 21_101, "", id_)
    assert take(clinic, number, "cash", 21_100, "", id_).amount == 21_100


def test_a_link_that_pays_keeps_its_own_id(clinic: Clinic) -> None:
    """What the gateway reported is no payment at the desk."""
    number = clinic.issued()
    paid = clinic.receive(clinic.seen(clinic.live(number, 100)))
    assert paid is not None
    with pytest.raises(Refused, match="recorded already"):
        take(clinic, number, "cash", 100, paid.reference, paid.id)


@pytest.mark.parametrize(("tendered", "change"), [(1000, 0), (2000, 1000), (1001, 1)])
def test_change_is_what_is_left_of_the_cash(tendered: int, change: int) -> None:
    """To the penny."""
    assert payments.change_for(1000, tendered) == change


def test_too_little_cash_is_told() -> None:
    """With what to do for a part payment."""
    with pytest.raises(BadInput, match=r"£9\.99 is less than £10\.00. To take a part, lower the amount") as caught:
        payments.change_for(1000, 999)
    assert caught.value.field == "tendered"


def test_nothing_is_taken_for_what_is_paid(clinic: Clinic) -> None:
    """And it says so."""
    number = clinic.issued()
    clinic.pay(number, 21_100)
    with pytest.raises(Refused, match="INV-000001 is paid: nothing is due"):
        clinic.pay(number, 1)


def test_a_payment_on_a_link_is_recorded_and_the_clinic_told(clinic: Clinic) -> None:
    """Payment, request, invoice and one notification a target in one transaction."""
    number = clinic.issued()
    request = clinic.live(number, by=("email", "sms"))
    paid = clinic.receive(clinic.seen(request), "mailto://desk@example.com", "ntfy://clinic")
    assert paid is not None
    assert (paid.type, paid.amount, paid.reference, paid.request_id, paid.actor) == (
        "payment_link",
        21_100,
        "Visa 4242",
        request.id,
        "engine",
    )
    after = clinic.invoice(number)
    assert (after.row.state, after.row.due, after.requests[0].state) == ("paid", 0, "paid")
    assert after.requests[0].closed_at is not None
    assert {message.state for message in after.requests[0].messages} == {"stopped"}
    told = [entry for entry in clinic.claim("notify") if entry.subject_id == paid.id]
    assert [entry.payload for entry in told] == [
        {"event": "payment_link_paid", "target": "mailto://desk@example.com"},
        {"event": "payment_link_paid", "target": "ntfy://clinic"},
    ]


def test_a_part_payment_by_link_leaves_the_rest_due(clinic: Clinic) -> None:
    """The request is paid, the invoice partly."""
    number = clinic.issued()
    clinic.receive(clinic.seen(clinic.live(number, 10_000)))
    assert (clinic.invoice(number).row.state, clinic.invoice(number).askable) == ("part_paid", 11_100)


def test_what_is_heard_twice_is_recorded_once(clinic: Clinic) -> None:
    """The gateway's own payment id makes it one payment and one notification."""
    number = clinic.issued()
    seen = clinic.seen(clinic.live(number))
    assert clinic.receive(seen, "ntfy://clinic") is not None
    assert clinic.receive(seen, "ntfy://clinic") is None
    assert clinic.invoice(number).row.paid == 21_100
    assert len(clinic.claim("notify")) == 1


@pytest.mark.parametrize("by", ["request", "link"])
def test_a_payment_finds_its_request(clinic: Clinic, by: str) -> None:
    """By the id that the gateway carried, or by the link's own."""
    number = clinic.issued()
    request = clinic.live(number)
    seen = clinic.seen(request)
    link = seen.gateway_id if by == "link" else "unknown"
    carried = request.id if by == "request" else None
    clinic.receive(Received(seen.payment_id, link, carried, 21_100, "gbp", seen.paid_at, "Visa"))
    assert clinic.invoice(number).row.state == "paid"


def test_the_id_that_was_carried_counts_for_more_than_the_link(clinic: Clinic) -> None:
    """Where they name two requests, the one we gave the gateway is meant."""
    first, second = clinic.live(clinic.issued()), clinic.live(clinic.issued())
    for carried, link in ((first, second), (second, first)):
        seen = clinic.seen(carried)
        paid = clinic.receive(
            Received(seen.payment_id, link.gateway_id or "", carried.id, 21_100, "gbp", seen.paid_at, "Visa")
        )
        assert paid is not None
        assert paid.request_id == carried.id


def test_a_strangers_payment_is_not_ours(clinic: Clinic) -> None:
    """The same gateway account may serve a web shop."""
    clinic.live(clinic.issued())
    at = "2026-11-22T14:02:31.000Z"
    for carried in (None, "01ARZ3NDEKTSV4RRFFQ69G5FAV"):
        assert clinic.receive(Received("pi_x", "plink_x", carried, 100, "gbp", at, "Visa"), "ntfy://clinic") is None
    assert clinic.claim("notify") == []


def test_a_link_that_is_paid_while_it_is_being_cancelled(clinic: Clinic) -> None:
    """The money has moved, so it is recorded, and the request says what was odd."""
    number = clinic.issued()
    request = clinic.cancel(clinic.live(number))
    clinic.receive(clinic.seen(request))
    assert clinic.request(request.id).state == "paid"
    assert note(clinic, number) == "the client paid while the link was being cancelled"
    assert clinic.invoice(number).row.state == "paid"


def test_a_race_with_the_till_is_overpaid_and_nothing_is_lost(clinic: Clinic) -> None:
    """Cash at the desk and a card on the link: both are there, and what is too much is shown."""
    number = clinic.issued()
    request = clinic.live(number)
    clinic.pay(number, 21_100)
    clinic.receive(clinic.seen(request))
    row = clinic.invoice(number).row
    assert (row.state, row.paid, row.due, row.overpaid) == ("paid", 42_200, 0, 21_100)
    assert [payment.type for payment in clinic.invoice(number).payments] == ["cash", "payment_link"]


def test_a_link_paid_a_second_time_is_recorded_and_said(clinic: Clinic) -> None:
    """Two payments, two ids at the gateway: a refund is owed."""
    number = clinic.issued()
    request = clinic.live(number)
    clinic.receive(clinic.seen(request))
    assert note(clinic, number) == ""
    clinic.receive(clinic.seen(request))
    assert note(clinic, number) == "paid a second time: check with the gateway and pay it back"
    assert clinic.invoice(number).row.overpaid == 21_100


@pytest.mark.parametrize(
    ("amount", "currency", "said"),
    [
        (21_100, "GBP", ""),
        (20_000, "gbp", "£200.00 was paid, £211.00 was asked"),
        (22_000, "gbp", "£220.00 was paid, £211.00 was asked"),
    ],
)
def test_what_is_unusual_about_a_payment_is_said(clinic: Clinic, amount: int, currency: str, said: str) -> None:
    """Beside the request, and in the invoice log."""
    number = clinic.issued()
    clinic.receive(clinic.seen(clinic.live(number), amount, currency))
    assert note(clinic, number) == said
    assert clinic.invoice(number).row.paid == amount


def test_money_in_another_currency_is_seen_and_not_counted(clinic: Clinic) -> None:
    """Euros pay no pounds: the invoice stays due, the request says what came, once, and the clinic is told."""
    number = clinic.issued()
    request = clinic.live(number)
    euros = clinic.seen(request, 24_300, "eur\x1b")
    assert [clinic.receive(euros, "ntfy://clinic") for _ in range(2)] == [None, None]
    bill, after = clinic.invoice(number), clinic.request(request.id)
    assert (bill.row.state, bill.row.paid, bill.row.due, bill.askable, bill.payments) == (
        "unpaid",
        0,
        21_100,
        21_100,
        (),
    )
    assert (after.state, after.messages[0].state) == ("paid", "stopped")
    assert after.reason.startswith("€243.00 was paid, in EUR and not in GBP, so it is not counted.")
    told = [line.text for line in clinic.store.read(lambda reader: log.invoice_log(reader, number))]
    assert [text for text in told if "€243.00" in text] == [
        f"Payment link {request.code} paid in another currency: {after.reason}"
    ]
    assert [entry.subject_id for entry in clinic.claim("notify")] == [request.id]
    assert clinic.store.read(rebuild.differences) == []


def test_more_than_was_still_due_is_said(clinic: Clinic) -> None:
    """Cash came while the link was being made, so it was not taken back: the note says by how much."""
    number = clinic.issued()
    request = clinic.send(number)
    clinic.claim("create_link")
    clinic.pay(number, 20_000)
    assert clinic.request(request.id).state == "queued"
    clinic.receive(clinic.seen(request))
    assert note(clinic, number) == "that is £200.00 more than was still due"
    assert clinic.invoice(number).row.overpaid == 20_000


def test_a_link_made_after_its_payment_was_heard_keeps_the_note(clinic: Clinic) -> None:
    """The answer of the gateway comes last: it wipes out nothing of what is known."""
    number = clinic.issued()
    request = clinic.send(number)
    clinic.claim("create_link")
    clinic.receive(clinic.seen(request, 20_000))
    clinic.make_link(request)
    after = clinic.request(request.id)
    assert (after.state, after.reason) == ("paid", "£200.00 was paid, £211.00 was asked")


def test_a_payment_by_link_takes_back_the_other_links(clinic: Clinic) -> None:
    """More was paid than asked: what is left due is less than the other link asks for."""
    number = clinic.issued()
    first, second = clinic.live(number, 10_000), clinic.live(number, 11_100)
    clinic.receive(clinic.seen(first, 15_000))
    assert clinic.request(second.id).state == "cancelling"
    assert clinic.invoice(number).askable == 6_100
