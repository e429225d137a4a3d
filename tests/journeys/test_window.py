"""A day after an attempt without an answer, when Stripe has forgotten its key: what is there is found."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest

from store import decisions
from store.models import OutboxEntry, PaymentRequest
from sync.sandbox.server import Sandbox
from tests.journeys.clinic import MOBILE, Clinic, Moved, pay
from tests.journeys.counted import whole
from tests.journeys.test_adopting import switch_off
from tests.journeys.test_refunds import give, give_back_there, here, paid, state, there

DAY = timedelta(hours=25)
GATEWAYS_CLOCK = Moved()


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Run one sandbox whose clock can be moved on: it forgets keys when they are a day old."""
    folder = tmp_path_factory.mktemp("sandbox")
    with Sandbox(folder, clinic="Riverside Clinic", clock=lambda: GATEWAYS_CLOCK().timestamp()) as sandbox:
        yield sandbox


def a_day_later(clinic: Clinic) -> None:
    """Move every clock on."""
    GATEWAYS_CLOCK.ahead += DAY
    clinic.clock.ahead += DAY


async def lost(clinic: Clinic, *, made: bool = True) -> PaymentRequest:
    """Send a link, made or not, whose answer is lost."""
    clinic.sandbox.fault("reset_after" if made else "refuse", scope=clinic.dialect)
    request = clinic.send(clinic.draft(), {})
    await clinic.work(turns=1)
    clinic.sandbox.mend()
    assert len(clinic.links(request)) == made
    return request


def one_entry(clinic: Clinic) -> OutboxEntry:
    """Return what waits."""
    (entry,) = clinic.waiting()
    return entry


async def test_it_was_paid_there_meanwhile(stripe_clinic: Clinic) -> None:
    """Found and taken with its money; the feed tells of it too, and it is one payment."""
    clinic = stripe_clinic
    request = await lost(clinic)
    (link,) = clinic.links(request)
    await pay(clinic.sandbox.context.url(link))
    a_day_later(clinic)
    await clinic.work()
    bill = clinic.invoice(request.invoice_id)
    assert (clinic.now_is(request).state, clinic.now_is(request).gateway_id) == ("paid", link.id)
    assert ([payment.amount for payment in bill.payments], bill.row.due) == ([21_100], 0)
    assert (len(clinic.links(request)), clinic.waiting()) == (1, [])
    whole(clinic)


async def test_it_was_switched_off_there_meanwhile(stripe_clinic: Clinic) -> None:
    """It takes no money any more, so another is made: one that is open."""
    clinic = stripe_clinic
    request = await lost(clinic)
    await switch_off(clinic, clinic.links(request)[0].id)
    a_day_later(clinic)
    await clinic.work()
    assert [link.state for link in clinic.links(request)] == ["inactive", "open"]
    assert (clinic.now_is(request).gateway_id, clinic.waiting()) == (clinic.links(request)[1].id, [])
    whole(clinic)


async def test_it_asks_for_another_amount_there(stripe_clinic: Clinic) -> None:
    """A person is told both amounts, and nothing is made until that one is off."""
    clinic = stripe_clinic
    request = await lost(clinic)
    (link,) = clinic.links(request)
    lines = [{**link.details["line_items"][0], "unit_amount": 5_000}]
    clinic.sandbox.book.save_link(replace(link, amount=5_000, details={**link.details, "line_items": lines}))
    a_day_later(clinic)
    await clinic.work()
    entry = one_entry(clinic)
    assert (entry.state, len(clinic.links(request))) == ("attention", 1)
    assert f"asks for £50.00, and £211.00 was asked for: {link.id}" in entry.last_error
    await switch_off(clinic, link.id)
    clinic.store.write(lambda tx: decisions.retry(tx, entry.id))
    await clinic.work()
    assert [(each.state, each.amount) for each in clinic.links(request)] == [("inactive", 5_000), ("open", 21_100)]
    assert (clinic.now_is(request).state, clinic.waiting()) == ("live", [])


async def test_there_are_two_of_it(stripe_clinic: Clinic) -> None:
    """Somebody copied it by hand, and the copy is off: the open one is taken, and no third is made."""
    clinic = stripe_clinic
    request = await lost(clinic)
    (link,) = clinic.links(request)
    clinic.sandbox.book.save_link(replace(link, id=f"{link.id}Copy", token=f"{link.token}copy", active=False))
    a_day_later(clinic)
    await clinic.work()
    assert (clinic.now_is(request).state, clinic.now_is(request).gateway_id) == ("live", link.id)
    assert (len(clinic.links(request)), clinic.waiting()) == (2, [])


