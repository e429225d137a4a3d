"""Stripe links: made, cancelled, fetched and found, against scripted answers."""

from datetime import UTC, datetime

import httpx
import pytest

from sync.errors import Busy, Declined, OutcomeUnknown, Unreachable
from sync.gateways.stripe import STRIPE_VERSION, StripeGateway
from tests.sync.gateways.fakes import (
    KEY,
    PLINK,
    Script,
    an_order,
    listed,
    payment_link,
    says,
    session,
    stripe_error,
)

NONE = listed()
CLOSED = says(payment_link(active=False))


def stripe(*answers: httpx.Response, klarna: bool = True) -> tuple[StripeGateway, Script]:
    """Return a gateway and the script that it talks to."""
    script = Script(*answers)
    return StripeGateway("https://api.stripe.com", KEY, klarna=klarna, transport=script), script


async def test_the_order_for_a_link() -> None:
    """What Stripe is told is the invoice and the clinic, never the client or the treatment."""
    gateway, script = stripe(says(payment_link()))
    link = await gateway.create_link(an_order())
    form, headers = script.form(), script.asked[0].headers
    assert (link.gateway_id, link.url, link.amount, link.currency) == ("plink_1", PLINK, 21100, "GBP")
    assert (link.state, link.payments) == ("live", ())
    assert script.calls() == ["POST /v1/payment_links"]
    assert (headers["idempotency-key"], headers["stripe-version"]) == ("key-1", STRIPE_VERSION)
    assert form == {
        "line_items[0][price_data][currency]": "gbp",
        "line_items[0][price_data][unit_amount]": "21100",
        "line_items[0][price_data][product_data][name]": "Invoice INV-000124",
        "line_items[0][price_data][product_data][description]": ("Payment to Riverside Clinic, reference K7Q-42M"),
        "line_items[0][quantity]": "1",
        "restrictions[completed_sessions][limit]": "1",
        "payment_intent_data[description]": "Riverside Clinic, invoice INV-000124",
        "inactive_message": (
            "This payment link from Riverside Clinic is closed. Please ask Riverside Clinic if you still need to pay."
        ),
        "expand[]": "line_items",
        "metadata[paydesk_request]": an_order().request_id,
        "metadata[paydesk_code]": "K7Q-42M",
        "metadata[paydesk_invoice]": "INV-000124",
        "payment_intent_data[metadata][paydesk_request]": an_order().request_id,
        "payment_intent_data[metadata][paydesk_code]": "K7Q-42M",
        "payment_intent_data[metadata][paydesk_invoice]": "INV-000124",
    }


async def test_the_same_order_has_the_same_body() -> None:
    """A key may be used again only with the same parameters."""
    gateway, script = stripe(says(payment_link()))
    for _ in range(2):
        await gateway.create_link(an_order())
    assert script.asked[0].content == script.asked[1].content


async def test_without_klarna_there_are_cards_only() -> None:
    """Payment methods are named only where Klarna must be kept out."""
    gateway, script = stripe(says(payment_link()), klarna=False)
    await gateway.create_link(an_order())
    assert script.form()["payment_method_types[]"] == "card"


@pytest.mark.parametrize("name", ["", "\x00\x1b", "Dr\ud800 [/x]\n& Söns 😀" * 100])
async def test_any_clinic_name_can_be_sent(name: str) -> None:
    """A name with control characters, halves of characters or great length still makes a link."""
    gateway, script = stripe(says(payment_link()))
    await gateway.create_link(an_order(clinic_name=name))
    message = script.form()["inactive_message"]
    assert message.isprintable()
    assert len(message) <= 500


async def test_a_link_for_other_money_is_never_shown() -> None:
    """Another amount or currency in the answer is refused."""
    for order in (an_order(amount=21099), an_order(currency="EUR")):
        gateway, _ = stripe(says(payment_link()))
        with pytest.raises(Declined, match="another amount"):
            await gateway.create_link(order)


@pytest.mark.parametrize("url", ["https://evil.example/x", "http://buy.stripe.com/x", "", "http://127.0.0.1/x"])
async def test_a_link_elsewhere_is_never_shown(url: str) -> None:
    """A link on an unknown host is refused, and so is one that is live when it is fetched."""
    answer = says(payment_link(url=url))
    with pytest.raises(Declined, match="not passed on"):
        await stripe(answer)[0].create_link(an_order())
    with pytest.raises(Declined, match="not passed on"):
        await stripe(answer, NONE)[0].fetch_link("plink_1")


