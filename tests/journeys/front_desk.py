"""A desk that is open: its keys, what its terminal shows, its engine in a thread of its own."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any, TypeVar

from textual.pilot import Pilot
from textual.screen import Screen
from textual.widgets import Input

from store import catalogue, clients
from store.database import By, Store, Tx
from store.models import PaymentRequest
from store.times import utc_now
from sync.host import EngineHost
from sync.sandbox.mailbox import Message
from tests.journeys.clinic import CLINIC, EMAIL, MOBILE, Clinic
from tests.tui.conditions import until
from tests.tui.terminal import lines
from tests.tui.typing import type_text
from tui.app import LockedDesk, PaydeskApp
from tui.desk import Desk
from tui.screens.payment_link import PaymentLinkDialog
from tui.screens.pos import PosScreen
from tui.widgets.error_line import ErrorLine

S = TypeVar("S", bound=Screen[Any])

SMALL, WIDE = (80, 24), (160, 45)
PATIENCE = 30.0
HOSTILE = "Bobby [/x] <b>דנה</b> 😀"
BLOCK = "▄"
"""What only a QR is drawn with."""


class FrontDesk:
    """Somebody at one terminal; `pressed` counts the keys."""

    def __init__(self, app: PaydeskApp, pilot: Pilot[Any]) -> None:
        self.app = app
        self.pressed = 0
        self._pilot = pilot

    async def press(self, *parts: str) -> None:
        """Press keys: a key's name in angle brackets, or text."""
        for part in parts:
            named = part.startswith("<") and part.endswith(">")
            self.pressed += 1 if named else len(part)
            with self.app._context():
                await (self._pilot.press(part[1:-1]) if named else type_text(self._pilot, part))

    async def until(self, condition: Callable[[], object]) -> None:
        """Let everybody work until `condition` holds."""
        with self.app._context():
            await until(self._pilot, lambda: self.app._exception or condition(), PATIENCE)
        assert self.app._exception is None

    async def sees(self, *texts: str) -> None:
        """Wait until the terminal shows every one of `texts`."""
        try:
            await self.until(lambda: all(text in self.shown() for text in texts))
        except AssertionError as never:
            raise AssertionError(f"{texts} not in:\n{self.drawn()}") from never

    async def comes_to(self, screen: type[S]) -> S:
        """Wait until a screen of this kind is on top, and return it."""
        await self.until(lambda: isinstance(self.app.screen, screen))
        top = self.app.screen
        assert isinstance(top, screen)
        return top

    def drawn(self) -> str:
        """Return what the terminal shows, line by line."""
        return "\n".join(line.rstrip() for line in lines(self.app))

    def shown(self) -> str:
        """Return what the terminal shows, every gap one space."""
        return " ".join(self.drawn().split())

    def said(self) -> list[str]:
        """Return what pops up over the screen at this moment, whole."""
        return [notice.message for notice in self.app._notifications]

    async def is_told(self, *texts: str) -> None:
        """Wait until the errors in sight say every one of `texts`."""

        def errors() -> str:
            return " ".join(line.said for line in self.app.screen.query(ErrorLine))

        try:
            await self.until(lambda: all(text in errors() for text in texts))
        except AssertionError as never:
            raise AssertionError(f"{texts} not in: {errors()}") from never

    @property
    def pos(self) -> PosScreen:
        """The point of sale."""
        return next(screen for screen in self.app.screen_stack if isinstance(screen, PosScreen))

    async def sells(self, client: str, *items: str) -> str:
        """Make a sale in the point of sale by a few letters each; return the invoice's number once it is kept."""
        await self.until(lambda: self.app.focused is self.pos.client_search)
        await self.press(client, "<enter>")
        await self.until(lambda: self.app.focused is self.pos.finder.item_search)
        for item in items:
            await self.press(item, "<enter>")
        await self.until(
            lambda: (sale := self.pos.sale).number and len(sale.lines) == len(items) and not sale.unsaved
        )
        number = self.pos.sale.number
        assert number is not None
        return number

    async def dialog(self) -> PaymentLinkDialog:
        """Wait until the payment link's dialog offers an amount."""
        dialog = await self.comes_to(PaymentLinkDialog)
        await self.until(lambda: dialog.query("#amount") and dialog.query_one("#amount", Input).value)
        return dialog


@asynccontextmanager
async def open_desk(
    clinic: Clinic,
    size: tuple[int, int] = SMALL,
    *,
    actor: str | By = "Amira",
    store: Store | None = None,
    now: Callable[[], datetime] = utc_now,
    locked: bool = False,
) -> AsyncIterator[FrontDesk]:
    """Open a desk on the clinic's data file, on a connection of its own where `store` is given.

    One that is `locked` asks who is there before all else.
    """
    kept = store or clinic.store
    engine = EngineHost(kept, clinic.folder)
    kind = LockedDesk if locked else PaydeskApp
    app = kind(Desk(kept, actor=actor), engine=engine, now=now)
    try:
        async with app.run_test(size=size, notifications=True) as pilot:
            yield FrontDesk(app, pilot)
    finally:
        await asyncio.to_thread(engine.stop)


def stock(clinic: Clinic) -> None:
    """Give the clinic three clients and three things to sell."""

    def work(tx: Tx) -> None:
        clients.add(tx, name="Jane Smith", email=EMAIL, mobile=MOBILE)
        clients.add(tx, name="Omar Haddad", email="omar@example.com", mobile="07700 900777")
        clients.add(tx, name=HOSTILE, email="bobby@example.com", mobile="07700 900456")
        for name, price, rate in (
            ("Consultation, 30 min", 12_000, 2000),
            ("Vaccine, flu", 9_100, 0),
            ("Vitamin [bold] D", 899, 2000),
        ):
            catalogue.add(tx, name=name, price=price, vat_rate=rate)

    clinic.store.write(work)


def newest(clinic: Clinic, number: str) -> PaymentRequest:
    """Return an invoice's newest payment request."""
    return clinic.invoice(number).requests[-1]


def told(clinic: Clinic, request: PaymentRequest) -> list[Message]:
    """Return the clinic's notifications about a request."""
    return clinic.received(CLINIC, request)