@pytest.mark.parametrize(
    ("made", "fault", "value"),
    [(True, "error_500", "before"), (False, "html", ""), (True, "rate_limit", "30"), (False, "rate_limit", "30")],
)
async def test_the_look_up_fails(stripe_clinic: Clinic, made: bool, fault: str, value: str) -> None:
    """It waits, loses no attempt and makes nothing; when Stripe answers again there is one link."""
    clinic = stripe_clinic
    request = await lost(clinic, made=made)
    a_day_later(clinic)
    clinic.sandbox.fault(fault, value, scope="stripe")
    before = one_entry(clinic).attempts
    await clinic.work(turns=3)
    entry = one_entry(clinic)
    assert (entry.state, entry.unsure, entry.attempts, len(clinic.links(request))) == ("ready", True, before, made)
    clinic.sandbox.mend()
    await clinic.work()
    assert (clinic.now_is(request).state, len(clinic.links(request)), clinic.waiting()) == ("live", 1, [])


@pytest.mark.parametrize("done", [True, False])
async def test_a_refund_a_day_later(clinic: Clinic, done: bool) -> None:
    """By our metadata, or by the transaction's own list: found it is recorded, absent it is given back, once."""
    request = await paid(clinic)
    clinic.sandbox.fault("reset_after" if done else "refuse", scope=clinic.dialect)
    refund = give(clinic, request)
    await clinic.work(turns=1)
    clinic.sandbox.fault("html", scope=clinic.dialect)
    a_day_later(clinic)
    await clinic.work(turns=2)
    assert (one_entry(clinic).unsure, there(clinic, request)) == (True, [5_000] if done else [])
    clinic.sandbox.mend()
    await clinic.work()
    await clinic.work(hours=0.1)
    assert there(clinic, request) == here(clinic, request) == [5_000]
    assert (state(clinic, refund), clinic.waiting()) == ("done", [])
    whole(clinic)


async def test_a_refund_beside_another_of_the_same_amount(stripe_clinic: Clinic) -> None:
    """Somebody gave £50.00 back by hand meanwhile. It does not carry our id: was it the same? A person says."""
    clinic = stripe_clinic
    request = await paid(clinic)
    clinic.sandbox.fault("refuse", scope="stripe")
    refund = give(clinic, request)
    await clinic.work(turns=1)
    clinic.sandbox.mend()
    assert await give_back_there(clinic, request, 5_000) == 200
    a_day_later(clinic)
    await clinic.work()
    assert there(clinic, request) == here(clinic, request) == [5_000]
    entry = one_entry(clinic)
    assert (entry.state, "Somebody gave £50.00 of this payment back" in entry.last_error) == ("attention", True)
    clinic.store.write(lambda tx: decisions.retry(tx, entry.id))
    await clinic.work()
    assert there(clinic, request) == here(clinic, request) == [5_000, 5_000]
    assert (state(clinic, refund), clinic.waiting()) == ("done", [])


@pytest.mark.parametrize(("done", "took"), [(True, False), (False, False), (False, True)])
async def test_a_cancelling_a_day_later(clinic: Clinic, done: bool, took: bool) -> None:
    """Asked again it does no harm; if it had not been done and the client has paid, that is what is recorded."""
    request = clinic.send(clinic.draft(), {})
    await clinic.work()
    clinic.sandbox.fault("reset_after" if done else "refuse", scope=clinic.dialect)
    clinic.cancel(request)
    await clinic.work(turns=1)
    clinic.sandbox.mend()
    if took:
        assert await pay(clinic.now_is(request).url) < 400
    a_day_later(clinic)
    await clinic.work()
    assert (clinic.now_is(request).state, clinic.waiting()) == ("paid" if took else "cancelled", [])
    assert clinic.invoice(request.invoice_id).row.paid == (21_100 if took else 0)
    whole(clinic)


async def test_an_sms_a_day_later(stripe_clinic: Clinic) -> None:
    """It is on the phone, and nobody told us: a person still has to decide, and no second one was sent."""
    clinic = stripe_clinic
    clinic.sandbox.fault("reset_after", scope="sms")
    request = clinic.send(clinic.draft(), {"sms": ""})
    await clinic.work(turns=2)
    clinic.sandbox.mend()
    a_day_later(clinic)
    await clinic.work(turns=3)
    assert (one_entry(clinic).state, one_entry(clinic).unsure) == ("attention", True)
    assert len(clinic.received(MOBILE, request)) == 1
