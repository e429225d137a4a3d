"""Answers `GET /metrics` on this machine alone."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingTCPServer
from typing import ClassVar

from prometheus_client import CollectorRegistry, disable_created_metrics, generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4

from store.errors import Refused
from sync.happenings import Observe
from sync.metrics.collector import FolderCollector
from sync.metrics.tally import Tally

HERE = "127.0.0.1"
PATH = "/metrics"
POLL = 0.5
"""Seconds after which the server notices that it is to end."""
OUR_NAMES = frozenset({HERE, "localhost"})
"""A page in a browser could lead a name of its own to this machine; it cannot make the browser say one of these."""


@contextmanager
def metrics(folder: Path, port: int) -> Iterator[tuple[str, Observe]]:
    """Serve the figures of a data folder on `port` (0: a free one) meanwhile.

    Yields their web address, and what counts what an engine of this process does. Raises Refused when the port is
    taken.
    """
    disable_created_metrics()  # type: ignore[no-untyped-call]  # each counter would bring a second one, of when it began
    registry = CollectorRegistry()
    tally = Tally(registry)
    registry.register(FolderCollector(folder))
    try:
        server = _Server((HERE, port), registry)
    except OSError as error:
        raise Refused(f"Port {port} cannot be used for metrics: {error.strerror}. Choose another one.") from error
    serving = threading.Thread(target=server.serve_forever, args=(POLL,), name="paydesk-metrics", daemon=True)
    serving.start()
    try:
        yield f"http://{HERE}:{server.server_address[1]}{PATH}", tally.count
    finally:
        server.shutdown()
        server.server_close()
        serving.join()


class _Server(ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def __init__(self, address: tuple[str, int], registry: CollectorRegistry) -> None:
        super().__init__(address, _Answering)
        self.registry = registry

    def handle_error(self, *_: object) -> None:
        """Say nothing: whoever asked went away before the answer."""


class _Answering(BaseHTTPRequestHandler):
    server: _Server
    timeout: ClassVar[float] = 5.0

    def do_GET(self) -> None:
        """Answer one request."""
        if self.headers.get("Host", "").partition(":")[0] not in OUR_NAMES:
            self._answer(HTTPStatus.MISDIRECTED_REQUEST, b"This is for this machine alone.\n")
        elif self.path.partition("?")[0] != PATH:
            self._answer(HTTPStatus.NOT_FOUND, f"There is only {PATH}.\n".encode())
        else:
            self._answer(HTTPStatus.OK, generate_latest(self.server.registry), CONTENT_TYPE_PLAIN_0_0_4)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - http.server calls it so
        """Say nothing: a scrape every few seconds is no news."""

    def _answer(self, status: HTTPStatus, body: bytes, kind: str = "text/plain; charset=utf-8") -> None:
        self.send_response_only(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
