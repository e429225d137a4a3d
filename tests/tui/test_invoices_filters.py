"""F3: the filter bar, its keys, what it remembers, and lists that say how late, void or refunded an invoice is."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from store import clients, invoices, payments, refunds, requests, settings
from store.database import Store, Tx
from store.opening import FILE_NAME
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE, NOW, fill
from tests.tui.popups import ask, deliver, go_live
from tests.tui.test_invoices import make, numbers, opened, painted
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.invoices import InvoicesScreen
from tui.widgets.filter_bar import FilterBar

BOTH_SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 45)])


class Past:
    """A clock that can be put back for what happened before."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the moment."""
        return self.now


@pytest.fixture
def clock() -> Past:
    """The store's clock; the screens' stands still."""
    return Past()


@pytest.fixture
def store(tmp_path: Path, clock: Past) -> Iterator[Store]:
    """The clinic of the other tests, on a clock that can be put back."""
    opened_store = Store(tmp_path / FILE_NAME, clock=clock)
    opened_store.write(fill)
    yield opened_store
    opened_store.close()


def bar(screen: InvoicesScreen) -> list[str]:
    """Return the filter bar's lines as they are drawn."""
    shown = screen.query_one(FilterBar)
    return [shown.render_line(y).text.rstrip() for y in range(2)]


def before(store: Store, clock: Past, days: int) -> str:
    """Issue an invoice so many days ago."""
    clock.now = NOW - timedelta(days=days)
    number = store.write(make)
    clock.now = NOW
    return number


async def shows(pilot: Pilot[Any], screen: InvoicesScreen, *expected: str) -> None:
    """Wait until the list has exactly these."""
    await until(pilot, lambda: numbers(screen) == list(expected))


async def test_days_by_f8(app: PaydeskApp, store: Store, clock: Past) -> None:
    """F8 goes from today to this month and back to any day; the line marks where one is."""
    in_month, in_thirty, in_week = (before(store, clock, days) for days in (20, 29, 6))
    old = before(store, clock, 300)
    async with opened(app) as (pilot, screen):
        for expected in (
            ["INV-000002", "INV-000001"],
            [in_week, "INV-000002", "INV-000001"],
            [in_week, in_thirty, in_month, "INV-000002", "INV-000001"],
            [in_week, in_month, "INV-000002", "INV-000001"],
            [old, in_week, in_thirty, in_month, "INV-000002", "INV-000001"],
        ):
            await pilot.press("f8")
            await shows(pilot, screen, *expected)
        await pilot.press("shift+f8")
        await shows(pilot, screen, in_week, in_month, "INV-000002", "INV-000001")
        assert screen.narrowed.span == "month"


async def test_overdue_by_one_key(app: PaydeskApp, store: Store, clock: Past) -> None:
    """^O while typing lists what is overdue, each with its age, and what is due in all; ^O again shows everything."""
    late = before(store, clock, 30)
    before(store, clock, 14)
    async with opened(app) as (pilot, screen):
        await pilot.press("ctrl+o")
        await shows(pilot, screen, late)
        assert "! 16 d late" in painted(screen)[1]
        assert "! Unpaid, 16 days overdue" in screen.summary.text
        assert "1 invoice · £50.00 due" in str(screen.query_one("#invoices-count").render())
        await pilot.press("ctrl+o")
        await until(pilot, lambda: len(numbers(screen)) == 4)


async def test_the_clinics_days_of_payment_count(store: Store, clock: Past) -> None:
    """With seven days to pay, an invoice is overdue on the eighth."""
    store.write(lambda tx: settings.put(tx, "clinic.payment_days", "7"))
    before(store, clock, 7)
    late = before(store, clock, 8)
    async with opened(PaydeskApp(Desk(store, actor="Amira"), now=lambda: NOW)) as (pilot, screen):
        await pilot.press("ctrl+o")
        await shows(pilot, screen, late)
        assert "! 1 d late" in painted(screen)[1]
        assert "1 day overdue" in screen.summary.text


async def test_link_sent_not_paid_by_one_key(app: PaydeskApp, store: Store) -> None:
    """^L lists what clients have a link for; a link that still waits is not sent."""
    request = ask(store, 1_000)
    go_live(store, request)
    async with opened(app) as (pilot, screen):
        await pilot.press("ctrl+l")
        await shows(pilot, screen)
        assert "No invoice has a link that was sent and not paid. Esc shows all." in painted(screen)[1]
        deliver(store, request)
        await shows(pilot, screen, "INV-000002")
        store.write(lambda tx: payments.take(tx, "INV-000002", "cash", 21_100))
        await shows(pilot, screen)


async def test_one_clients_invoices_by_one_key(app: PaydeskApp, store: Store) -> None:
    """^T keeps those of the client under the cursor and names them; ^T again shows everybody's."""
    theirs = store.write(lambda tx: make(tx, "Omar Haddad"))
    async with opened(app) as (pilot, screen):
        await pilot.press("ctrl+t")
        await shows(pilot, screen, theirs)
        assert bar(screen)[0].endswith("^T Omar Haddad")
        await pilot.press("ctrl+t")
        await until(pilot, lambda: len(numbers(screen)) == 3)
        assert bar(screen)[0].endswith("^T This client")


