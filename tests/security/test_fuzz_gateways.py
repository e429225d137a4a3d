"""Whatever a gateway, or somebody in its place, answers: only the seam's errors leave, and only sound values."""

import asyncio
import json
import time
from collections.abc import Coroutine, Sequence
from typing import Any

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.errors import WorldError
from sync.gateways.base import CursorLost, GatewayPayment, GatewayRefund, Heard, Link, RefundOrder
from sync.gateways.coherent import CoherentGateway
from sync.gateways.reading import is_identity
from sync.gateways.stripe import StripeGateway
from tests.security.fuzzing import ANY_TEXT, few
from tests.security.nasty import driving
from tests.sync.gateways.fakes import KEY, Script, an_order, event, payment_link, session, transaction

REFUND = {
    "id": "re_1",
    "object": "refund",
    "payment_intent": "pi_1",
    "amount": 500,
    "status": "failed",
    "created": 1_700_000_000,
    "failure_reason": "declined",
    "metadata": {},
}
GOOD = [
    payment_link(),
    transaction("paid"),
    {**transaction("refunded"), "refunds": [{"amount": 500, "status": "done", "reason": "x"}]},
    {"data": [session()], "has_more": False},
    {"data": [event(3), event(2)], "has_more": False},
    {
        "data": [{"id": "evt_9", "type": "refund.failed", "created": 1_700_000_000, "data": {"object": REFUND}}],
        "has_more": False,
    },
    REFUND,
]
RAW = st.sampled_from(
    [
        "1" + "0" * 400,
        "9" * 5_000,
        "1e400",
        "-1",
        "0.1",
        "21100.0",
        "true",
        "NaN",
        "Infinity",
        "-Infinity",
        "null",
        "[]",
        "{}",
        '""',
        '"\\ud800"',
        '"\\u0000"',
        '"\\u001b[2J"',
        '"\\u202e"',
        '"' + "x" * 100_000 + '"',
        "[" * 2_000 + "]" * 2_000,
        '{"id": {"id": {}}}',
        '"https://buy.stripe.com.evil.example/x"',
        '"javascript:alert(1)"',
        '"9999999999999999"',
    ]
)
"""Values as they stand in JSON, some of which Python writes none of."""


def leaves(tree: Any) -> list[str]:
    """Return every value of an answer, as it stands in JSON."""
    if isinstance(tree, dict):
        return [each for value in tree.values() for each in [json.dumps(value), *leaves(value)]]
    return [each for value in tree for each in [json.dumps(value), *leaves(value)]] if isinstance(tree, list) else []


@st.composite
def bodies(draw: st.DrawFn) -> bytes:
    """Draw a real answer with a value replaced or doubled, or cut off, or in another coding."""
    tree = draw(st.sampled_from(GOOD))
    text = json.dumps(tree)
    place = draw(st.sampled_from(leaves(tree)))
    how = draw(st.sampled_from(["replaced", "text", "doubled", "cut", "coded"]))
    if how == "replaced":
        text = text.replace(place, draw(RAW), 1)
    elif how == "text":
        text = text.replace(place, json.dumps(draw(ANY_TEXT)), 1)
    elif how == "doubled":
        text = text.replace("{", '{"id": 1, "amount": true, "url": [], "status": "paid", ', 1)
    elif how == "cut":
        text = text[: draw(st.integers(0, len(text)))]
    return text.encode(
        draw(st.sampled_from(["utf-8", "utf-16", "utf-8-sig"])) if how == "coded" else "utf-8", "replace"
    )


