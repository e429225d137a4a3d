"""Reports on screen: months, kinds, columns that fit, sums in sight, the chart, and CSV."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from textual.pilot import Pilot
from textual.widgets import Static

from store import payments
from store.database import Store, Tx
from store.months import Month
from store.reports import KINDS
from store.times import to_text
from tests.tui.conditions import until
from tests.tui.conftest import NOW
from tui.app import PaydeskApp
from tui.screens.reports import ReportsScreen
from tui.screens.reports_rows import EMPTY, took
from tui.widgets.bars import BELOW, Bars, Chart, bar_lines
from tui.widgets.filter_bar import FilterBar
from tui.widgets.list_table import ListTable
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Sheet

NUMBER = "INV-000002"


def pay(store: Store, amount: int, kind: str = "cash", at: datetime = NOW) -> None:
    """Take a payment of the unpaid invoice at a moment."""

    def work(tx: Tx) -> None:
        tx.now = to_text(at)
        payments.take(tx, NUMBER, kind, amount)

    store.write(work, actor="Amira")


@asynccontextmanager
async def shown(app: PaydeskApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Pilot[Any], ReportsScreen]]:
    """Run the app with the reports shown and read."""
    async with app.run_test(size=size) as pilot:
        await pilot.press("f6", "r")
        await until(pilot, lambda: isinstance(app.screen, ReportsScreen))
        screen = app.screen
        assert isinstance(screen, ReportsScreen)
        await until(pilot, lambda: screen.report is not None)
        yield pilot, screen


def lines(screen: ReportsScreen, name: str = "table") -> list[str]:
    """Return a table's lines as they are drawn, their spaces folded; the header first."""
    table = screen.query_one(f"#reports-{name}", ListTable)
    drawn = [" ".join(table.render_line(y).text.split()) for y in range(table.size.height)]
    return [line for line in drawn if line]


def add_type(code: str, tx: Tx) -> None:
    """Add a payment type."""
    tx.run("INSERT INTO payment_types (code, name, kind, position) VALUES (:code, :code, 'recorded', 20)", code=code)


async def read(pilot: Pilot[Any], screen: ReportsScreen, kind: str, month: Month) -> None:
    """Wait until that report is shown."""
    await until(
        pilot,
        lambda: screen.report is not None and (screen.report.kind, screen.report.month) == (kind, month),
    )


async def test_takings_of_this_month(app: PaydeskApp, store: Store) -> None:
    """It begins with this month's takings: a row a day, a column a type, and the sums in sight."""
    pay(store, 5_000)
    pay(store, 2_000, "card", NOW + timedelta(days=1))
    async with shown(app) as (_, screen):
        assert screen.query_one("#reports-head", Sheet).text.startswith("November 2026  ←")
        assert lines(screen) == [
            "Day Cash Card terminal Total",
            "Sun 22 £50.00 £0.00 £50.00",
            "Mon 23 £0.00 £20.00 £20.00",
        ]
        assert lines(screen, "sums") == ["Total £50.00 £20.00 £70.00"]
        assert not screen.query_one(Bars).has_class("-empty")


async def test_amounts_stand_under_each_other(app: PaydeskApp, store: Store) -> None:
    """Amounts and their sums end in the same column as their titles."""
    pay(store, 5_000)
    async with shown(app) as (_, screen):
        table, sums = (screen.query_one(f"#reports-{name}", ListTable) for name in ("table", "sums"))
        drawn = (table.render_line(0), table.render_line(1), sums.render_line(0))
        assert len({len(line.text.rstrip()) for line in drawn}) == 1


async def test_months(app: PaydeskApp, store: Store) -> None:
    """← goes back over months, → comes again, and never beyond this one."""
    pay(store, 5_000, at=NOW - timedelta(days=30))
    async with shown(app) as (pilot, screen):
        assert lines(screen)[1] == EMPTY["takings"]
        await pilot.press("left")
        await read(pilot, screen, "takings", Month(2026, 10))
        assert lines(screen)[1] == "Fri 23 £50.00 £50.00"
        await pilot.press("right", "right")
        await read(pilot, screen, "takings", Month(2026, 11))
        assert screen.month == Month(2026, 11)


