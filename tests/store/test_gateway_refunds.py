"""What the gateway says of refunds: recorded once, as ours or as made there, whatever was thought of them here."""

import pytest

from store import decisions, gateway_refunds, outbox, refunds
from store.errors import BadInput, Refused
from store.models import Refund
from tests.store.builders import Clinic, line
from tests.store.refunding import (
    give,
    hears,
    is_true_to_the_ledger,
    lefts,
    paid_by_link,
    refund_of,
    report,
    tell_the_clinic,
)


def sent(clinic: Clinic, refund: Refund) -> None:
    """The engine has the refund in hand: it may have reached the gateway."""
    (entry,) = [entry for entry in clinic.claim("refund") if entry.subject_id == refund.id]
    assert entry.state == "claimed"


def test_ours_is_done(clinic: Clinic) -> None:
    """The negative payment carries the gateway's id, and hearing it twice records it once."""
    number, payment = paid_by_link(clinic)
    refund = give(clinic, number, payment, 5_000)
    assert hears(clinic, report(clinic, payment, 5_000, kept=refund)) is not None
    assert hears(clinic, report(clinic, payment, 5_000, kept=refund)) is None
    invoice = clinic.invoice(number)
    done = refund_of(invoice, refund)
    assert (done.state, done.gateway_refund_id) == ("done", "re_1")
    assert [p.amount for p in invoice.payments] == [21_100, -5_000]
    assert (invoice.row.paid, invoice.row.due, invoice.row.state, lefts(clinic, number)) == (
        16_100,
        0,
        "paid",
        [16_100],
    )
    assert invoice.requests[0].state == "paid"
    assert is_true_to_the_ledger(clinic)


def test_made_in_the_gateways_own_pages(clinic: Clinic) -> None:
    """Somebody gave money back there: it is recorded once, and is not taken for the one that waits here."""
    number, payment = paid_by_link(clinic)
    ours = give(clinic, number, payment, 5_000)
    theirs = report(clinic, payment, 5_000, refund_id="re_theirs")
    assert hears(clinic, theirs) is not None
    assert hears(clinic, theirs) is None
    invoice = clinic.invoice(number)
    assert refund_of(invoice, ours).state == "pending"
    made_there = next(each for each in invoice.refunds if each.id != ours.id)
    assert (made_there.state, made_there.reason, made_there.result) == ("done",) + ("made at the gateway",) * 2
    assert (invoice.row.paid, invoice.row.credited, lefts(clinic, number)) == (16_100, 5_000, [11_100])
    assert clinic.store.read(lambda reader: gateway_refunds.twin_of(reader, ours)) == made_there.id
    assert is_true_to_the_ledger(clinic)


def test_more_than_was_left(clinic: Clinic) -> None:
    """Given back here as credit and there as well: both are written down, and the invoice is owed again."""
    number, payment = paid_by_link(clinic)
    give(clinic, number, payment, 21_100, to="account_credit")
    hears(clinic, report(clinic, payment, 21_100))
    row = clinic.invoice(number).row
    assert (row.paid, row.credited, row.due, row.state) == (-21_100, 21_100, 21_100, "unpaid")
    assert is_true_to_the_ledger(clinic)


def test_without_ids_what_may_have_left_is_ours(clinic: Clinic) -> None:
    """A gateway that carries no id: of what was sent the amount tells; what never left cannot be it."""
    number, payment = paid_by_link(clinic)
    waiting = give(clinic, number, payment, 3_000)
    hears(clinic, report(clinic, payment, 3_000, refund_id="t:refund:3000:1", nameless=True))
    assert refund_of(clinic.invoice(number), waiting).state == "pending"
    sent(clinic, waiting)
    hears(clinic, report(clinic, payment, 3_000, refund_id="t:refund:3000:1", nameless=True))
    assert refund_of(clinic.invoice(number), waiting).state == "pending"
    hears(clinic, report(clinic, payment, 3_000, refund_id="t:refund:3000:2", nameless=True))
    done = refund_of(clinic.invoice(number), waiting)
    assert (done.state, done.gateway_refund_id) == ("done", "t:refund:3000:2")
    assert clinic.invoice(number).row.paid == 15_100


def test_another_clinics_payment(clinic: Clinic) -> None:
    """What is of no payment of ours, or has not happened yet, is nothing to record."""
    number, payment = paid_by_link(clinic)
    stray = report(clinic, payment, 100)
    assert hears(clinic, type(stray)("re_9", "pi_nobody", 100, "done", "", stray.at, None, nameless=False)) is None
    for state in ("pending", "failed"):
        assert hears(clinic, report(clinic, payment, 100, refund_id="re_8", state=state)) is None
    assert clinic.invoice(number).row.paid == 21_100


