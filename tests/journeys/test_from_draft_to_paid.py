"""Whole journeys without a screen: from a draft to paid, by real HTTP and real mail."""

from sync.qr import png
from tests.journeys.clinic import BOTH, CLINIC, EMAIL, MOBILE, Clinic, open_page, pay


async def test_from_draft_to_paid(clinic: Clinic) -> None:
    """One email and one SMS with the link, a client who pays, an invoice that is paid, a clinic that is told."""
    number = clinic.draft()
    request = clinic.send(number, BOTH)
    await clinic.work()
    live = clinic.now_is(request)
    (email,) = clinic.received(EMAIL, request)
    (sms,) = clinic.received(MOBILE, request)
    assert email.subject == "Payment request from Riverside Clinic"
    assert live.url in email.text
    assert live.url in email.html
    assert live.url in sms.text
    assert [part.data for part in email.parts if part.inline] == [png(live.url)]
    assert email.header("Reply-To") == "hello@riverside.example"

    assert await pay(live.url) < 400
    await clinic.work(hours=0.01)
    paid = clinic.invoice(number)
    assert (paid.row.state, paid.row.paid, clinic.now_is(request).state) == ("paid", 21_100, "paid")
    told = [message for message in clinic.sandbox.mailbox.messages(CLINIC) if number in message.text]
    told = [message for message in told if request.code in message.text]
    assert len(told) == 1
    assert all(part in told[0].text for part in ("Jane Smith", number, "£211.00"))

    kinds = [line.kind for line in clinic.log(number)]
    assert kinds[:5] == ["invoice_created", "invoice_issued", "payment_requested", "message_queued", "message_queued"]
    assert kinds[5] == "link_created"
    assert sorted(kinds[6:8]) == ["message_sent", "message_sent"]
    assert kinds[8:] == ["payment_recorded"]
    sent = {line.channel: line for line in clinic.log(number) if line.kind == "message_sent"}
    assert (sent["email"].address, sent["email"].charge) == (EMAIL, 0)
    assert (sent["sms"].address, sent["sms"].charge) == (MOBILE, 6)
    assert (clinic.waiting(), clinic.problems(), len(clinic.links(request))) == ([], (), 1)


async def test_a_part_and_then_the_rest(clinic: Clinic) -> None:
    """A part is asked for and paid, then the rest: two links, two payments, one paid invoice."""
    number = clinic.draft()
    part = clinic.send(number, {}, amount=5_000)
    await clinic.work()
    await pay(clinic.now_is(part).url)
    await clinic.work(hours=0.01)
    assert (clinic.invoice(number).row.state, clinic.invoice(number).row.due) == ("part_paid", 16_100)
    rest = clinic.send(number, {})
    assert rest.amount == 16_100
    await clinic.work()
    await pay(clinic.now_is(rest).url, "apple_pay")
    await clinic.work(hours=0.01)
    assert clinic.invoice(number).row.state == "paid"
    assert sorted(payment.amount for payment in clinic.invoice(number).payments) == [5_000, 16_100]
    assert clinic.problems() == ()


async def test_cancelled(clinic: Clinic) -> None:
    """A link that was taken back takes no money any more, and its page says so."""
    request = clinic.send(clinic.draft(), {})
    await clinic.work()
    url = clinic.now_is(request).url
    clinic.cancel(request)
    await clinic.work()
    assert clinic.now_is(request).state == "cancelled"
    assert [link.state for link in clinic.links(request)] == ["inactive"]
    _, page = await open_page(url)
    assert 'name="session"' not in page
    assert "no longer active" in page or "is closed" in page


async def test_cash_while_the_link_is_live(clinic: Clinic) -> None:
    """Paid in cash at the desk: the link is switched off at the gateway by itself."""
    number = clinic.draft()
    request = clinic.send(number, BOTH)
    await clinic.work()
    clinic.cash(number, 21_100)
    await clinic.work()
    assert (clinic.now_is(request).state, clinic.invoice(number).row.state) == ("cancelled", "paid")
    _, page = await open_page(clinic.now_is(request).url)
    assert 'name="session"' not in page
    assert clinic.problems() == ()


async def test_paid_in_the_moment_of_cancelling(clinic: Clinic) -> None:
    """The client was quicker than the cancelling: the money is recorded once, and the request is paid."""
    number = clinic.draft()
    request = clinic.send(number, {})
    await clinic.work()
    await pay(clinic.now_is(request).url)
    clinic.cancel(request)
    await clinic.work(hours=0.01)
    assert (clinic.now_is(request).state, clinic.invoice(number).row.state) == ("paid", "paid")
    assert len(clinic.invoice(number).payments) == 1
    assert (clinic.waiting(), clinic.problems()) == ([], ())


async def test_cash_and_the_link_at_once(clinic: Clinic) -> None:
    """Cash and the link in the same minute: both are recorded, and the invoice is overpaid, which the log says."""
    number = clinic.draft()
    request = clinic.send(number, {})
    await clinic.work()
    await pay(clinic.now_is(request).url)
    clinic.cash(number, 21_100)
    await clinic.work(hours=0.01)
    assert clinic.invoice(number).row.overpaid == 21_100
    assert any("while the link was being cancelled" in line.result for line in clinic.log(number))
    assert clinic.problems() == ()


async def test_a_declined_card_leaves_the_link_open(clinic: Clinic) -> None:
    """Nothing was taken, so nothing is recorded, and the link still works."""
    number = clinic.draft()
    request = clinic.send(number, {})
    await clinic.work()
    url = clinic.now_is(request).url
    status, page = await open_page(url)
    assert (status, 'name="session"' in page) == (200, True)
    await clinic.work(hours=0.01)
    assert clinic.now_is(request).state == "live"
    await pay(url, "klarna")
    await clinic.work(hours=0.01)
    assert clinic.now_is(request).state == "paid"
