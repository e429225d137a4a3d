"""Answers and orders for the gateway tests, and a server that behaves badly."""

import asyncio
import contextlib
import json
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable
from urllib.parse import parse_qsl

import httpx

from sync.gateways.base import LinkOrder

KEY = "sk_test_ThisMustNeverBeSeen0123456789"
PLINK = "https://buy.stripe.com/test_abc"
Said = httpx.Response | Exception
Handler = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


class Script(httpx.AsyncBaseTransport):
    """A transport that gives its answers in turn (the last one for ever) and keeps what it was asked."""

    def __init__(self, *answers: Said) -> None:
        self.answers = list(answers)
        self.asked: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Keep the request and answer, or fail, as the script says."""
        await request.aread()
        self.asked.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if isinstance(answer, Exception):
            raise answer
        return httpx.Response(answer.status_code, headers=answer.headers, content=answer.content)

    def calls(self) -> list[str]:
        """Return method and path of each request."""
        return [f"{request.method} {request.url.path}" for request in self.asked]

    def form(self, index: int = 0) -> dict[str, str]:
        """Return the form of a request."""
        return dict(parse_qsl(self.asked[index].content.decode(), strict_parsing=True))

    def query(self, index: int = 0) -> list[tuple[str, str]]:
        """Return the query of a request, in order."""
        return parse_qsl(self.asked[index].url.query.decode())


def says(value: object, status: int = 200, **headers: str) -> httpx.Response:
    """Return a JSON answer."""
    body = json.dumps(value).encode()
    return httpx.Response(
        status, headers={name.replace("_", "-"): text for name, text in headers.items()}, content=body
    )


def stripe_error(status: int, code: str = "", param: str = "", message: str = "No.") -> httpx.Response:
    """Return an error as Stripe words it."""
    kind = "invalid_request_error"
    return says({"error": {"type": kind, "code": code, "param": param, "message": message}}, status)


def an_order(**changes: object) -> LinkOrder:
    """Return an order for £211.00, changed as asked."""
    fields: dict[str, object] = {
        "request_id": "01JD0000000000000000000001",
        "code": "K7Q-42M",
        "invoice_number": "INV-000124",
        "amount": 21100,
        "currency": "GBP",
        "clinic_name": "Riverside Clinic",
        "client_name": "Jane Smith",
        "idempotency_key": "key-1",
    }
    return LinkOrder(**{**fields, **changes})  # type: ignore[arg-type]


def payment_link(*, active: bool = True, amount: int = 21100, url: str = PLINK) -> dict[str, object]:
    """Return a Stripe payment link with its line items."""
    return {
        "id": "plink_1",
        "object": "payment_link",
        "active": active,
        "currency": "gbp",
        "url": url,
        "line_items": {"object": "list", "data": [{"amount_total": amount, "currency": "gbp"}]},
        "metadata": {"paydesk_request": an_order().request_id},
    }


def session(status: object = "complete", payment_status: object = "paid", **changes: object) -> dict[str, object]:
    """Return a Stripe checkout session of that link."""
    return {
        "id": "cs_1",
        "object": "checkout.session",
        "status": status,
        "payment_status": payment_status,
        "payment_link": "plink_1",
        "payment_intent": "pi_1",
        "amount_total": 21100,
        "currency": "gbp",
        "created": 1_700_000_000,
        "metadata": {"paydesk_request": an_order().request_id},
        **changes,
    }


def listed(*members: object, more: bool = False) -> httpx.Response:
    """Return a page of a Stripe list."""
    return says({"object": "list", "data": list(members), "has_more": more})


def event(number: int, about: object = None, kind: str = "checkout.session.completed") -> dict[str, object]:
    """Return a Stripe event; its number is its age, greater is newer."""
    about = session(payment_intent=f"pi_{number}") if about is None else about
    created = 1_700_000_000 + number
    return {"id": f"evt_{number}", "type": kind, "created": created, "data": {"object": about}}


def transaction(status: object = "unpaid", **changes: object) -> dict[str, object]:
    """Return a Coherent transaction."""
    return {
        "uuid": "2f1a7c1e-0000-4000-8000-000000000001",
        "amount": 21100,
        "status": status,
        "paymentUrl": "https://pay.coherenthealthcare.com/2f1a7c1e",
        "refunds": [],
        **changes,
    }


@contextlib.asynccontextmanager
async def rude_server(handle: Handler, tls: ssl.SSLContext | None = None) -> AsyncIterator[str]:
    """Listen on loopback, treat every caller as `handle` does, and give the address."""

    met: set[asyncio.Task[None]] = set()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.IncompleteReadError):
            await handle(reader, writer)
            writer.close()
            await writer.wait_closed()

    def receive(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        met.add(asyncio.ensure_future(meet(reader, writer)))

    server = await asyncio.start_server(receive, "127.0.0.1", 0, ssl=tls)
    try:
        yield f"{'https' if tls else 'http'}://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        await asyncio.gather(*met)


def dropping(*chunks: bytes) -> Handler:
    """Return a treatment: read the head of the request, write these bytes, and hang up."""

    async def handle(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        for chunk in chunks:
            writer.write(chunk)
        await writer.drain()

    return handle
