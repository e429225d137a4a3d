"""A backup is brought back after the world went on: nothing is asked twice, and no money is dropped or miscounted."""

from datetime import timedelta
from pathlib import Path

import pytest

from store import invoices, strays
from store.backups import back_up
from store.database import Store
from store.errors import Refused
from store.outbox_words import waiting_lines
from store.restoring import Restored, restore
from tests.journeys.clinic import BOTH, EMAIL, MOBILE, Clinic, pay
from tests.journeys.counted import entries, links_made, whole


def save(clinic: Clinic) -> Path:
    """Back the clinic up."""
    return back_up(clinic.store.path, clinic.folder / "out.backup", replace=True, clock=clinic.clock).path


def bring_back(clinic: Clinic, backup: Path) -> Restored:
    """Close the desk, bring the backup back, and open the desk again."""
    clinic.store.close()
    done = restore(clinic.store.path, backup, older=True, actor="amira", clock=clinic.clock)
    clinic.store = Store(clinic.store.path, clock=clinic.clock)
    return done


async def test_what_waited_in_the_backup_and_was_sent_and_paid_since(clinic: Clinic) -> None:
    """Stripe brings the same link back, and its money; at Coherent a person looks. No second link, no second SMS."""
    number = clinic.draft()
    request = clinic.send(number, BOTH)
    backup = save(clinic)
    await clinic.work()
    (link,) = clinic.links(request)
    await pay(clinic.sandbox.context.url(link))
    await clinic.work(hours=0.02)
    assert clinic.invoice(number).row.due == 0
    bring_back(clinic, backup)
    assert clinic.invoice(number).row.due == 21_100
    await clinic.work()
    assert len(clinic.links(request)) == 1
    if clinic.dialect == "stripe":
        assert links_made(clinic, request) == 1
        assert (clinic.invoice(number).row.due, clinic.now_is(request).state) == (0, "paid")
        assert [payment.amount for payment in clinic.invoice(number).payments] == [21_100]
    else:
        assert [(entry.kind, entry.state) for entry in clinic.waiting()] == [("create_link", "attention")]
    assert len(clinic.received(MOBILE, request)) == 1
    assert len({message.header("Message-ID") for message in clinic.received(EMAIL, request)}) == 1
    whole(clinic)


async def test_what_waited_and_was_sent_and_is_not_paid(stripe_clinic: Clinic) -> None:
    """The link is live again; its email goes once more as the same email, its SMS asks a person first."""
    clinic = stripe_clinic
    request = clinic.send(clinic.draft(), BOTH)
    backup = save(clinic)
    await clinic.work()
    bring_back(clinic, backup)
    await clinic.work()
    assert (links_made(clinic, request), clinic.now_is(request).state) == (1, "live")
    assert len({message.header("Message-ID") for message in clinic.received(EMAIL, request)}) == 1
    assert len(clinic.received(MOBILE, request)) == 1
    assert [(entry.kind, entry.state, entry.unsure) for entry in clinic.waiting()] == [("sms", "attention", True)]
    whole(clinic)


async def test_a_link_of_the_backup_that_was_paid_since(clinic: Clinic) -> None:
    """The old cursor brings the payment again, or the link is asked for: recorded once."""
    number = clinic.draft()
    request = clinic.send(number, {})
    await clinic.work()
    backup = save(clinic)
    await pay(clinic.sandbox.context.url(clinic.links(request)[0]))
    await clinic.work()
    bring_back(clinic, backup)
    await clinic.work()
    assert [payment.amount for payment in clinic.invoice(number).payments] == [21_100]
    assert clinic.waiting() == [] or [entry.kind for entry in clinic.waiting()] == ["notify"]
    whole(clinic)


