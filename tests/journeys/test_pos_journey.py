"""A day at the point of sale: scanned and found, priced by hand, paid in parts by every way there is, put aside."""

from collections.abc import Iterator

import pytest

from store.database import Store
from store.opening import FILE_NAME
from tests.journeys.at_the_till import (
    BANDAGE,
    back,
    credit_left,
    focused,
    is_said,
    leaves_a_deposit,
    paid_by,
    pays,
    ways,
    well_stocked,
)
from tests.journeys.clinic import Clinic, pay
from tests.journeys.counted import entries, links_made, whole
from tests.journeys.front_desk import BLOCK, SMALL, WIDE, FrontDesk, newest, open_desk
from tests.tui.selling import at_once
from tui.screens.admin import AdminScreen
from tui.screens.admin_types import TypesSection
from tui.screens.ask import AskText
from tui.screens.discount import DiscountDialog
from tui.screens.parked import ParkedDialog
from tui.widgets.list_table import ListTable


@pytest.fixture
def shop(stripe_clinic: Clinic) -> Clinic:
    """A clinic with clients and things to sell."""
    return well_stocked(stripe_clinic)


@pytest.fixture
def other_store(shop: Clinic) -> Iterator[Store]:
    """The second desk's own way into the clinic's data file, on the same clock."""
    opened = Store(shop.folder / FILE_NAME, clock=shop.clock)
    yield opened
    opened.close()


async def rings_up(desk: FrontDesk) -> None:
    """Choose Jane; scan two bandages, find three things by their letters, all in one breath."""
    await desk.until(lambda: desk.app.focused is desk.pos.client_search)
    await desk.press("jane", "<enter>")
    await focused(desk, "item")
    at_once(desk.app, f"2*{BANDAGE}", "<enter>", "cons", "<enter>", "flu", "<enter>", "heat", "<enter>")
    await desk.until(lambda: len(desk.pos.sale.lines) == 4)
    await desk.sees("2 × Bandage", "Heat pad")


async def reprices(desk: FrontDesk) -> None:
    """Ten per cent off the consultation; two vaccines, at another price each."""
    desk.pos.query_one("#lines").focus()
    await desk.press("<home>", "<down>", "<enter>")
    await focused(desk, "form-description")
    await desk.press("<tab>", "<tab>", "<tab>", "10%", "<enter>", "<enter>")
    await desk.sees("−10% Consul", "£108.00")
    await focused(desk, "lines")
    await desk.press("<down>", "+")
    await desk.sees("2 × Vaccine", "£182.00")
    await desk.press("<enter>")
    await focused(desk, "form-description")
    await desk.press("<tab>", "<tab>", "90", "<ctrl+s>")
    await desk.sees("£180.00")


async def takes_off_and_notes(desk: FrontDesk) -> str:
    """Five pounds off the sale, and a note; return its number."""
    await desk.press("%")
    await desk.comes_to(DiscountDialog)
    await desk.press("5")
    await desk.sees("£328.50 − £5.00 = £323.50")
    await desk.press("<enter>", "<ctrl+t>")
    await desk.comes_to(AskText)
    await desk.press("rings [/x] at 3", "<enter>")
    await back(desk)
    await desk.sees("✎ rings [/x] at 3", "Discount -£5.00", "VAT 20% £19.20", "VAT 5% £1.48", "Total £323.50")
    await desk.until(lambda: not desk.pos.sale.unsaved)
    return desk.pos.sale.number or ""


async def takes_three_parts(desk: FrontDesk) -> None:
    """Cash with change, card terminal, account credit: what is due goes down each time."""
    await pays(desk, "c", "tendered")
    await desk.press("<shift+tab>", "100", "<tab>", "120")
    await desk.sees("Change £20.00")
    await desk.press("<enter>")
    await is_said(desk, "Cash £100.00, change £20.00")
    await desk.sees("◑ Part paid", "Due £223.50")
    await pays(desk, "t")
    await desk.press("73.50", "<tab>", "slip 7", "<enter>")
    await is_said(desk, "Card terminal £73.50 taken")
    await desk.sees("◑ Part paid", "Due £150.00")
    await pays(desk, "a")
    await desk.sees("50.00", "of £50.00 that can be used")
    await desk.press("<enter>")
    await is_said(desk, "Account credit £50.00 taken")
    await desk.sees("◑ Part paid", "Due £100.00")
    assert "Account credit" not in {row[0] for row in ways(desk)}


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_whole_sale_in_four_parts(shop: Clinic, size: tuple[int, int]) -> None:
    """Scanned, found, repriced, discounted twice, noted; cash, card, credit and a link: part paid until all is in."""
    async with open_desk(shop, size) as desk:
        await rings_up(desk)
        await reprices(desk)
        number = await takes_off_and_notes(desk)
        await leaves_a_deposit(desk, "50", "<tab>", "60", "<enter>")
        await is_said(desk, "Deposit £50.00 taken, change £10.00. Credit is now £50.00")
        await desk.sees("credit £50.00")

        await takes_three_parts(desk)
        await desk.press("<f8>", "p")
        await desk.dialog()
        await desk.sees("of £100.00 due")
        await desk.press("<enter>")
        await desk.sees(BLOCK, "● Sent")
        request = newest(shop, number)
        assert shop.invoice(number).row.state == "part_paid"
        await pay(request.url)
        await desk.sees("● Paid", "Jane Smith has paid £100.00")
        await desk.until(lambda: shop.invoice(number).row.state == "paid" and not shop.waiting())

    row = shop.invoice(number).row
    assert (row.total, row.vat, row.paid, row.due, row.notes) == (32_350, 2_068, 32_350, 0, "rings [/x] at 3")
    assert paid_by(shop, number) == [
        ("cash", 10_000),
        ("card", 7_350),
        ("account_credit", 5_000),
        ("payment_link", 10_000),
    ]
    assert credit_left(shop, number) == 0
    assert (links_made(shop, request), len(shop.links(request))) == (1, 1)
    whole(shop)