async def test_payments_on_a_link_elsewhere_are_not_lost() -> None:
    """A paid link says so even when its address is left out."""
    gateway, _ = stripe(says(payment_link(url="https://evil.example/x")), listed(session()), NONE)
    link = await gateway.fetch_link("plink_1")
    assert (link.url, link.state, len(link.payments)) == ("", "paid", 1)


@pytest.mark.parametrize("missing", ["id", "url", "active", "currency", "line_items"])
async def test_half_a_link_is_no_answer(missing: str) -> None:
    """A link that lacks a field leaves the outcome unknown."""
    half = {name: value for name, value in payment_link().items() if name != missing}
    with pytest.raises(OutcomeUnknown):
        await stripe(says(half))[0].create_link(an_order())


@pytest.mark.parametrize(
    ("active", "sessions", "state"),
    [
        (True, [], "live"),
        (False, [], "cancelled"),
        (True, [session()], "paid"),
        (False, [session()], "paid"),
        (False, [session(status="expired", payment_status="unpaid")], "cancelled"),
        (False, [session(status="open", payment_status="unpaid")], "live"),
        (False, [session(payment_status="unpaid")], "live"),
        (
            False,
            [session(payment_status="unpaid", payment_intent={"id": "pi_1", "status": "processing"})],
            "live",
        ),
        (
            False,
            [session(payment_status="unpaid", payment_intent={"id": "pi_1", "status": "canceled"})],
            "cancelled",
        ),
    ],
)
async def test_the_state_of_a_link(active: bool, sessions: list[object], state: str) -> None:
    """Paid beats everything; a closed link with money under way is not yet cancelled."""
    gateway, _ = stripe(says(payment_link(active=active)), listed(*sessions), NONE)
    assert (await gateway.fetch_link("plink_1")).state == state


async def test_a_payment_with_its_charge() -> None:
    """The expanded charge says when and how the client paid."""
    charge = {
        "id": "ch_1",
        "created": 1_700_000_060,
        "payment_method_details": {"type": "card", "card": {"wallet": {"type": "apple_pay"}}},
    }
    intent = {"id": "pi_9", "status": "succeeded", "latest_charge": charge}
    gateway, script = stripe(says(payment_link()), listed(session(payment_intent=intent)), NONE)
    payment = (await gateway.fetch_link("plink_1")).payments[0]
    assert (payment.payment_id, payment.gateway_id, payment.request_id) == (
        "pi_9",
        "plink_1",
        an_order().request_id,
    )
    assert (payment.amount, payment.currency, payment.method) == (21100, "GBP", "apple_pay")
    assert payment.paid_at == datetime.fromtimestamp(1_700_000_060, UTC)
    assert script.query(1) == [
        ("payment_link", "plink_1"),
        ("expand[]", "data.payment_intent.latest_charge"),
        ("limit", "100"),
    ]


async def test_a_payment_without_an_intent() -> None:
    """A session without a payment intent is its own identity, dated by itself."""
    gateway, _ = stripe(says(payment_link()), listed(session(payment_intent=None)))
    payment = (await gateway.fetch_link("plink_1")).payments[0]
    assert (payment.payment_id, payment.paid_at) == ("cs_1", datetime.fromtimestamp(1_700_000_000, UTC))


async def test_all_pages_of_sessions_are_read() -> None:
    """A link that was opened hundreds of times still shows the one payment at the end."""
    first = listed(*[session(id=f"cs_{n}", status="expired", payment_status="unpaid") for n in range(3)], more=True)
    gateway, script = stripe(says(payment_link()), first, listed(session(id="cs_9")), NONE)
    assert (await gateway.fetch_link("plink_1")).state == "paid"
    assert ("starting_after", "cs_2") in script.query(2)


async def test_cancelling_closes_the_link_and_its_open_pages() -> None:
    """Deactivating is not enough: a page that is open already could still pay, so it is expired."""
    still_open = session(id="cs_7", status="open", payment_status="unpaid")
    expired = session(id="cs_7", status="expired", payment_status="unpaid")
    gateway, script = stripe(CLOSED, listed(still_open), says(expired), CLOSED, listed(expired))
    assert (await gateway.cancel_link("plink_1", "key-2")).state == "cancelled"
    assert script.calls() == [
        "POST /v1/payment_links/plink_1",
        "GET /v1/checkout/sessions",
        "POST /v1/checkout/sessions/cs_7/expire",
        "GET /v1/payment_links/plink_1",
        "GET /v1/checkout/sessions",
    ]
    assert script.form() == {"active": "false"}
    assert script.asked[0].headers["idempotency-key"] == "key-2"


