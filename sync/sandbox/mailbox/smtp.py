"""A real SMTP server on this computer, whose emails go nowhere but into the archive."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any, cast
from weakref import WeakSet

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from sync.sandbox.mailbox.message import Fault

HOST = "127.0.0.1"

Keep = Callable[[str, bytes, str], int]
"""Keeps an email: address, the bytes, the envelope's sender."""


class Handler:
    """Takes each email for each of its addresses, unless a fault says otherwise."""

    def __init__(self, keep: Keep, fault: Fault) -> None:
        self._keep = keep
        self._fault = fault
        self._cut: WeakSet[Envelope] = WeakSet()

    async def handle_RCPT(  # noqa: N802  # the name is aiosmtpd's
        self, server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        """Take an address, or refuse it as the fault says."""
        action = self._fault(address)
        if action == "refuse":
            _after_the_answer(_line(server).close)
            return "421 4.3.2 The sandbox mail server is switched off; try again later"
        if action == "reject":
            return "550 5.1.1 The sandbox mail server takes nothing for this address"
        if action == "drop_after":
            self._cut.add(envelope)
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802
        """Keep the email for every address, and answer, or cut the line before answering."""
        content = envelope.content
        raw = content if isinstance(content, bytes) else (content or "").encode("utf-8", "surrogateescape")
        kept = [self._keep(address, raw, envelope.mail_from or "") for address in envelope.rcpt_tos]
        if envelope in self._cut:
            _line(server).abort()
        return f"250 2.0.0 Kept as {kept[0]}"


class Server(Controller):
    """The SMTP server in its own thread. Raises OSError when the port is taken."""

    def __init__(self, port: int, handler: Handler) -> None:
        self._socket = _listening(port)
        super().__init__(
            handler,
            hostname=HOST,
            port=self._socket.getsockname()[1],
            server_hostname="sandbox.paydesk.localhost",
            ident="Paydesk sandbox",
            authenticator=_anyone,
            auth_require_tls=False,
        )

    def _create_server(self) -> Any:
        return self.loop.create_server(self._factory_invoker, sock=self._socket)


def _anyone(*_credentials: object) -> AuthResult:
    """Accept any user and password: a setting with credentials can be tried as it is."""
    return AuthResult(success=True)


def _line(server: SMTP) -> asyncio.Transport:
    return cast("asyncio.Transport", server.transport)


def _after_the_answer(close: Callable[[], None]) -> None:
    """Close once the answer, which is written without another wait, is in the transport's buffer."""
    asyncio.get_running_loop().call_soon(close)


def _listening(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((HOST, port))
        listener.listen()
    except OSError as error:
        listener.close()
        reason = f"The sandbox mail server cannot listen on {HOST}:{port}"
        raise OSError(error.errno, f"{reason}. Choose another port, or 0 for a free one.") from error
    return listener
