"""F6: what was taken since the last close, what is on its way, and staying true by itself."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from store import credit, ledger, outbox, payments, requests, services
from store.database import Store, Tx
from store.models import PaymentRequest
from store.opening import FILE_NAME
from tests.tui.conditions import until
from tests.tui.conftest import NOW, fill
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.reports import ReportsScreen
from tui.screens.today import NO_INVOICE, TodayScreen
from tui.screens.today_closed import ClosedDaysScreen
from tui.screens.today_rows import EMPTY
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Sheet

NUMBER = "INV-000002"


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now


@pytest.fixture
def clock() -> Clock:
    """The clock of store and screen."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """The clinic's data file, on that clock."""
    opened = Store(tmp_path / FILE_NAME, clock=clock)
    opened.write(fill)
    yield opened
    opened.close()


@pytest.fixture
def app(store: Store, clock: Clock) -> PaydeskApp:
    """The application on that store and clock."""
    return PaydeskApp(Desk(store, actor="Amira"), now=clock)


def pay(store: Store, amount: int, kind: str = "cash") -> None:
    """Take a payment of the unpaid invoice."""
    store.write(lambda tx: payments.take(tx, NUMBER, kind, amount), actor="Amira")


def ask(store: Store, amount: int) -> PaymentRequest:
    """Queue a payment link."""
    return store.write(lambda tx: requests.send(tx, NUMBER, {"email": ""}, amount=amount, origin="pos"))[0]


def sent(store: Store, request: PaymentRequest) -> None:
    """Let the link have been made and its message sent."""

    def work(tx: Tx) -> None:
        entry = outbox.of_subject(tx, request.id, "create_link")
        assert entry is not None
        requests.link_made(tx, request.id, gateway="stripe", gateway_id=request.id, url="https://x/y", poll_at=NOW)
        outbox.finish(tx, entry, answer="made")
        for message in request.messages:
            ledger.append(tx, "message_sent", message.invoice_id, {"message": message.id, "result": "accepted"})

    store.write(work, actor="engine")


@asynccontextmanager
async def shown(app: PaydeskApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Pilot[Any], TodayScreen]]:
    """Run the app with today shown and read."""
    async with app.run_test(size=size) as pilot:
        await pilot.press("f6")
        screen = app.screen
        assert isinstance(screen, TodayScreen)
        await until(pilot, lambda: screen.today is not None)
        yield pilot, screen


def sums(screen: TodayScreen) -> list[str]:
    """Return the sums as they are drawn, their spaces folded."""
    return [" ".join(line.split()) for line in screen.query_one("#today-sums", Sheet).text.splitlines()]


def lines(screen: TodayScreen, name: str) -> list[str]:
    """Return a list's lines as they are drawn, their spaces folded."""
    table = screen.table(name)
    drawn = [" ".join(table.render_line(y).text.split()) for y in range(1, table.size.height)]
    return [line for line in drawn if line]


def head(screen: TodayScreen) -> str:
    """Return the head."""
    return " ".join(screen.query_one("#today-head", Sheet).text.split())


async def test_an_empty_day(app: PaydeskApp) -> None:
    """Before anything was taken every part says so."""
    async with shown(app) as (_, screen):
        assert head(screen) == "Nothing taken yet Taken £0.00"
        assert lines(screen, "links") == [EMPTY["links"]]
        assert sums(screen)[1] == "Nothing taken yet. Nothing taken yet."
        assert screen.query_one("#today-world", Sheet).text.startswith("Gateway ○ Not asked yet")


async def test_sums_by_type_and_by_rate(app: PaydeskApp, store: Store) -> None:
    """Types and rates stand beside each other, with what should be in the till; deposits have no rate."""
    pay(store, 10_550, "cash")
    pay(store, 5_000, "card")
    jane = store.read(lambda reader: reader.value("SELECT id FROM clients WHERE name = 'Jane Smith'"))
    store.write(lambda tx: credit.deposit(tx, jane, "cash", 1_000, currency="GBP"))
    async with shown(app) as (_, screen):
        assert head(screen) == "Since the first entry, 14:02 Taken £165.50"
        assert sums(screen) == [
            "By type By VAT rate VAT in it",
            "Cash 2 × £115.50 VAT 20% £14.74 £88.44",
            "Card terminal 1 × £50.00 VAT 0% £67.06",
            "Total £165.50 Deposits £10.00",
            "Total £14.74 £165.50",
            "Should be in the till £115.50",
        ]


async def test_wide_has_all_lists_and_the_till(app: PaydeskApp, store: Store) -> None:
    """On a wide terminal all three lists are in sight, and the till has a part of its own."""
    pay(store, 1_000)
    sent(store, ask(store, 2_000))
    async with shown(app, (160, 45)) as (_, screen):
        assert all(screen.table(name).display for name in ("links", "moves", "waiting"))
        assert "Should be in it £10.00" in sums(screen)
        assert lines(screen, "moves") == [f"14:02 Cash {NUMBER} Jane Smith Amira £10.00"]
        assert screen.table("links").border_title == "Links in flight 1"


