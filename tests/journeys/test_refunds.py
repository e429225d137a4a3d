"""Money given back through the gateway's sandbox, in fair weather and foul, on both dialects: each penny once."""

from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from store import decisions, refunds
from store.models import PaymentRequest, Refund
from sync.sandbox.server import Sandbox
from tests.journeys.child_engine import STEPS
from tests.journeys.children import die_at
from tests.journeys.clinic import KEYS, Clinic, pay


async def paid(clinic: Clinic) -> PaymentRequest:
    """Have £211.00 paid by link."""
    request = clinic.send(clinic.draft(), {})
    await clinic.work()
    await pay(clinic.now_is(request).url)
    await clinic.work(hours=0.01)
    assert clinic.now_is(request).state == "paid"
    return clinic.now_is(request)


def give(clinic: Clinic, request: PaymentRequest, pence: int = 5_000) -> Refund:
    """A manager gives money back."""
    bill = clinic.invoice(request.invoice_id)
    payment = next(each for each in bill.payments if not each.refund_of)
    return clinic.store.write(
        lambda tx: refunds.refund(tx, bill.row.number, payment.id, pence, reason="she is moving away"), actor="Maya"
    )


def there(clinic: Clinic, request: PaymentRequest) -> list[int]:
    """Return what the gateway has given back of a link."""
    book = clinic.sandbox.book
    payments = book.payments(request.gateway_id or "")
    return [refund.amount for payment in payments for refund in book.refunds(payment.id)]


def here(clinic: Clinic, request: PaymentRequest) -> list[int]:
    """Return what is recorded as given back."""
    return [-each.amount for each in clinic.invoice(request.invoice_id).payments if each.refund_of]


def state(clinic: Clinic, refund: Refund) -> str:
    """Return how a refund stands."""
    return clinic.store.read(lambda reader: refunds.existing(reader, refund.id)).state


async def give_back_there(clinic: Clinic, request: PaymentRequest, pence: int) -> int:
    """Somebody gives money back in the gateway's own pages; return the status of the answer."""
    async with httpx.AsyncClient(base_url=clinic.sandbox.address, trust_env=False) as person:
        if clinic.dialect == "stripe":
            (payment,) = clinic.sandbox.book.payments(request.gateway_id)
            answer = await person.post(
                "/v1/refunds",
                data={"payment_intent": payment.id, "amount": str(pence)},
                headers={"Authorization": f"Bearer {KEYS['stripe']}"},
            )
        else:
            answer = await person.post(
                f"/api/v1/transaction/{request.gateway_id}/refund",
                json={"amount": pence, "reason": "by hand"},
                headers={"access-token": KEYS["coherent"]},
            )
    return answer.status_code


async def test_part_and_then_the_rest(clinic: Clinic) -> None:
    """Two refunds, each once, here as there; nothing is owed, nothing waits, nothing is broken."""
    request = await paid(clinic)
    first = give(clinic, request)
    await clinic.work()
    rest = give(clinic, request, 16_100)
    await clinic.work()
    await clinic.work(hours=30)
    assert [state(clinic, refund) for refund in (first, rest)] == ["done", "done"]
    assert there(clinic, request) == here(clinic, request) == [5_000, 16_100]
    row = clinic.invoice(request.invoice_id).row
    assert (row.paid, row.credited, row.due, row.state) == (0, 21_100, 0, "paid")
    assert (clinic.waiting(), clinic.problems()) == ([], ())


