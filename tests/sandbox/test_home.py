"""The sandbox's own page, and its state as JSON."""

import httpx

from sync.sandbox.faults import KINDS
from sync.sandbox.server import Sandbox
from tests.sandbox.people import Client, Stripe


def test_the_page_shows_what_there_is(api: Stripe, sandbox: Sandbox, client: Client) -> None:
    """Addresses, every switch, and the links with their state; a title with markup is text."""
    client.pay(api.link(4200).url)
    api.http.post("/v1/payment_links", data=api.form(100, "<script>alert(1)</script>"))
    page = httpx.get(f"{sandbox.address}/").text
    for words in (sandbox.address, f"127.0.0.1:{sandbox.smtp_port}", "£42.00", "paid", "&lt;script&gt;"):
        assert words in page
    assert "<script>alert" not in page
    for kind in KINDS:
        assert kind.label in page


def test_a_switch_of_the_page(sandbox: Sandbox) -> None:
    """The form switches on with a value and off again, and goes back to the page."""
    with httpx.Client(base_url=sandbox.pages_address, follow_redirects=True) as browser:
        page = browser.post("/faults", data={"name": "latency", "on": "on", "value": "250"})
        assert page.status_code == 200
        assert sandbox.context.faults.on()["latency"].value == "250"
        browser.post("/faults", data={"name": "latency", "value": "250"})
        assert sandbox.context.faults.on() == {}


def test_the_state_tells_links_payments_and_refunds(api: Stripe, sandbox: Sandbox, client: Client) -> None:
    """Amounts in minor units, states in words."""
    paid, left, closed = api.link(4200), api.link(100), api.link(200)
    client.pay(paid.url, "klarna")
    api.sdk.v1.payment_links.update(closed.id, {"active": False})
    intent = api.sdk.v1.checkout.sessions.list({"payment_link": paid.id}).data[0].payment_intent
    api.sdk.v1.refunds.create({"payment_intent": str(intent), "amount": 200})
    state = httpx.get(f"{sandbox.pages_address}/sandbox/state").json()
    assert [(link["id"], link["state"]) for link in state["links"]] == [
        (paid.id, "paid"),
        (left.id, "open"),
        (closed.id, "inactive"),
    ]
    payment = state["links"][0]["payments"][0]
    assert (payment["amount"], payment["refunded"], payment["method"]) == (4200, 200, "klarna")
    assert [refund["amount"] for refund in payment["refunds"]] == [200]
    assert state["counts"] == {"links": 3, "open": 1, "paid": 1, "inactive": 1, "requests": 6}


def test_an_empty_sandbox_has_a_page(sandbox: Sandbox) -> None:
    """Nothing sent yet, and it says so."""
    assert "No links yet" in httpx.get(f"{sandbox.pages_address}/").text
