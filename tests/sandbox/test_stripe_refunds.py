"""Refunds through Stripe's dialect: whole, in part, and never more than was paid."""

import pytest
import stripe

from sync.sandbox.server import Sandbox
from tests.sandbox.people import Client, Stripe


def paid_intent(api: Stripe, client: Client, amount: int = 12000) -> str:
    """Make a link, let it be paid, and return the payment's id."""
    link = api.link(amount)
    client.pay(link.url)
    intent = api.sdk.v1.checkout.sessions.list({"payment_link": link.id}).data[0].payment_intent
    assert isinstance(intent, str)
    return intent


def test_the_whole_is_refunded(api: Stripe, client: Client) -> None:
    """Without an amount it is all of it, at once; the events tell it."""
    intent = paid_intent(api, client)
    refund = api.sdk.v1.refunds.create({"payment_intent": intent, "reason": "requested_by_customer"})
    assert (refund.amount, refund.status, refund.currency) == (12000, "succeeded", "gbp")
    assert refund.id.startswith("re_")
    events = api.sdk.v1.events.list({"limit": 2}).data
    assert [event.type for event in events] == ["refund.created", "charge.refunded"]
    assert events[1].data.object["refunded"] is True
    assert events[1].data.object["amount_refunded"] == 12000


def test_parts_are_refunded_until_nothing_is_left(api: Stripe, client: Client) -> None:
    """By intent or by charge; the last one without an amount takes the rest."""
    intent = paid_intent(api, client)
    charge = str(api.sdk.v1.payment_intents.retrieve(intent).latest_charge)
    amounts = [
        api.sdk.v1.refunds.create({"payment_intent": intent, "amount": 5000}).amount,
        api.sdk.v1.refunds.create({"charge": charge, "amount": 3000}).amount,
        api.sdk.v1.refunds.create({"payment_intent": intent}).amount,
    ]
    assert amounts == [5000, 3000, 4000]
    listed = api.sdk.v1.refunds.list({"payment_intent": intent})
    assert [refund.amount for refund in listed.data] == amounts[::-1]
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.sdk.v1.refunds.create({"payment_intent": intent, "amount": 1})
    assert refused.value.code == "charge_already_refunded"


def test_more_than_is_left_is_refused(api: Stripe, client: Client, sandbox: Sandbox) -> None:
    """Stripe's words name both amounts, and nothing moves."""
    intent = paid_intent(api, client)
    api.sdk.v1.refunds.create({"payment_intent": intent, "amount": 11000})
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.sdk.v1.refunds.create({"payment_intent": intent, "amount": 1001})
    assert "Refund amount (£10.01) is greater than unrefunded amount on charge (£10.00)" in str(refused.value)
    assert refused.value.param == "amount"
    assert sandbox.book.payments()[0].refunded == 11000


def test_what_was_not_paid_cannot_be_refunded(api: Stripe, client: Client) -> None:
    """A declined payment, an unknown one, and none at all."""
    link = api.link()
    client.press(link.url, client.visit(link.url), "decline")
    intent = str(api.sdk.v1.checkout.sessions.list({"payment_link": link.id}).data[0].payment_intent)
    with pytest.raises(stripe.InvalidRequestError, match="does not have a successful charge"):
        api.sdk.v1.refunds.create({"payment_intent": intent})
    with pytest.raises(stripe.InvalidRequestError, match="No such payment_intent: 'pi_nothing'"):
        api.sdk.v1.refunds.create({"payment_intent": "pi_nothing"})
    with pytest.raises(stripe.InvalidRequestError, match="One of the following params"):
        api.sdk.v1.refunds.create({"amount": 100})
    with pytest.raises(stripe.InvalidRequestError, match="Invalid reason"):
        api.sdk.v1.refunds.create({"payment_intent": intent, "reason": "because"})


def test_a_refund_carries_metadata_that_can_change(api: Stripe, client: Client) -> None:
    """The journal knows whose it was, and a change is an event."""
    intent = paid_intent(api, client)
    refund = api.sdk.v1.refunds.create({"payment_intent": intent, "metadata": {"a": "1"}})
    api.sdk.v1.refunds.update(refund.id, {"metadata": {"b": "2"}})
    metadata = api.sdk.v1.refunds.retrieve(refund.id).metadata
    assert metadata is not None
    assert metadata.to_dict() == {"a": "1", "b": "2"}
    assert api.sdk.v1.events.list().data[0].type == "refund.updated"
