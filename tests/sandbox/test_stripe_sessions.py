"""Checkout sessions and payment intents: the visits that clients pay to a link."""

import pytest
import stripe

from tests.sandbox.people import Client, Clock, Stripe


def test_opening_a_link_opens_a_session(api: Stripe, client: Client, other_client: Client) -> None:
    """One for each browser, open and unpaid, with the link's metadata."""
    link = api.link(payment_intent_data={"metadata": {"paydesk_request": "01J"}, "description": "Invoice"})
    first, again, second = client.visit(link.url), client.visit(link.url), other_client.visit(link.url)
    assert first == again != second
    sessions = api.sdk.v1.checkout.sessions.list({"payment_link": link.id}).data
    assert [session.id for session in sessions] == [second, first]
    assert sessions[0].id.startswith("cs_test_")
    assert (sessions[0].status, sessions[0].payment_status) == ("open", "unpaid")
    assert sessions[0].metadata is not None
    assert sessions[0].metadata.to_dict() == {"paydesk_request": "01JREQUEST"}
    assert sessions[0].payment_intent is None
    assert sessions[0].expires_at == sessions[0].created + 24 * 3600


def test_a_paid_session_leads_to_the_money(api: Stripe, client: Client) -> None:
    """Expanded to its intent and charge, which carry the intent's metadata and the way of paying."""
    link = api.link(payment_intent_data={"metadata": {"paydesk_request": "01J"}})
    client.pay(link.url, "google_pay")
    listed = api.sdk.v1.checkout.sessions.list(
        {"payment_link": link.id, "expand": ["data.payment_intent.latest_charge", "data.line_items"]}
    )
    session = listed.data[0]
    assert (session.status, session.payment_status, session.url) == ("complete", "paid", None)
    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (intent.status, intent.amount_received) == ("succeeded", 12000)
    assert intent.metadata.to_dict() == {"paydesk_request": "01J"}
    charge = intent.latest_charge
    assert isinstance(charge, stripe.Charge)
    assert charge.payment_method_details is not None
    assert charge.payment_method_details.card is not None
    assert charge.payment_method_details.card.wallet is not None
    assert charge.payment_method_details.card.wallet.type == "google_pay"
    by_intent = api.sdk.v1.checkout.sessions.list({"payment_intent": intent.id}).data
    assert [each.id for each in by_intent] == [session.id]
    assert api.sdk.v1.payment_intents.retrieve(intent.id).latest_charge == charge.id


def test_a_paid_link_is_used_up(api: Stripe, client: Client) -> None:
    """Its count reaches the limit and it is no longer active."""
    link = api.link()
    client.pay(link.url)
    used = api.sdk.v1.payment_links.retrieve(link.id)
    assert used.restrictions is not None
    assert used.restrictions.completed_sessions.count == 1
    assert not used.active


def test_a_decline_keeps_the_session_open(api: Stripe, client: Client) -> None:
    """The intent says why; the next try uses the same intent and another charge."""
    link = api.link()
    session_id = client.visit(link.url)
    client.press(link.url, session_id, "decline")
    session = api.sdk.v1.checkout.sessions.retrieve(session_id, {"expand": ["payment_intent"]})
    intent = session.payment_intent
    assert isinstance(intent, stripe.PaymentIntent)
    assert (session.status, intent.status) == ("open", "requires_payment_method")
    assert intent.last_payment_error is not None
    assert intent.last_payment_error.code == "card_declined"
    assert api.sdk.v1.events.list().data[0].type == "payment_intent.payment_failed"
    client.press(link.url, session_id)
    paid = api.sdk.v1.payment_intents.retrieve(intent.id)
    assert paid.status == "succeeded"
    assert paid.last_payment_error is None
    assert paid.latest_charge != intent.latest_charge


