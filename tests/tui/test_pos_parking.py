"""Putting a sale aside and taking it up again, giving one up, and the notes on it."""

import pytest

from store.database import Store
from store.errors import NotFound
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE
from tests.tui.selling import NEXT_NUMBER, SMALL, WIDE, back_at_pos, drawn, keys, make_sale, on_top, pos, said, saved
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.ask import AskText, Confirm
from tui.screens.parked import ParkedDialog
from tui.screens.take_payment import TakePaymentDialog
from tui.widgets.list_table import ListTable


def listed(app: PaydeskApp) -> list[tuple[str, ...]]:
    """Return the unfinished sales in sight."""
    if not isinstance(app.screen, ParkedDialog):
        return []
    return [tuple(map(str, row.cells)) for row in app.screen.query_one(ListTable).rows]


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_parked_and_taken_up_again(app: PaydeskApp, size: tuple[int, int]) -> None:
    """F7 puts it aside and begins the next; ^O lists who, what, how much and since when; Enter goes on with it."""
    async with app.run_test(size=size) as pilot:
        await make_sale(app, pilot)
        await until(pilot, lambda: "F7 park" in drawn(app))
        await keys(pilot, "<f7>")
        await until(pilot, lambda: pos(app).sale.number is None and "INV-000003 is parked" in drawn(app))
        assert (await app.desk.invoice(NEXT_NUMBER)).row.parked_at is not None
        await keys(pilot, "bobby", "<enter>", "vita", "<enter>")
        await saved(app, pilot)
        await keys(pilot, "<ctrl+o>")
        await until(pilot, lambda: listed(app) and listed(app)[0][1].startswith("Consultation"))
        assert [(row[0], row[2], row[3]) for row in listed(app)] == [
            ("Jane Smith", "£302.00", "14:02"),
            ("Jane Smith", "£211.00", "14:02"),
        ]
        await keys(pilot, "<enter>")
        await until(pilot, lambda: pos(app).sale.number == NEXT_NUMBER)
        assert pos(app).sale.totals.total == 30_200
        assert app.focused is pos(app).finder.item_search
        assert (await app.desk.invoice("INV-000004")).row.parked_at is not None
        await keys(pilot, "<ctrl+o>")
        await until(pilot, lambda: any(row[0] == HOSTILE for row in listed(app)))
        assert HOSTILE in drawn(app)


async def test_a_sale_of_nobody_is_parked_too(app: PaydeskApp) -> None:
    """Its lines are in the store with the first of them; taken up, it waits for its client."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "<tab>", "vacc", "<enter>")
        await saved(app, pilot)
        await keys(pilot, "<f7>")
        await until(pilot, lambda: pos(app).sale.number is None)
        await keys(pilot, "<ctrl+o>")
        await on_top(app, pilot, ParkedDialog)
        await until(pilot, lambda: listed(app))
        assert listed(app)[0][0] == "No client yet"
        await keys(pilot, "<enter>")
        await until(pilot, lambda: pos(app).sale.number == NEXT_NUMBER)
        assert app.focused is pos(app).client_search
        await keys(pilot, "omar", "<enter>")
        await until(pilot, lambda: pos(app).sale.client)
        invoice = await saved(app, pilot)
        assert (invoice.client.name, invoice.row.total, invoice.row.parked_at) == ("Omar Haddad", 9_100, None)


async def test_found_by_a_few_letters(app: PaydeskApp) -> None:
    """Of client, item, note or number."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "omar", "<enter>", "vita", "<enter>")
        await saved(app, pilot)
        await keys(pilot, "<f7>")
        await until(pilot, lambda: pos(app).sale.number is None)
        await keys(pilot, "<ctrl+o>")
        await until(pilot, lambda: len(listed(app)) == 2 and all(row[1] for row in listed(app)))
        for letters, clients in (("omar", ["Omar Haddad"]), ("flu jane", ["Jane Smith"]), ("000001", ["Jane Smith"])):
            await keys(pilot, letters)
            await until(pilot, lambda clients=clients: [row[0] for row in listed(app)] == clients)  # type: ignore[misc]
            await keys(pilot, "<ctrl+u>")
        await keys(pilot, "zzz")
        await until(pilot, lambda: "No sale has that" in drawn(app))
        await keys(pilot, "<enter>")
        assert isinstance(app.screen, ParkedDialog)


async def test_given_up_after_a_question(app: PaydeskApp) -> None:
    """Del asks; No keeps it, Enter discards it for good."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "<ctrl+o>")
        await until(pilot, lambda: len(listed(app)) == 1)
        await keys(pilot, "<delete>")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert "Give up INV-000001, Jane Smith, £211.00?" in drawn(app)
        await keys(pilot, "<escape>")
        await on_top(app, pilot, ParkedDialog)
        assert (await app.desk.invoice("INV-000001")).row.state == "draft"
        await keys(pilot, "<delete>")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await keys(pilot, "<enter>")
        await until(pilot, lambda: isinstance(app.screen, ParkedDialog) and "No sale is waiting" in drawn(app))
        with pytest.raises(NotFound):
            await app.desk.invoice("INV-000001")


async def test_f7_begins_the_next_where_nothing_is_left_to_park(app: PaydeskApp) -> None:
    """After a paid sale it says so; it parks nothing."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f8>", "c")
        await on_top(app, pilot, TakePaymentDialog, "tendered")
        await keys(pilot, "<enter>")
        await until(pilot, lambda: "F7 new sale" in drawn(app))
        await keys(pilot, "<f7>")
        await until(pilot, lambda: pos(app).sale.client is None)
        assert await app.desk.parked() == []


async def test_a_note_on_the_sale(app: PaydeskApp) -> None:
    """^T, one quiet line under the lines; kept with the draft and still to be changed once it is issued."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<ctrl+t>")
        await on_top(app, pilot, AskText)
        await keys(pilot, "[/x] rings at 3", "<enter>")
        await until(pilot, lambda: "✎ [/x] rings at 3" in drawn(app))
        assert (await saved(app, pilot)).row.notes == "[/x] rings at 3"
        await app.desk.issue(NEXT_NUMBER)
        await until(pilot, lambda: not pos(app).sale.editable)
        await keys(pilot, "<ctrl+t>")
        await on_top(app, pilot, AskText)
        await keys(pilot, " and 4", "<enter>")
        await back_at_pos(app, pilot)
        await until(pilot, lambda: "rings at 3 and 4" in drawn(app))
        assert (await app.desk.invoice(NEXT_NUMBER)).row.notes == "[/x] rings at 3 and 4"


async def test_a_note_that_is_too_long_is_said(app: PaydeskApp) -> None:
    """The sale stays on the screen, not saved, and says why."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        pos(app).sale.note("x" * 1001)
        pos(app).sale_changed()
        await until(pilot, lambda: "Shorten them" in said(app))
        assert pos(app).sale.unsaved


async def test_a_sale_that_another_desk_discarded_is_not_lost_here(app: PaydeskApp, store: Store) -> None:
    """It is said; the next change saves what is on the screen under a new number."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await Desk(store, actor="Ben").discard_draft(NEXT_NUMBER)
        await until(pilot, lambda: "Another desk has discarded INV-000003" in said(app))
        await keys(pilot, "vita", "<enter>")
        await until(pilot, lambda: pos(app).sale.number == "INV-000004" and said(app) == "")
        assert [line.description for line in (await saved(app, pilot)).lines][:2] == [
            "Consultation, 30 min",
            "Vaccine, flu",
        ]
