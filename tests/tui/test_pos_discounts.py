"""Discounts at the point of sale: on a line, on the whole sale, and a manager's PIN where it is much."""

from store.database import Store
from tests.tui.conditions import until
from tests.tui.selling import NEXT_NUMBER, SMALL, back_at_pos, drawn, keys, make_sale, on_top, pos, said, saved
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.approve import ApproveDialog
from tui.screens.discount import DiscountDialog
from tui.widgets.form import Form


async def test_a_discount_on_a_line(app: PaydeskApp) -> None:
    """In the line's form; what is none is said under its field and stays as typed."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        pos(app).query_one("#lines").focus()
        await keys(pilot, "<home>", "<enter>")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "form-description")
        await keys(pilot, "<tab>", "<tab>", "<tab>", "a lot", "<ctrl+s>")
        await until(pilot, lambda: "a lot" in said(app))
        assert app.focused is not None
        assert app.focused.id == "form-discount"
        await keys(pilot, "<ctrl+u>", "120.01", "<ctrl+s>")
        await until(pilot, lambda: "more than the line comes to" in said(app))
        await keys(pilot, "<ctrl+u>", "10%", "<ctrl+s>")
        await until(pilot, lambda: not pos(app).query(Form) and "−10% Consul" in drawn(app))
        invoice = await saved(app, pilot)
        assert [(line.discount_rate, line.discount, line.total) for line in invoice.lines] == [
            (1000, 1_200, 10_800),
            (0, 0, 18_200),
        ]
        await until(pilot, lambda: pos(app).sale.totals.total == 29_000)


async def test_a_discount_on_the_sale_is_a_row_of_its_own(app: PaydeskApp) -> None:
    """^D: worked out while it is typed, taken off the total, written down with the draft, and taken back again."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<ctrl+d>")
        await on_top(app, pilot, DiscountDialog, "discount")
        await keys(pilot, "10%")
        await until(pilot, lambda: "£302.00 − £30.20 = £271.80" in drawn(app))
        await keys(pilot, "x", "<enter>")
        await until(pilot, lambda: "is not a discount" in said(app))
        await keys(pilot, "<backspace>", "<enter>")
        await back_at_pos(app, pilot)
        await until(pilot, lambda: "Discount 10%" in drawn(app) and "-£30.20" in drawn(app))
        row = (await saved(app, pilot)).row
        assert (row.discount_rate, row.discount, row.total) == (1000, 3_020, 27_180)
        await keys(pilot, "<ctrl+d>")
        await on_top(app, pilot, DiscountDialog, "discount")
        await keys(pilot, "<ctrl+u>", "<enter>")
        await back_at_pos(app, pilot)
        await until(pilot, lambda: "Discount" not in drawn(app))
        assert (await saved(app, pilot)).row.total == 30_200


async def test_percent_in_the_lines_and_an_amount(app: PaydeskApp) -> None:
    """% opens it where the lines have the focus; more than the sale comes to is refused; then it is paid."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        pos(app).query_one("#lines").focus()
        await keys(pilot, "%")
        await on_top(app, pilot, DiscountDialog, "discount")
        await keys(pilot, "302.01", "<enter>")
        await until(pilot, lambda: "more than the sale comes to" in said(app))
        await keys(pilot, "<ctrl+u>", "2.00", "<enter>")
        await back_at_pos(app, pilot)
        await keys(pilot, "<f8>", "c")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "tendered")
        await keys(pilot, "<enter>")
        await until(pilot, lambda: "● Paid" in drawn(app))
        row = (await app.desk.invoice(NEXT_NUMBER)).row
        assert (row.discount, row.total, row.paid) == (200, 30_000, 30_000)
        await keys(pilot, "<ctrl+d>")
        await pilot.pause()
        assert len(app.screen_stack) == 1


async def test_a_large_discount_asks_for_a_managers_pin_in_place(app: PaydeskApp, store: Store) -> None:
    """Refused, it is kept on the screen and said not to be saved; approved, it is, and paying asks no more."""
    await Desk(store, actor="Setup").add_staff("Maya", "manager", "2468")
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<ctrl+d>")
        await on_top(app, pilot, DiscountDialog, "discount")
        await keys(pilot, "50%", "<enter>")
        await on_top(app, pilot, ApproveDialog)
        await keys(pilot, "<escape>")
        await until(pilot, lambda: "Nobody approved the discount" in said(app))
        assert (await app.desk.invoice(NEXT_NUMBER)).row.discount == 0
        assert pos(app).sale.unsaved
        await keys(pilot, "<f8>", "c")
        await on_top(app, pilot, ApproveDialog)
        await keys(pilot, "2468", "<enter>")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "tendered")
        assert (await app.desk.invoice(NEXT_NUMBER)).row.discount == 15_100
        await keys(pilot, "<enter>")
        await until(pilot, lambda: "● Paid" in drawn(app))
        assert said(app) == ""


async def test_a_small_discount_asks_nobody(app: PaydeskApp, store: Store) -> None:
    """Up to the clinic's limit reception gives it alone."""
    await Desk(store, actor="Setup").add_staff("Maya", "manager", "2468")
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<ctrl+d>")
        await on_top(app, pilot, DiscountDialog, "discount")
        await keys(pilot, "10%", "<enter>")
        await until(pilot, lambda: pos(app).sale.totals.discount == 3_020)
        assert (await saved(app, pilot)).row.discount == 3_020
        assert len(app.screen_stack) == 1
