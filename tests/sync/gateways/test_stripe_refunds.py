"""Stripe refunds and the test call, against scripted answers."""

from datetime import UTC, datetime

import httpx
import pytest

from sync.errors import Declined, Misconfigured, OutcomeUnknown
from sync.gateways.base import GatewayRefund, RefundState
from sync.gateways.stripe import StripeGateway
from tests.sync.gateways.fakes import (
    KEY,
    Script,
    event,
    listed,
    payment_link,
    says,
    session,
    stripe_error,
)
from tests.sync.gateways.refunds import a_refund, stripe_refund

AT = datetime.fromtimestamp(1_700_000_000, UTC)


def stripe(*answers: httpx.Response, key: str = KEY) -> tuple[StripeGateway, Script]:
    """Return a gateway and the script that it talks to."""
    script = Script(*answers)
    return StripeGateway("https://api.stripe.com", key, transport=script), script


async def test_what_stripe_is_told() -> None:
    """The payment, the amount, our entry's id in the metadata with what a person needs, and the key."""
    gateway, script = stripe(says(stripe_refund()))
    made = await gateway.refund(a_refund())
    assert made == GatewayRefund("re_1", "pi_1", 5_000, "done", "", AT, a_refund().order_id)
    assert script.calls() == ["POST /v1/refunds"]
    assert script.form() == {
        "payment_intent": "pi_1",
        "amount": "5000",
        "reason": "requested_by_customer",
        "metadata[paydesk_refund]": a_refund().order_id,
        "metadata[paydesk_code]": "K7Q-42M",
        "metadata[paydesk_invoice]": "INV-000124",
        "metadata[paydesk_reason]": "she changed her mind",
    }
    assert script.asked[0].headers["idempotency-key"] == "key-7"


@pytest.mark.parametrize(
    ("status", "failure", "state", "reason"),
    [
        ("succeeded", None, "done", ""),
        ("pending", None, "pending", ""),
        ("requires_action", None, "pending", ""),
        ("failed", "expired_or_canceled_card", "failed", "the card has expired or was cancelled"),
        ("failed", "some_new_word", "failed", "some new word"),
        ("failed", None, "failed", ""),
        ("canceled", None, "failed", "it was cancelled"),
    ],
)
async def test_each_status(status: str, failure: str | None, state: RefundState, reason: str) -> None:
    """What has not failed and is not through is on its way; a reason is in words."""
    gateway, _ = stripe(says(stripe_refund(status, failure_reason=failure)))
    made = await gateway.refund(a_refund())
    assert (made.state, made.reason) == (state, reason)


async def test_refused() -> None:
    """Too much, or no money at Stripe: declined, in Stripe's words."""
    gateway, _ = stripe(stripe_error(400, message="Insufficient funds in your Stripe balance."))
    with pytest.raises(Declined, match="Insufficient funds"):
        await gateway.refund(a_refund())


async def test_a_key_that_may_not() -> None:
    """A restricted key without this right stops the refund, and not every link with it."""
    gateway, _ = stripe(stripe_error(403, message=f"The key {KEY} does not have the required permissions."))
    with pytest.raises(Declined, match="Charges and Refunds") as caught:
        await gateway.refund(a_refund())
    assert KEY not in caught.value.detail


@pytest.mark.parametrize("missing", ["id", "amount", "created"])
async def test_half_a_refund_is_no_answer(missing: str) -> None:
    """A refund that lacks a field leaves the outcome unknown."""
    half = {name: value for name, value in stripe_refund().items() if name != missing}
    with pytest.raises(OutcomeUnknown):
        await stripe(says(half))[0].refund(a_refund())


async def test_the_refunds_of_a_link() -> None:
    """They are listed by the payment; those of other kinds are left out."""
    members = [stripe_refund(), stripe_refund(id="re_2", metadata={}), stripe_refund(id="re_3", payment_intent=None)]
    gateway, script = stripe(says(payment_link()), listed(session()), listed(*members))
    link = await gateway.fetch_link("plink_1")
    assert [(each.refund_id, each.order_id) for each in link.refunds] == [
        ("re_1", a_refund().order_id),
        ("re_2", None),
    ]
    assert script.query(2) == [("payment_intent", "pi_1"), ("limit", "100")]
    assert link.request_id == "01JD0000000000000000000001"


async def test_the_feed_tells_of_refunds() -> None:
    """Oldest first, each as it was at that moment; a kind of object that is no refund is none of ours."""
    gateway, _ = stripe(
        listed(
            event(4, {"id": "ch_1", "object": "charge"}, "charge.refund.updated"),
            event(3, stripe_refund("failed", failure_reason="declined"), "refund.failed"),
            event(2, stripe_refund("pending"), "refund.created"),
            event(1),
        )
    )
    heard = await gateway.hear("evt_0")
    assert [each.payment_id for each in heard.payments] == ["pi_1"]
    assert [(each.state, each.reason) for each in heard.refunds] == [
        ("pending", ""),
        ("failed", "the client's bank refused it"),
    ]
    assert heard.cursor == "evt_4"


@pytest.mark.parametrize(
    ("key", "said"),
    [("sk_live_abc", "accepts the key."), (KEY, "accepts the test key: no real money moves.")],
)
async def test_the_test_call(key: str, said: str) -> None:
    """One cheap call that a key for links may make; the sentence says whether money is real."""
    gateway, script = stripe(listed(), key=key)
    assert (await gateway.check()).endswith(said)
    assert (script.calls(), script.query()) == (["GET /v1/payment_links"], [("limit", "1")])


async def test_the_test_call_with_a_wrong_key() -> None:
    """A refused key is said so."""
    with pytest.raises(Misconfigured, match="key refused"):
        await stripe(stripe_error(401))[0].check()