async def test_filters_are_remembered(app: PaydeskApp, store: Store) -> None:
    """Leaving for another screen and coming back changes nothing; Esc forgets all of them."""
    async with opened(app) as (pilot, screen):
        await pilot.press("f7", "f7", "f8", *"jane")
        await shows(pilot, screen, "INV-000002")
        await pilot.press("f5", "f3")
        await until(pilot, lambda: app.screen is screen)
        assert (screen.narrowed.state, screen.narrowed.span, screen.search.value) == ("unpaid", "today", "jane")
        await shows(pilot, screen, "INV-000002")
        await pilot.press("escape")
        await shows(pilot, screen, "INV-000002", "INV-000001")


@BOTH_SIZES
async def test_the_bar_is_whole(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """Every filter and its key is in sight at both sizes, with digits too while the list has the keys."""
    async with opened(app, size) as (pilot, screen):
        for keys in ((), ("tab",)):
            await pilot.press(*keys)
            await pilot.pause()
            states, days = bar(screen)
            for word in ("F7", "All", "Draft", "Unpaid", "Part paid", "Paid", "Void", "^T This client"):
                assert word in states
            for word in ("F8", "Any day", "Today", "7 days", "30 days", "This month", "^L Link", "^O Overdue"):
                assert word in days
        assert "6 Void" in states


async def test_a_click_narrows(app: PaydeskApp, store: Store) -> None:
    """Each word of the bar can be clicked."""
    async with opened(app) as (pilot, screen):
        states = bar(screen)[0]
        await pilot.click(FilterBar, offset=(states.index("Unpaid") + 2, 0))
        await shows(pilot, screen, "INV-000002")
        await pilot.click(FilterBar, offset=(bar(screen)[1].index("Overdue") + 2, 1))
        await shows(pilot, screen)
        assert "No overdue unpaid invoice. Esc shows all." in painted(screen)[1]


@BOTH_SIZES
async def test_void_and_refunded_in_words(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """Both say so in the list; how much went back stands under it, and in a column where there is room."""

    def more(tx: Tx) -> tuple[str, str]:
        void, back = make(tx), make(tx, price=12_345)
        invoices.void(tx, void, reason="made twice")
        payment = payments.take(tx, back, "card", 12_345)
        refunds.refund(tx, back, payment.id, 12_345, reason="cancelled")
        return void, back

    void, back = store.write(more)
    async with opened(app, size) as (_, screen):
        first, second = painted(screen)[1:3]
        assert back in first
        assert "Refunded" in first
        assert ("£123.45  " in first.split(back)[1]) == (size[0] == 160)
        assert void in second
        assert "✕ Void" in second
        assert "Refunded £123.45" in screen.summary.text


@BOTH_SIZES
async def test_hostile_client_in_the_bar(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """A client's name is text, however long or odd, and leaves every state in sight."""
    for name in (HOSTILE, "[@click=app.quit]x[/]", "👩‍⚕️ " + "very long name " * 6, "דנה ליאור"):
        store.write(lambda tx, name=name: make(tx, name))  # type: ignore[misc]
    async with opened(app, size) as (pilot, screen):
        for _ in range(4):
            await pilot.press("ctrl+t")
            await until(pilot, lambda: len(numbers(screen)) == 1)
            assert screen.query_one(FilterBar).render_line(0).cell_length == screen.query_one(FilterBar).size.width
            assert "Void" in bar(screen)[0]
            await pilot.press("ctrl+t")
            await until(pilot, lambda: len(numbers(screen)) > 1)
            await pilot.press("down")


async def test_half_a_code_opens_at_its_request(app: PaydeskApp, store: Store) -> None:
    """Whoever reads out the second half is led to that very request, and it is said to be ours."""
    first = ask(store, 1_000)
    ask(store, 2_000)
    async with opened(app) as (pilot, screen):
        await pilot.press(*first.code[4:].lower())
        await shows(pilot, screen, "INV-000002")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, InvoicePopup) and app.screen.invoice)
        popup = app.screen
        assert isinstance(popup, InvoicePopup)
        assert (popup.section, popup.request_id) == ("links", first.id)


async def test_another_systems_number(app: PaydeskApp, store: Store) -> None:
    """An invoice is found by the number that another system has for it."""
    store.write(lambda tx: tx.run("UPDATE invoices SET external_ref = 'VET-7731' WHERE number = 'INV-000001'"))
    async with opened(app) as (pilot, screen):
        await pilot.press(*"7731")
        await shows(pilot, screen, "INV-000001")


async def test_a_draft_without_a_client(app: PaydeskApp, store: Store) -> None:
    """It is listed as such, and ^T does nothing on it."""

    def nobodys(tx: Tx) -> None:
        jane = clients.find(tx, "Jane")[0]
        requests.send(tx, "INV-000002", {}, origin="pos")
        tx.run("UPDATE invoices SET client_id = '' WHERE client_id = :id AND state = 'draft'", id=jane.id)

    store.write(nobodys)
    async with opened(app) as (pilot, screen):
        await pilot.press("down")
        assert "no client yet" in painted(screen)[2]
        await pilot.press("ctrl+t")
        await pilot.pause()
        assert screen.narrowed.client == ""
