"""Payment links, driven by Stripe's own library."""

import base64

import httpx
import pytest
import stripe

from sync.sandbox.server import Sandbox
from tests.sandbox.people import Client, Stripe


def test_a_link_is_made_as_stripe_makes_it(api: Stripe, sandbox: Sandbox) -> None:
    """The answer has Stripe's names, no `created`, and a URL that a client can open."""
    link = api.link(12345, payment_method_types=["card"], inactive_message="Closed.")
    assert link.object == "payment_link"
    assert link.id.startswith("plink_")
    assert link.active
    assert not link.livemode
    assert link.metadata["paydesk_request"] == "01JREQUEST"
    assert link.restrictions is not None
    assert (link.restrictions.completed_sessions.count, link.restrictions.completed_sessions.limit) == (0, 1)
    assert link.payment_method_types == ["card"]
    assert link.inactive_message == "Closed."
    assert "created" not in link
    assert httpx.get(link.url).status_code == 200
    assert sandbox.book.links()[0].amount == 12345


def test_a_link_has_every_field_of_the_librarys_type(api: Stripe) -> None:
    """No field that Stripe always sends is left out (those that newer accounts add may be)."""
    always = {
        name
        for name, kind in stripe.PaymentLink.__annotations__.items()
        if "None" not in str(kind)
        and "Optional" not in str(kind)
        and not name.startswith("_")
        and name != "OBJECT_NAME"
    }
    assert always - set(api.link().to_dict()) == set()


def test_a_session_has_every_field_of_the_librarys_type(api: Stripe, client: Client) -> None:
    """A checkout session too."""
    link = api.link()
    session = api.sdk.v1.checkout.sessions.retrieve(client.visit(link.url))
    always = {
        name
        for name, kind in stripe.checkout.Session.__annotations__.items()
        if "None" not in str(kind)
        and "Optional" not in str(kind)
        and not name.startswith("_")
        and name != "OBJECT_NAME"
    }
    assert always - set(session.to_dict()) == set()


def test_line_items_come_when_they_are_asked_for(api: Stripe) -> None:
    """By their own URL and by `expand`, with an inline price; not otherwise."""
    link = api.link(expand=["line_items"])
    assert link.line_items is not None
    assert link.line_items.data[0].amount_total == 12000
    again = api.sdk.v1.payment_links.retrieve(link.id)
    assert "line_items" not in again
    items = api.sdk.v1.payment_links.line_items.list(link.id)
    assert items.data[0].description == "Invoice INV-000124"
    assert items.data[0].price is not None
    assert items.data[0].price.id.startswith("price_")


def test_quantities_and_lines_add_up(api: Stripe, sandbox: Sandbox) -> None:
    """The amount is the sum of all lines."""
    lines = [
        {"price_data": {"currency": "gbp", "unit_amount": 250, "product_data": {"name": "Plaster"}}, "quantity": 3},
        {"price_data": {"currency": "gbp", "unit_amount": 100, "product_data": {"name": "Cream"}}, "quantity": 1},
    ]
    api.link(line_items=lines)
    assert sandbox.book.links()[0].amount == 850


def test_links_are_listed_newest_first(api: Stripe) -> None:
    """With cursors in both directions, and filtered by `active`."""
    ids = [api.link().id for _ in range(5)]
    listed = api.sdk.v1.payment_links.list({"limit": 2})
    assert [link.id for link in listed.data] == [ids[4], ids[3]]
    assert listed.has_more
    assert [link.id for link in listed.auto_paging_iter()] == ids[::-1]
    newer = api.sdk.v1.payment_links.list({"limit": 2, "ending_before": ids[0]})
    assert [link.id for link in newer.data] == [ids[2], ids[1]]
    api.sdk.v1.payment_links.update(ids[3], {"active": False})
    inactive = api.sdk.v1.payment_links.list({"active": False})
    assert [link.id for link in inactive.data] == [ids[3]]


def test_an_update_changes_only_what_it_names(api: Stripe) -> None:
    """Metadata is merged, an empty value removes a key, and an event tells what was before."""
    link = api.link(metadata={"a": "1", "b": "2"})
    changed = api.sdk.v1.payment_links.update(
        link.id, {"active": False, "inactive_message": "Ask us.", "metadata": {"b": "", "c": "3"}}
    )
    assert not changed.active
    assert changed.inactive_message == "Ask us."
    assert changed.metadata.to_dict() == {"a": "1", "c": "3"}
    assert changed.restrictions == link.restrictions
    event = api.sdk.v1.events.list({"type": "payment_link.updated"}).data[0]
    assert event.data.previous_attributes is not None
    assert event.data.previous_attributes["active"] is True


