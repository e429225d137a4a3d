"""The sandbox's own page and switches: what is there, what arrived, and what is to go wrong."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from sync.sandbox.context import Context
from sync.sandbox.faults import KINDS, UnknownFault
from sync.sandbox.money import shown
from sync.sandbox.pages import render
from sync.sandbox.records import Link

_SHOWN_LINKS = 50

LineChanged = Callable[[Any], Awaitable[None]]
"""Cuts or mends the line as the faults now say, sparing the connection that is given."""


def home_routes(context: Context, line_changed: LineChanged) -> list[Route]:
    """Return the index page, the state and the journal as JSON, and the switches."""
    home = _Home(context, line_changed)
    return [
        Route("/", home.index),
        Route("/faults", home.switch, methods=["POST"]),
        Route("/sandbox/faults", home.switch, methods=["POST"]),
        Route("/sandbox/faults", home.faults),
        Route("/sandbox/journal", home.journal),
        Route("/sandbox/state", home.state),
    ]


class _Home:
    def __init__(self, context: Context, line_changed: LineChanged) -> None:
        self._context = context
        self._line_changed = line_changed

    async def index(self, _request: Request) -> Response:
        """`GET /`: addresses, switches and the newest links."""
        on = self._context.faults.on()
        faults = [
            {
                "name": kind.name,
                "label": kind.label,
                "help": kind.help,
                "on": kind.name in on,
                "value": on[kind.name].value if kind.name in on else kind.default,
            }
            for kind in KINDS
        ]
        links = [self._line(link) for link in self._context.book.latest_links(_SHOWN_LINKS)]
        html = render(
            "index.html",
            address=self._context.addresses.gateway,
            smtp_address=self._context.addresses.smtp,
            faults=faults,
            links=links,
            counts=self._counts(),
        )
        return HTMLResponse(html)

    def _line(self, link: Link) -> dict[str, str]:
        created = datetime.fromtimestamp(link.created, UTC).astimezone()
        return {
            "title": link.title,
            "amount": shown(link.amount, link.currency),
            "state": link.state,
            "url": self._context.url(link),
            "created": created.strftime("%H:%M:%S"),
        }

    def _counts(self) -> dict[str, int]:
        states = [link.state for link in self._context.book.links()]
        return {
            "links": len(states),
            "open": states.count("open"),
            "paid": states.count("paid"),
            "inactive": states.count("inactive"),
            "requests": self._context.journal.count(),
        }

    async def faults(self, _request: Request) -> Response:
        """`GET /sandbox/faults`: those that are on."""
        return JSONResponse({"faults": [asdict(fault) for fault in self._context.faults.on().values()]})

    async def switch(self, request: Request) -> Response:
        """`POST`: one switch as JSON or as the page's form: name, on, value, count, scope."""
        is_json = request.headers.get("content-type", "").startswith("application/json")
        try:
            wanted = _read_json(await request.body()) if is_json else _read_form(await request.body())
            self._apply(wanted)
        except UnknownFault as refusal:
            return JSONResponse({"message": str(refusal)}, 400)
        await self._line_changed(getattr(request.state, "transport", None))
        if is_json:
            return await self.faults(request)
        return RedirectResponse(f"{self._context.addresses.pages}/", 303)

    def _apply(self, wanted: dict[str, Any]) -> None:
        name, count = str(wanted.get("name", "")), wanted.get("count")
        if not wanted.get("on", True):
            self._context.faults.clear(name or None)
            return
        if count is not None and (isinstance(count, bool) or not isinstance(count, int)):
            raise UnknownFault("A count is a whole number above zero.")
        value, scope = wanted.get("value"), str(wanted.get("scope", "all"))
        self._context.faults.set(name, "" if value is None else str(value), count=count, scope=scope)

    async def journal(self, _request: Request) -> Response:
        """`GET /sandbox/journal`: every API request that arrived, oldest first."""
        return JSONResponse({"requests": [asdict(entry) for entry in self._context.journal.entries()]})

    async def state(self, _request: Request) -> Response:
        """`GET /sandbox/state`: every link with its payments and refunds, amounts in minor units."""
        return JSONResponse(
            {
                "counts": self._counts(),
                "links": [self._whole(link) for link in self._context.book.links()],
            }
        )

    def _whole(self, link: Link) -> dict[str, Any]:
        book = self._context.book
        payments = [
            {**asdict(payment), "refunds": [asdict(refund) for refund in book.refunds(payment.id)]}
            for payment in book.payments(link.id)
        ]
        return {**asdict(link), "state": link.state, "url": self._context.url(link), "payments": payments}


def _read_json(raw: bytes) -> dict[str, Any]:
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise UnknownFault("The body is not JSON.") from error
    if not isinstance(body, dict):
        raise UnknownFault("The body must be a JSON object.")
    return body


def _read_form(raw: bytes) -> dict[str, Any]:
    form: dict[str, Any] = dict(parse_qsl(raw.decode("utf-8", "replace")))
    form["on"] = form.get("on", "") in {"on", "true", "1"}
    if "count" in form:
        form["count"] = int(form["count"]) if form["count"].isdigit() else 0
    return form