def check(result: object) -> None:
    """Hold what came back to what the store and the screens rely on."""
    payments: Sequence[GatewayPayment] = ()
    refunds: Sequence[GatewayRefund] = ()
    if isinstance(result, Link):
        payments, refunds = result.payments, result.refunds
        assert is_identity(result.gateway_id)
        assert result.url == "" or (result.url.isascii() and result.url.isprintable())
        assert driving(result.note) == []
    elif isinstance(result, Heard):
        payments, refunds = result.payments, result.refunds
    elif isinstance(result, GatewayRefund):
        refunds = (result,)
    for payment in payments:
        assert type(payment.amount) is int
        assert 0 <= payment.amount <= 10**12
        assert driving(payment.method + payment.payment_id) == []
        assert len(payment.method) <= 80
    for refund in refunds:
        assert type(refund.amount) is int
        assert driving(refund.reason) == []
        assert len(refund.reason) <= 300


async def run_all(calls: list[Coroutine[Any, Any, object]]) -> None:
    """Make each call."""
    for call in calls:
        said = ""
        try:
            check(await call)
        except CursorLost:
            continue
        except WorldError as error:
            said = f"{error}{error.detail}"
        assert driving(said) == []
        assert KEY not in said


def ask(answer: httpx.Response) -> None:
    """Ask both gateways everything, and get this answer to everything."""

    async def calls() -> None:
        stripe = StripeGateway("https://api.stripe.com", KEY, transport=Script(answer))
        coherent = CoherentGateway("https://service.coherenthealthcare.com", KEY, transport=Script(answer))
        refund = RefundOrder("rf_1", "plink_1", "pi_1", 500, "why", "K7Q-42M", "INV-1", "key-1")
        for gateway in (stripe, coherent):
            await run_all(
                [
                    gateway.create_link(an_order()),
                    gateway.fetch_link("x"),
                    gateway.cancel_link("x", "k"),
                    gateway.refund(refund),
                ]
            )
        await run_all(
            [stripe.find_link("r"), stripe.hear(None), stripe.hear("evt_1"), stripe.check(), coherent.check()]
        )
        await stripe.aclose()
        await coherent.aclose()

    asyncio.run(calls())


@few
@given(bodies() | st.binary(max_size=30), st.sampled_from([200, 200, 200, 400, 402, 409, 429, 500]), ANY_TEXT)
def test_any_answer_is_sound_or_an_error_of_the_seam(body: bytes, status: int, header: str) -> None:
    """Wrong types, numbers beyond all bounds, cut, doubled, in another coding, with any header."""
    kept = "".join(letter for letter in header if 31 < ord(letter) < 256)[:200].encode("latin-1")
    headers = [(name, kept) for name in (b"Retry-After", b"Date", b"Idempotent-Replayed")]
    ask(httpx.Response(status, headers=headers, content=body))


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 1_000_000,
        b'{"a":' * 1_000_000,
        b"9" * 4_000_000,
        b'"' + b"x" * 4_000_000,
        b"[" + b"[]," * 20_000 + b"[]]",
        b"x" * 9_000_000,
    ],
    ids=["brackets", "objects", "a number", "a text", "lists", "too long"],
)
def test_a_huge_answer_is_refused_soon(body: bytes) -> None:
    """Nobody waits for what cannot be an answer."""
    began = time.monotonic()
    ask(httpx.Response(200, content=body))
    assert time.monotonic() - began < 15


@pytest.mark.parametrize("text", ["\x1b[31mred", "\u202eevil", "[bold]no[/x]", "\ud800", "a\r\nb", "x" * 9_000])
def test_a_refusal_in_hostile_words_is_one_plain_line(text: str) -> None:
    """What the gateway says is shown to a receptionist as it is, on one line, and not all of it."""
    answer = httpx.Response(402, content=json.dumps({"error": {"type": "card_error", "message": text}}).encode())

    async def said() -> str:
        gateway = StripeGateway("https://api.stripe.com", KEY, transport=Script(answer))
        with pytest.raises(WorldError) as refused:
            await gateway.create_link(an_order())
        await gateway.aclose()
        return f"{refused.value}"

    words = asyncio.run(said())
    assert driving(words) == []
    assert "\n" not in words
    assert len(words) < 300
