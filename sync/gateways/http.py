"""The one place that talks HTTP to a gateway, and says what each failure means for the engine.

    what happened                                             POST, PUT                  GET
    ──────────────────────────────────────────────────────────────────────────────────────────────
    ConnectError, ConnectTimeout, PoolTimeout, ProxyError     Unreachable                Unreachable
    UnsupportedProtocol, InvalidURL, LocalProtocolError       Misconfigured              Misconfigured
    UnicodeError (a host name that cannot be)                 Misconfigured              Misconfigured
    every other error of httpx or the socket; 30 s in all     OutcomeUnknown             Unreachable
    2xx that is not JSON, too long, or of the wrong shape     OutcomeUnknown             Unreachable
    1xx, 3xx (a sign-in page of a guest network)              OutcomeUnknown             Unreachable
    401, 407                                                  Misconfigured              Misconfigured
    403                                                       Forbidden, a Misconfigured Forbidden
    429, and 409 with code idempotency_key_in_use             Busy                       Busy
    4xx of type idempotency_error                             OutcomeUnknown, replayed   Unreachable
    408, 5xx                                                  OutcomeUnknown             Unreachable
    any other 4xx                                             Refused, a Declined        Refused

`Idempotent-Replayed: true` on an answer that cannot be used makes it OutcomeUnknown(replayed=True). The
idempotency_error (the same key with other parameters) is one too: the first request may have been acted on,
and this key will never tell. Sources: https://docs.stripe.com/api/idempotent_requests,
https://docs.stripe.com/api/errors, https://www.python-httpx.org/exceptions/.

The key is in the headers of the connection alone: no text, detail or repr of an error holds it.
"""

import asyncio
import contextlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal, TypeVar
from urllib.parse import urlencode

import httpx

from sync.errors import Busy, Declined, Misconfigured, OutcomeUnknown, Unreachable, WorldError
from sync.gateways.addresses import host_of, is_loopback
from sync.gateways.reading import Fields, ShapeError, plain
from sync.gateways.retry_after import seconds_to_wait

T = TypeVar("T")
Method = Literal["GET", "POST", "PUT"]
Pairs = Sequence[tuple[str, str]]

LARGEST_ANSWER = 8 * 1024 * 1024
CONNECTIONS = 16

_NOT_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.ProxyError)
_OUR_SETTING = (httpx.UnsupportedProtocol, httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError)
_UNCERTAIN = (httpx.HTTPError, httpx.StreamError, httpx.CookieConflict, OSError)


class Refused(Declined):
    """The gateway said no, with the HTTP status, its own code and the parameter that it names."""

    def __init__(self, message: str, *, status: int, code: str, param: str, detail: str) -> None:
        super().__init__(message, detail=detail)
        self.status = status
        self.code = code
        self.param = param


class Forbidden(Misconfigured):
    """The gateway knows the key and does not let it do this."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for a gateway, in seconds."""

    connect: float = 5
    read: float = 20
    total: float = 30


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: httpx.Headers
    body: bytes | None

    @property
    def replayed(self) -> bool:
        return str(self.headers.get("idempotent-replayed")).strip().lower() == "true"


@dataclass(frozen=True, slots=True)
class _Complaint:
    """What the body of a refusal says; each empty when it does not."""

    kind: str = ""
    code: str = ""
    param: str = ""
    message: str = ""


