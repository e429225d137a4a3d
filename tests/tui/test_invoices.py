"""F3: finding invoices, narrowing them, and the list that stays where one was."""

import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot

from store import clients, invoices, payments, requests
from store.database import Store, Tx
from store.invoices import NewLine
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE
from tests.tui.selling import at_once
from tui.app import PaydeskApp
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.invoices import LIMIT, InvoicesScreen

BOTH_SIZES = pytest.mark.parametrize("size", [(80, 24), (160, 45)])


def make(tx: Tx, name: str = "Jane Smith", price: int = 5_000, *, issue: bool = True) -> str:
    """Write one invoice for the client of that name, who is added if need be; return its number."""
    found = clients.find(tx, name, limit=1)
    client = found[0] if found else clients.add(tx, name=name)
    line = NewLine("Consultation", 1000, price, 2000)
    number = invoices.save_draft(tx, client.id, [line], currency="GBP", prefix="INV-").row.number
    if issue:
        invoices.issue(tx, number)
    return number


@asynccontextmanager
async def opened(
    app: PaydeskApp, size: tuple[int, int] = (80, 24)
) -> AsyncIterator[tuple[Pilot[Any], InvoicesScreen]]:
    """Run the app with the invoices shown and read."""
    async with app.run_test(size=size) as pilot:
        await pilot.press("f3")
        screen = app.screen
        assert isinstance(screen, InvoicesScreen)
        await until(pilot, lambda: screen.said_count)
        yield pilot, screen


def numbers(screen: InvoicesScreen) -> list[str]:
    """Return the numbers listed."""
    return [row.key for row in screen.table.rows]


def painted(screen: InvoicesScreen) -> list[str]:
    """Return the list's lines as they are drawn."""
    table = screen.table
    return [table.render_line(y).text for y in range(table.size.height)]


async def test_newest_comes_first(app: PaydeskApp) -> None:
    """The list opens with every invoice, the newest at the top and under the cursor."""
    async with opened(app) as (_, screen):
        assert numbers(screen) == ["INV-000002", "INV-000001"]
        assert screen.table.cursor_key == "INV-000002"
        assert screen.said_count == "2 invoices"


@pytest.mark.parametrize("typed", ["000003", "oma", "900777"])
async def test_search_by_a_few_letters(app: PaydeskApp, store: Store, typed: str) -> None:
    """An invoice is found by its number, its client's name and its client's mobile."""

    def one_more(tx: Tx) -> str:
        clients.add(tx, name="Omar Newton", mobile="07700 900777")
        return make(tx, "Omar Newton")

    number = store.write(one_more)
    async with opened(app) as (pilot, screen):
        await pilot.press(*typed)
        await until(pilot, lambda: numbers(screen) == [number])


async def test_search_by_request_code(app: PaydeskApp, store: Store) -> None:
    """A client who reads out the code of a message is found by it, without a line to the gateway."""
    request, _ = store.write(lambda tx: requests.send(tx, "INV-000002", {}, origin="pos"))
    async with opened(app) as (pilot, screen):
        await pilot.press(*request.code.lower().replace("-", ""))
        await until(pilot, lambda: numbers(screen) == ["INV-000002"])


async def test_nothing_matches(app: PaydeskApp) -> None:
    """A search without an answer says so, and Escape shows everything again."""
    async with opened(app) as (pilot, screen):
        await pilot.press(*"zzz")
        await until(pilot, lambda: not numbers(screen))
        assert "No invoice matches “zzz”" in painted(screen)[1]
        await pilot.press("escape")
        await until(pilot, lambda: len(numbers(screen)) == 2)


async def test_states_by_digit_and_by_f7(app: PaydeskApp, store: Store) -> None:
    """Digits in the list, and F7 anywhere, narrow the list to one state."""

    def more(tx: Tx) -> tuple[str, str]:
        part, paid = make(tx), make(tx)
        payments.take(tx, part, "cash", 2_000)
        payments.take(tx, paid, "card", 5_000)
        return part, paid

    part, paid = store.write(more)
    async with opened(app) as (pilot, screen):
        await pilot.press("f7")
        await until(pilot, lambda: numbers(screen) == ["INV-000001"])
        await pilot.press("tab")
        for digit, expected in (("3", ["INV-000002"]), ("4", [part]), ("5", [paid]), ("6", [])):
            await pilot.press(digit)
            await until(pilot, lambda expected=expected: numbers(screen) == expected)  # type: ignore[misc]
        await pilot.press("1")
        await until(pilot, lambda: len(numbers(screen)) == 4)


