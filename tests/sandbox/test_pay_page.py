"""The pay page, as a client sees it and presses its buttons."""

import threading

import httpx
import pytest

from sync.sandbox.server import Sandbox
from tests.sandbox.people import Client, Stripe


def test_the_page_says_who_asks_for_what(api: Stripe, client: Client) -> None:
    """Clinic, title, amount and code; a title with markup is text."""
    price = {
        "currency": "gbp",
        "unit_amount": 123456,
        "product_data": {"name": "Invoice <b>7</b>", "description": "Reference K7Q-42M"},
    }
    page = client.open(api.link(line_items=[{"price_data": price, "quantity": 1}]).url).text
    for words in ("Riverside Clinic", "Invoice &lt;b&gt;7&lt;/b&gt;", "£1,234.56", "K7Q-42M"):
        assert words in page
    assert "<b>7</b>" not in page


def test_only_the_ways_to_pay_that_were_allowed_are_there(api: Stripe, client: Client) -> None:
    """Wallets come with cards; Klarna can be kept out, and cannot be slipped in."""
    everything = client.open(api.link().url).text
    cards = api.link(payment_method_types=["card"])
    page = client.open(cards.url).text
    assert 'value="klarna"' in everything
    assert 'value="klarna"' not in page
    for method in ("card", "apple_pay", "google_pay"):
        assert f'value="{method}"' in page
    answer = client.press(cards.url, client.visit(cards.url), method="klarna")
    assert answer.status_code == 400
    assert "Choose a way to pay" in answer.text


@pytest.mark.parametrize("method", ["card", "apple_pay", "google_pay", "klarna"])
def test_each_way_pays(api: Stripe, sandbox: Sandbox, client: Client, method: str) -> None:
    """At once, and the page turns to Paid; opened again it still says so, to everyone."""
    link = api.link()
    page = client.pay(link.url, method)
    assert page.status_code == 200
    assert "<h1>Paid</h1>" in page.text
    assert "<h1>Paid</h1>" in client.open(link.url).text
    assert "<h1>Paid</h1>" in httpx.get(link.url).text
    payments = sandbox.book.payments()
    assert [(payment.status, payment.method, payment.amount) for payment in payments] == [
        ("succeeded", method, 12000)
    ]


def test_a_decline_can_be_tried_again(api: Stripe, client: Client) -> None:
    """The reason is shown in place, with the buttons still there."""
    link = api.link()
    session = client.visit(link.url)
    declined = client.press(link.url, session, "decline").text
    assert "declined" in declined
    assert session in declined
    assert "<h1>Paid</h1>" in client.press(link.url, session).text


def test_leaving_takes_nothing(api: Stripe, sandbox: Sandbox, client: Client) -> None:
    """The link still works afterwards."""
    link = api.link()
    page = client.press(link.url, client.visit(link.url), "abandon")
    assert "without paying" in page.text
    assert sandbox.book.payments() == []
    assert "<h1>Paid</h1>" in client.pay(link.url).text


def test_a_link_for_one_payment_is_paid_once(
    api: Stripe, sandbox: Sandbox, client: Client, other_client: Client
) -> None:
    """Two open pages: the second is told that it was already paid, and nothing is taken."""
    link = api.link()
    mine, theirs = client.visit(link.url), other_client.visit(link.url)
    client.press(link.url, mine)
    second = other_client.press(link.url, theirs)
    assert second.status_code == 409
    assert "already paid" in second.text
    again = client.press(link.url, mine)
    assert again.status_code == 409
    assert len(sandbox.book.payments()) == 1


def test_many_at_once_pay_once(api: Stripe, sandbox: Sandbox) -> None:
    """Eight browsers press at the same moment."""
    link = api.link()
    clients = [Client() for _ in range(8)]
    sessions = [client.visit(link.url) for client in clients]
    start = threading.Barrier(len(clients))
    statuses: list[int] = []

    def press(client: Client, session: str) -> None:
        start.wait()
        statuses.append(client.press(link.url, session).status_code)
        client.browser.close()

    threads = [threading.Thread(target=press, args=pair) for pair in zip(clients, sessions, strict=True)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] + [409] * 7
    assert len([payment for payment in sandbox.book.payments() if payment.status == "succeeded"]) == 1


def test_a_link_without_a_limit_is_paid_by_many(
    api: Stripe, sandbox: Sandbox, client: Client, other_client: Client
) -> None:
    """Each browser pays once in its own visit."""
    made = api.http.post("/v1/payment_links", data=api.form()).json()
    client.pay(made["url"])
    other_client.pay(made["url"])
    assert len(sandbox.book.payments()) == 2
    assert sandbox.book.links()[0].state == "open"


def test_after_paying_the_browser_goes_where_the_maker_wants(api: Stripe) -> None:
    """A redirect, when the link was made with one."""
    link = api.link(after_completion={"type": "redirect", "redirect": {"url": "https://clinic.example/thanks"}})
    client = Client()
    session = client.visit(link.url)
    data = {"session": session, "method": "card", "outcome": "succeed"}
    answer = client.browser.post(link.url, data=data, follow_redirects=False)
    client.browser.close()
    assert (answer.status_code, answer.headers["location"]) == (303, "https://clinic.example/thanks")


def test_what_does_not_exist_says_so(api: Stripe, client: Client, other_client: Client) -> None:
    """An unknown link, an unknown visit, and the visit of another link."""
    link, other = api.link(), api.link()
    assert client.open(link.url + "x").status_code == 404
    assert client.press(link.url, "cs_test_nothing").status_code == 404
    assert client.press(link.url, other_client.visit(other.url)).status_code == 404
