"""Who may speak with the sandbox: programs of this machine, and pages that it has shown itself.

A web page from anywhere can make a browser call 127.0.0.1, under a name of its own that leads there (DNS rebinding)
or with a form. Its name is then in `Host`, its own address in `Origin`.
"""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from store.web_address import is_loopback, web_parts

REFUSED = 403


class OwnMachineOnly:
    """Refuses what was sent under another name than this machine's, or by another site's page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let a request through, or refuse it."""
        if scope["type"] == "http" and not _is_ours(Headers(scope=scope)):
            await PlainTextResponse("The sandbox is for this machine only.\n", REFUSED)(scope, receive, send)
            return
        await self._app(scope, receive, send)


def _is_ours(headers: Headers) -> bool:
    hosts, origins = headers.getlist("host"), headers.getlist("origin")
    return len(hosts) == 1 and _is_here(f"http://{hosts[0]}") and all(map(_is_here, origins))


def _is_here(url: str) -> bool:
    parts = web_parts(url)
    return parts is not None and is_loopback(parts.hostname or "")