async def test_digits_are_typed_into_the_search(app: PaydeskApp) -> None:
    """While one types, a digit is a digit and changes no state."""
    async with opened(app) as (pilot, screen):
        await pilot.press("2")
        await until(pilot, lambda: screen.search.value == "2")
        assert screen.narrowed.state == ""


async def test_enter_opens_the_invoice(app: PaydeskApp) -> None:
    """Enter in the search opens what is under the cursor, which the arrows move."""
    async with opened(app) as (pilot, screen):
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, InvoicePopup))
        popup = app.screen
        assert isinstance(popup, InvoicePopup)
        assert popup.number == screen.table.cursor_key == "INV-000001"


async def test_enter_right_after_the_letters(app: PaydeskApp) -> None:
    """The invoice that is typed opens, however fast Enter follows: not the one that was listed before."""
    async with opened(app) as (pilot, screen):
        assert screen.table.cursor_key == "INV-000002"
        at_once(app, "000001", "<enter>")
        await until(pilot, lambda: isinstance(app.screen, InvoicePopup))
        popup = app.screen
        assert isinstance(popup, InvoicePopup)
        assert popup.number == "INV-000001"


async def test_payment_link_beside_the_name(app: PaydeskApp, store: Store) -> None:
    """The newest payment link's state stands next to the client's name, and whole under the list."""
    store.write(lambda tx: requests.send(tx, "INV-000002", {}, origin="pos"))
    async with opened(app) as (_, screen):
        line = painted(screen)[1]
        assert line.index("Jane Smith") < line.index("queued") < line.index("£211.00") < line.index("Unpaid")
        assert "Payment link queued" in screen.summary.text


async def test_another_process_commits(app: PaydeskApp, store: Store) -> None:
    """What another process writes is listed by itself, and the cursor stays on its invoice."""
    async with opened(app) as (pilot, screen):
        await pilot.press("down")
        other = Store(store.path)
        number = other.write(make)
        other.close()
        app.note_change()
        await until(pilot, lambda: numbers(screen)[0] == number)
        assert screen.table.cursor_key == "INV-000001"


async def test_scroll_stays(app: PaydeskApp, store: Store) -> None:
    """A change far from what one looks at neither moves the cursor nor scrolls the list."""
    store.write(lambda tx: [make(tx) for _ in range(60)])
    async with opened(app) as (pilot, screen):
        await pilot.press(*["pagedown"] * 3)
        await until(pilot, lambda: screen.table.scroll_offset.y > 0)
        key, scrolled = screen.table.cursor_key, screen.table.scroll_offset.y
        store.write(lambda tx: payments.take(tx, "INV-000002", "cash", 21_100))
        await until(pilot, lambda: screen.table.rows[-2].cells[-1] != screen.table.rows[0].cells[-1])
        assert (screen.table.cursor_key, screen.table.scroll_offset.y) == (key, scrolled)


@BOTH_SIZES
async def test_hostile_names(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """Markup, emoji and right-to-left names are drawn as they are, and every line is as wide as the list."""

    def more(tx: Tx) -> None:
        make(tx, HOSTILE)
        make(tx, "דנה ליאור")
        make(tx, "👩‍⚕️ Doctor 😀 with a very long name that does not fit into any column at all")

    store.write(more)
    async with opened(app, size) as (_, screen):
        lines = painted(screen)
        assert any("Bobby [/x] Tab" in line for line in lines)
        widths = {screen.table.render_line(y).cell_length for y in range(screen.table.size.height)}
        assert widths == {screen.table.size.width}


@BOTH_SIZES
async def test_no_amount_is_cut(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """The largest amount there can be is shown whole at every width."""
    store.write(lambda tx: make(tx, price=99_999_999))
    async with opened(app, size) as (_, screen):
        assert "£999,999.99" in painted(screen)[1]
        assert "Unpaid" in painted(screen)[1]


async def test_many_invoices(app: PaydeskApp, store: Store) -> None:
    """With 5,000 invoices the list shows the newest, says that there are more, and answers a key at once."""
    store.write(lambda tx: [make(tx, issue=False) for _ in range(5_000)])
    async with opened(app) as (pilot, screen):
        assert len(numbers(screen)) == LIMIT
        assert screen.said_count == f"showing {LIMIT} of many: type to narrow"
        began = time.perf_counter()
        await pilot.press(*"002345")
        await until(pilot, lambda: numbers(screen) == ["INV-002345"])
        assert time.perf_counter() - began < 3
