"""Coherent refunds and the test call, against scripted answers."""

import json
from datetime import UTC, datetime
from itertools import permutations

import httpx
import pytest

from sync.errors import Declined, Misconfigured, OutcomeUnknown, Unreachable
from sync.gateways.coherent import CoherentGateway
from tests.sync.gateways.fakes import KEY, Script, an_order, says, transaction
from tests.sync.gateways.refunds import UUID, a_refund

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


def coherent(*answers: httpx.Response | Exception) -> tuple[CoherentGateway, Script]:
    """Return a gateway and the script that it talks to."""
    script = Script(*answers)
    url = "https://service.coherenthealthcare.com"
    return CoherentGateway(url, KEY, transport=script, clock=lambda: NOW), script


def refunded(*refunds: tuple[int, str], status: str = "paid") -> httpx.Response:
    """Return a paid transaction with refunds, each an amount and a status."""
    members = [{"amount": amount, "status": each, "reason": "no reason"} for amount, each in refunds]
    return says(transaction(status, refunds=members))


async def test_what_coherent_is_told() -> None:
    """Amount and reason; what became of it is read from the transaction, whatever the first answer looked like."""
    gateway, script = coherent(says({"ok": True}), refunded((5_000, "refunded")))
    made = await gateway.refund(a_refund())
    assert (made.refund_id, made.payment_id) == (f"{UUID}:refund:5000:1", f"{UUID}:paid")
    assert (made.amount, made.state, made.nameless) == (5_000, "done", True)
    assert script.calls() == [f"POST /api/v1/transaction/{UUID}/refund", f"GET /api/v1/transaction/{UUID}"]
    assert json.loads(script.asked[0].content) == {"amount": 5_000, "reason": "she changed her mind"}


async def test_the_newest_of_its_amount() -> None:
    """Of several alike, the one that was just made is the last."""
    gateway, _ = coherent(says({}), refunded((5_000, "refunded"), (700, "refunded"), (5_000, "refunded")))
    assert (await gateway.refund(a_refund())).refund_id == f"{UUID}:refund:5000:2"


async def test_accepted_and_not_seen_yet() -> None:
    """It is pending, without a name, until the transaction shows it."""
    gateway, _ = coherent(says({}), refunded((700, "refunded")))
    made = await gateway.refund(a_refund())
    assert (made.refund_id, made.state, made.nameless) == ("", "pending", True)


async def test_taken_and_then_silence() -> None:
    """Once Coherent took it, a look that fails leaves the outcome unknown, never unreached."""
    for gone in (httpx.ConnectError("gone"), says({"message": "no"}, 404)):
        gateway, _ = coherent(says({}), gone)
        with pytest.raises(OutcomeUnknown, match="took the refund"):
            await gateway.refund(a_refund())


async def test_refused_or_never_reached() -> None:
    """A clear no is declined; what never left is unreached."""
    with pytest.raises(Declined, match=r"1\.00 is left"):
        await coherent(says({"message": "£1.00 is left to refund."}, 400))[0].refund(a_refund())
    with pytest.raises(Unreachable):
        await coherent(httpx.ConnectError("gone"))[0].refund(a_refund())
    with pytest.raises(OutcomeUnknown):
        await coherent(httpx.ReadError("gone"))[0].refund(a_refund())


async def test_no_order_of_the_list_changes_who_is_who() -> None:
    """However the list is sorted, the same refunds have the same names, and failed ones are counted apart."""
    told = [(500, "failed"), (500, "pending"), (500, "refunded"), (900, "refunded")]
    names = set()
    for order in permutations(told):
        link = await coherent(refunded(*order))[0].fetch_link(UUID)
        names.add(tuple((each.refund_id, each.state) for each in link.refunds))
        assert link.refunds_whole
    assert names == {
        (
            (f"{UUID}:refund:500:1", "done"),
            (f"{UUID}:refund:900:1", "done"),
            (f"{UUID}:refund:500:2", "pending"),
            (f"{UUID}:failed:500:1", "failed"),
        )
    }


@pytest.mark.parametrize(
    ("answer", "count", "whole"),
    [
        (says(transaction("paid", refunds=None)), 0, True),
        (says(transaction("paid", refunds="?")), 0, False),
        (says(transaction("paid", refunds=[{"amount": "5"}])), 0, False),
        (refunded((21_100, "refunded"), status="refunded"), 1, True),
        (refunded((100, "refunded"), status="refunded"), 1, False),
        (refunded(status="refunded"), 0, False),
    ],
)
async def test_when_the_list_cannot_be_all(answer: httpx.Response, count: int, whole: bool) -> None:
    """An unreadable list, or one that does not make up a whole refund, is not relied on; the payment is there."""
    link = await coherent(answer)[0].fetch_link(UUID)
    assert (len(link.refunds), link.refunds_whole, len(link.payments)) == (count, whole, 1)


async def test_messages_that_coherent_sends_itself() -> None:
    """Only with an address; the mobile is in international form."""
    gateway, script = coherent(says(transaction(note="K7Q-42M INV-000124")))
    link = await gateway.create_link(an_order(email="jane@example.com", mobile="+447700900123"))
    body = json.loads(script.asked[0].content)
    assert (body["email"], body["emailNotify"], body["phone"], body["smsNotify"]) == (
        "jane@example.com",
        True,
        "+447700900123",
        True,
    )
    assert link.note == "K7Q-42M INV-000124"


async def test_the_test_call() -> None:
    """Asking for what nobody has: a clear no proves the token, and nothing is made."""
    gateway, script = coherent(says({"message": "not there"}, 404))
    assert await gateway.check() == "Coherent answered and accepts the token."
    assert [request.method for request in script.asked] == ["GET"]
    with pytest.raises(Misconfigured, match="key refused"):
        await coherent(says({"message": "no"}, 401))[0].check()
    with pytest.raises(Declined):
        await coherent(says({"message": "no"}, 400))[0].check()
