"""From settings to a gateway, and what is said when they are wrong."""

import httpx
import pytest

from sync.errors import Misconfigured
from sync.gateways.factory import make_gateway
from tests.sync.gateways.fakes import KEY, Script, an_order, payment_link, says, transaction


@pytest.mark.parametrize(
    ("kind", "url", "asked", "answer"),
    [
        ("stripe", "", "https://api.stripe.com/v1/payment_links", says(payment_link())),
        (
            " Coherent",
            "",
            "https://service.coherenthealthcare.com/api/v1/transaction",
            says(transaction()),
        ),
        (
            "coherent",
            "https://service.test.coherenthealthcare.com/",
            "https://service.test.coherenthealthcare.com/api/v1/transaction",
            says(transaction()),
        ),
        ("stripe", "http://127.0.0.1:9/", "http://127.0.0.1:9/v1/payment_links", says(payment_link())),
    ],
)
async def test_each_kind_calls_its_address(kind: str, url: str, asked: str, answer: httpx.Response) -> None:
    """An empty address is the provider's own; a slash at the end does no harm."""
    script = Script(answer)
    gateway = make_gateway(kind, url, KEY, transport=script)
    await gateway.create_link(an_order())
    assert str(script.asked[0].url) == asked
    await gateway.aclose()


@pytest.mark.parametrize("kind", ["stripe", "coherent"])
async def test_a_clinic_can_add_its_own_pay_host(kind: str) -> None:
    """A link on the clinic's own domain passes once the settings name it."""
    url = "https://pay.clinic.example/x"
    answer = says(payment_link(url=url)) if kind == "stripe" else says(transaction(paymentUrl=url))
    gateway = make_gateway(kind, "", KEY, allowed_hosts=["pay.clinic.example"], transport=Script(answer))
    assert (await gateway.create_link(an_order())).url == url
    await gateway.aclose()


@pytest.mark.parametrize(
    ("kind", "url", "key", "words"),
    [
        ("paypal", "", KEY, "stripe or coherent"),
        ("", "", KEY, "stripe or coherent"),
        ("stripe", "", "", "no key"),
        ("stripe", "", "  \n", "no key"),
        ("coherent", "", "a key", "Copy it again"),
        ("coherent", "", "kéy", "Copy it again"),
        ("coherent", "", "k\r\nX-Evil: 1", "Copy it again"),
        ("stripe", "http://api.stripe.com", KEY, "https"),
        ("stripe", "not an address", KEY, "not a web address"),
    ],
)
def test_wrong_settings_are_said_in_words(kind: str, url: str, key: str, words: str) -> None:
    """Each wrong setting has its own sentence."""
    with pytest.raises(Misconfigured, match=words):
        make_gateway(kind, url, key)
