"""Faults: each is seen by a client as what it is, and does at the gateway what it says."""

import json
import socket
from itertools import pairwise

import httpx
import pytest

from sync.sandbox.faults import UnknownFault
from sync.sandbox.server import Sandbox
from tests.sandbox.people import KEY, Client, Stripe

ORDER = {"amount": 100, "name": "Jane Smith"}


def make(api: Stripe, timeout: float = 10) -> httpx.Response:
    """Ask for a link."""
    return api.http.post("/v1/payment_links", data=api.form(), timeout=timeout)


def raw_answer(sandbox: Sandbox) -> list[bytes]:
    """Ask for the account and return the answer in the pieces in which it came."""
    with socket.create_connection(("127.0.0.1", sandbox.port), timeout=10) as line:
        head = (
            f"GET /v1/account HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {KEY}\r\nConnection: close\r\n\r\n"
        )
        line.sendall(head.encode())
        return list(iter(lambda: line.recv(65536), b""))


def test_a_fault_is_off_unless_switched_on(api: Stripe, sandbox: Sandbox) -> None:
    """And off again after being switched off."""
    assert make(api).status_code == 200
    sandbox.fault("rate_limit")
    assert make(api).status_code == 429
    sandbox.mend("rate_limit")
    assert make(api).status_code == 200


def test_the_line_is_cut(api: Stripe, sandbox: Sandbox, client: Client) -> None:
    """Connections are refused, also for a client that had one; clients still pay; then all is back."""
    link = api.link()
    sandbox.fault("offline")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{sandbox.address}/v1/events")
    with pytest.raises(httpx.TransportError):
        api.http.get("/v1/events")
    assert "<h1>Paid</h1>" in client.pay(link.url).text
    assert httpx.get(f"{sandbox.pages_address}/phone").status_code == 200
    sandbox.mend("offline")
    assert [event.type for event in api.sdk.v1.events.list({"limit": 1}).data] == ["checkout.session.completed"]
    assert len(sandbox.journal()) == 2


def test_the_line_is_cut_and_mended_from_a_page(sandbox: Sandbox) -> None:
    """The button's own request is answered; the browser is sent to the address that stays."""
    with httpx.Client() as browser:
        cut = browser.post(f"{sandbox.address}/faults", data={"name": "offline", "on": "on"})
        assert (cut.status_code, cut.headers["location"]) == (303, f"{sandbox.pages_address}/")
        with pytest.raises(httpx.TransportError):
            browser.get(f"{sandbox.address}/v1/events")
        browser.post(f"{sandbox.pages_address}/faults", data={"name": "offline"})
        assert browser.get(f"{sandbox.address}/v1/events").status_code == 401


def test_the_api_is_not_on_the_clients_line(api: Stripe, sandbox: Sandbox) -> None:
    """Otherwise a desk could go round the cut."""
    answer = httpx.post(f"{sandbox.pages_address}/v1/payment_links", data=api.form())
    assert answer.status_code == 404
    assert sandbox.journal() == []


@pytest.mark.parametrize(("name", "made"), [("refuse", 0), ("reset_after", 1)])
def test_the_connection_is_dropped(api: Stripe, sandbox: Sandbox, name: str, made: int) -> None:
    """A reset without an answer, before anything happened or after."""
    api.http.get("/v1/account")
    sandbox.fault(name)
    with pytest.raises((httpx.ReadError, httpx.RemoteProtocolError)):
        make(api)
    assert len(sandbox.book.links()) == made
    entry = sandbox.journal()[-1]
    assert (entry.status, entry.fault, entry.effect is not None) == (None, name, bool(made))


def test_no_answer_comes(api: Stripe, sandbox: Sandbox) -> None:
    """The client gives up waiting, while the link was made."""
    sandbox.fault("hang", 60)
    with pytest.raises(httpx.ReadTimeout):
        make(api, timeout=0.2)
    assert len(sandbox.book.links()) == 1