@pytest.mark.parametrize(
    ("change", "code", "param"),
    [
        ({"line_items[0][quantity]": "0"}, "parameter_invalid_integer", "line_items[0][quantity]"),
        ({"line_items[0][quantity]": "two"}, "parameter_invalid_integer", "line_items[0][quantity]"),
        ({"line_items[0][price_data][unit_amount]": "29"}, "amount_too_small", None),
        ({"line_items[0][price_data][unit_amount]": "100000000"}, "parameter_invalid_integer", "line_items"),
        ({"line_items[0][price_data][currency]": "zzz"}, None, "line_items[0][price_data][currency]"),
        ({"line_items[0][price_data][product_data][name]": ""}, "parameter_invalid_empty", "line_items"),
        ({"line_items[0][price_data][product_data][colour]": "red"}, "parameter_unknown", "line_items"),
        ({"line_items[0][price]": "price_1"}, "resource_missing", "line_items[0][price]"),
        ({"colour": "red"}, "parameter_unknown", "colour"),
        ({"payment_method_types[]": "cheque"}, None, "payment_method_types[0]"),
        ({"restrictions[completed_sessions][limit]": "0"}, "parameter_invalid_integer", "restrictions"),
        ({"metadata[note]": "x" * 501}, None, "metadata[note]"),
        ({"inactive_message": "x" * 501}, None, "inactive_message"),
        ({"expand[]": "customer"}, None, "expand"),
    ],
)
def test_a_wrong_parameter_is_named(
    api: Stripe, sandbox: Sandbox, change: dict[str, str], code: str | None, param: str | None
) -> None:
    """Each is refused with Stripe's status, code and parameter, and nothing is made."""
    answer = api.http.post("/v1/payment_links", data={**api.form(), **change})
    error = answer.json()["error"]
    assert answer.status_code == 400
    assert error["type"] == "invalid_request_error"
    assert error.get("code") == code
    assert (error.get("param") or "").startswith(param or "")
    assert sandbox.book.links() == []
    assert sandbox.journal()[-1].effect is None


def test_the_least_amount_is_taken(api: Stripe) -> None:
    """30p is Stripe's minimum in pounds."""
    assert api.link(30).currency == "gbp"


def test_nothing_sent_at_all_says_what_is_missing(api: Stripe) -> None:
    """An empty body asks for line items."""
    error = api.http.post("/v1/payment_links").json()["error"]
    assert error["code"] == "parameter_missing"
    assert error["message"] == "Missing required param: line_items."


def test_what_is_not_there_is_404(api: Stripe) -> None:
    """An unknown id in the path is 404 resource_missing; so is a Coherent transaction's id."""
    with pytest.raises(stripe.InvalidRequestError) as refused:
        api.sdk.v1.payment_links.retrieve("plink_nothing")
    assert refused.value.http_status == 404
    assert refused.value.code == "resource_missing"
    assert api.http.get("/v1/nothing").status_code == 404


@pytest.mark.parametrize(
    ("authorization", "words"),
    [
        ("", "You did not provide an API key"),
        ("Bearer sk_test_refused_1", "Invalid API Key provided"),
        ("Bearer nonsense", "Invalid API Key provided"),
        ("Bearer sk_live_1234567890", "it takes test keys"),
        ("Basic ???", "You did not provide an API key"),
    ],
)
def test_a_wrong_key_is_401(sandbox: Sandbox, authorization: str, words: str) -> None:
    """Refused, live and missing keys are told apart, and the key is never printed whole."""
    headers = {"Authorization": authorization} if authorization else {}
    answer = httpx.get(f"{sandbox.address}/v1/events", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["error"]["type"] == "invalid_request_error"
    assert words in answer.json()["error"]["message"]
    assert "1234567890" not in answer.text


def test_basic_authentication_is_taken(sandbox: Sandbox) -> None:
    """The key as the user name, no password; restricted keys too."""
    word = base64.b64encode(b"rk_test_abc:").decode()
    answer = httpx.get(f"{sandbox.address}/v1/balance", headers={"Authorization": f"Basic {word}"})
    assert answer.status_code == 200


def test_headers_tell_the_request_and_the_version(api: Stripe) -> None:
    """The version that was asked for comes back, and each request has an id of its own."""
    first = api.http.get("/v1/account", headers={"Stripe-Version": "2024-06-20"})
    second = api.http.get("/v1/account")
    assert first.headers["Stripe-Version"] == "2024-06-20"
    assert first.headers["Request-Id"] != second.headers["Request-Id"]
    assert api.http.get("/v1/account", headers={"Stripe-Version": "newest"}).status_code == 400


def test_account_and_balance_can_be_read(api: Stripe, client: Client) -> None:
    """The account is named after the clinic, and the balance knows what was paid."""
    assert api.sdk.v1.accounts.retrieve_current().business_profile["name"] == "Riverside Clinic"  # type: ignore[index]
    client.pay(api.link(5000).url)
    balance = api.sdk.v1.balance.retrieve()
    assert [(part.amount, part.currency) for part in balance.pending] == [(5000, "gbp")]
