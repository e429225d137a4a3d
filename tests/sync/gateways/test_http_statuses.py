"""Answers that came: what each status, header and body means for the engine."""

from datetime import UTC, datetime

import httpx
import pytest

from sync.errors import Busy, Misconfigured, OutcomeUnknown, Unreachable, WorldError
from sync.gateways.http import Forbidden, GatewayHttp, Refused
from sync.gateways.reading import Fields
from tests.sync.gateways.fakes import KEY, Script, says, stripe_error

NOW = datetime(2026, 11, 22, 14, 2, tzinfo=UTC)


async def error_of(method: str, answer: httpx.Response) -> WorldError:
    """Return the error that this answer to a request of this method ends with."""
    client = GatewayHttp(
        "Stripe",
        "https://api.stripe.com",
        {"Authorization": f"Bearer {KEY}"},
        secret=KEY,
        transport=Script(answer),
        clock=lambda: NOW,
    )

    def read(value: object) -> str:
        return Fields(value).identity("id")

    request = client.get("/v1/x", read) if method == "GET" else client.post_form("/v1/x", read, form=[])
    with pytest.raises(WorldError) as caught:
        await request
    await client.aclose()
    return caught.value


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(("status", "kind"), [(401, Misconfigured), (403, Forbidden)])
async def test_a_refused_key(status: int, kind: type[Misconfigured], method: str) -> None:
    """401 and 403 stop the engine and say that the key was refused; 403 is told apart, for what needs more rights."""
    error = await error_of(method, stripe_error(status, message=f"Invalid API Key: {KEY}"))
    assert type(error) is kind
    assert "key refused" in str(error)
    assert KEY not in error.detail


async def test_a_proxy_that_wants_a_password() -> None:
    """407 is the network's doing, not the gateway's."""
    error = await error_of("POST", httpx.Response(407))
    assert type(error) is Misconfigured
    assert "proxy" in str(error)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7),
        ("2.5", 2.5),
        ("0", 1),
        ("99999999", 900),
        ("Sun, 22 Nov 2026 14:03:00 GMT", 60),
        ("Sun, 22 Nov 2026 14:03:00 -0000", 60),
        ("Sun, 22 Nov 2026 13:00:00 GMT", 1),
        ("Sun, 22 Nov 2099 13:00:00 GMT", 900),
        ("", None),
        ("soon", None),
        ("-5", None),
        ("nan", None),
        ("Sun, 99 Nov 2026 99:99:99 GMT", None),
    ],
)
async def test_patience_is_obeyed_within_bounds(header: str, seconds: float | None) -> None:
    """Retry-After is read as seconds or as a date, and kept between 1 s and 15 minutes."""
    error = await error_of("POST", says({}, 429, retry_after=header))
    assert isinstance(error, Busy)
    assert error.retry_after == seconds


async def test_a_key_in_use_is_patience() -> None:
    """409 while the first request with this key still runs means: wait."""
    assert type(await error_of("POST", stripe_error(409, "idempotency_key_in_use"))) is Busy


async def test_any_other_conflict_is_refused() -> None:
    """409 for another reason is a no."""
    assert type(await error_of("POST", stripe_error(409, "something_else"))) is Refused


async def test_the_same_key_with_other_details_is_unknown_for_good() -> None:
    """The first request may have been acted on, and the key will never say."""
    said = {"error": {"type": "idempotency_error", "message": "Keys for idempotent requests …"}}
    error = await error_of("POST", says(said, 400))
    assert isinstance(error, OutcomeUnknown)
    assert error.replayed


@pytest.mark.parametrize("status", [400, 402, 404, 410, 422])
async def test_a_no_carries_the_reason(status: int) -> None:
    """A 4xx is a no in the gateway's words, with its code for the gateway's own use."""
    error = await error_of("POST", stripe_error(status, "amount_too_small", "amount", "Too\x1b[31m small\r\n!"))
    assert isinstance(error, Refused)
    assert (error.code, error.param) == ("amount_too_small", "amount")
    assert str(error) == "Stripe said no: Too [31m small !"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"message": "Amount is required"}', "Stripe said no: Amount is required"),
        (b'{"error": "Not found"}', "Stripe said no: Not found"),
        (b"<html>", "Stripe said no and gave no reason."),
        (b"[1]", "Stripe said no and gave no reason."),
        (b"", "Stripe said no and gave no reason."),
        (b'{"error": {"message": {"odd": 1}}}', "Stripe said no and gave no reason."),
    ],
)
async def test_a_no_in_any_form(body: bytes, words: str) -> None:
    """Whatever the body of a 4xx is, a person gets a sentence."""
    assert str(await error_of("POST", httpx.Response(400, content=body))) == words


async def test_a_long_reason_is_shortened() -> None:
    """The reason fits on a screen."""
    error = await error_of("POST", stripe_error(400, message="long " * 2000))
    assert len(str(error)) < 230
    assert str(error).endswith("…")


@pytest.mark.parametrize("status", [100, 301, 302, 304, 307, 408, 500, 502, 503, 504, 511, 599])
async def test_no_trustworthy_answer(status: int) -> None:
    """Redirects and faults leave a POST unknown and a GET harmless; nothing is followed."""
    answer = httpx.Response(status, headers={"Location": "https://hotel.example/sign-in"}, content=b"<html>")
    error = await error_of("POST", answer)
    assert isinstance(error, OutcomeUnknown)
    assert not error.replayed
    assert type(await error_of("GET", answer)) is Unreachable


async def test_no_redirect_is_followed() -> None:
    """The key is sent to the gateway's address and to no other."""
    script = Script(httpx.Response(307, headers={"Location": "https://hotel.example/sign-in"}))
    client = GatewayHttp("Stripe", "https://api.stripe.com", {}, secret=KEY, transport=script)
    with pytest.raises(Unreachable):
        await client.get("/v1/x", lambda value: value)
    await client.aclose()
    assert [str(request.url) for request in script.asked] == ["https://api.stripe.com/v1/x"]


async def test_a_replayed_answer_of_the_wrong_shape_is_told_apart() -> None:
    """An answer that the key brought back and that cannot be read will never be another."""
    error = await error_of("POST", says({"id": 7}, idempotent_replayed="true"))
    assert isinstance(error, OutcomeUnknown)
    assert error.replayed


async def test_a_replayed_fault_is_told_apart() -> None:
    """A 500 that the key brought back will come back for ever."""
    error = await error_of("POST", says({"error": {"message": "Oops"}}, 500, idempotent_replayed="true"))
    assert isinstance(error, OutcomeUnknown)
    assert error.replayed


@pytest.mark.parametrize(
    "body",
    [
        b"<html>Welcome to the hotel</html>",
        b"",
        b"null",
        b"[]",
        b'{"id": 7}',
        b'{"id": "../../x"}',
        b'{"id": "plink_1"',
        b"\xff\xfe\x00",
        b'{"id": ' + b"9" * 5000 + b"}",
        b"[" * 200_000,
    ],
    ids=["page", "empty", "null", "list", "number", "path", "cut", "bytes", "huge number", "deep"],
)
async def test_200_that_is_not_the_answer(body: bytes) -> None:
    """A 200 that is not the gateway's usual answer proves nothing."""
    assert type(await error_of("POST", httpx.Response(200, content=body))) is OutcomeUnknown
    assert type(await error_of("GET", httpx.Response(200, content=body))) is Unreachable
