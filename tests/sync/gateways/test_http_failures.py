"""Broken lines: every error of httpx becomes what the engine must do about it."""

import asyncio
import inspect
import ssl
from collections.abc import Callable, Coroutine

import httpx
import pytest
import trustme

from sync.errors import Misconfigured, OutcomeUnknown, Unreachable, WorldError
from sync.gateways.http import LARGEST_ANSWER, GatewayHttp, Patience
from tests.sync.gateways.fakes import KEY, Script, dropping, rude_server, says

NOT_SENT = {httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError}
OUR_SETTING = {httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError}


def every_exception() -> list[type[Exception]]:
    """Return every exception class that httpx has, public or not."""
    exceptions = inspect.getmodule(httpx.HTTPError)
    return [
        kind
        for _, kind in inspect.getmembers(exceptions, inspect.isclass)
        if issubclass(kind, Exception) and kind.__module__.startswith("httpx")
    ]


def made(kind: type[Exception]) -> Exception:
    """Return an exception of that class, whatever its constructor wants."""
    if issubclass(kind, httpx.HTTPStatusError):
        request = httpx.Request("GET", "https://example.com")
        return kind("odd", request=request, response=httpx.Response(500, request=request))
    wanted = [name for name in inspect.signature(kind.__init__).parameters if name == "message"]
    takes_message = wanted or "args" in inspect.signature(kind.__init__).parameters
    return kind("odd") if takes_message else kind()


def http(transport: httpx.AsyncBaseTransport) -> GatewayHttp:
    """Return the connections to a gateway that answers by `transport`."""
    return GatewayHttp("Stripe", "https://api.stripe.com", {"X": KEY}, secret=KEY, transport=transport)


async def failure_of(method: str, client: GatewayHttp) -> WorldError:
    """Return the error that a request of this method ends with."""
    requests: dict[str, Callable[[], Coroutine[object, object, object]]] = {
        "GET": lambda: client.get("/v1/x", lambda value: value),
        "POST": lambda: client.post_form("/v1/x", lambda value: value, form=[("a", "b")], key="k"),
        "PUT": lambda: client.send_json("PUT", "/v1/x", lambda value: value, {}),
    }
    with pytest.raises(WorldError) as caught:
        await requests[method]()
    await client.aclose()
    return caught.value


def test_the_walk_finds_the_exceptions_of_httpx() -> None:
    """The list that the next test walks is not empty and reaches the leaves."""
    assert {httpx.ReadTimeout, httpx.InvalidURL, httpx.StreamClosed, *NOT_SENT} <= set(every_exception())


@pytest.mark.parametrize("method", ["GET", "POST", "PUT"])
@pytest.mark.parametrize("kind", every_exception())
async def test_every_exception_of_httpx_is_mapped(kind: type[Exception], method: str) -> None:
    """Not sent, our setting, or uncertain: the class says which, and only a request that acts is unknown."""
    error = await failure_of(method, http(Script(made(kind))))
    if kind in NOT_SENT:
        assert type(error) is Unreachable
    elif kind in OUR_SETTING:
        assert type(error) is Misconfigured
    else:
        assert type(error) is (Unreachable if method == "GET" else OutcomeUnknown)


@pytest.mark.parametrize("error", [OSError("gone"), ssl.SSLError("odd"), TimeoutError()])
async def test_errors_below_httpx_are_mapped(error: Exception) -> None:
    """A bare error of the socket is uncertain too."""
    assert type(await failure_of("POST", http(Script(error)))) is OutcomeUnknown


@pytest.mark.parametrize(
    "host", ["gateway.invalid", f"{'a' * 70}.invalid", "a..invalid", "-.invalid", "xn--zzzz.invalid"]
)
async def test_a_name_that_nobody_has_is_said_in_words(host: str) -> None:
    """No such name, a label too long, a label in no alphabet: nothing was sent."""
    client = GatewayHttp("Stripe", f"https://{host}", {"X": KEY}, secret=KEY)
    assert type(await failure_of("POST", client)) is (Misconfigured if host.startswith("xn--") else Unreachable)