def test_it_fails(clinic: Clinic) -> None:
    """The gateway's reason is kept, the clinic is told, the money can be asked for again, and it is another order."""
    tell_the_clinic(clinic, "json://example.org/refunds")
    number, payment = paid_by_link(clinic)
    refund = give(clinic, number, payment, 21_100)
    first = clinic.entry(refund.id, "refund")
    failed = report(clinic, payment, 21_100, kept=refund, state="failed", reason="the card\x1b has expired")
    assert hears(clinic, failed) == refund.id
    assert hears(clinic, failed) is None
    kept = refund_of(clinic.invoice(number), refund)
    assert (kept.state, kept.result, lefts(clinic, number)) == ("failed", "the card has expired", [21_100])
    assert clinic.entry(refund.id, "notify").payload["event"] == "refund_failed"
    clinic.store.write(lambda tx: refunds.retry(tx, refund.id), actor="Maya")
    again = clinic.entry(refund.id, "refund")
    assert (refund_of(clinic.invoice(number), refund).state, again.id != first.id) == ("pending", True)
    assert hears(clinic, failed) is None, "news of the first try is none of the second"
    assert refund_of(clinic.invoice(number), refund).state == "pending"
    with pytest.raises(Refused, match="is pending"):
        clinic.store.write(lambda tx: refunds.retry(tx, refund.id))
    assert is_true_to_the_ledger(clinic)


def test_a_second_try_of_what_is_gone(clinic: Clinic) -> None:
    """What failed cannot be asked for again when the money went another way meanwhile."""
    number, payment = paid_by_link(clinic)
    refund = give(clinic, number, payment, 20_000)
    hears(clinic, report(clinic, payment, 20_000, kept=refund, state="failed"))
    assert refund_of(clinic.invoice(number), refund).result == "the gateway gave no reason"
    give(clinic, number, payment, 21_100, to="account_credit")
    with pytest.raises(BadInput, match="has been given back already"):
        clinic.store.write(lambda tx: refunds.retry(tx, refund.id))


def test_it_fails_after_it_was_done(clinic: Clinic) -> None:
    """The bank sends it back: the money is the clinic's again, owed as before, and it can be tried again."""
    number, payment = paid_by_link(clinic)
    refund = give(clinic, number, payment, 5_000)
    hears(clinic, report(clinic, payment, 5_000, kept=refund))
    bounced = report(clinic, payment, 5_000, kept=refund, state="failed", reason="the bank refused it")
    assert hears(clinic, bounced) == refund.id
    assert hears(clinic, bounced) is None
    invoice = clinic.invoice(number)
    assert (invoice.row.paid, invoice.row.credited, invoice.row.due, invoice.row.state) == (21_100, 0, 0, "paid")
    assert (refund_of(invoice, refund).state, lefts(clinic, number)) == ("failed", [21_100])
    clinic.store.write(lambda tx: refunds.retry(tx, refund.id))
    hears(clinic, report(clinic, payment, 5_000, refund_id="re_2", kept=refund))
    assert hears(clinic, bounced) is None
    invoice = clinic.invoice(number)
    assert (invoice.row.paid, refund_of(invoice, refund).gateway_refund_id) == (16_100, "re_2")
    assert is_true_to_the_ledger(clinic)


def test_theirs_fails_after_it_was_done(clinic: Clinic) -> None:
    """One that was made there and bounces is taken back too."""
    number, payment = paid_by_link(clinic)
    hears(clinic, report(clinic, payment, 5_000, refund_id="re_theirs"))
    hears(clinic, report(clinic, payment, 5_000, refund_id="re_theirs", state="failed", reason="no"))
    invoice = clinic.invoice(number)
    assert (invoice.row.paid, invoice.refunds[0].state, lefts(clinic, number)) == (21_100, "failed", [21_100])
    assert is_true_to_the_ledger(clinic)


def test_dropped_by_a_person(clinic: Clinic) -> None:
    """The refund failed with their reason; money that moved all the same is written down."""
    number, payment = paid_by_link(clinic)
    refund = give(clinic, number, payment, 5_000)
    entry = clinic.entry(refund.id, "refund")
    clinic.store.write(lambda tx: decisions.drop(tx, entry.id, reason="given in cash"), actor="Maya")
    kept = refund_of(clinic.invoice(number), refund)
    assert (kept.state, kept.result) == ("failed", "dropped by Maya: given in cash")
    hears(clinic, report(clinic, payment, 5_000, kept=refund))
    assert refund_of(clinic.invoice(number), refund).state == "done"
    assert clinic.invoice(number).row.paid == 16_100


def test_on_a_void_invoice(clinic: Clinic) -> None:
    """Money that came in on a void invoice was never owed, and goes back without a trace on what is owed."""
    number, payment = paid_by_link(clinic)
    clinic.store.write(lambda tx: tx.run("UPDATE invoices SET state = 'void' WHERE number = :n", n=number))
    refund = give(clinic, number, payment, 21_100)
    assert refund.credited == 0
    hears(clinic, report(clinic, payment, 21_100, kept=refund))
    assert (clinic.invoice(number).row.paid, clinic.invoice(number).row.due) == (0, 0)


def test_notes_beside_an_entry(clinic: Clinic) -> None:
    """They are added to the payload and forgotten one by one."""
    request = clinic.send(clinic.draft(line()).row.number)
    entry = clinic.entry(request.id, "create_link")
    noted = clinic.store.write(lambda tx: outbox.note(tx, entry, a="1", b="2"))
    clinic.store.write(lambda tx: outbox.note(tx, noted, a=None))
    assert clinic.entry(request.id, "create_link").payload == {"b": "2"}