async def test_offline_and_back(tmp_path: Path) -> None:
    """Asked for while the line is down: it waits, spends nothing, and goes once."""
    for dialect in ("stripe", "coherent"):
        with Sandbox(tmp_path / dialect) as sandbox:
            clinic = Clinic(tmp_path / f"clinic {dialect}", sandbox, dialect)
            request = await paid(clinic)
            sandbox.fault("offline")
            refund = give(clinic, request)
            await clinic.work(turns=6)
            (entry,) = clinic.waiting()
            assert (entry.kind, entry.attempts, state(clinic, refund)) == ("refund", 0, "pending")
            sandbox.mend()
            await clinic.work()
            assert there(clinic, request) == here(clinic, request) == [5_000]
            assert (state(clinic, refund), clinic.waiting(), clinic.problems()) == ("done", [], ())
            clinic.store.close()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("html", ""),
        ("error_500", "before"),
        ("error_500", "during"),
        ("error_500", "after"),
        ("refuse", ""),
        ("reset_after", ""),
        ("wrong_json", ""),
        ("truncated", ""),
        ("hang", "2"),
        ("rate_limit", "7"),
    ],
)
async def test_once_whatever_is_answered(clinic: Clinic, name: str, value: str) -> None:
    """However the answer was lost, the money goes back once."""
    request = await paid(clinic)
    clinic.sandbox.fault(name, value, scope=clinic.dialect)
    refund = give(clinic, request)
    await clinic.work(turns=1)
    clinic.sandbox.mend()
    await clinic.work()
    await clinic.work(hours=0.1)
    assert there(clinic, request) == here(clinic, request) == [5_000]
    assert (state(clinic, refund), clinic.waiting(), clinic.problems()) == ("done", [], ())


@pytest.mark.parametrize("step", STEPS)
async def test_killed_at_each_step(clinic: Clinic, step: str) -> None:
    """kill -9 before, during and after: a plain engine finds out, and the money goes back once."""
    request = await paid(clinic)
    clinic.clock.ahead = timedelta()
    refund = give(clinic, request)
    if step == "taken":
        clinic.sandbox.fault("hang", 1, scope=clinic.dialect)
    die_at(clinic.folder, "refund", step, lambda: bool(there(clinic, request)))
    clinic.sandbox.mend()
    await clinic.work()
    await clinic.work(hours=0.1)
    assert there(clinic, request) == here(clinic, request) == [5_000]
    assert (state(clinic, refund), clinic.waiting(), clinic.problems()) == ("done", [], ())


async def test_given_back_in_the_gateways_own_pages(clinic: Clinic) -> None:
    """It is heard and recorded once, beside ours of the same amount."""
    request = await paid(clinic)
    give(clinic, request)
    await clinic.work()
    assert await give_back_there(clinic, request, 5_000) == 200
    await clinic.work(hours=30)
    await clinic.work(hours=30)
    assert there(clinic, request) == here(clinic, request) == [5_000, 5_000]
    assert [each.reason for each in clinic.invoice(request.invoice_id).refunds][1] == "made at the gateway"
    assert (clinic.waiting(), clinic.problems()) == ([], ())


async def test_nothing_is_left_there(clinic: Clinic) -> None:
    """Somebody was quicker, and it has not been heard: the gateway says no, and what happened there is recorded."""
    request = await paid(clinic)
    refund = give(clinic, request)
    assert await give_back_there(clinic, request, 21_100) == 200
    await clinic.work(hours=30)
    kept = clinic.store.read(lambda reader: refunds.existing(reader, refund.id))
    assert kept.state == "failed"
    assert kept.result
    assert there(clinic, request) == here(clinic, request) == [21_100]
    row = clinic.invoice(request.invoice_id).row
    assert (row.paid, row.credited, row.due) == (0, 21_100, 0)
    assert (clinic.waiting(), clinic.problems()) == ([], ())


async def test_dropped_and_given_in_cash(clinic: Clinic) -> None:
    """A person changes their mind while the line is down: nothing goes to the gateway any more."""
    request = await paid(clinic)
    clinic.sandbox.fault("offline")
    refund = give(clinic, request)
    await clinic.work(turns=3)
    (entry,) = clinic.waiting()
    clinic.store.write(lambda tx: decisions.drop(tx, entry.id, reason="given as credit"), actor="Maya")
    clinic.sandbox.mend()
    await clinic.work(hours=1)
    assert (state(clinic, refund), there(clinic, request), here(clinic, request)) == ("failed", [], [])
    assert (clinic.waiting(), clinic.problems()) == ([], ())