class GatewayHttp:
    """The connections to one gateway; opened at the first request, closed by `aclose`."""

    def __init__(
        self,
        name: str,
        base_url: str,
        headers: Mapping[str, str],
        *,
        secret: str,
        keepalive: float = 30,
        patience: Patience | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._name = name
        self._base_url = base_url
        self._headers = {"Accept": "application/json", "User-Agent": "Paydesk", **headers}
        self._secret = secret
        self._keepalive = keepalive
        self._patience = patience or Patience()
        self._transport = transport
        self._clock = clock
        self._client: httpx.AsyncClient | None = None

    async def get(self, path: str, read: Callable[[object], T], *, query: Pairs = ()) -> T:
        """Ask for something and return what `read` makes of the JSON. Raises the errors of `sync.errors`."""
        return await self._send("GET", f"{path}?{urlencode(query)}" if query else path, read, b"", {})

    async def post_form(self, path: str, read: Callable[[object], T], *, form: Pairs, key: str = "") -> T:
        """Send a form, with an idempotency key if there is one, and return what `read` makes of the JSON."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        if key:
            headers["Idempotency-Key"] = key
        return await self._send("POST", path, read, urlencode(form).encode(), headers)

    async def send_json(
        self,
        method: Literal["POST", "PUT"],
        path: str,
        read: Callable[[object], T],
        body: Mapping[str, object],
    ) -> T:
        """Send a JSON object and return what `read` makes of the JSON that comes back (None: no body)."""
        return await self._send(method, path, read, json.dumps(body).encode(), {"Content-Type": "application/json"})

    async def aclose(self) -> None:
        """Close the connections; a later request opens new ones."""
        client, self._client = self._client, None
        if client is not None:
            with contextlib.suppress(httpx.HTTPError, OSError):
                await client.aclose()

    async def _send(
        self, method: Method, path: str, read: Callable[[object], T], body: bytes, headers: dict[str, str]
    ) -> T:
        client = self._connected()
        try:
            async with asyncio.timeout(self._patience.total):
                answer = await _exchange(client, method, self._base_url + path, body, headers)
        except (*_OUR_SETTING, *_UNCERTAIN) as error:
            raise self._failed(method, error) from None
        if not 200 <= answer.status < 300:
            raise self._refused(method, answer)
        try:
            return read(_parsed(answer))
        except ShapeError as error:
            reason = f"{self._name} answered with something that is not its usual answer"
            raise self._uncertain(method, reason, f"{answer.status}: {error}", replayed=answer.replayed) from None

    def _connected(self) -> httpx.AsyncClient:
        if self._client is None:
            wait = self._patience
            try:
                self._client = httpx.AsyncClient(
                    transport=self._transport,
                    headers=self._headers,
                    timeout=httpx.Timeout(wait.read, connect=wait.connect),
                    limits=httpx.Limits(
                        max_connections=CONNECTIONS,
                        max_keepalive_connections=CONNECTIONS,
                        keepalive_expiry=self._keepalive,
                    ),
                    follow_redirects=False,
                    verify=True,
                    trust_env=not is_loopback(host_of(self._base_url)),
                )
            except (httpx.InvalidURL, ValueError, ImportError, OSError) as error:
                raise Misconfigured(
                    f"{self._name} cannot be called: this computer's proxy or certificate settings are "
                    "wrong. Ask whoever looks after the computer.",
                    detail=type(error).__name__,
                ) from None
        return self._client

    def _failed(self, method: Method, error: BaseException) -> WorldError:
        detail = self._told(f"{type(error).__name__}: {error}")
        if isinstance(error, _OUR_SETTING):
            return Misconfigured(
                f"The address or key of {self._name} cannot be used. Check both in the settings.", detail=detail
            )
        if "CERTIFICATE_VERIFY_FAILED" in str(error):
            return Unreachable(
                f"{self._name} could not be reached safely, so nothing was sent. Check the computer's clock, "
                "and whether the network wants you to sign in.",
                detail=detail,
            )
        if isinstance(error, _NOT_SENT):
            return Unreachable(f"{self._name} could not be reached. Nothing was sent.", detail=detail)
        return self._uncertain(method, f"The line to {self._name} broke before the answer came", detail)

    def _refused(self, method: Method, answer: _Answer) -> WorldError:
        said = _complaint(answer)
        message = self._told(said.message)
        detail = self._told(f"HTTP {answer.status} {said.kind} {said.code} {said.param}: {said.message}")
        if answer.status in {401, 403}:
            return (Forbidden if answer.status == 403 else Misconfigured)(
                f"{self._name}: key refused. Put the right key in the settings; nothing is lost.", detail=detail
            )
        if answer.status == 407:
            return Misconfigured(
                f"This network's proxy wants a password before it lets Paydesk reach {self._name}. "
                "Ask whoever looks after the network.",
                detail=detail,
            )
        if answer.status == 429 or (answer.status == 409 and said.code == "idempotency_key_in_use"):
            wait = seconds_to_wait(answer.headers.get("retry-after", ""), self._clock())
            return Busy(f"{self._name} is busy and asked for patience.", retry_after=wait, detail=detail)
        if 400 <= answer.status < 500 and said.kind == "idempotency_error":
            reason = f"{self._name} has an earlier request under the same key, with other details"
            return self._uncertain(method, reason, detail, replayed=True)
        if answer.status < 400 or answer.status == 408 or answer.status >= 500:
            reason = f"{self._name} had a fault of its own"
            if answer.status < 400:
                reason = f"Something other than {self._name} answered (a network that wants a sign-in does so)"
            return self._uncertain(method, reason, detail, replayed=answer.replayed)
        reason = f"{self._name} said no: {message}" if message else f"{self._name} said no and gave no reason."
        return Refused(reason, status=answer.status, code=said.code, param=said.param, detail=detail)

    def _uncertain(self, method: Method, reason: str, detail: str, *, replayed: bool = False) -> WorldError:
        if method == "GET":
            return Unreachable(f"{reason}. Nothing was changed there.", detail=detail)
        return OutcomeUnknown(f"{reason}, so whether it was done is not known.", replayed=replayed, detail=detail)

    def _told(self, text: str) -> str:
        return plain(text.replace(self._secret, "[key]") if self._secret else text, 200)


async def _exchange(
    client: httpx.AsyncClient, method: Method, url: str, body: bytes, headers: dict[str, str]
) -> _Answer:
    async with client.stream(method, url, content=body or None, headers=headers) as response:
        received = bytearray()
        async for chunk in response.aiter_bytes():
            received += chunk
            if len(received) > LARGEST_ANSWER:
                return _Answer(response.status_code, response.headers, None)
        return _Answer(response.status_code, response.headers, bytes(received))


def _parsed(answer: _Answer) -> object:
    if answer.body is None:
        raise ShapeError("the answer is too long")
    if not answer.body.strip():
        return None
    try:
        value: object = json.loads(answer.body)
    except (ValueError, RecursionError):
        raise ShapeError("the answer is not JSON") from None
    return value


def _complaint(answer: _Answer) -> _Complaint:
    """Read Stripe's `{"error": {…}}`, or the `message` or `error` that most other services answer with."""
    try:
        fields = Fields(_parsed(answer))
    except ShapeError:
        return _Complaint()
    error = fields.part_or_empty("error")
    return _Complaint(
        kind=error.words("type"),
        code=error.words("code"),
        param=error.words("param"),
        message=error.words("message", 400) or fields.words("message", 400) or fields.words("error", 400),
    )