async def in_the_types(desk: FrontDesk) -> TypesSection:
    """Go to Admin's payment types."""
    await desk.press("<f9>")
    admin = await desk.comes_to(AdminScreen)
    await desk.until(lambda: not admin.shut and admin.shown is not None)
    admin.call_later(admin.open_section, "types")
    await desk.until(lambda: isinstance(admin.shown, TypesSection) and admin.shown.has_focus_within)
    section = admin.shown
    assert isinstance(section, TypesSection)
    await desk.until(lambda: section.table.rows and section.table.has_focus)
    return section


async def test_the_clinics_own_ways_to_pay(shop: Clinic) -> None:
    """Added, renamed and switched off in Admin: the till has their names and letters at once, and the receipt too."""
    async with open_desk(shop) as desk:
        number = await desk.sells("jane", "cons")
        section = await in_the_types(desk)
        await desk.press("n", "Voucher [/x]", "<enter>", "q", "<ctrl+s>")
        await desk.is_told("“q” shows the payment link's QR at the till. Choose another one.")
        await desk.press("<ctrl+u>", "v", "<ctrl+s>")
        await desk.sees("Voucher [/x] is saved.")
        for code, name in (("card", "Card machine"), ("transfer", "")):
            section.table.select(code)
            await desk.press(*(["<enter>", "<ctrl+u>", name, "<ctrl+s>"] if name else ["<space>"]))
            await desk.sees(f"{name} is saved." if name else "Bank transfer is not offered any more.")
            await desk.until(lambda: section.open is None and section.table.has_focus and not section.busy)
        await desk.press("<f2>")
        await desk.until(lambda: "Voucher [/x]" in {row[0] for row in ways(desk)})
        assert [row[:2] for row in ways(desk)] == [
            ("Payment link", "P"),
            ("Cash", "C"),
            ("Card machine", "T"),
            ("Voucher [/x]", "V"),
        ]
        await pays(desk, "v")
        await desk.press("20", "<tab>", "no. 17", "<enter>")
        await is_said(desk, "Voucher [/x] £20.00 taken")
        await desk.press("b")
        assert desk.app.screen is desk.pos
        await pays(desk, "t")
        await desk.press("<enter>")
        await desk.sees("● Paid", "Voucher [/x] £20.00", "Card machine £100.00")
        text = await desk.app.desk.receipt_text(number)
    assert paid_by(shop, number) == [("voucher_x", 2_000), ("card", 10_000)]
    assert ("Voucher [/x]" in text, "Card machine" in text) == (True, True)
    whole(shop)


async def test_put_aside_and_taken_up_at_the_other_desk(shop: Clinic, other_store: Store) -> None:
    """With a client and without one, discount and note kept; the other desk sells it, and here it is heard of."""
    async with open_desk(shop) as front, open_desk(shop, store=other_store, actor="Ben") as other:
        mine = await front.sells("jane", "cons", "heat")
        await front.press("<ctrl+d>")
        await front.comes_to(DiscountDialog)
        await front.press("10%", "<enter>")
        await back(front)
        await front.press("<f7>")
        await is_said(front, f"{mine} is parked. ^O takes it up again.")
        await front.until(lambda: front.pos.sale.number is None)
        await front.press("<tab>", "flu", "<enter>")
        await front.until(lambda: front.pos.sale.number and not front.pos.sale.unsaved)
        nobodys = front.pos.sale.number or ""
        await front.press("<ctrl+t>")
        await front.comes_to(AskText)
        await front.press("red coat", "<enter>")
        await back(front)
        await front.press("<f7>")
        await is_said(front, f"{nobodys} is parked.")

        await other.press("<ctrl+o>")
        await other.comes_to(ParkedDialog)
        await other.sees("No client yet", "red coat", "£91.00", "Jane Smith", "£136.35")
        await other.press("red", "<enter>")
        await back(other)
        await other.until(lambda: other.pos.sale.number == nobodys)
        await other.press("omar", "<enter>")
        await pays(other, "c", "tendered")
        await other.press("<enter>")
        await other.sees("● Paid", "✎ red coat")
        await other.press("<ctrl+o>")
        await other.comes_to(ParkedDialog)
        await other.sees("Jane Smith")
        await front.press("<ctrl+o>")
        await front.comes_to(ParkedDialog)
        await front.until(lambda: [row.key for row in front.app.screen.query_one(ListTable).rows] == [mine])
        await other.press("<enter>")
        await back(other)
        await other.sees("Discount 10%", "Total £136.35")
        await front.press("<enter>")
        await back(front)
        await front.until(lambda: front.pos.sale.number == mine)
        await pays(other, "t")
        await other.press("<enter>")
        await other.sees("● Paid")
        await front.sees(f"{mine} ● Paid", "Due £0.00")
        assert not front.pos.sale.editable

    assert (paid_by(shop, mine), paid_by(shop, nobodys)) == ([("card", 13_635)], [("cash", 9_100)])
    assert {entry.actor for entry in entries(shop, "payment_recorded")} == {"Ben"}
    assert shop.invoice(nobodys).client.name == "Omar Haddad"
    whole(shop)