async def test_cancelling_tells_when_the_client_was_quicker() -> None:
    """A page that was paid in the moment of expiring it turns the answer to paid."""
    gateway, _ = stripe(
        CLOSED,
        listed(session(status="open", payment_status="unpaid")),
        stripe_error(400, message='Only Checkout Sessions with a status in ["open"] can be expired.'),
        CLOSED,
        listed(session()),
        NONE,
    )
    link = await gateway.cancel_link("plink_1", "key-2")
    assert (link.state, link.payments[0].payment_id) == ("paid", "pi_1")


async def test_cancelling_waits_for_a_payment_under_way() -> None:
    """While a debit is still settling the link is neither cancelled nor paid; that takes days: it is not hurried."""
    settling = session(payment_status="unpaid")
    gateway, _ = stripe(CLOSED, listed(settling), CLOSED, listed(settling))
    with pytest.raises(Busy, match="it can still come") as caught:
        await gateway.cancel_link("plink_1", "key-2")
    assert caught.value.retry_after == 1_800


async def test_cancelling_waits_for_a_page_that_is_being_paid() -> None:
    """Its page cannot be closed while the client pays: it is asked again soon."""
    paying = session(status="open", payment_status="unpaid")
    busy = stripe_error(400, "", "", "This session cannot be expired now.")
    gateway, _ = stripe(CLOSED, listed(paying), busy, CLOSED, listed(paying))
    with pytest.raises(Busy, match="paying on Stripe's page") as caught:
        await gateway.cancel_link("plink_1", "key-2")
    assert caught.value.retry_after == 30


@pytest.mark.parametrize("gateway_id", ["", "../events", "plink_1/x", "plink 1", "plínk", "p" * 256])
async def test_what_is_not_an_id_is_never_asked_for(gateway_id: str) -> None:
    """An id that a person typed wrong cannot reach another path."""
    gateway, script = stripe(CLOSED)
    with pytest.raises(Declined, match="not the id"):
        await gateway.fetch_link(gateway_id)
    with pytest.raises(Declined, match="not the id"):
        await gateway.cancel_link(gateway_id, "key-2")
    assert script.asked == []


async def test_a_link_that_does_not_exist() -> None:
    """Stripe's own words are passed on."""
    gateway, _ = stripe(stripe_error(404, "resource_missing", "id", "No such payment link: 'plink_2'"))
    with pytest.raises(Declined, match="No such payment link"):
        await gateway.fetch_link("plink_2")


def in_list(number: int, request_id: str | None) -> dict[str, object]:
    """Return a link as a list tells it, without line items."""
    metadata = {} if request_id is None else {"paydesk_request": request_id}
    return {"id": f"plink_{number}", "metadata": metadata}


async def test_finding_a_link_by_our_request() -> None:
    """All pages are searched, active or not, for our request id."""
    gateway, script = stripe(
        listed(in_list(9, None), in_list(8, "other"), more=True),
        listed(in_list(1, an_order().request_id)),
        says(payment_link()),
        NONE,
    )
    link = await gateway.find_link(an_order().request_id)
    assert link is not None
    assert (link.gateway_id, link.state) == ("plink_1", "live")
    assert script.query(0) == [("limit", "100")]
    assert script.query(1) == [("limit", "100"), ("starting_after", "plink_8")]


async def test_of_several_links_the_one_that_matters() -> None:
    """Somebody copied our link by hand, and the newer is closed: the one that still takes money is found."""
    ours = an_order().request_id
    closed = payment_link() | {"id": "plink_2", "active": False}
    gateway, _ = stripe(listed(in_list(2, ours), in_list(1, ours)), says(closed), NONE, says(payment_link()), NONE)
    link = await gateway.find_link(ours)
    assert link is not None
    assert (link.gateway_id, link.state) == ("plink_1", "live")


async def test_absent_is_said_only_at_the_end_of_the_list() -> None:
    """None needs the whole list; a page that fails on the way is no answer."""
    gateway, _ = stripe(listed(in_list(9, None), more=True), listed(in_list(8, "other")))
    assert await gateway.find_link("01JD0000000000000000000009") is None
    gateway, _ = stripe(listed(in_list(9, None), more=True), says({}, 500))
    with pytest.raises(Unreachable):
        await gateway.find_link("01JD0000000000000000000009")


@pytest.mark.parametrize("again", [listed(in_list(9, None), more=True), listed(more=True)])
async def test_a_list_that_goes_round_is_left(again: httpx.Response) -> None:
    """A list that does not move on is not read for ever."""
    gateway, script = stripe(listed(in_list(9, None), more=True), again)
    with pytest.raises(Unreachable):
        await gateway.find_link("01JD0000000000000000000009")
    assert len(script.asked) == 2
