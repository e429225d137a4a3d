"""Idempotency keys: one effect for one key, whatever happens on the way."""

import socket
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
import stripe

from sync.sandbox.server import Sandbox
from tests.sandbox.people import KEY, Clock, Stripe


def post(api: Stripe, key: str, amount: int = 12000) -> httpx.Response:
    """Ask for a link with a key."""
    return api.http.post("/v1/payment_links", data=api.form(amount), headers={"Idempotency-Key": key})


def test_the_same_request_brings_the_same_answer(api: Stripe, sandbox: Sandbox) -> None:
    """Replayed byte for byte, marked as replayed, and made once."""
    first, second = post(api, "key-1"), post(api, "key-1")
    assert second.status_code == 200
    assert second.content == first.content
    assert "Idempotent-Replayed" not in first.headers
    assert second.headers["Idempotent-Replayed"] == "true"
    assert second.headers["Original-Request"] == first.headers["Request-Id"]
    assert len(sandbox.book.links()) == 1
    assert [(entry.replayed, entry.effect is not None) for entry in sandbox.journal()] == [
        (False, True),
        (True, False),
    ]


def test_other_parameters_are_a_conflict(api: Stripe) -> None:
    """Stripe's library raises its IdempotencyError, with the words that name the key."""
    options: Any = {"idempotency_key": "key-2"}
    api.sdk.v1.payment_links.create(api.order(100), options)  # type: ignore[arg-type]
    with pytest.raises(stripe.IdempotencyError) as refused:
        api.sdk.v1.payment_links.create(api.order(200), options)  # type: ignore[arg-type]
    assert refused.value.http_status == 400
    assert "Try using a key other than 'key-2'" in str(refused.value)


def test_another_path_is_a_conflict(api: Stripe) -> None:
    """A key belongs to one URL."""
    post(api, "key-3")
    answer = api.http.post("/v1/refunds", data=api.form(), headers={"Idempotency-Key": "key-3"})
    assert answer.json()["error"]["type"] == "idempotency_error"


def test_the_order_of_parameters_does_not_matter(api: Stripe) -> None:
    """The parameters are compared, not the bytes."""
    first = post(api, "key-4")
    backwards = dict(reversed(api.form().items()))
    second = api.http.post("/v1/payment_links", data=backwards, headers={"Idempotency-Key": "key-4"})
    assert second.json() == first.json()


def test_a_refusal_before_acting_is_not_kept(api: Stripe, sandbox: Sandbox) -> None:
    """After a parameter was refused, the key can be used with the right one."""
    assert post(api, "key-5", amount=1).status_code == 400
    assert post(api, "key-5", amount=100).status_code == 200
    assert len(sandbox.book.links()) == 1


def test_a_refusal_while_acting_is_kept(api: Stripe) -> None:
    """What the endpoint itself refuses is brought back."""
    form, headers = {"payment_intent": "pi_nothing"}, {"Idempotency-Key": "key-6"}
    first = api.http.post("/v1/refunds", data=form, headers=headers)
    second = api.http.post("/v1/refunds", data=form, headers=headers)
    assert first.status_code == second.status_code == 400
    assert second.headers["Idempotent-Replayed"] == "true"


@pytest.mark.parametrize(("when", "made"), [("during", 0), ("after", 1)])
def test_a_500_is_kept_too(api: Stripe, sandbox: Sandbox, when: str, made: int) -> None:
    """The key brings the 500 back for ever, whether or not the link was made."""
    sandbox.fault("error_500", when, count=1)
    first, second = post(api, "key-7"), post(api, "key-7")
    assert first.status_code == second.status_code == 500
    assert second.headers["Idempotent-Replayed"] == "true"
    assert first.json()["error"]["type"] == "api_error"
    assert len(sandbox.book.links()) == made
    assert [entry.effect is not None for entry in sandbox.journal()] == [bool(made), False]


def test_a_500_in_front_of_stripe_is_not_kept(api: Stripe, sandbox: Sandbox) -> None:
    """A request that never got in can be sent again with its key."""
    sandbox.fault("error_500", "before", count=1)
    assert post(api, "key-8").status_code == 500
    assert post(api, "key-8").status_code == 200
    assert len(sandbox.book.links()) == 1


def test_an_answer_that_was_lost_is_found_again(api: Stripe, sandbox: Sandbox) -> None:
    """The line drops after the link was made: the same key brings that link."""
    sandbox.fault("reset_after", count=1)
    with pytest.raises(httpx.TransportError):
        post(api, "key-9")
    assert post(api, "key-9").json()["id"] == sandbox.book.links()[0].id
    assert len(sandbox.book.links()) == 1


def test_a_key_is_forgotten_after_a_day(api: Stripe, sandbox: Sandbox, clock: Clock) -> None:
    """Just before, the answer comes back; after 24 hours the request is new."""
    first = post(api, "key-10").json()
    clock.forward(hours=23.9)
    assert post(api, "key-10").json() == first
    clock.forward(hours=0.1)
    assert post(api, "key-10").json()["id"] != first["id"]
    assert len(sandbox.book.links()) == 2


def test_a_key_that_is_being_worked_on_is_409(api: Stripe, sandbox: Sandbox) -> None:
    """While the first request waits at Stripe, a second with its key is idempotency_key_in_use."""
    sandbox.fault("latency", 60_000, count=1)
    body = urlencode(api.form()).encode()
    head = (
        f"POST /v1/payment_links HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\n"
        f"Idempotency-Key: key-11\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", sandbox.port)) as slow:
        slow.sendall(head.encode() + body)
        while sandbox.context.faults.on():
            api.http.get("/sandbox/faults")
        refused = post(api, "key-11")
    assert refused.status_code == 409
    assert refused.json()["error"]["code"] == "idempotency_key_in_use"
    assert sandbox.book.links() == []


def test_a_key_has_a_longest_length(api: Stripe) -> None:
    """255 characters are taken, 256 are not."""
    assert post(api, "k" * 255).status_code == 200
    assert post(api, "k" * 256).status_code == 400


def test_a_get_takes_no_key(api: Stripe) -> None:
    """GETs are idempotent by nature: the key has no effect."""
    headers = {"Idempotency-Key": "key-12"}
    before = api.http.get("/v1/payment_links", headers=headers).json()
    post(api, "another")
    after = api.http.get("/v1/payment_links", headers=headers).json()
    assert (len(before["data"]), len(after["data"])) == (0, 1)
