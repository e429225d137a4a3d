"""The sandbox running: its listeners in a thread of their own, or in the foreground for the command line."""

import asyncio
import contextlib
import signal
import threading
import time
from collections.abc import Callable, Coroutine
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Self

from sync.sandbox.app import create_app
from sync.sandbox.book import Book
from sync.sandbox.context import Addresses, Context, open_context
from sync.sandbox.database import Database
from sync.sandbox.faults import Fault, Plan
from sync.sandbox.journal import Entry
from sync.sandbox.line import HOST, Line, PortTaken, bind
from sync.sandbox.mailbox import FaultAction, Mailbox
from sync.sandbox.weather import PAGES_SIDE

PORT, SMTP_PORT = 8787, 8725
"""Where `paydesk sandbox` listens unless told otherwise; the pages are one port above the gateway."""

_MAIL_FAULTS: dict[str, FaultAction] = {
    "offline": "refuse",
    "refuse": "refuse",
    "reset_after": "drop_after",
    "error_500": "reject",
}
_PAGES_PORT = "pages_port"

CLINIC = "Sandbox Clinic"
"""The account's name where nobody gave one."""


class Sandbox:
    """A sandbox on 127.0.0.1, kept in `data_dir`; port 0 takes a free one.

    `clock` returns seconds since 1970, UTC; `clinic` is the name on the gateway's account. Also a context
    manager: started on entering, stopped on leaving. Raises PortTaken, or OSError from the mail server.
    """

    def __init__(
        self,
        data_dir: Path,
        port: int = 0,
        smtp_port: int = 0,
        *,
        clinic: str = CLINIC,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._data_dir = data_dir
        self._port = port
        self._smtp_port = smtp_port
        self._clinic = clinic
        self._clock = clock
        self._loop = asyncio.new_event_loop()
        self._undo = contextlib.ExitStack()
        self._undo.callback(self._loop.close)
        self._context: Context | None = None
        self._lines: tuple[Line, Line] | None = None

    def start(self) -> Self:
        """Listen; returns when every listener answers. Nothing stays open when it fails."""
        try:
            self._open()
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop at once, without waiting for anyone's connection; what was answered for is kept."""
        self._undo.close()

    def _open(self) -> None:
        gateway = bind(self._port)
        self._undo.callback(gateway.close)
        mailbox = Mailbox(self._data_dir, self._mail_fault, lambda: datetime.fromtimestamp(self._clock(), UTC))
        self._undo.callback(mailbox.stop)
        context = open_context(self._data_dir, mailbox, self._clock, self._clinic, Addresses())
        self._undo.callback(context.database.close)
        smtp_port = mailbox.start_smtp(self._smtp_port)
        pages = _bind_pages(context.database, self._port)
        self._undo.callback(pages.close)
        self._context = context = replace(
            context,
            addresses=Addresses(
                gateway=f"http://{HOST}:{gateway.getsockname()[1]}",
                pages=f"http://{HOST}:{pages.getsockname()[1]}",
                smtp=f"{HOST}:{smtp_port}",
            ),
        )
        app = create_app(context, self._follow_switch)
        self._lines = Line(app, gateway, "gateway"), Line(app, pages, PAGES_SIDE)
        thread = threading.Thread(target=self._loop.run_forever, name="sandbox", daemon=True)
        thread.start()
        self._undo.callback(thread.join)
        self._undo.callback(self._loop.call_soon_threadsafe, self._loop.stop)
        self._undo.callback(lambda: self._run(self._hang_up()))
        self._run(self._lines[1].open())
        self._run(self._follow_switch(None))

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def context(self) -> Context:
        """The running sandbox's book, journal, events and faults."""
        if self._context is None:
            raise RuntimeError("The sandbox has not been started")
        return self._context

    @property
    def address(self) -> str:
        """The gateway's URL."""
        return self.context.addresses.gateway

    @property
    def pages_address(self) -> str:
        """The URL of the client's own line, which is never cut."""
        return self.context.addresses.pages

    @property
    def port(self) -> int:
        """The gateway's port."""
        return int(self.address.rpartition(":")[2])

    @property
    def smtp_port(self) -> int:
        """The mail server's port."""
        return int(self.context.addresses.smtp.rpartition(":")[2])

    @property
    def book(self) -> Book:
        """Links, payments and refunds."""
        return self.context.book

    @property
    def mailbox(self) -> Mailbox:
        """What clients have received."""
        mailbox = self.context.mailbox
        if not isinstance(mailbox, Mailbox):
            raise TypeError("The sandbox has another mailbox")
        return mailbox

    def journal(self) -> list[Entry]:
        """Return every API request that arrived, oldest first."""
        return self.context.journal.entries()

    def fault(self, name: str, value: str | int = "", *, count: int | None = None, scope: str = "all") -> Fault:
        """Switch a fault on (see `faults.KINDS`); with `offline` the line is cut when this returns."""
        fault = self.context.faults.set(name, value, count=count, scope=scope)
        self._run(self._follow_switch(None))
        return fault

    def mend(self, name: str | None = None) -> None:
        """Switch one fault off, or all; the line answers again when this returns."""
        self.context.faults.clear(name)
        self._run(self._follow_switch(None))

    async def _follow_switch(self, spared: Any) -> None:
        """Cut or mend the gateway's line as the faults say."""
        if self._lines is None:
            return
        gateway = self._lines[0]
        if self.context.faults.line_cut:
            gateway.cut(spared)
        else:
            await gateway.open()

    def _mail_fault(self, _address: str) -> FaultAction | None:
        plan = self._context.faults.draw("smtp") if self._context else Plan()
        return _MAIL_FAULTS.get(plan.name or "")

    async def _hang_up(self) -> None:
        for line in self._lines or ():
            line.close()
        others = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)
        await asyncio.sleep(0)

    def _run(self, work: Coroutine[Any, Any, None]) -> None:
        asyncio.run_coroutine_threadsafe(work, self._loop).result()


def _bind_pages(database: Database, gateway_port: int) -> Any:
    """Take the port of the last start, so that links which were sent still open; else a free one."""
    remembered = database.setting(_PAGES_PORT)
    wanted = [int(remembered)] if remembered else []
    wanted += [gateway_port + 1] if gateway_port else []
    for port in wanted:
        with contextlib.suppress(PortTaken):
            return _remember(database, bind(port))
    return _remember(database, bind(0))


def _remember(database: Database, bound: Any) -> Any:
    database.remember(_PAGES_PORT, str(bound.getsockname()[1]))
    return bound


def serve(
    data_dir: Path,
    port: int = PORT,
    smtp_port: int = SMTP_PORT,
    on_ready: Callable[[Sandbox], None] = lambda _sandbox: None,
    clinic: str = CLINIC,
) -> None:
    """Run a sandbox of the account `clinic` until Ctrl-C or SIGTERM.

    Raises PortTaken, or OSError from the mail server.

    To be called in the main thread, where signals arrive.
    """
    told_to_stop = threading.Event()

    def stop(_number: int, _frame: FrameType | None) -> None:
        told_to_stop.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with Sandbox(data_dir, port, smtp_port, clinic=clinic) as sandbox:
            on_ready(sandbox)
            told_to_stop.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
