"""The sandbox's listeners on 127.0.0.1: real connections that can really be cut."""

import asyncio
import socket
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.server import ServerState

from sync.sandbox.weather import reset

HOST = "127.0.0.1"
"""The sandbox never listens anywhere else."""

_KEEP_ALIVE_SECONDS = 75


class PortTaken(OSError):
    """Another program listens on the port; the words say what to do."""


def bind(port: int) -> socket.socket:
    """Take a port on 127.0.0.1 without listening yet; 0 takes a free one. Raises PortTaken."""
    # asyncio switches Nagle's delay off only for sockets that name their protocol.
    taken = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind((HOST, port))
    except OSError as error:
        taken.close()
        raise PortTaken(
            error.errno,
            f"Port {port} cannot be used: another program listens on it, perhaps a sandbox that is already "
            f"running. Stop that program, or choose another port with --port.",
        ) from error
    return taken


class _Protocol(H11Protocol):
    """uvicorn's HTTP, which lets each request reach its own connection."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        self.app_state = {**self.app_state, "transport": transport}
        super().connection_made(transport)


class Line:
    """One listener; `side` is told to every request that comes in on it."""

    def __init__(self, app: ASGIApp, bound: socket.socket, side: str) -> None:
        self._app = app
        self._bound = bound
        self._side = side
        self._state = ServerState()
        self._server: asyncio.Server | None = None
        self.port: int = bound.getsockname()[1]

    async def open(self) -> None:
        """Listen. Raises PortTaken when another program has taken the port while the line was cut."""
        if self._server is not None:
            return
        config = uvicorn.Config(
            self._app,
            log_config=None,
            log_level="critical",
            access_log=False,
            lifespan="off",
            timeout_keep_alive=_KEEP_ALIVE_SECONDS,
        )
        config.load()
        loop = asyncio.get_running_loop()

        def protocol() -> asyncio.Protocol:
            return _Protocol(config, self._state, {"side": self._side}, loop)

        try:
            self._server = await loop.create_server(protocol, sock=self._bound)
        except OSError as error:
            raise PortTaken(error.errno, f"Port {self.port} was taken while the line was cut.") from error

    def cut(self, spared: Any = None) -> None:
        """Refuse new connections and drop those that stand, but one; the port stays taken."""
        if self._server is None:
            return
        self._hang_up(spared)
        self._bound = bind(self.port)

    def close(self) -> None:
        """Give up the port and drop every connection."""
        self._hang_up(None)
        self._bound.close()

    def _hang_up(self, spared: Any) -> None:
        if self._server is not None:
            self._server.close()
            self._server = None
        for connection in list(self._state.connections):
            transport = connection.transport
            if transport is not spared:
                reset(transport)
