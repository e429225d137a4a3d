"""What one API request meets on its way: its journal entry, and the faults that are switched on for it."""

import asyncio
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from sync.sandbox.context import Context
from sync.sandbox.faults import Plan
from sync.sandbox.faults import Scope as FaultScope
from sync.sandbox.journal import Entry
from sync.sandbox.stripe_dialect.errors import rate_limited, server_error

PAGES_SIDE = "pages"
"""The `side` in a connection's state when it came in on the client's own line."""

_DIALECTS: tuple[tuple[str, FaultScope], ...] = (("/v1/", "stripe"), ("/api/", "coherent"), ("/sms", "sms"))
_NO_EFFECT = frozenset({"html", "rate_limit"})
_DROP_SIZE = 16
_PORTAL = """<!doctype html>
<html lang="en"><head><title>Welcome to Guest Wi-Fi</title></head>
<body><h1>Welcome to Guest Wi-Fi</h1><p>Accept the terms to go online.</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Weather:
    """The faults that a request meets, and the entry that its handler fills in."""

    plan: Plan
    entry: Entry


def weather(request: Request) -> Weather:
    """Return what an API request meets."""
    found: Weather = request.state.weather
    return found


@dataclass(slots=True)
class _Held:
    """An answer that is held back until it is known what becomes of it."""

    start: Message = field(default_factory=dict)
    body: bytes = b""

    async def take(self, message: Message) -> None:
        """Receive the answer in place of the client."""
        if message["type"] == "http.response.start":
            self.start = message
        else:
            self.body += message.get("body", b"")


class FaultLayer:
    """Stands in front of the API paths, writes the journal and lets the faults happen."""

    def __init__(self, app: ASGIApp, context: Context) -> None:
        self._app = app
        self._context = context

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or let it meet its fault."""
        dialect = _dialect(scope)
        if dialect is None:
            await self._app(scope, receive, send)
            return
        state = scope.setdefault("state", {})
        if state.get("side") == PAGES_SIDE:
            where = f"The API is at {self._context.addresses.gateway}."
            await JSONResponse({"message": f"This address is for clients. {where}"}, 404)(scope, receive, send)
            return
        plan = self._context.faults.draw(dialect)
        if plan.name == "offline":
            await _drop(scope)
            return
        entry = self._context.journal.opened(dialect, scope["method"], scope["path"])
        entry.fault = plan.name or ("latency" if plan.delay else None)
        state["weather"] = Weather(plan, entry)
        if plan.name == "refuse":
            self._context.journal.add(entry)
            await _drop(scope)
            return
        held = await self._answered(dialect, plan, scope, receive)
        entry.status = None if plan.name == "reset_after" else int(held.start["status"])
        self._context.journal.add(entry)
        await _deliver(held, plan, scope, send)

    async def _answered(self, dialect: str, plan: Plan, scope: Scope, receive: Receive) -> _Held:
        """Return the handler's answer, or the fault's own in place of it."""
        held = _Held()
        instead = _instead(dialect, plan)
        if instead is not None and _before_effect(dialect, plan):
            await asyncio.sleep(plan.delay)
            await instead(scope, receive, held.take)
            return held
        if dialect != "stripe":  # Stripe's way in waits by itself, while it holds the idempotency key
            await asyncio.sleep(plan.delay)
        await self._app(scope, receive, held.take)
        if instead is not None:
            held = _Held()
            await instead(scope, receive, held.take)
        return held


def _dialect(scope: Scope) -> FaultScope | None:
    if scope["type"] != "http":
        return None
    path = scope["path"]
    return next((name for prefix, name in _DIALECTS if path.startswith(prefix)), None)


def _before_effect(dialect: str, plan: Plan) -> bool:
    if plan.name == "error_500":
        return plan.value == "before" or (plan.value == "during" and dialect != "stripe")
    return plan.name in _NO_EFFECT


def _instead(dialect: str, plan: Plan) -> Response | None:
    """Return the answer that a fault gives, or None when the handler's own stands."""
    if plan.name == "html":
        return HTMLResponse(_PORTAL)
    if plan.name == "wrong_json":
        return JSONResponse({"message": "OK"})
    if plan.name == "rate_limit":
        words = rate_limited().body() if dialect == "stripe" else {"message": "Too many requests"}
        return JSONResponse(words, 429, {"Retry-After": plan.value})
    if plan.name == "error_500" and not (dialect == "stripe" and plan.value != "before"):
        words = server_error().body() if dialect == "stripe" else {"message": "Internal server error"}
        return JSONResponse(words, 500)
    return None


async def _deliver(held: _Held, plan: Plan, scope: Scope, send: Send) -> None:
    if plan.name == "reset_after":
        await _drop(scope)
        return
    if plan.name == "hang":
        await asyncio.sleep(plan.number)
    await send(held.start)
    if plan.name == "truncated":
        await _send_body(send, held.body[: len(held.body) // 2], more=True)
        await _close(scope)
        return
    if plan.name == "slow":
        for start in range(0, len(held.body), _DROP_SIZE):
            await _send_body(send, held.body[start : start + _DROP_SIZE], more=True)
            await asyncio.sleep(plan.number / 1000)
        await _send_body(send, b"")
        return
    await _send_body(send, held.body)


async def _send_body(send: Send, body: bytes, *, more: bool = False) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": more})


def _transport(scope: Scope) -> Any:
    """Return the connection itself. Raises ConnectionError where there is none to cut (a test client)."""
    transport = scope["state"].get("transport")
    if transport is None:
        raise ConnectionResetError("The sandbox dropped the connection")
    return transport


async def _drop(scope: Scope) -> None:
    """Cut the connection at once: the client gets a reset, and what was not sent is lost."""
    reset(_transport(scope))
    await _until_closed()


async def _close(scope: Scope) -> None:
    """Send what has been written and end the connection."""
    _transport(scope).close()
    await _until_closed()


async def _until_closed() -> None:
    """Give the event loop the turns in which it tells the connection that it is gone."""
    for _ in range(3):
        await asyncio.sleep(0)


def reset(transport: Any) -> None:
    """Close a connection with a TCP reset."""
    connection = transport.get_extra_info("socket")
    if connection is not None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()
