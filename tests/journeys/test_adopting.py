"""A link that may exist: found in the gateway's own pages and adopted by its id, or not there, on both dialects."""

import httpx
import pytest

from store import decisions, outbox
from store.database import Tx
from store.models import OutboxEntry, PaymentRequest
from store.times import to_text
from sync.sandbox.records import Link
from tests.journeys.clinic import EMAIL, KEYS, Clinic, pay


async def in_doubt(clinic: Clinic, *, made: bool) -> tuple[PaymentRequest, OutboxEntry]:
    """Send a link whose making got no answer, `made` or not, until a person is asked."""
    clinic.sandbox.fault("reset_after" if made else "refuse", scope=clinic.dialect)
    request = clinic.send(clinic.draft(), {"email": ""})
    await clinic.work(turns=1)
    clinic.sandbox.mend()

    def ask(tx: Tx) -> None:
        """Give up trying, as after many tries without an answer."""
        for entry in outbox.waiting(tx):
            if entry.state == "ready" and entry.kind == "create_link":
                now = to_text(clinic.clock())
                tx.run("UPDATE outbox SET next_attempt_at = :now WHERE seq = :seq", now=now, seq=entry.seq)
                (claimed,) = outbox.claim(tx, ["create_link"], limit=1, owner="test", now=now, until=now)
                outbox.ask(tx, claimed, why="no clear answer", unsure=True)

    clinic.store.write(ask)
    (entry,) = clinic.waiting()
    assert (entry.state, entry.unsure) == ("attention", True)
    assert len(clinic.links(request)) == (1 if made else 0)
    return request, entry


def there(clinic: Clinic, request: PaymentRequest) -> Link:
    """Return the one link at the gateway."""
    (link,) = clinic.links(request)
    return link


def adopt(clinic: Clinic, entry: OutboxEntry, gateway_id: str) -> None:
    """A person types the id that they found."""
    clinic.store.write(lambda tx: decisions.adopt(tx, entry.id, gateway_id), actor="Amira")


async def test_it_is_there(clinic: Clinic) -> None:
    """It goes live under that id, its message goes out, and there is no second link."""
    request, entry = await in_doubt(clinic, made=True)
    adopt(clinic, entry, there(clinic, request).id)
    await clinic.work()
    now = clinic.now_is(request)
    assert (now.state, now.gateway_id, clinic.waiting()) == ("live", there(clinic, request).id, [])
    assert len(clinic.received(EMAIL, request)) == 1
    await pay(now.url)
    await clinic.work(hours=0.01)
    assert clinic.invoice(request.invoice_id).row.state == "paid"
    assert clinic.problems() == ()


async def test_it_was_paid_already(clinic: Clinic) -> None:
    """The client had it from somewhere and paid: adopted with its money, and no message asks for it again."""
    request, entry = await in_doubt(clinic, made=True)
    link = there(clinic, request)
    await pay(clinic.sandbox.context.url(link))
    adopt(clinic, entry, link.id)
    await clinic.work()
    assert clinic.invoice(request.invoice_id).row.state == "paid"
    assert (clinic.now_is(request).state, clinic.received(EMAIL, request), clinic.waiting()) == ("paid", [], [])
    assert clinic.problems() == ()


async def test_it_is_not_there(clinic: Clinic) -> None:
    """No such id: a person is asked again; sending again then makes the one link."""
    request, entry = await in_doubt(clinic, made=False)
    adopt(clinic, entry, "plink_notthere")
    await clinic.work()
    (asked,) = clinic.waiting()
    assert (asked.state, asked.unsure) == ("attention", True)
    assert "has no link plink_notthere" in asked.last_error
    assert (clinic.now_is(request).state, clinic.links(request)) == ("attention", [])
    clinic.store.write(lambda tx: decisions.retry(tx, entry.id))
    await clinic.work()
    assert (clinic.now_is(request).state, len(clinic.links(request))) == ("live", 1)


@pytest.mark.parametrize("what", ["amount", "request", "closed"])
async def test_it_is_not_the_one(clinic: Clinic, what: str) -> None:
    """Another amount, another request's, or switched off: it says what differs, and nothing is adopted."""
    request, entry = await in_doubt(clinic, made=True)
    number = clinic.draft(5_000 if what == "amount" else 21_100)
    other = clinic.send(number, {})
    await clinic.work(turns=3)
    wrong = there(clinic, other).id
    clinic.store.write(lambda tx: tx.run("UPDATE requests SET gateway_id = 'x' WHERE id = :id", id=other.id))
    if what == "closed":
        wrong = there(clinic, request).id
        await switch_off(clinic, wrong)
    adopt(clinic, entry, wrong)
    await clinic.work(turns=5)
    asked = next(each for each in clinic.waiting() if each.id == entry.id)
    said = {
        "amount": "it asks for £50.00, and £211.00 was asked for",
        "request": "made for another payment request" if clinic.dialect == "stripe" else "does not have the code",
        "closed": "switched off there",
    }[what]
    assert (asked.state, asked.unsure, said in asked.last_error) == ("attention", True, True)
    assert clinic.now_is(request).gateway_id is None


async def switch_off(clinic: Clinic, gateway_id: str) -> None:
    """Somebody switches a link off in the gateway's own pages."""
    async with httpx.AsyncClient(base_url=clinic.sandbox.address, trust_env=False) as person:
        if clinic.dialect == "stripe":
            answer = await person.post(
                f"/v1/payment_links/{gateway_id}",
                data={"active": "false"},
                headers={"Authorization": f"Bearer {KEYS['stripe']}"},
            )
        else:
            answer = await person.put(
                f"/api/v1/transaction/{gateway_id}/status",
                json={"status": "void"},
                headers={"access-token": KEYS["coherent"]},
            )
    assert answer.status_code == 200
