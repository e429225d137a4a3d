"""The Coherent dialect: its names, and that every call makes a new link."""

import json

import httpx
import pytest

from sync.sandbox.server import Sandbox
from tests.sandbox.people import Client

ORDER = {"amount": 21100, "name": "Jane Smith", "note": "K7Q-42M INV-000124", "patientNote": "Invoice INV-000124"}


def test_a_transaction_is_made_and_paid(coherent: httpx.Client, client: Client) -> None:
    """Unpaid with a URL, then paid with when and how."""
    made = coherent.post("/transaction", json=ORDER).json()
    assert made["status"] == "unpaid"
    assert made["refunds"] == []
    assert made["paymentPaidTime"] is None
    page = client.open(made["paymentUrl"]).text
    for words in ("£211.00", "Invoice INV-000124", "K7Q-42M", 'value="klarna"'):
        assert words in page
    assert "<h1>Paid</h1>" in client.pay(made["paymentUrl"], "apple_pay").text
    paid = coherent.get(f"/transaction/{made['uuid']}").json()
    assert paid["status"] == "paid"
    assert paid["paymentMethod"] == "apple_pay"
    assert paid["paymentMethodSummary"].startswith("Apple Pay")
    assert paid["paymentPaidTime"].endswith("Z")
    assert {key: paid[key] for key in ORDER} == ORDER


def test_every_post_makes_a_new_link(coherent: httpx.Client, sandbox: Sandbox) -> None:
    """An idempotency key changes nothing."""
    headers = {"Idempotency-Key": "the-same"}
    uuids = {coherent.post("/transaction", json=ORDER, headers=headers).json()["uuid"] for _ in range(3)}
    assert len(uuids) == 3
    assert [entry.effect for entry in sandbox.journal()] == [link.id for link in sandbox.book.links()]


def test_there_is_no_list(coherent: httpx.Client) -> None:
    """Transactions can only be asked for by their uuid."""
    assert coherent.get("/transaction").status_code == 404
    assert coherent.get("/transactions").status_code == 404


def test_a_void_link_cannot_be_paid(coherent: httpx.Client, sandbox: Sandbox, client: Client) -> None:
    """Not even by a page that was open; voiding it again changes nothing."""
    made = coherent.post("/transaction", json=ORDER).json()
    session = client.visit(made["paymentUrl"])
    for _ in range(2):
        voided = coherent.put(f"/transaction/{made['uuid']}/status", json={"status": "void"})
        assert (voided.status_code, voided.json()["status"]) == (200, "void")
    assert client.press(made["paymentUrl"], session).status_code == 409
    assert "not active" in client.open(made["paymentUrl"]).text
    assert sandbox.book.payments() == []


def test_a_paid_link_cannot_be_voided(coherent: httpx.Client, client: Client) -> None:
    """It stays paid."""
    made = coherent.post("/transaction", json=ORDER).json()
    client.pay(made["paymentUrl"])
    assert coherent.put(f"/transaction/{made['uuid']}/status", json={"status": "void"}).status_code == 400
    assert coherent.get(f"/transaction/{made['uuid']}").json()["status"] == "paid"


def test_a_decline_is_rejected_until_the_next_try(coherent: httpx.Client, client: Client) -> None:
    """The client can try again on the same page."""
    made = coherent.post("/transaction", json=ORDER).json()
    session = client.visit(made["paymentUrl"])
    client.press(made["paymentUrl"], session, "decline")
    assert coherent.get(f"/transaction/{made['uuid']}").json()["status"] == "rejected"
    client.press(made["paymentUrl"], session)
    assert coherent.get(f"/transaction/{made['uuid']}").json()["status"] == "paid"


def test_refunds_in_parts(coherent: httpx.Client, client: Client) -> None:
    """Paid until all of it is given back; never more than that."""
    made = coherent.post("/transaction", json=ORDER).json()
    path = f"/transaction/{made['uuid']}/refund"
    assert coherent.post(path, json={"amount": 100, "reason": "early"}).status_code == 400
    client.pay(made["paymentUrl"])
    part = coherent.post(path, json={"amount": 11100, "reason": "Wrong item"}).json()
    assert part["status"] == "paid"
    assert part["refunds"] == [{"amount": 11100, "status": "refunded", "reason": "Wrong item"}]
    assert coherent.post(path, json={"amount": 10001, "reason": "x"}).status_code == 400
    assert coherent.post(path, json={"amount": 10000, "reason": "x"}).json()["status"] == "refunded"


@pytest.mark.parametrize("token", ["", "api-production-1", "sandbox-refused-1"])
def test_a_wrong_token_is_401(sandbox: Sandbox, token: str) -> None:
    """Missing, not a sandbox's, or one that is there to be refused."""
    answer = httpx.post(f"{sandbox.address}/api/v1/transaction", json=ORDER, headers={"access-token": token})
    assert answer.status_code == 401
    assert answer.json()["message"]
    assert sandbox.book.links() == []


@pytest.mark.parametrize(
    "change",
    [
        {"amount": 0},
        {"amount": 12.5},
        {"amount": "100"},
        {"amount": True},
        {"name": ""},
        {"note": 7},
        {"note": "\ud800"},
        {"smsNotify": 1},
    ],
)
def test_a_wrong_body_is_400(coherent: httpx.Client, sandbox: Sandbox, change: dict[str, object]) -> None:
    """With words that say what is wrong, and nothing made."""
    assert coherent.post("/transaction", content=json.dumps({**ORDER, **change})).status_code == 400
    assert sandbox.book.links() == []


def test_what_is_not_json_is_400(coherent: httpx.Client) -> None:
    """A list, and no JSON at all."""
    assert coherent.post("/transaction", content=b"[1]").status_code == 400
    assert coherent.post("/transaction", content=b"amount=1").status_code == 400
    assert coherent.get("/transaction/nothing").status_code == 404


def test_it_can_send_the_messages_itself(coherent: httpx.Client, sandbox: Sandbox) -> None:
    """To the client's mailbox and phone, with the link; a wrong number makes no transaction."""
    notify = {"email": "jane@example.com", "emailNotify": True, "phone": "+447700900123", "smsNotify": True}
    made = coherent.post("/transaction", json={**ORDER, **notify}).json()
    messages = sandbox.mailbox.messages()
    assert [(message.channel, message.to) for message in messages] == [
        ("email", "jane@example.com"),
        ("sms", "+447700900123"),
    ]
    assert all(made["paymentUrl"] in message.text for message in messages)
    assert coherent.post("/transaction", json={**ORDER, **notify, "phone": "12"}).status_code == 400
    assert len(sandbox.book.links()) == 1