def test_sessions_are_filtered_by_status(api: Stripe, client: Client, other_client: Client) -> None:
    """Open, complete and expired."""
    link = api.link()
    paid, left = client.visit(link.url), other_client.visit(link.url)
    client.press(link.url, paid)
    api.sdk.v1.checkout.sessions.expire(left)
    for status, expected in (("open", []), ("complete", [paid]), ("expired", [left])):
        found = api.sdk.v1.checkout.sessions.list({"payment_link": link.id, "status": status})
        assert [session.id for session in found.data] == expected


def test_an_expired_session_cannot_be_paid(api: Stripe, client: Client) -> None:
    """Nothing is taken, the page says so, and expiring it again is refused."""
    link = api.link()
    session_id = client.visit(link.url)
    assert api.sdk.v1.checkout.sessions.expire(session_id).status == "expired"
    assert api.sdk.v1.events.list().data[0].type == "checkout.session.expired"
    late = client.press(link.url, session_id)
    assert late.status_code == 409
    assert "open for too long" in late.text
    assert client.visit(link.url) not in {session_id, ""}
    assert api.sdk.v1.payment_links.retrieve(link.id).active
    with pytest.raises(stripe.InvalidRequestError, match="status of `expired`"):
        api.sdk.v1.checkout.sessions.expire(session_id)


def test_a_session_ends_by_itself_after_a_day(api: Stripe, client: Client, clock: Clock) -> None:
    """With its event; opening the link again begins a new one."""
    link = api.link()
    first = client.visit(link.url)
    clock.forward(hours=24)
    assert api.sdk.v1.checkout.sessions.retrieve(first).status == "expired"
    assert api.sdk.v1.events.list().data[0].data.object["id"] == first
    assert client.visit(link.url) not in {first, ""}


def test_a_deactivated_link_opens_no_session(api: Stripe, client: Client, other_client: Client) -> None:
    """But a page that was open before can still be paid, which is what a desk must be ready for."""
    link = api.link()
    session_id = client.visit(link.url)
    api.sdk.v1.payment_links.update(link.id, {"active": False, "inactive_message": "Ask the desk, please."})
    assert "Ask the desk, please." in other_client.open(link.url).text
    assert len(api.sdk.v1.checkout.sessions.list({"payment_link": link.id}).data) == 1
    client.press(link.url, session_id)
    assert api.sdk.v1.checkout.sessions.retrieve(session_id).payment_status == "paid"


def test_money_can_come_late(api: Stripe, client: Client) -> None:
    """With a bank debit the session is complete and unpaid, and the money arrives or fails days later."""
    for outcome, status, event in (
        ("succeed", "paid", "checkout.session.async_payment_succeeded"),
        ("decline", "unpaid", "checkout.session.async_payment_failed"),
    ):
        link = api.link(payment_method_types=["card", "bacs_debit"])
        session_id = client.visit(link.url)
        client.press(link.url, session_id, method="bacs_debit")
        session = api.sdk.v1.checkout.sessions.retrieve(session_id)
        assert (session.status, session.payment_status) == ("complete", "unpaid")
        answer = api.http.post(f"/sandbox/payments/{session.payment_intent}", json={"outcome": outcome})
        assert answer.status_code == 200
        assert api.sdk.v1.checkout.sessions.retrieve(session_id).payment_status == status
        assert api.sdk.v1.events.list().data[0].type == event
        assert api.http.post(f"/sandbox/payments/{session.payment_intent}", json={}).status_code == 404


def test_unknown_filters_are_resource_missing(api: Stripe) -> None:
    """A link, an intent or a session that is not there."""
    for query in ("payment_link=plink_0", "payment_intent=pi_0", "starting_after=cs_0"):
        answer = api.http.get(f"/v1/checkout/sessions?{query}")
        assert (answer.status_code, answer.json()["error"]["code"]) == (400, "resource_missing")
    for path in ("checkout/sessions/cs_0", "payment_intents/pi_0", "refunds/re_0"):
        assert api.http.get(f"/v1/{path}").status_code == 404
