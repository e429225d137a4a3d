"""Small real servers on loopback for the couriers: they listen on a free port and do as they are told."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any, cast

from aiosmtpd.smtp import SMTP

Serve = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@dataclass
class Mailbox:
    """An aiosmtpd handler that keeps what arrives."""

    messages: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    refused: dict[str, str] = field(default_factory=dict)

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        """Take every recipient that no test has told it to refuse."""
        if address in self.refused:
            return self.refused[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        """Keep the message as a reader of mail would parse it."""
        message = message_from_bytes(envelope.content.replace(b"\r\n", b"\n"), policy=policy.default)
        self.messages.append(message)
        self.recipients += envelope.rcpt_tos
        return "250 2.0.0 Ok: queued as 4F2"


@dataclass
class Phone:
    """An HTTP endpoint that answers every request in one way and keeps the JSON that it got."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    answer: str = "{}"
    paths: list[str] = field(default_factory=list)
    bodies: list[dict[str, Any]] = field(default_factory=list)

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request and answer it."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        lines = head.split("\r\n")
        length = next(int(line.split(":")[1]) for line in lines if line.lower().startswith("content-length"))
        self.paths.append(lines[0].split()[1])
        self.bodies.append(json.loads(await reader.readexactly(length)))
        more = "".join(f"{name}: {value}\r\n" for name, value in self.headers.items())
        writer.write(
            f"HTTP/1.1 {self.status} Told\r\n{more}Connection: close\r\n"
            f"Content-Length: {len(self.answer)}\r\n\r\n{self.answer}".encode()
        )


def free_port() -> int:
    """Return a port on loopback where nothing listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


@asynccontextmanager
async def listening(serve: Serve) -> AsyncIterator[int]:
    """Serve connections on a free port; what still hangs at the end is cut."""
    tasks: set[asyncio.Task[Any]] = set()

    async def one(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        tasks.add(cast("asyncio.Task[Any]", asyncio.current_task()))
        try:
            await serve(reader, writer)
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            return
        finally:
            writer.close()

    server = await asyncio.start_server(one, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks)


@asynccontextmanager
async def mail_server(mailbox: Mailbox) -> AsyncIterator[int]:
    """Run a real SMTP server for `mailbox` on a free port."""
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(mailbox, enable_SMTPUTF8=True), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def scripted(answers: Mapping[str, str | None]) -> Serve:
    """Return an SMTP server that gives these answers to these verbs, and friendly ones to others.

    "HELLO" is the greeting and "CONTENT" follows the message. None drops the connection; "hang" says nothing.
    """
    usual = {"HELLO": "220 hi", "EHLO": "250-hi\r\n250 AUTH PLAIN", "DATA": "354 go", "QUIT": "221 bye"} | dict(
        answers
    )

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        verb = "HELLO"
        while True:
            answer = usual.get(verb, "250 OK")
            if answer is None:
                return
            if answer == "hang":
                await asyncio.Event().wait()
            writer.write(f"{answer}\r\n".encode())
            if verb == "QUIT":
                return
            if answer.startswith("354"):
                await reader.readuntil(b"\r\n.\r\n")
                verb = "CONTENT"
                continue
            verb, *_ = (await reader.readuntil(b"\n")).decode().upper().split()

    return serve
