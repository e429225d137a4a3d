"""Processes that kill themselves at a statement, at a phase of an HTTP request, or at a line of the mail protocol.

Each is the body of a fork. The places are found from outside, by SQLite's trace, by httpx's trace and by Python's
audit events; the product knows nothing of them.
"""

import asyncio
import json
import os
import re
import sys
import threading
from pathlib import Path
from typing import Any

import httpx

from store.database import Store
from store.opening import FILE_NAME
from store.settings import Settings
from sync.couriers.apprise_courier import Courier
from sync.gateways.base import Gateway
from sync.gateways.factory import make_gateway
from sync.world import MakeGateway
from tests.faults.hurried import hurried
from tests.journeys.child_engine import die, work
from tui.desk import Desk

PHASES = (
    "connection.connect_tcp.started",
    "connection.connect_tcp.complete",
    "http11.send_request_headers.started",
    "http11.send_request_headers.complete",
    "http11.send_request_body.complete",
    "http11.receive_response_headers.started",
    "http11.receive_response_headers.complete",
    "http11.receive_response_body.complete",
)
"""Before and after connecting; before, between and after head and body of the request; the same of the answer."""

LINES = (
    ("smtplib.connect", ""),
    ("smtplib.send", r"^mail "),
    ("smtplib.send", r"^rcpt "),
    ("smtplib.send", r"^data\r$"),
    ("smtplib.send", r"^message-id:"),
    ("smtplib.send", r"^quit\r$"),
)
"""Audit events before each step of handing over an email, with what is about to be sent."""


class _Counting(Store):
    """A store that dies when its writing connection begins its statement number `last`."""

    def __init__(self, path: Path, last: int) -> None:
        super().__init__(path)
        self._left = last
        self._connection.set_trace_callback(self._count)

    def _count(self, statement: str) -> None:
        self._left -= not statement.startswith("--")  # what a trigger does is shown as a comment
        if self._left == 0:
            die()


class _Traced(httpx.AsyncBaseTransport):
    """The usual transport, which dies at a phase of the first request that matches."""

    def __init__(self, request: str, phase: str) -> None:
        self._inner = httpx.AsyncHTTPTransport()
        self._request = re.compile(request)
        self._phase = phase

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Send a request, watched if it matches."""
        if self._request.match(f"{request.method} {request.url.path}"):
            request.extensions = {**request.extensions, "trace": self._at}
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._inner.aclose()

    async def _at(self, phase: str, _about: Any) -> None:
        if phase == self._phase:
            die()


def engine_at_statement(folder: str, last: int) -> None:
    """Be an engine until it begins its statement number `last`."""
    work(_Counting(Path(folder) / FILE_NAME, last), Path(folder), _gateway(), Courier())


def writer_at_statement(folder: str, invoice: str, last: int) -> None:
    """Be a desk that sends a payment link, until statement number `last`; print the request if it comes so far."""
    desk = Desk(_Counting(Path(folder) / FILE_NAME, last), actor="Amira")
    sent = asyncio.run(desk.send(invoice, {"email": "", "sms": ""}, amount=None, origin="pos"))
    os.write(1, json.dumps({"request_id": sent.request.id}).encode())


def engine_at_phase(folder: str, request: str, phase: str) -> None:
    """Be an engine until it comes to `phase` of a request to the gateway that matches (“POST /path”)."""
    work(Store(Path(folder) / FILE_NAME), Path(folder), _gateway(_Traced(request, phase)), Courier())


def engine_at_line(folder: str, event: str, pattern: str) -> None:
    """Be an engine until a courier's thread is about to send a line, or to connect to an address, that matches."""

    def watch(name: str, about: tuple[Any, ...]) -> None:
        beside = threading.current_thread() is not threading.main_thread()
        if beside and name == event and re.search(pattern, _text(about[-1]), re.IGNORECASE | re.MULTILINE):
            die()

    sys.addaudithook(watch)
    work(Store(Path(folder) / FILE_NAME), Path(folder), _gateway(), Courier())


def _gateway(transport: httpx.AsyncBaseTransport | None = None) -> MakeGateway:
    def make(chosen: Settings) -> Gateway:
        made = make_gateway(chosen["gateway.kind"], chosen["gateway.url"], chosen["gateway.key"], transport=transport)
        return hurried(made)

    return make


def _text(sent: object) -> str:
    return sent.decode("utf-8", "replace") if isinstance(sent, bytes) else str(sent)