@pytest.mark.parametrize(("key", "kind"), [(str(place), kind) for place, kind in enumerate(KINDS, 1)])
async def test_kinds(app: PaydeskApp, key: str, kind: str) -> None:
    """1 to 4 choose the report; an empty one says so, has sums of nothing, and no chart of nothing."""
    async with shown(app) as (pilot, screen):
        await pilot.press("2", key)
        await read(pilot, screen, kind, Month(2026, 11))
        if kind != "vat":
            assert lines(screen)[1] == EMPTY[screen.kind]
        assert lines(screen, "sums")[0].startswith("Total")
        assert screen.query_one(Bars).has_class("-empty")


async def test_the_next_kind(app: PaydeskApp) -> None:
    """F7 goes on through the reports and round again."""
    async with shown(app) as (pilot, screen):
        for kind in (*KINDS[1:], KINDS[0]):
            await pilot.press("f7")
            await read(pilot, screen, kind, Month(2026, 11))
        assert "Takings" in str(screen.query_one(FilterBar).render())


async def test_follows_the_store(app: PaydeskApp, store: Store) -> None:
    """What is taken meanwhile is in the report without a key."""
    async with shown(app) as (pilot, screen):
        pay(store, 5_000)
        await until(pilot, lambda: lines(screen, "sums") == ["Total £50.00 £50.00"])


@pytest.mark.parametrize(("size", "hidden"), [((80, 24), True), ((160, 45), False)])
async def test_columns_that_have_no_room(app: PaydeskApp, store: Store, size: tuple[int, int], hidden: bool) -> None:
    """With many payment types the last columns give way, the sum stays, and it is said what is missing."""
    for code in (f"type{number}" for number in range(6)):
        store.write(partial(add_type, code))
        pay(store, 1_000, code)
    async with shown(app, size) as (_, screen):
        note = str(screen.query_one("#reports-note", Static).visual)
        assert ("2 more columns on a wider terminal" in " ".join(note.split())) is hidden
        assert ("type5" in lines(screen)[0]) is not hidden
        assert lines(screen)[0].endswith("Total")
        assert lines(screen, "sums")[0].endswith("£60.00")


async def test_csv(app: PaydeskApp, store: Store) -> None:
    """E saves the report into the data folder and says where."""
    pay(store, 5_000)
    async with shown(app) as (pilot, screen):
        await pilot.press("e")
        await until(pilot, lambda: screen.query_one(SaidLine).said)
        path = store.path.parent / "documents" / "takings-2026-11.csv"
        assert screen.query_one(SaidLine).said == f"Saved as {path}."
    assert path.read_bytes().startswith(b"\xef\xbb\xbfDay,Cash,Total")
    assert path.stat().st_mode & 0o777 == 0o600


async def test_a_folder_that_cannot_be_written(app: PaydeskApp, store: Store) -> None:
    """What keeps the CSV from being saved is said in place."""
    (store.path.parent / "documents").write_text("no folder")
    async with shown(app) as (pilot, screen):
        await pilot.press("e")
        await until(pilot, lambda: "cannot be written" in screen.query_one(SaidLine).said)


VALUES = st.lists(st.none() | st.integers(-100_000, 10_000_000), min_size=1, max_size=31)


@given(VALUES, st.integers(30, 170), st.integers(4, 16), st.none() | st.integers(0, 30))
def test_a_chart_keeps_to_its_room(values: list[int | None], width: int, height: int, marked: int | None) -> None:
    """Whatever is drawn, it has the lines it was given, and the highest bar reaches the top."""
    drawn = bar_lines(Chart("Taken", tuple(values), str), width, height, marked)
    assert len(drawn) == height
    most = max((value for value in values if value is not None), default=0)
    if most > 0:
        assert "█" in drawn[1].plain
        assert drawn[1].plain.startswith(str(most)[: width - 1])
    assert (BELOW in drawn[height - 2].plain) == any(value is not None and value < 0 for value in values)


def test_a_chart_by_eighths() -> None:
    """Bars grow by eighths of a line; the smallest amount is still seen, nothing is nothing."""
    drawn = [line.plain.rstrip() for line in bar_lines(Chart("Taken", (8, 4, 1, 0, None, -3), str), 40, 3, 1)]
    assert drawn == ["Taken", "8 ███ ▄▄▄ ▁▁▁         ▼▼▼", "  1   2           5"]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0, "0 s"), (59, "59 s"), (2_100, "35 min"), (3_600, "1 h"), (13_200, "3 h 40 min"), (180_000, "2 days")],
)
def test_how_long_something_took(seconds: int, words: str) -> None:
    """Hours have their minutes."""
    assert took(seconds) == words
