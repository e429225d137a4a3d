"""A mailbox in its own folder, its mail server, and a browser for its pages."""

import socket
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import httpx
import pytest
import uvicorn
from starlette.applications import Starlette

from sync.sandbox.mailbox import Mailbox


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    """A mailbox without faults; its file is `mailbox.sqlite` in `tmp_path`."""
    box = Mailbox(tmp_path)
    yield box
    box.stop()


@pytest.fixture
async def browser(mailbox: Mailbox) -> AsyncIterator[httpx.AsyncClient]:
    """Asks the mailbox's routes without a network."""
    transport = httpx.ASGITransport(app=Starlette(routes=mailbox.routes()))
    async with httpx.AsyncClient(transport=transport, base_url="http://sandbox.test") as client:
        yield client


@pytest.fixture
def served(mailbox: Mailbox) -> Iterator[str]:
    """The host and port at which the mailbox's routes answer on loopback."""
    with _running(Starlette(routes=mailbox.routes())) as place:
        yield place


@contextmanager
def _running(app: Starlette) -> Iterator[str]:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off", ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


@pytest.fixture
def email_source() -> Callable[..., bytes]:
    """Writes an email with HTML, plain text and an inline picture."""
    return _email_source


def _email_source(message_id: str = "<one@riverside.example>", to: str = "jane@example.com") -> bytes:
    lines = [
        "From: =?utf-8?q?Cl=C3=ADnica_Riverside?= <desk@riverside.example>",
        f"To: {to}",
        "Reply-To: hello@riverside.example",
        "Subject: Payment request from Riverside Clinic",
        f"Message-ID: {message_id}",
        "MIME-Version: 1.0",
        'Content-Type: multipart/related; boundary="outer"',
        "",
        "--outer",
        'Content-Type: multipart/alternative; boundary="inner"',
        "",
        "--inner",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
        "",
        "Please pay =C2=A3120.00 at https://pay.example/x.",
        "--inner",
        "Content-Type: text/html; charset=utf-8",
        "",
        '<p>Please pay</p><a href="https://pay.example/x">here</a><img src="cid:qr.png">',
        "--inner--",
        "--outer",
        "Content-Type: image/png",
        "Content-Transfer-Encoding: base64",
        'Content-Disposition: inline; filename="qr.png"',
        "Content-ID: <qr.png>",
        "",
        PICTURE_BASE64,
        "--outer--",
        "",
    ]
    return "\r\n".join(lines).encode()


PICTURE_BASE64 = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="
