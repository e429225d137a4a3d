"""Puts the desk together: the data file, the screens, the engine and, where it is wanted, the sandbox.

The screens come first. The engine and the sandbox are loaded and started in a thread after the first frame.
"""

import asyncio
import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import CancelledError
from pathlib import Path
from typing import TYPE_CHECKING

from store import settings, sign_in
from store.authority import has_managers
from store.database import Store
from store.errors import PaydeskError, Refused
from tui.cli.session import actor, opened
from tui.desk import Desk
from tui.handles import SandboxHandle
from tui.sandbox_process import SandboxProcess

if TYPE_CHECKING:
    from sync.host import EngineHost
    from tui.app import PaydeskApp
    from tui.screens.setup import SetupChoice

EMBEDDED_KEY = "sandbox.embedded"
TURN = 0.0005
"""Seconds for which one thread goes on while another waits for its turn. With Python's usual 5 ms a transaction would
wait as long after each of its statements while the screen is drawn, and every other desk for the file."""
FRAMES_A_SECOND = "200"
"""Textual paints what a key changed at its next frame: its usual 60 a second would cost 16 ms a key."""


class EmbeddedSandbox:
    """The sandbox beside the desk, with the settings that lead to it."""

    def __init__(self, store: Store, folder: Path, process: SandboxProcess) -> None:
        self._store = store
        self._folder = folder
        self._process = process

    @property
    def address(self) -> str:
        """The web address of its pages; empty before the first start."""
        return self._process.address

    @property
    def running(self) -> bool:
        """Whether the gateway answers now."""
        return self._process.running

    def start(self) -> None:
        """Start it and point the settings at it; returns when it answers. Raises Refused."""
        from tui.sandbox_settings import point_at_sandbox

        self._process.start()
        addresses = self._process.addresses
        if addresses is not None:
            self._store.write(lambda tx: point_at_sandbox(tx, self._folder, addresses))

    def stop(self) -> None:
        """End it, if it is ours."""
        self._process.stop()

    def switch_on(self) -> None:
        """Let the gateway answer again."""
        self._process.switch_on()

    def switch_off(self) -> None:
        """Cut the line to the gateway."""
        self._process.switch_off()


class LateEngine:
    """The engine of this process, loaded when it is started; a sandbox that it needs is started before it."""

    def __init__(
        self, store: Store, folder: Path, sandbox: SandboxHandle | None, complain: Callable[[str], None]
    ) -> None:
        self._store = store
        self._folder = folder
        self._sandbox = sandbox
        self._complain = complain
        self._host: EngineHost | None = None
        self._ended = threading.Event()
        self._starting = threading.Thread(target=self._start, name="paydesk-start", daemon=True)

    def start(self) -> None:
        """Begin to work, soon; returns at once."""
        self._starting.start()

    def stop(self) -> None:
        """Finish what is in hand; returns when nothing works any more."""
        self._ended.set()
        if self._starting.ident is not None:
            self._starting.join()
        if self._host is not None:
            self._host.stop()

    async def check_gateway(self) -> str:
        """Prove the gateway's address and key by one call, in a thread. Raises PaydeskError."""
        return await asyncio.to_thread(self._check)

    def _check(self) -> str:
        from sync.checking import check_gateway

        return asyncio.run(check_gateway(self._store, self._folder))

    def _start(self) -> None:
        if self._sandbox is not None:
            try:
                self._sandbox.start()
            except (PaydeskError, OSError) as error:
                self._complain(str(error))
        if self._ended.is_set():
            return
        from sync.host import EngineHost

        self._host = EngineHost(self._store, self._folder)
        self._host.start()


def take_short_turns() -> None:
    """Let the threads of this process, which is a desk, take `TURN` about."""
    sys.setswitchinterval(TURN)


def open_desk(folder: Path, *, process: SandboxProcess | None = None) -> int:
    """Open the desk on a data folder in this terminal and return the exit code when it is left.

    `process` is the folder's sandbox where it runs already. Raises StoreError or BadInput when the data file or
    the settings cannot be used, Refused where there is no terminal.
    """
    if not all(stream.isatty() for stream in (sys.stdin, sys.stdout, sys.stderr)):
        raise Refused("The desk needs a terminal. `paydesk --help` lists what works without one.")
    with wired(folder, process) as app:
        app.run()
    return app.return_code or 0


@contextlib.contextmanager
def wired(folder: Path, process: SandboxProcess | None = None) -> Iterator["PaydeskApp"]:
    """Have the desk of a data folder ready to run; engine and sandbox end with it. Raises StoreError or BadInput."""
    take_short_turns()
    with opened(folder, "desk") as store:
        chosen = store.read(lambda reader: settings.load(reader, folder))
        sandbox = EmbeddedSandbox(store, folder, process or SandboxProcess(folder))
        embedded = chosen.on(EMBEDDED_KEY)
        os.environ.setdefault("TEXTUAL_FPS", FRAMES_A_SECOND)
        from tui.app import LockedDesk, PaydeskApp

        def complain(message: str) -> None:
            with contextlib.suppress(RuntimeError, CancelledError):
                app.call_from_thread(app.say, message, bad=True)

        engine = LateEngine(store, folder, sandbox if embedded else None, complain)

        async def set_up(choice: "SetupChoice") -> SandboxHandle | None:
            """Start the sandbox where it was chosen."""
            if choice.gateway != "sandbox":
                return None
            await asyncio.to_thread(sandbox.start)
            return sandbox

        guarded = store.read(has_managers)
        here, why = store.read(lambda reader: sign_in.opens_as(reader, chosen["desk.opens_as"]))
        kind = LockedDesk if guarded and here is None else PaydeskApp
        app = kind(
            Desk(store, actor=here or actor()),
            engine=engine,
            sandbox=sandbox if embedded else None,
            first_start=not guarded and not store.read(lambda reader: settings.named(reader, folder)),
            on_setup=set_up,
            asks_because=why,
        )
        try:
            yield app
        finally:
            engine.stop()
            sandbox.stop()