def test_the_line_is_slow(api: Stripe, sandbox: Sandbox) -> None:
    """Each request waits; nothing else is wrong."""
    sandbox.fault("latency", 120)
    answer = make(api)
    assert answer.status_code == 200
    assert answer.elapsed.total_seconds() >= 0.12
    assert sandbox.journal()[-1].fault == "latency"


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("during", 0), ("after", 1)])
def test_a_server_error(api: Stripe, sandbox: Sandbox, when: str, made: int) -> None:
    """500 in Stripe's shape, with or without the effect."""
    sandbox.fault("error_500", when)
    answer = make(api)
    assert answer.status_code == 500
    assert answer.json()["error"]["type"] == "api_error"
    assert len(sandbox.book.links()) == made


@pytest.mark.parametrize(("when", "made"), [("before", 0), ("during", 0), ("after", 1)])
def test_a_server_error_at_coherent(coherent: httpx.Client, sandbox: Sandbox, when: str, made: int) -> None:
    """The same, in its own shape."""
    sandbox.fault("error_500", when)
    answer = coherent.post("/transaction", json=ORDER)
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal server error"})
    assert len(sandbox.book.links()) == made


def test_too_many_requests(api: Stripe, sandbox: Sandbox) -> None:
    """429 with Retry-After and Stripe's code, without effect."""
    sandbox.fault("rate_limit", 7)
    answer = make(api)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert answer.json()["error"]["code"] == "rate_limit"
    assert sandbox.book.links() == []


def test_a_captive_portal(api: Stripe, sandbox: Sandbox) -> None:
    """200 and a web page that the gateway never sent."""
    sandbox.fault("html")
    answer = make(api)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    assert "Wi-Fi" in answer.text
    assert sandbox.book.links() == []


def test_a_wrong_answer(api: Stripe, sandbox: Sandbox) -> None:
    """JSON of another kind, though the link was made."""
    sandbox.fault("wrong_json")
    answer = make(api)
    assert (answer.status_code, answer.json()) == (200, {"message": "OK"})
    assert len(sandbox.book.links()) == 1


def test_half_an_answer(api: Stripe, sandbox: Sandbox) -> None:
    """The body ends before its announced length, though the link was made."""
    sandbox.fault("truncated", count=1)
    with pytest.raises(httpx.RemoteProtocolError):
        make(api)
    assert len(sandbox.book.links()) == 1
    sandbox.fault("truncated", count=1)
    head, _, body = b"".join(raw_answer(sandbox)).partition(b"\r\n\r\n")
    announced = int(head.lower().partition(b"content-length: ")[2].partition(b"\r\n")[0])
    assert 0 < len(body) < announced


def test_an_answer_in_drops(sandbox: Sandbox) -> None:
    """Many small pieces that make the whole answer."""
    whole = raw_answer(sandbox)
    sandbox.fault("slow", 2)
    drops = raw_answer(sandbox)
    assert len(drops) > len(whole) + 10
    body = b"".join(drops).partition(b"\r\n\r\n")[2]
    assert json.loads(body) == json.loads(b"".join(whole).partition(b"\r\n\r\n")[2])


def test_a_count_runs_out(api: Stripe, sandbox: Sandbox) -> None:
    """For the next two requests, and no longer."""
    sandbox.fault("rate_limit", count=2)
    assert [make(api).status_code for _ in range(3)] == [429, 429, 200]
    assert sandbox.context.faults.on() == {}


def test_a_scope_leaves_the_others_alone(
    api: Stripe, coherent: httpx.Client, sandbox: Sandbox, client: Client
) -> None:
    """Coherent fails while Stripe works, and pages are never touched."""
    sandbox.fault("error_500", scope="coherent")
    assert coherent.post("/transaction", json=ORDER).status_code == 500
    assert make(api).status_code == 200
    sandbox.mend()
    sandbox.fault("error_500", scope="sms")
    text = {"to": "+447700900123", "message": "Hello"}
    assert httpx.post(f"{sandbox.address}/sms", json=text).status_code == 500
    assert coherent.post("/transaction", json=ORDER).status_code == 200
    sandbox.fault("error_500")
    assert client.open(f"{sandbox.pages_address}/").status_code == 200