@pytest.mark.parametrize("heard", [True, False], ids=["a cursor in the backup", "no cursor in the backup"])
async def test_a_link_made_since_and_paid_for_an_invoice_of_the_backup(stripe_clinic: Clinic, heard: bool) -> None:
    """The link names file, invoice and request, so its money is counted where it belongs, once."""
    clinic = stripe_clinic
    number = clinic.draft()
    clinic.store.write(lambda tx: invoices.issue(tx, number))
    if heard:
        await clinic.work()
    backup = save(clinic)
    request = clinic.send(number, {}, 10_000)
    await clinic.work()
    await pay(clinic.sandbox.context.url(clinic.links(request)[0]))
    bring_back(clinic, backup)
    await clinic.work()
    bill = clinic.invoice(number)
    assert [(payment.amount, payment.request_id) for payment in bill.payments] == [(10_000, request.id)]
    assert [(each.id, each.code, each.state) for each in bill.requests] == [(request.id, request.code, "paid")]
    assert (bill.row.due, clinic.waiting()) == (11_100, [])
    await clinic.work()
    assert len(entries(clinic, "payment_recorded")) == 1
    assert len(clinic.log(number)) == 6
    whole(clinic)


async def test_money_for_an_invoice_that_is_gone_waits_for_a_person(stripe_clinic: Clinic) -> None:
    """It is written down, named in the outbox, and counted on the invoice that a person names, once."""
    clinic = stripe_clinic
    await clinic.work()
    backup = save(clinic)
    gone = clinic.draft()
    request = clinic.send(gone, {})
    await clinic.work()
    await pay(clinic.sandbox.context.url(clinic.links(request)[0]))
    bring_back(clinic, backup)
    await clinic.work()
    (entry,) = clinic.waiting()
    assert (entry.kind, entry.state) == ("notify", "attention")
    assert "£211.00" in entry.last_error
    assert request.code in entry.last_error
    assert gone in entry.last_error
    (line,) = clinic.store.read(waiting_lines)
    assert line.what == f"Payment that is not known here: £211.00, link {request.code}, {gone}"
    made = clinic.draft(30_000)
    assert made == "INV-000002", "the number of the invoice that is gone is not given again"
    payment = clinic.store.write(lambda tx: strays.count(tx, entry.id, made, notify=[]))
    assert (payment.amount, clinic.invoice(made).row.due, clinic.waiting()) == (21_100, 8_900, [])
    with pytest.raises(Refused, match="decided"):
        clinic.store.write(lambda tx: strays.count(tx, entry.id, made, notify=[]))
    await clinic.work()
    assert len(entries(clinic, "payment_recorded")) == 1
    whole(clinic)


async def test_a_payment_of_another_file_on_the_same_account_is_none_of_ours(
    stripe_clinic: Clinic, tmp_path: Path
) -> None:
    """Another clinic's links have the same invoice numbers, and another file's id."""
    clinic = stripe_clinic
    number = clinic.draft()
    clinic.store.write(lambda tx: invoices.issue(tx, number))
    await clinic.work()
    backup = save(clinic)
    other = Clinic(tmp_path / "other", clinic.sandbox, "stripe")
    try:
        theirs = other.draft()
        request = other.send(theirs, {})
        await other.work()
        await pay(other.sandbox.context.url(other.links(request)[0]))
        bring_back(clinic, backup)
        await clinic.work()
        assert theirs == number
        assert (clinic.invoice(number).payments, clinic.waiting()) == ((), [])
        await other.work()
        assert other.invoice(theirs).row.due == 0
    finally:
        other.store.close()


async def test_past_the_window_the_link_is_looked_up(stripe_clinic: Clinic) -> None:
    """A backup of two days ago: the key is not trusted any more, the link is found by its request and taken."""
    clinic = stripe_clinic
    request = clinic.send(clinic.draft(), {})
    backup = save(clinic)
    await clinic.work()
    clinic.clock.ahead += timedelta(days=2)
    bring_back(clinic, backup)
    await clinic.work()
    assert (links_made(clinic, request), clinic.now_is(request).state) == (1, "live")
    assert clinic.now_is(request).gateway_id == clinic.links(request)[0].id
