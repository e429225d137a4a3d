"""One desk as a process of its own: the real screens, engine and keys, at which somebody makes sale after sale.

What happens there is noted in a file as it happens, a line of JSON each, so that it outlives the process. Times are
of the system's monotonic clock, which all processes share.
"""

import asyncio
import json
import os
import re
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

from textual.events import Key
from textual.widgets import Input

from store.database import Store
from store.models import Channel, Origin
from store.opening import FILE_NAME
from sync.happenings import Happening, write_down
from sync.host import EngineHost
from tests.journeys.front_desk import FrontDesk
from tui.app import PaydeskApp
from tui.desk import Desk, Sent
from tui.screens.invoices import InvoicesScreen
from tui.screens.payment_link import PaymentLinkDialog
from tui.screens.pos import PosScreen
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import ListTable
from tui.widgets.state import NOTHING
from tui.wiring import take_short_turns

PATIENCE = 30.0
"""Seconds after which somebody at a desk gives up."""
GLANCE = 1.2
"""Seconds for which somebody looks at the invoices at least, also where the machine is too slow for the pace."""
LOOKS = 0.02
"""Seconds between two looks at what the list shows."""
SEARCHES = 1.0
"""Seconds between two searches of the whole screen."""
RAW = re.compile(r"database is|sqlite|operationalerror|traceback|errno|disk i/o", re.IGNORECASE)
"""What no person should ever read."""
QUEUED = "check code"
"""What the desk shows of a link that was acknowledged."""
LINK = 2
"""The column of the invoices list with the payment link's mark."""


class Notes:
    """The file of one desk."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)

    def __call__(self, what: str, **more: object) -> None:
        """Note what has happened now."""
        os.write(self._file, (json.dumps({"what": what, "at": time.monotonic(), **more}) + "\n").encode())

    def happening(self, happening: Happening) -> None:
        """Note that this process is the engine and does something."""
        write_down(happening)
        self("worked")


class TimedDesk(Desk):
    """The seam, with a note of each payment link that it has acknowledged and how long that took."""

    notes: Notes

    async def send(
        self, number: str, addresses: Mapping[Channel, str], *, amount: int | None = None, origin: Origin
    ) -> Sent:
        """Ask for a payment."""
        began = time.monotonic()
        sent = await super().send(number, addresses, amount=amount, origin=origin)
        self.notes("queued", number=number, request=sent.request.id, seconds=time.monotonic() - began)
        return sent


class OverheardApp(PaydeskApp):
    """The desk, with a note of everything that pops up."""

    notes: Notes

    def notify(self, message: str, **options: Any) -> None:
        """Pop up."""
        self.notes("said", text=message)
        super().notify(message, **options)


def desk(folder: str, notes: str, client: str, pace: float, closing: str) -> None:
    """Be a desk until there is a file `closing`, beginning a sale to `client` every `pace` seconds."""
    take_short_turns()
    asyncio.run(_desk(Path(folder), Notes(Path(notes)), client, pace, Path(closing)))


def _is_told(closing: Path) -> bool:
    """Tell whether the desks are to close."""
    return closing.exists()


async def _desk(folder: Path, notes: Notes, client: str, pace: float, closing: Path) -> None:
    store = Store(folder / FILE_NAME)
    seam = TimedDesk(store, actor=client)
    seam.notes = notes
    engine = EngineHost(store, folder, observe=notes.happening)
    app = OverheardApp(seam, engine=engine)
    app.notes = notes
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        person = FrontDesk(app, pilot)
        watching = asyncio.create_task(_watch(person, notes))
        await _until(lambda: isinstance(app.screen, PosScreen), "the point of sale")
        notes("open")
        while True:
            began = time.monotonic()
            await _serve(person, client)
            notes("served", seconds=time.monotonic() - began)
            _press(app, "f7", "f3")
            await _until(lambda: isinstance(app.screen, InvoicesScreen), "the invoices")
            await asyncio.sleep(max(GLANCE, began + pace - time.monotonic()))
            if _is_told(closing):
                break
            _press(app, "f2")
        watching.cancel()
        with suppress(asyncio.CancelledError):
            await watching
    await asyncio.to_thread(engine.stop)
    store.close()
    notes("closed")


async def _serve(person: FrontDesk, client: str) -> None:
    """Make one sale and send its link as it is proposed: client, item, F8, Enter, Enter."""
    app = person.app

    def pos() -> PosScreen | None:
        return app.screen if isinstance(app.screen, PosScreen) else None

    await _until(lambda: (here := pos()) and app.focused is here.client_search, "the point of sale")
    _press(app, *client.lower(), "enter")
    await _until(lambda: (here := pos()) and app.focused is here.finder.item_search, "the client is chosen")
    _press(app, *"cons", "enter")
    await _until(lambda: (here := pos()) and here.sale.number and not here.sale.unsaved, "the sale is kept")
    _press(app, "f8", "enter")
    await _until(lambda: _offered(app), "the dialog offers an amount")
    _press(app, "enter")
    await _until(lambda: not isinstance(app.screen, PaymentLinkDialog) and QUEUED in person.shown(), "it is queued")


def _offered(app: PaydeskApp) -> bool:
    dialog = app.screen
    return isinstance(dialog, PaymentLinkDialog) and any(
        field.value for field in dialog.query("#amount").results(Input)
    )


def _press(app: PaydeskApp, *keys: str) -> None:
    """Type as the terminal does; the desk takes the keys in their order, and a person does not wait for each."""
    for key in keys:
        app.post_message(Key(key, key if len(key) == 1 else None))


async def _until(condition: Callable[[], object], what: str) -> None:
    """Wait as somebody does who looks at the screen. Raises TimeoutError."""
    deadline = time.monotonic() + PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(what)
        await asyncio.sleep(LOOKS)


async def _watch(person: FrontDesk, notes: Notes) -> None:
    """Note when the invoices list is looked at, which sent links it shows first when, and whatever is wrong."""
    marked: set[str] = set()
    rows: object = None
    looking, searched, wrong = False, 0.0, ""
    while True:
        screen = person.app.screen
        if isinstance(screen, InvoicesScreen) != looking:
            looking = not looking
            notes("looks" if looking else "leaves")
        table = next(iter(screen.query(ListTable)), None) if looking else None
        if table is not None and table.rows is not rows:
            rows = table.rows
            for row in table.rows:
                if row.cells[LINK] != NOTHING and row.key not in marked:
                    marked.add(row.key)
                    notes("saw", number=row.key)
        if time.monotonic() - searched > SEARCHES:
            searched = time.monotonic()
            lines = " ".join(line.said for line in screen.query(ErrorLine) if line.said)
            if lines and lines != wrong:
                notes("said", text=lines)
            wrong = lines
            if RAW.search(shown := person.shown()):
                notes("shown", text=shown)
        await asyncio.sleep(LOOKS)
