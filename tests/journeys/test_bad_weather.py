"""Journeys through bad weather: cut lines, refused keys, and a gateway that answers badly or not at all."""

import time
from datetime import timedelta
from pathlib import Path

import pytest

from store import decisions
from sync.sandbox.server import Sandbox
from tests.journeys.clinic import BOTH, EMAIL, KEYS, MOBILE, Clinic, pay

NO_EFFECT = {("html", ""), ("error_500", "before"), ("error_500", "during"), ("refuse", "")}
EFFECT = {("wrong_json", ""), ("truncated", ""), ("error_500", "after"), ("reset_after", ""), ("hang", "2")}


@pytest.mark.parametrize("dialect", ["stripe", "coherent"])
async def test_offline_and_back(tmp_path: Path, dialect: str) -> None:
    """The sandbox is off: all of it waits, nothing is spent. It is switched on: each goes out once.

    The oldest goes alone, to see whether the line is back; those after it go at once and may overtake each other.
    """
    with Sandbox(tmp_path / "sandbox") as sandbox:
        port, smtp_port = sandbox.port, sandbox.smtp_port
        clinic = Clinic(tmp_path / "clinic", sandbox, dialect)
    requests = [clinic.send(clinic.draft(), BOTH) for _ in range(3)]
    await clinic.work(turns=6)
    assert {clinic.now_is(request).state for request in requests} == {"queued"}
    assert {entry.attempts for entry in clinic.waiting()} == {0}
    with Sandbox(tmp_path / "sandbox", port, smtp_port) as sandbox:
        clinic.sandbox = sandbox
        await clinic.work()
        assert {clinic.now_is(request).state for request in requests} == {"live"}
        for request in requests:
            assert len(clinic.links(request)) == 1
            assert len(clinic.received(EMAIL, request)) == 1
            assert len(clinic.received(MOBILE, request)) == 1
        made = [entry.effect for entry in sandbox.journal() if entry.method == "POST" and entry.dialect == dialect]
        wanted = [clinic.now_is(request).gateway_id for request in requests]
        assert (made[0], sorted(map(str, made))) == (wanted[0], sorted(map(str, wanted)))
    assert (clinic.waiting(), clinic.problems()) == ([], ())
    clinic.store.close()


async def test_the_line_is_cut_between_link_and_message(clinic: Clinic) -> None:
    """The link is there, the line goes: email and SMS wait and go once when it is back; a payment is heard then."""
    clinic.sandbox.fault("offline", scope="smtp")
    clinic.sandbox.fault("refuse", scope="sms")
    number = clinic.draft()
    request = clinic.send(number, {"email": ""})
    await clinic.work(turns=3)
    assert (clinic.now_is(request).state, clinic.received(EMAIL, request)) == ("live", [])
    clinic.sandbox.fault("offline")
    assert await pay(clinic.now_is(request).url) < 400
    await clinic.work(turns=3)
    assert clinic.invoice(number).row.state == "unpaid"
    clinic.sandbox.mend()
    await clinic.work(hours=0.01)
    assert clinic.invoice(number).row.state == "paid"
    assert (clinic.waiting(), clinic.problems()) == ([], ())


async def test_key_refused_and_corrected(clinic: Clinic) -> None:
    """A wrong key: it stops asking and says so; the right key: everything goes out."""
    clinic.put("gateway.key", "not-a-key-of-this-gateway")
    requests = [clinic.send(clinic.draft(), BOTH) for _ in range(3)]
    before = len(clinic.sandbox.journal())
    await clinic.work()
    asked = len(clinic.sandbox.journal()) - before
    assert asked <= 9
    assert {clinic.now_is(request).state for request in requests} == {"queued"}
    assert all("key refused" in entry.last_error for entry in clinic.waiting())
    clinic.put("gateway.key", KEYS[clinic.dialect])
    await clinic.work()
    assert {clinic.now_is(request).state for request in requests} == {"live"}
    assert all(len(clinic.received(EMAIL, request)) == 1 for request in requests)


@pytest.mark.parametrize(("name", "value"), sorted(NO_EFFECT | EFFECT))
async def test_one_link_whatever_stripe_answers(stripe_clinic: Clinic, name: str, value: str) -> None:
    """However the answer was lost, there is exactly one link in the end, and it is ours."""
    clinic = stripe_clinic
    clinic.sandbox.fault(name, value, scope="stripe")
    request = clinic.send(clinic.draft(), {"email": ""})
    await clinic.work(turns=1)
    clinic.sandbox.mend()
    await clinic.work()
    (link,) = clinic.links(request)
    assert (clinic.now_is(request).state, clinic.now_is(request).gateway_id) == ("live", link.id)
    assert (len(clinic.received(EMAIL, request)), clinic.waiting(), clinic.problems()) == (1, [], ())