async def test_links_with_their_age(app: PaydeskApp, store: Store, clock: Clock) -> None:
    """What needs a person is first, then the oldest; the age goes on without the store."""
    live = ask(store, 1_000)
    sent(store, live)
    clock.now += timedelta(minutes=20)
    ask(store, 2_000)
    asked = ask(store, 3_000)
    store.write(lambda tx: requests.need_attention(tx, asked, why="the gateway did not answer"))
    async with shown(app) as (_, screen):
        assert lines(screen, "links") == [
            f"! Attention {NUMBER} Jane Smith 0 s £30.00",
            f"◉ Sent 14:02 {NUMBER} Jane Smith 20 min £10.00",
            f"◷ Queued {NUMBER} Jane Smith 0 s £20.00",
        ]
        clock.now += timedelta(hours=2)
        screen.tick()
        assert lines(screen, "links")[1].endswith("2 h £10.00")


async def test_the_other_lists(app: PaydeskApp, store: Store) -> None:
    """F7 goes on to the payments and to what waits, and back."""
    pay(store, 1_000)
    request = ask(store, 2_000)
    async with shown(app) as (pilot, screen):
        await pilot.press("f7")
        assert screen.table("moves").has_focus
        assert not screen.table("links").display
        assert lines(screen, "moves") == [f"14:02 Cash {NUMBER} Jane Smith £10.00"]
        await pilot.press("f7")
        assert "Make payment link" in lines(screen, "waiting")[0]
        await pilot.press("f7", "shift+f7")
        assert screen.table("waiting").has_focus
        assert request.code


async def test_follows_the_store(app: PaydeskApp, store: Store) -> None:
    """A payment that comes in is there without a key, and a link that is paid is gone."""
    request = ask(store, 2_000)
    sent(store, request)
    async with shown(app) as (pilot, screen):
        assert len(lines(screen, "links")) == 1
        paid = payments.Received("pi_1", request.id, request.id, 2_000, "gbp", "2026-11-22T14:02:31.000Z", "Visa")
        store.write(lambda tx: payments.receive(tx, paid, notify=[]), actor="engine")
        await until(pilot, lambda: head(screen).endswith("£20.00"))
        assert lines(screen, "links") == [EMPTY["links"]]


async def test_enter_opens_the_invoice(app: PaydeskApp, store: Store) -> None:
    """A link leads to its invoice; a deposit has none, and that is said."""
    ask(store, 2_000)
    jane = store.read(lambda reader: reader.value("SELECT id FROM clients WHERE name = 'Jane Smith'"))
    store.write(lambda tx: credit.deposit(tx, jane, "cash", 1_000, currency="GBP"))
    async with shown(app) as (pilot, screen):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, InvoicePopup))
        assert isinstance(app.screen, InvoicePopup)
        assert app.screen.number == NUMBER
        await pilot.press("escape", "f7", "enter")
        await until(pilot, lambda: screen.query_one(SaidLine).said == NO_INVOICE)
        assert lines(screen, "moves") == ["14:02 Deposit, cash Jane Smith £10.00"]


async def test_when_the_gateway_was_heard(app: PaydeskApp, store: Store) -> None:
    """The last line says how the gateway stands, when it was last heard, and what waits."""
    store.write(lambda tx: services.heard(tx, "gateway"))
    ask(store, 1_000)
    async with shown(app) as (_, screen):
        world = " ".join(screen.query_one("#today-world", Sheet).text.split())
        assert world == "Gateway ● Online last heard 14:02:31 Outbox 1 queued"


async def test_leads_to_reports_and_closed_days(app: PaydeskApp) -> None:
    """R and D open their screens and Esc comes back."""
    async with shown(app) as (pilot, screen):
        for key, kind in (("r", ReportsScreen), ("d", ClosedDaysScreen)):
            await pilot.press(key)
            await until(pilot, lambda kind=kind: isinstance(app.screen, kind))  # type: ignore[misc]
            await pilot.press("escape")
            await until(pilot, lambda: app.screen is screen)


async def test_hostile_names(app: PaydeskApp, store: Store) -> None:
    """A client's name that looks like markup is drawn as it is."""
    store.write(lambda tx: tx.run("UPDATE clients SET name = 'Bobby [/x] Tables' WHERE name = 'Jane Smith'"))
    pay(store, 1_000)
    async with shown(app) as (pilot, screen):
        await pilot.press("f7")
        assert "Bobby [/x] Tables" in lines(screen, "moves")[0]
