"""Races with money at the gateway's sandbox: what it took is in the ledger to the penny; no link asks too much."""

import asyncio
import re
from dataclasses import replace
from datetime import timedelta

import httpx
import pytest

from store import decisions
from store.models import PaymentRequest
from sync.sandbox.records import Link
from tests.journeys.clinic import BOTH, EMAIL, MOBILE, Clinic, open_page, pay
from tests.journeys.counted import whole
from tests.journeys.test_refunds import give


def balances(clinic: Clinic, request: PaymentRequest) -> None:
    """Check the ledger against the gateway's own book, and that no link there takes what is not due."""
    bill, book = clinic.invoice(request.invoice_id), clinic.sandbox.book
    links = [link for each in bill.requests for link in clinic.links(each)]
    there = [payment for link in links for payment in book.payments(link.id) if payment.status == "succeeded"]
    here = [payment.amount for payment in bill.payments if payment.type == "payment_link"]
    assert sum(here) == sum(payment.amount - payment.refunded for payment in there if payment.currency == "gbp")
    assert sum(link.amount for link in links if link.state == "open") <= bill.row.due
    whole(clinic)


async def visit(link: Link, clinic: Clinic) -> tuple[str, str]:
    """Open a pay page as a client does; return its address and the visit's id."""
    url = clinic.sandbox.context.url(link)
    _, page = await open_page(url)
    session = re.search(r'name="session"[^>]*value="([^"]+)"', page)
    assert session, "the page can be paid on"
    return url, session.group(1)


async def presses(url: str, session: str, method: str = "card") -> int:
    """Press Pay on a page that is open; return the status of the answer."""
    async with httpx.AsyncClient(trust_env=False) as browser:
        form = {"session": session, "outcome": "succeed", "method": method}
        return (await browser.post(url, data=form)).status_code


async def bank_answers(clinic: Clinic, request: PaymentRequest, outcome: str) -> None:
    """A payment that was under way comes through, or does not."""
    (payment,) = clinic.sandbox.book.payments(request.gateway_id)
    async with httpx.AsyncClient(base_url=clinic.sandbox.address, trust_env=False) as bank:
        answer = await bank.post(f"/sandbox/payments/{payment.id}", json={"outcome": outcome})
    assert answer.status_code == 200


@pytest.mark.parametrize(("fault", "value"), [("latency", "200"), ("hang", "1")])
async def test_cash_while_the_link_is_being_made(clinic: Clinic, fault: str, value: str) -> None:
    """Before the gateway has looked, or after it acted and without an answer: no link is left open, none was sent."""
    number = clinic.draft()
    request = clinic.send(number, BOTH)
    clinic.sandbox.fault(fault, value, scope=clinic.dialect, count=1)
    working = asyncio.create_task(clinic.work(turns=1))
    async with asyncio.timeout(10):
        while not any(entry.state == "claimed" for entry in clinic.waiting()):  # noqa: ASYNC110 - in another's file
            await asyncio.sleep(0)
    clinic.cash(number, 21_100)
    await working
    await clinic.work()
    if clinic.now_is(request).state == "attention":
        (entry,) = clinic.waiting()
        (link,) = clinic.links(request)
        clinic.store.write(lambda tx: decisions.adopt(tx, entry.id, link.id))
        await clinic.work()
    now = clinic.now_is(request)
    assert (now.state, now.reason, clinic.waiting()) == ("cancelled", "the invoice has been paid", [])
    assert [link.state for link in clinic.links(request)] == ["inactive"]
    assert clinic.received(EMAIL, request) == clinic.received(MOBILE, request) == []
    balances(clinic, request)


async def test_cash_while_the_client_has_the_page_open(clinic: Clinic) -> None:
    """The page was opened and the card is out: cash closes it, and pressing Pay takes nothing."""
    number = clinic.draft()
    request = clinic.send(number, {})
    await clinic.work()
    (link,) = clinic.links(request)
    url, session = await visit(link, clinic)
    clinic.cash(number, 21_100)
    await clinic.work()
    assert await presses(url, session) == 409
    await clinic.work(hours=0.01)
    row = clinic.invoice(number).row
    assert (clinic.now_is(request).state, row.paid, row.overpaid) == ("cancelled", 21_100, 0)
    balances(clinic, request)


