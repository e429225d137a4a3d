"""The event list: the feed that a desk behind a clinic's router reads instead of webhooks."""

import pytest
import stripe

from tests.sandbox.people import Client, Clock, Stripe

PAID = ["checkout.session.completed", "checkout.session.async_payment_succeeded"]


def test_a_payment_is_told_in_events(api: Stripe, client: Client) -> None:
    """The link's making and its payment, newest first, each with the object as it was."""
    link = api.link(4200)
    client.pay(link.url, "apple_pay")
    events = api.sdk.v1.events.list().data
    assert [event.type for event in events] == [
        "checkout.session.completed",
        "charge.succeeded",
        "payment_intent.succeeded",
        "payment_link.created",
    ]
    session = events[0].data.object
    assert session["payment_status"] == "paid"
    assert session["payment_link"] == link.id
    assert session["metadata"]["paydesk_request"] == "01JREQUEST"
    assert session["amount_total"] == 4200
    assert events[1].data.object["payment_method_details"]["card"]["wallet"]["type"] == "apple_pay"
    assert events[3].data.object["active"] is True
    assert api.sdk.v1.events.retrieve(events[0].id).data.object["id"] == session["id"]


def test_ending_before_gives_the_page_next_to_the_cursor(api: Stripe) -> None:
    """What is newer than the cursor, oldest part first, and newest first within a page."""
    for _ in range(6):
        api.link()
    ids = [event.id for event in api.sdk.v1.events.list({"limit": 100}).data]
    page = api.sdk.v1.events.list({"ending_before": ids[5], "limit": 2})
    assert [event.id for event in page.data] == [ids[3], ids[4]]
    assert page.has_more
    page = api.sdk.v1.events.list({"ending_before": ids[3], "limit": 3})
    assert [event.id for event in page.data] == [ids[0], ids[1], ids[2]]
    assert not page.has_more
    assert api.sdk.v1.events.list({"ending_before": ids[0]}).data == []


def test_starting_after_goes_back_in_time(api: Stripe) -> None:
    """The pages of the library's own iterator hold every event once."""
    for _ in range(5):
        api.link()
    ids = [event.id for event in api.sdk.v1.events.list({"limit": 100}).data]
    page = api.sdk.v1.events.list({"starting_after": ids[0], "limit": 2})
    assert [event.id for event in page.data] == ids[1:3]
    walked = api.sdk.v1.events.list({"limit": 2})
    assert [event.id for event in walked.auto_paging_iter()] == ids


def test_types_are_filtered(api: Stripe, client: Client) -> None:
    """By a list, by one name, and by a wildcard; the cursor may be an event of another type."""
    client.pay(api.link().url)
    made = api.sdk.v1.events.list({"type": "payment_link.created"}).data[0]
    paid = api.sdk.v1.events.list({"types": PAID, "ending_before": made.id}).data
    assert [event.type for event in paid] == ["checkout.session.completed"]
    wild = api.sdk.v1.events.list({"type": "payment_*"}).data
    assert {event.type for event in wild} == {"payment_link.created", "payment_intent.succeeded"}


def test_created_is_filtered(api: Stripe, clock: Clock) -> None:
    """Bounds with and without the moment itself."""
    api.link()
    clock.forward(hours=1)
    api.link()
    at = int(clock())
    assert len(api.sdk.v1.events.list({"created": {"gte": at}}).data) == 1
    assert len(api.sdk.v1.events.list({"created": {"gt": at}}).data) == 0
    assert len(api.sdk.v1.events.list({"created": {"lt": at}}).data) == 1
    assert len(api.sdk.v1.events.list({"created": {"lte": at}}).data) == 2
    assert len(api.sdk.v1.events.list({"created": at}).data) == 1


def test_an_unknown_cursor_is_resource_missing(api: Stripe) -> None:
    """So is one of an event that is over 30 days old: it is no longer kept."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.sdk.v1.events.list({"ending_before": "evt_nothing"})
    assert (refused.value.code, refused.value.param) == ("resource_missing", "ending_before")
    assert refused.value.http_status == 400


def test_events_are_kept_for_30_days(api: Stripe, clock: Clock) -> None:
    """On the thirtieth day it is there; an hour later neither the event nor the cursor is."""
    api.link()
    event = api.sdk.v1.events.list().data[0]
    clock.forward(hours=30 * 24)
    assert api.sdk.v1.events.retrieve(event.id).id == event.id
    clock.forward(hours=1)
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.sdk.v1.events.retrieve(event.id)
    assert refused.value.http_status == 404
    with pytest.raises(stripe.InvalidRequestError):
        api.sdk.v1.events.list({"ending_before": event.id})


@pytest.mark.parametrize(
    "query",
    [
        "limit=0",
        "limit=101",
        "limit=ten",
        "starting_after=a&ending_before=b",
        "type=a&types[]=b",
        "&".join(f"types[]=type.{number}" for number in range(21)),
        "colour=red",
        "types=checkout.session.completed",
        "created[near]=1",
        "limit[=1",
        "limit" + "[a]" * 5000 + "=1",
        "limit=1&limit[a]=2",
    ],
)
def test_a_wrong_query_is_refused(api: Stripe, query: str) -> None:
    """Each is 400 invalid_request_error."""
    answer = api.http.get(f"/v1/events?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_20_types_are_taken(api: Stripe) -> None:
    """The most that Stripe takes; also with numbers in the brackets, as its library writes them."""
    types = [f"type.{number}" for number in range(20)]
    assert api.sdk.v1.events.list({"types": types}).data == []


def test_an_event_names_the_request_behind_it(api: Stripe, client: Client) -> None:
    """An API request with its key; nothing for what a client did."""
    link = api.sdk.v1.payment_links.create(api.order(), {"idempotency_key": "key-1"})  # type: ignore[arg-type]
    client.pay(link.url)
    paid, made = (api.sdk.v1.events.list({"type": kind}).data[0] for kind in (PAID[0], "payment_link.created"))
    assert made.request is not None
    assert made.request.idempotency_key == "key-1"
    assert paid.request is not None
    assert paid.request.id is None