async def test_a_false_certificate_is_said_in_words() -> None:
    """A certificate that does not hold points at the clock and the network."""
    error = await failure_of("POST", http(Script(httpx.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] x"))))
    assert type(error) is Unreachable
    assert "clock" in str(error)


async def test_a_certificate_that_nobody_vouches_for_is_refused() -> None:
    """A server that signed its own certificate gets no request: over TLS the other end is always checked."""
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("127.0.0.1").configure_cert(tls)
    heard: list[bytes] = []

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append(await reader.read())

    async with rude_server(handle, tls) as address:
        error = await failure_of("POST", GatewayHttp("Stripe", address, {}, secret=KEY))
    assert type(error) is Unreachable
    assert "clock" in str(error)
    assert not any(heard)


async def test_nobody_listens() -> None:
    """A refused connection on a real socket is Unreachable for a POST."""
    async with rude_server(dropping()) as address:
        pass
    client = GatewayHttp("Stripe", address, {}, secret=KEY)
    assert type(await failure_of("POST", client)) is Unreachable


@pytest.mark.parametrize(
    "said",
    [
        (),
        (b"HTTP/1.1 200 OK\r\nContent-Le",),
        (b'HTTP/1.1 200 OK\r\nContent-Length: 40\r\n\r\n{"id":',),
        (b"\x16\x03\x01 this is not HTTP\r\n\r\n",),
        (b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 4\r\n\r\nabcd",),
    ],
    ids=["hung up", "half a head", "half a body", "not HTTP", "not gzip"],
)
async def test_an_answer_that_breaks_off(said: tuple[bytes, ...]) -> None:
    """Once the request has left, a broken answer over a real socket leaves the outcome unknown."""
    async with rude_server(dropping(*said)) as address:
        assert type(await failure_of("POST", GatewayHttp("S", address, {}, secret=KEY))) is OutcomeUnknown
        assert type(await failure_of("GET", GatewayHttp("S", address, {}, secret=KEY))) is Unreachable


@pytest.mark.parametrize(
    ("patience", "cause"),
    [(Patience(read=0.02), "ReadTimeout"), (Patience(total=0.02), "TimeoutError")],
    ids=["read", "total"],
)
async def test_a_gateway_that_hangs(patience: Patience, cause: str) -> None:
    """Silence ends after the time to read, and after the time in all."""

    async def hang(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()

    async with rude_server(hang) as address:
        client = GatewayHttp("Stripe", address, {}, secret=KEY, patience=patience)
        error = await failure_of("POST", client)
    assert type(error) is OutcomeUnknown
    assert error.detail.startswith(cause)


async def test_an_answer_without_end_is_cut() -> None:
    """More than 8 MiB is not read to its end."""
    flood = httpx.Response(200, content=b" " * (LARGEST_ANSWER + 1))
    error = await failure_of("POST", http(Script(flood)))
    assert type(error) is OutcomeUnknown
    assert "too long" in error.detail


async def test_a_client_can_be_used_again_after_closing() -> None:
    """The first request opens the connections, and so does the first one after `aclose`."""
    client = http(Script(says({"a": 1})))
    assert await client.get("/x", lambda value: value) == {"a": 1}
    await client.aclose()
    assert await client.get("/x", lambda value: value) == {"a": 1}
    await client.aclose()


async def test_wrong_proxy_settings_are_misconfigured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy that httpx cannot use is said to be the computer's setting."""
    monkeypatch.setenv("HTTPS_PROXY", "gopher://127.0.0.1:1")
    client = GatewayHttp("Stripe", "https://api.stripe.com", {}, secret=KEY)
    assert type(await failure_of("POST", client)) is Misconfigured


async def test_loopback_never_goes_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sandbox is reached directly, whatever proxy the computer has."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    async with rude_server(dropping(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n{}")) as address:
        client = GatewayHttp("Stripe", address, {}, secret=KEY)
        assert await client.get("/x", lambda value: value) == {}
        await client.aclose()