def test_a_text_is_kept_though_its_answer_is_lost(sandbox: Sandbox) -> None:
    """Faults reach the SMS endpoint too."""
    sandbox.fault("reset_after", scope="sms")
    with pytest.raises(httpx.TransportError):
        httpx.post(f"{sandbox.address}/sms", json={"to": "+447700900123", "message": "Hello"})
    assert [message.text for message in sandbox.mailbox.messages()] == ["Hello"]


def test_the_first_of_several_happens(api: Stripe, sandbox: Sandbox) -> None:
    """One main fault for one request, in a fixed order; a slow line comes on top."""
    for name in ("rate_limit", "error_500", "latency"):
        sandbox.fault(name)
    answer = make(api)
    assert answer.status_code == 500
    assert answer.elapsed.total_seconds() >= 0.3


@pytest.mark.parametrize(
    "wanted",
    [
        {"name": "earthquake"},
        {"name": "latency", "value": "slow"},
        {"name": "latency", "value": -1},
        {"name": "error_500", "value": "sometimes"},
        {"name": "refuse", "scope": "fax"},
        {"name": "slow", "scope": "smtp"},
        {"name": "offline", "scope": "stripe"},
        {"name": "offline", "count": 1},
        {"name": "refuse", "count": 0},
        {"name": "refuse", "count": 10**30},
        {"name": "refuse", "count": "two"},
        [],
    ],
)
def test_a_fault_that_cannot_be_is_refused(sandbox: Sandbox, wanted: object) -> None:
    """With words that say what can, and nothing switched on."""
    answer = httpx.post(f"{sandbox.pages_address}/sandbox/faults", json=wanted)
    assert answer.status_code == 400
    assert answer.json()["message"]
    assert sandbox.context.faults.on() == {}


def test_a_wrong_fault_raises_in_python_too(sandbox: Sandbox) -> None:
    """The same refusal, as an exception."""
    with pytest.raises(UnknownFault, match="There is no fault"):
        sandbox.fault("earthquake")


def test_switches_as_json(sandbox: Sandbox) -> None:
    """What is on can be read, and all switched off."""
    where = f"{sandbox.pages_address}/sandbox/faults"
    switched = httpx.post(where, json={"name": "latency", "value": 40, "count": 3, "scope": "stripe"})
    expected = {"faults": [{"name": "latency", "value": "40", "scope": "stripe", "remaining": 3}]}
    assert switched.json() == httpx.get(where).json() == expected
    assert httpx.post(where, json={"on": False}).json() == {"faults": []}


def test_the_journal_counts_what_arrived(api: Stripe, sandbox: Sandbox) -> None:
    """In order, with keys, statuses and the maker's own request id."""
    api.sdk.v1.payment_links.create(api.order(), {"idempotency_key": "key-1"})  # type: ignore[arg-type]
    sandbox.fault("refuse", count=1)
    with pytest.raises(httpx.TransportError):
        make(api)
    api.http.get("/v1/nothing")
    entries = httpx.get(f"{sandbox.pages_address}/sandbox/journal").json()["requests"]
    told = [(entry["method"], entry["path"], entry["status"], entry["fault"]) for entry in entries]
    assert told == [
        ("POST", "/v1/payment_links", 200, None),
        ("POST", "/v1/payment_links", None, "refuse"),
        ("GET", "/v1/nothing", 404, None),
    ]
    assert entries[0]["idempotency_key"] == "key-1"
    assert entries[0]["request_id"] == "01JREQUEST"
    assert entries[0]["effect"] == sandbox.book.links()[0].id
    assert all(first["at"] <= second["at"] for first, second in pairwise(entries))
