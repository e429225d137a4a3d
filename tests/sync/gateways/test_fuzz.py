"""Arbitrary answers: whatever a gateway says, only the errors of the seam leave it."""

import asyncio
import json
from collections.abc import Coroutine

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from sync.errors import WorldError
from sync.gateways.base import CursorLost, GatewayPayment, Heard, Link
from sync.gateways.coherent import CoherentGateway
from sync.gateways.stripe import EMPTY_FEED, StripeGateway
from tests.sync.gateways.fakes import (
    KEY,
    Script,
    an_order,
    event,
    payment_link,
    session,
    stripe_error,
    transaction,
)

LEAVES = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
STATUSES = st.sampled_from([200, 200, 200, 200, 201, 204, 302, 400, 401, 404, 409, 429, 500])
GOOD = st.sampled_from(
    [
        payment_link(),
        payment_link(active=False),
        transaction(),
        transaction("paid"),
        session(),
        {"data": [session(), session(status="open")], "has_more": False},
        {"data": [event(3), event(2)], "has_more": True},
        {"data": [payment_link()], "has_more": True},
        stripe_error(400, "resource_missing", "ending_before").json(),
    ]
)


@st.composite
def spoiled(draw: st.DrawFn) -> object:
    """Draw a good answer in which one field, at any depth, is anything at all."""
    answer = json.loads(json.dumps(draw(GOOD)))
    place = answer
    while True:
        names = list(place) if isinstance(place, dict) else list(range(len(place)))
        name = draw(st.sampled_from(names))
        deeper = place[name]
        if not isinstance(deeper, dict | list) or not deeper or draw(st.booleans()):
            place[name] = draw(ANYTHING)
            return answer
        place = deeper


BODIES = st.binary(max_size=60) | (ANYTHING | spoiled() | spoiled() | GOOD).map(
    lambda value: json.dumps(value).encode()
)
RETRY = st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=12)
ANSWERS = st.builds(
    lambda status, body, wait: httpx.Response(status, headers={"Retry-After": wait.encode("latin-1")}, content=body),
    STATUSES,
    BODIES,
    RETRY,
)


def check_payment(payment: GatewayPayment) -> None:
    """Hold a payment to what the ledger relies on."""
    assert payment.payment_id
    assert payment.amount >= 0
    assert payment.currency.isupper()
    assert payment.paid_at.tzinfo is not None
    assert payment.method.isprintable()


def check(result: object) -> None:
    """Hold whatever came back to what the engine and the screens rely on."""
    if isinstance(result, Link):
        assert result.amount >= 0
        assert result.url == "" or result.url.startswith("https://")
        assert result.state != "live" or result.url
        for payment in result.payments:
            check_payment(payment)
    elif isinstance(result, Heard):
        assert result.cursor
        for payment in result.payments:
            check_payment(payment)
    else:
        assert result is None


async def run_all(calls: list[Coroutine[object, object, object]]) -> None:
    """Make each call; only the errors of the seam may leave it, in words without control characters."""
    for call in calls:
        result: object = None
        said = ""
        try:
            result = await call
        except WorldError as error:
            said = f"{error}{error.detail}"
        except CursorLost:
            continue
        assert said.isprintable()
        check(result)


@settings(max_examples=120, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=4))
def test_stripe_survives_any_answer(answers: list[httpx.Response]) -> None:
    """No answer makes Stripe's gateway raise anything else, or hand on what is not sound."""

    async def session_of_calls() -> None:
        gateway = StripeGateway("https://api.stripe.com", KEY, transport=Script(*answers))
        await run_all(
            [
                gateway.create_link(an_order()),
                gateway.fetch_link("plink_1"),
                gateway.cancel_link("plink_1", "k"),
                gateway.find_link(an_order().request_id),
                gateway.hear(None),
                gateway.hear("evt_1"),
                gateway.hear(EMPTY_FEED),
            ]
        )
        await gateway.aclose()

    asyncio.run(session_of_calls())


@settings(max_examples=120, deadline=None)
@given(st.lists(ANSWERS, min_size=1, max_size=3))
def test_coherent_survives_any_answer(answers: list[httpx.Response]) -> None:
    """No answer makes Coherent's gateway raise anything else, or hand on what is not sound."""

    async def session_of_calls() -> None:
        gateway = CoherentGateway("https://service.coherenthealthcare.com", KEY, transport=Script(*answers))
        await run_all([gateway.create_link(an_order()), gateway.fetch_link("u"), gateway.cancel_link("u", "k")])
        await gateway.aclose()

    asyncio.run(session_of_calls())


def test_a_fuzzed_answer_can_be_a_good_one() -> None:
    """The fuzz reaches the paths behind a good answer: unspoiled, these are understood."""

    async def calls() -> None:
        answer = httpx.Response(200, content=json.dumps(payment_link()).encode())
        gateway = StripeGateway("https://api.stripe.com", KEY, transport=Script(answer))
        assert (await gateway.create_link(an_order())).state == "live"
        await gateway.aclose()

    asyncio.run(calls())
