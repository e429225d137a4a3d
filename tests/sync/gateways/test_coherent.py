"""Coherent transactions, against scripted answers."""

import json
from datetime import UTC, datetime

import httpx
import pytest

from sync.errors import Busy, Declined, OutcomeUnknown, Unreachable
from sync.gateways.coherent import CoherentGateway
from tests.sync.gateways.fakes import KEY, Script, an_order, says, transaction

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)
UUID = "2f1a7c1e-0000-4000-8000-000000000001"
NO = says({"message": "Transaction is already paid"}, 400)


def coherent(*answers: httpx.Response | Exception) -> tuple[CoherentGateway, Script]:
    """Return a gateway and the script that it talks to."""
    script = Script(*answers)
    url = "https://service.coherenthealthcare.com"
    return CoherentGateway(url, KEY, transport=script, clock=lambda: NOW), script


async def test_the_order_for_a_link() -> None:
    """The code is in the note for a person to find, and Coherent sends no message itself."""
    gateway, script = coherent(says(transaction()))
    link = await gateway.create_link(an_order(client_name="Jane\x1b Smith"))
    assert (link.gateway_id, link.amount, link.currency, link.state) == (UUID, 21100, "GBP", "live")
    assert link.url == "https://pay.coherenthealthcare.com/2f1a7c1e"
    assert script.calls() == ["POST /api/v1/transaction"]
    assert "idempotency-key" not in script.asked[0].headers
    assert json.loads(script.asked[0].content) == {
        "amount": 21100,
        "name": "Jane Smith",
        "note": "K7Q-42M INV-000124",
        "patientNote": "Invoice INV-000124",
        "emailNotify": False,
        "smsNotify": False,
    }


async def test_other_currencies_are_refused_before_anything_is_sent() -> None:
    """Coherent has no field for a currency, so euros must never arrive there as pounds."""
    gateway, script = coherent(says(transaction()))
    with pytest.raises(Declined, match="pounds"):
        await gateway.create_link(an_order(currency="EUR"))
    assert script.asked == []


async def test_a_link_for_other_money_is_never_shown() -> None:
    """Another amount in the answer is refused."""
    gateway, _ = coherent(says(transaction(amount=21101)))
    with pytest.raises(Declined, match="another amount"):
        await gateway.create_link(an_order())


async def test_a_link_elsewhere_is_never_shown() -> None:
    """A link on an unknown host is refused when made and when fetched live."""
    gateway, _ = coherent(says(transaction(paymentUrl="https://evil.example/x")))
    with pytest.raises(Declined, match="not passed on"):
        await gateway.create_link(an_order())
    with pytest.raises(Declined, match="not passed on"):
        await gateway.fetch_link(UUID)


async def test_a_broken_line_leaves_the_outcome_unknown() -> None:
    """There is no key, so a create that broke must reach a person."""
    gateway, _ = coherent(httpx.ReadError("gone"))
    with pytest.raises(OutcomeUnknown):
        await gateway.create_link(an_order())


@pytest.mark.parametrize(
    ("status", "state", "payments"),
    [
        ("unpaid", "live", 0),
        ("rejected", "live", 0),
        ("paid", "paid", 1),
        ("refunded", "paid", 1),
        ("void", "cancelled", 0),
    ],
)
async def test_each_status(status: str, state: str, payments: int) -> None:
    """A rejected card can be tried again; a refund was a payment before."""
    gateway, script = coherent(says(transaction(status)))
    link = await gateway.fetch_link(UUID)
    assert (link.state, len(link.payments)) == (state, payments)
    assert script.calls() == [f"GET /api/v1/transaction/{UUID}"]


@pytest.mark.parametrize("status", ["chargeback", "", None, 7])
async def test_an_unknown_status_is_no_answer(status: object) -> None:
    """A status that the guide does not name is not guessed at."""
    with pytest.raises(Unreachable):
        await coherent(says(transaction(status=status)))[0].fetch_link(UUID)


@pytest.mark.parametrize(
    ("changes", "paid_at", "method"),
    [
        (
            {"paymentPaidTime": "2026-11-22T13:59:58.123Z", "paymentMethodSummary": "Visa 4242"},
            datetime(2026, 11, 22, 13, 59, 58, 123000, UTC),
            "Visa 4242",
        ),
        (
            {"paymentPaidTime": "2026-07-01T10:00:00+01:00", "paymentMethod": "card"},
            datetime(2026, 7, 1, 9, tzinfo=UTC),
            "card",
        ),
        ({"paymentPaidTime": "2026-07-01T10:00:00"}, datetime(2026, 7, 1, 10, tzinfo=UTC), ""),
        ({"paymentPaidTime": "yesterday"}, NOW, ""),
        ({"paymentPaidTime": "0001-01-01T00:00:00+10:00"}, NOW, ""),
        ({}, NOW, ""),
    ],
)
async def test_the_payment(changes: dict[str, object], paid_at: datetime, method: str) -> None:
    """A payment without a readable time is dated when it was seen, and is never dropped."""
    gateway, _ = coherent(says(transaction("paid", **changes)))
    payment = (await gateway.fetch_link(UUID)).payments[0]
    assert (payment.payment_id, payment.gateway_id, payment.request_id) == (f"{UUID}:paid", UUID, None)
    assert (payment.amount, payment.currency) == (21100, "GBP")
    assert (payment.paid_at, payment.method) == (paid_at, method)


@pytest.mark.parametrize("answer", [says(transaction("void")), says({}), httpx.Response(204)])
async def test_cancelling_voids_the_transaction(answer: httpx.Response) -> None:
    """Whatever the void answers, the transaction is asked for afterwards."""
    gateway, script = coherent(answer, says(transaction("void")))
    assert (await gateway.cancel_link(UUID, "key-2")).state == "cancelled"
    assert script.calls() == [f"PUT /api/v1/transaction/{UUID}/status", f"GET /api/v1/transaction/{UUID}"]
    assert json.loads(script.asked[0].content) == {"status": "void"}


async def test_cancelling_tells_when_the_client_was_quicker() -> None:
    """A void that is refused because the client has paid becomes paid."""
    gateway, _ = coherent(NO, says(transaction("paid")))
    assert (await gateway.cancel_link(UUID, "key-2")).state == "paid"


async def test_a_refused_void_of_an_open_link_stays_refused() -> None:
    """A no that the state does not explain reaches a person in Coherent's words."""
    gateway, _ = coherent(NO, says(transaction("unpaid")))
    with pytest.raises(Declined, match="already paid"):
        await gateway.cancel_link(UUID, "key-2")


async def test_a_void_that_did_nothing_is_tried_again() -> None:
    """A link that is still open after a void is not called cancelled."""
    gateway, _ = coherent(says({}), says(transaction("unpaid")))
    with pytest.raises(Busy):
        await gateway.cancel_link(UUID, "key-2")


async def test_what_is_not_an_id_is_never_asked_for() -> None:
    """An id that a person typed wrong cannot reach another path."""
    gateway, script = coherent(says(transaction()))
    with pytest.raises(Declined, match="not the id"):
        await gateway.fetch_link("../transaction")
    assert script.asked == []


async def test_what_coherent_cannot_do() -> None:
    """The capabilities say it, and the methods hold to it."""
    gateway, _ = coherent(says({}))
    can = gateway.capabilities
    assert (can.idempotency_window, can.can_look_up, can.has_event_feed) == (None, False, False)
    assert (can.sends_messages, can.currencies) == (True, frozenset({"GBP"}))
    with pytest.raises(NotImplementedError):
        await gateway.find_link("x")
    with pytest.raises(NotImplementedError):
        await gateway.hear(None)