@pytest.mark.parametrize("outcome", ["succeed", "decline"])
async def test_cash_while_the_clients_money_is_under_way(stripe_clinic: Clinic, outcome: str) -> None:
    """It waits for the bank, and says so; money that comes can be given back as too much, else the link is off."""
    clinic = stripe_clinic
    number = clinic.draft()
    request = clinic.send(number, {})
    await clinic.work()
    (link,) = clinic.links(request)
    clinic.sandbox.book.save_link(replace(link, methods=["card", "bacs_debit"]))
    url, session = await visit(link, clinic)
    assert await presses(url, session, "bacs_debit") < 400
    clinic.cash(number, 21_100)
    await clinic.work(turns=3)
    (entry,) = clinic.waiting()
    assert (clinic.now_is(request).state, entry.state, entry.attempts) == ("cancelling", "ready", 0)
    assert "it can still come. The link is closed to anyone else" in entry.last_error
    await bank_answers(clinic, clinic.now_is(request), outcome)
    clinic.clock.ahead += timedelta(minutes=30)
    await clinic.work(hours=0.01)
    row, now = clinic.invoice(number).row, clinic.now_is(request)
    over = 21_100 if outcome == "succeed" else 0
    assert (now.state, row.overpaid, clinic.waiting()) == ("paid" if over else "cancelled", over, [])
    balances(clinic, request)
    if over:
        by_link = next(each for each in clinic.invoice(number).payments if each.request_id)
        give(clinic, request, by_link.amount)
        await clinic.work()
        row = clinic.invoice(number).row
        assert (row.paid, row.credited, row.overpaid, row.due) == (21_100, 0, 0, 0)
        balances(clinic, request)


@pytest.mark.parametrize("cash", [0, 5_000])
async def test_two_links_paid_at_once(clinic: Clinic, cash: int) -> None:
    """While the line is cut both are paid, and some of it in cash too: all of it is recorded, once."""
    number = clinic.draft()
    two = [clinic.send(number, {}, amount=pence) for pence in (10_000, 11_100)]
    await clinic.work()
    clinic.sandbox.fault("offline")
    for request in two:
        assert await pay(clinic.now_is(request).url) < 400
    if cash:
        clinic.cash(number, cash)
    await clinic.work(turns=2)
    clinic.sandbox.mend()
    await clinic.work(hours=0.01)
    row = clinic.invoice(number).row
    assert [clinic.now_is(request).state for request in two] == ["paid", "paid"]
    assert (row.state, row.paid, row.overpaid, clinic.waiting()) == ("paid", 21_100 + cash, cash, [])
    balances(clinic, two[0])


async def test_a_part_in_cash_and_a_new_link_for_the_rest(clinic: Clinic) -> None:
    """The link over all of it goes, and the one over the rest is the only one that can be paid."""
    number = clinic.draft()
    older = clinic.send(number, {})
    await clinic.work()
    clinic.cash(number, 10_000)
    newer = clinic.send(number, {})
    await clinic.work()
    states = [(link.state, link.amount) for request in (older, newer) for link in clinic.links(request)]
    assert (states, clinic.waiting()) == ([("inactive", 21_100), ("open", 11_100)], [])
    assert await pay(clinic.now_is(newer).url) < 400
    await clinic.work(hours=0.01)
    assert (clinic.invoice(number).row.state, clinic.invoice(number).row.overpaid) == ("paid", 0)
    balances(clinic, older)


async def test_given_back_and_cancelled_while_the_line_is_cut(clinic: Clinic) -> None:
    """One link's money goes back, the other's link goes, and its client pays first: each is what it was."""
    number = clinic.draft()
    first, second = (clinic.send(number, {}, amount=pence) for pence in (10_000, 11_100))
    await clinic.work()
    assert await pay(clinic.now_is(first).url) < 400
    await clinic.work(hours=0.01)
    clinic.sandbox.fault("offline")
    give(clinic, first, 10_000)
    clinic.cancel(second)
    await clinic.work(turns=2)
    assert await pay(clinic.now_is(second).url) < 400
    clinic.sandbox.mend()
    await clinic.work(hours=0.01)
    row, now = clinic.invoice(number).row, clinic.now_is(second)
    assert (now.state, now.reason) == ("paid", "the client paid while the link was being cancelled")
    assert (row.paid, row.credited, row.due, row.overpaid, clinic.waiting()) == (11_100, 10_000, 0, 0, [])
    balances(clinic, first)


async def test_paid_in_euros(stripe_clinic: Clinic) -> None:
    """Somebody made another link with our metadata in another currency: seen, not counted, and pounds stay due."""
    clinic = stripe_clinic
    number = clinic.draft()
    request = clinic.send(number, {})
    await clinic.work()
    (link,) = clinic.links(request)
    euros = replace(link, id=f"{link.id}Copy", token=f"{link.token}copy", currency="eur")
    clinic.sandbox.book.save_link(euros)
    url, session = await visit(euros, clinic)
    assert await presses(url, session) < 400
    await clinic.work(hours=0.01)
    row, now = clinic.invoice(number).row, clinic.now_is(request)
    assert (row.state, row.paid, row.due, now.state) == ("unpaid", 0, 21_100, "paid")
    assert now.reason.startswith("€211.00 was paid, in EUR and not in GBP")
    told = [message.text for message in clinic.sandbox.mailbox.messages("desk@riverside.example")]
    assert [text for text in told if number in text and "another currency" in text and "€211.00" in text]
