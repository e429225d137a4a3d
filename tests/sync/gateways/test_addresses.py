"""Addresses: what Paydesk calls, and which links may reach a client."""

import pytest

from sync.errors import Declined, Misconfigured
from sync.gateways.addresses import LinkRule, base_address, host_of, is_loopback

LIVE = LinkRule("Stripe", "https://api.stripe.com", ("*.stripe.com", "Pay.Clinic.example"))
SANDBOX = LinkRule("Stripe", "http://127.0.0.1:8787", ("*.stripe.com",))


@pytest.mark.parametrize(
    "url",
    [
        "https://buy.stripe.com/test_abc",
        "https://BUY.stripe.com/abc?x=1#y",
        "https://checkout.stripe.com:443/pay",
        "https://pay.clinic.example/x",
    ],
)
def test_links_on_known_hosts_pass(url: str) -> None:
    """The gateway's own hosts and the clinic's added ones are right."""
    assert LIVE.checked(url) == url


@pytest.mark.parametrize(
    "url",
    [
        "",
        "buy.stripe.com/abc",
        "http://buy.stripe.com/abc",
        "https://stripe.com.evil.example/abc",
        "https://evilstripe.com/abc",
        "https://stripe.com/abc",
        "https://buy.stripe.com@evil.example/abc",
        "https://evil.example\\@buy.stripe.com/abc",
        "https://evil.example\\.stripe.com/abc",
        "https://.stripe.com/abc",
        "https://buy.stripe.com\x1b[2J/abc",
        "https://buy.stripe.com/a b",
        "https://buy.stripe.com/\n",
        "https://buy.strìpe.com/abc",
        "https://buy.stripe.com:99999/abc",
        "https://[::1/abc",
        "https:///abc",
        "javascript:alert(1)//buy.stripe.com",
        "file:///etc/passwd",
        "https://127.0.0.1/abc",
        "http://127.0.0.1:8787/pay",
        "https://buy.stripe.com/" + "a" * 3000,
    ],
)
def test_every_other_link_is_kept_from_the_client(url: str) -> None:
    """Look-alikes, tricks of spelling and other schemes are refused, with the way out said."""
    with pytest.raises(Declined, match="not passed on"):
        LIVE.checked(url)


def test_the_sandbox_gives_links_to_itself_alone() -> None:
    """While the gateway is on this machine http on its own host will do, and on no other."""
    assert SANDBOX.allows("http://127.0.0.1:8787/pay/1")
    assert not SANDBOX.allows("http://localhost:8787/pay/1")
    assert not SANDBOX.allows("http://10.0.0.7:8787/pay/1")


def test_a_closed_link_is_left_out_and_not_refused() -> None:
    """The payments on a closed link matter more than its address."""
    assert LIVE.shown("https://evil.example/x", "paid") == ""
    assert LIVE.shown("https://buy.stripe.com/x", "paid") == "https://buy.stripe.com/x"
    with pytest.raises(Declined):
        LIVE.shown("https://evil.example/x", "live")


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (" https://api.stripe.com/ ", "https://api.stripe.com"),
        ("http://127.0.0.1:8787", "http://127.0.0.1:8787"),
        ("http://localhost:8787/coherent/", "http://localhost:8787/coherent"),
        ("http://[::1]:8787", "http://[::1]:8787"),
    ],
)
def test_good_gateway_addresses(given: str, kept: str) -> None:
    """An address loses its last slash and its blanks."""
    assert base_address(given) == kept


@pytest.mark.parametrize(
    "url",
    ["api.stripe.com", "https://", "ftp://api.stripe.com", "https://a@b.example", "https://x.example/?a=1", "x y"],
)
def test_bad_gateway_addresses(url: str) -> None:
    """What is not a web address is said so."""
    with pytest.raises(Misconfigured, match="not a web address"):
        base_address(url)


@pytest.mark.parametrize("url", ["http://api.stripe.com", "http://192.168.1.9:80", "http://127.0.0.1.nip.example"])
def test_the_key_never_leaves_unencrypted(url: str) -> None:
    """Plain http is for this machine alone."""
    with pytest.raises(Misconfigured, match="https"):
        base_address(url)


def test_hosts() -> None:
    """A host is read without case or port, and loopback is known by name and number."""
    assert host_of("https://API.Stripe.com:443/x") == "api.stripe.com"
    assert host_of("nonsense") == ""
    assert [is_loopback(host) for host in ("localhost", "127.9.9.9", "::1", "10.0.0.1", "")] == [
        True,
        True,
        True,
        False,
        False,
    ]