@pytest.mark.parametrize(("name", "value"), sorted(NO_EFFECT | EFFECT))
@pytest.mark.parametrize("clinic", ["coherent"], indirect=True)
async def test_never_two_links_whatever_coherent_answers(clinic: Clinic, name: str, value: str) -> None:
    """An answer that says nothing: a person is asked to look, and only their word makes another."""
    clinic.sandbox.fault(name, value, scope="coherent")
    request = clinic.send(clinic.draft(), {"email": ""})
    await clinic.work(turns=1)
    clinic.sandbox.mend()
    await clinic.work(hours=30)
    made = 1 if (name, value) in EFFECT else 0
    assert (len(clinic.links(request)), clinic.now_is(request).state) == (made, "attention")
    (entry,) = clinic.waiting()
    assert (entry.state, request.code in entry.last_error) == ("attention", True)
    clinic.store.write(lambda tx: decisions.retry(tx, entry.id))
    await clinic.work()
    assert (len(clinic.links(request)), clinic.now_is(request).state) == (made + 1, "live")


async def test_too_many_requests(clinic: Clinic) -> None:
    """A 429 is waited out as it asks, costs no attempt, and there is one link."""
    clinic.sandbox.fault("rate_limit", 30)
    request = clinic.send(clinic.draft(), {})
    began = clinic.clock()
    await clinic.work(turns=1)
    (entry,) = clinic.waiting()
    assert (entry.state, entry.attempts, entry.unsure) == ("ready", 0, False)
    clinic.sandbox.mend()
    await clinic.work()
    assert (clinic.clock() - began).total_seconds() >= 30
    assert (len(clinic.links(request)), clinic.now_is(request).state) == (1, "live")


@pytest.mark.parametrize("fault", ["refuse", "reset_after", "error_500", "offline"])
async def test_mail_in_bad_weather(stripe_clinic: Clinic, fault: str) -> None:
    """Whatever the mail server does: copies carry one Message-ID, and a refused address goes to a person."""
    clinic = stripe_clinic
    clinic.sandbox.fault(fault, scope="smtp")
    request = clinic.send(clinic.draft(), {"email": ""})
    await clinic.work(turns=2)
    clinic.sandbox.mend()
    await clinic.work()
    emails = clinic.received(EMAIL, request)
    copies, state = {"error_500": (0, "failed"), "reset_after": (3, "sent")}.get(fault, (1, "sent"))
    assert (len(emails), clinic.now_is(request).messages[0].state) == (copies, state)
    assert len({email.header("Message-ID") for email in emails}) == min(1, copies)


@pytest.mark.parametrize(("fault", "arrived"), [("reset_after", 1), ("truncated", 1), ("html", 0), ("refuse", 0)])
async def test_sms_in_bad_weather(stripe_clinic: Clinic, fault: str, arrived: int) -> None:
    """An SMS is on the phone once at most; where nobody knows, a person decides."""
    clinic = stripe_clinic
    clinic.sandbox.fault(fault, scope="sms")
    request = clinic.send(clinic.draft(), {"sms": ""})
    await clinic.work(turns=2)
    clinic.sandbox.mend()
    await clinic.work(hours=0.01)
    assert len(clinic.received(MOBILE, request)) == arrived
    assert clinic.now_is(request).messages[0].state in {"failed", "sent"}
    assert clinic.problems() == ()


async def test_a_cancelling_without_an_answer(clinic: Clinic) -> None:
    """The line breaks after the link was switched off: it is asked again, and the request is cancelled."""
    request = clinic.send(clinic.draft(), {})
    await clinic.work()
    clinic.sandbox.fault("reset_after")
    clinic.cancel(request)
    await clinic.work(turns=1)
    assert clinic.now_is(request).state == "cancelling"
    clinic.sandbox.mend()
    await clinic.work()
    assert (clinic.now_is(request).state, clinic.waiting()) == ("cancelled", [])
    assert [link.state for link in clinic.links(request)] == ["inactive"]


@pytest.mark.parametrize("value", ["before", "after"])
async def test_a_day_later_the_key_is_forgotten(tmp_path: Path, value: str) -> None:
    """Unclear on Friday, looked at on Saturday, when Stripe has forgotten the key: still one link."""
    ahead = 0.0
    with Sandbox(tmp_path / "sandbox", clock=lambda: time.time() + ahead) as sandbox:
        clinic = Clinic(tmp_path / "clinic", sandbox, "stripe")
        sandbox.fault("error_500", value, scope="stripe")
        request = clinic.send(clinic.draft(), {})
        await clinic.work(turns=1)
        sandbox.mend()
        ahead = 25 * 3600
        clinic.clock.ahead = timedelta(seconds=ahead)
        await clinic.work()
        (link,) = clinic.links(request)
        assert (clinic.now_is(request).state, clinic.now_is(request).gateway_id) == ("live", link.id)
        clinic.store.close()
