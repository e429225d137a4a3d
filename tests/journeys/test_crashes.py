"""kill -9 at each step of each kind of entry; then a plain engine: one link, one payment, a whole ledger."""

import pytest

from store.models import PaymentRequest
from tests.journeys.child_engine import STEPS
from tests.journeys.children import die_at
from tests.journeys.clinic import CLINIC, EMAIL, MOBILE, Clinic, pay

IN_FLIGHT = {"after_claim", "before_call", "taken", "answered", "before_settle"}
"""The steps after which nobody here can know whether it was done."""

DONE_THERE = {"taken", "answered", "before_settle", "after_settle"}
"""The steps at which it was done."""

MAIL_STEPS = tuple(step for step in STEPS if step != "taken")


async def paid_and_whole(clinic: Clinic, request: PaymentRequest) -> None:
    """Pay the link, and check that there is one payment and nothing is broken."""
    if clinic.now_is(request).state == "live":
        await pay(clinic.now_is(request).url)
    await clinic.work(hours=0.01)
    await clinic.work(hours=0.01)
    bill = clinic.invoice(request.invoice_id)
    assert ([payment.amount for payment in bill.payments], bill.row.state) == ([21_100], "paid")
    assert clinic.now_is(request).state == "paid"
    assert clinic.problems() == ()


def told(clinic: Clinic, request: PaymentRequest) -> list[str]:
    """Return the Message-IDs of what the clinic was told about a request."""
    return [message.header("Message-ID") for message in clinic.received(CLINIC, request)]


@pytest.mark.parametrize("step", STEPS)
async def test_while_making_a_link(clinic: Clinic, step: str) -> None:
    """Stripe: one link, whatever happened. Coherent: never two, and a person where nobody can know."""
    request = clinic.send(clinic.draft(), {})
    if step == "taken":
        clinic.sandbox.fault("hang", 1, scope=clinic.dialect)
    die_at(clinic.folder, "create_link", step, lambda: bool(clinic.links(request)))
    clinic.sandbox.mend()
    await clinic.work()
    if clinic.dialect == "coherent" and step in IN_FLIGHT:
        assert clinic.now_is(request).state == "attention"
        assert [entry.state for entry in clinic.waiting()] == ["attention"]
        assert len(clinic.links(request)) == (1 if step in DONE_THERE else 0)
        assert clinic.problems() == ()
        return
    (link,) = clinic.links(request)
    assert (link.state, clinic.now_is(request).gateway_id, clinic.waiting()) == ("open", link.id, [])
    await paid_and_whole(clinic, request)


@pytest.mark.parametrize("step", STEPS)
async def test_while_cancelling_a_link(clinic: Clinic, step: str) -> None:
    """Switching off is repeated until it is known, and a link that is off takes no money."""
    number = clinic.draft()
    request = clinic.send(number, {})
    await clinic.work()
    clinic.cancel(request)
    if step == "taken":
        clinic.sandbox.fault("hang", 1, scope=clinic.dialect)
    die_at(clinic.folder, "cancel_link", step, lambda: [link.state for link in clinic.links(request)] == ["inactive"])
    clinic.sandbox.mend()
    await clinic.work()
    assert (clinic.now_is(request).state, clinic.waiting()) == ("cancelled", [])
    assert [link.state for link in clinic.links(request)] == ["inactive"]
    assert clinic.problems() == ()


@pytest.mark.parametrize("step", MAIL_STEPS)
async def test_while_emailing(stripe_clinic: Clinic, step: str) -> None:
    """The client has the email, and copies of it carry the same Message-ID."""
    clinic = stripe_clinic
    request = clinic.send(clinic.draft(), {"email": ""})
    die_at(clinic.folder, "email", step, lambda: False)
    await clinic.work()
    emails = clinic.received(EMAIL, request)
    assert len(emails) == (2 if step in {"answered", "before_settle"} else 1)
    assert len({email.header("Message-ID") for email in emails}) == 1
    assert (clinic.now_is(request).messages[0].state, clinic.waiting()) == ("sent", [])
    assert len(clinic.links(request)) == 1
    await paid_and_whole(clinic, request)


@pytest.mark.parametrize("step", STEPS)
async def test_while_texting(stripe_clinic: Clinic, step: str) -> None:
    """The client has at most one SMS; where nobody can know whether it left, a person decides."""
    clinic = stripe_clinic
    request = clinic.send(clinic.draft(), {"sms": ""})
    if step == "taken":
        clinic.sandbox.fault("hang", 1, scope="sms")
    die_at(clinic.folder, "sms", step, lambda: bool(clinic.received(MOBILE, request)))
    clinic.sandbox.mend()
    await clinic.work()
    unknown = step in IN_FLIGHT
    assert len(clinic.received(MOBILE, request)) == (1 if step in DONE_THERE or not unknown else 0)
    assert clinic.now_is(request).messages[0].state == ("failed" if unknown else "sent")
    assert [entry.state for entry in clinic.waiting()] == (["attention"] if unknown else [])
    await paid_and_whole(clinic, request)


@pytest.mark.parametrize("step", MAIL_STEPS)
async def test_while_telling_the_clinic(clinic: Clinic, step: str) -> None:
    """The clinic is told of the payment, by copies with one Message-ID, and the payment is there once."""
    request = clinic.send(clinic.draft(), {})
    await clinic.work()
    await pay(clinic.now_is(request).url)
    clinic.store.write(lambda tx: tx.run("UPDATE requests SET next_poll_at = :now", now=tx.now))
    die_at(clinic.folder, "notify", step, lambda: False)
    await paid_and_whole(clinic, request)
    ids = told(clinic, request)
    assert (len(ids), len(set(ids))) == (2 if step in {"answered", "before_settle"} else 1, 1)
    assert clinic.waiting() == []
