"""What the point of sale guards against: a key that is pressed twice, and amounts that are none."""

import pytest
from textual.widgets import Input

from store import ledger
from tests.journeys.at_the_till import back, focused, is_said, leaves_a_deposit, paid_by, pays, well_stocked
from tests.journeys.clinic import Clinic
from tests.journeys.counted import entries, links_made, whole
from tests.journeys.front_desk import BLOCK, FrontDesk, newest, open_desk
from tests.tui.selling import at_once
from tui.screens.deposit import DepositDialog
from tui.screens.discount import DiscountDialog
from tui.screens.link_panel import LinkScreen
from tui.screens.take_payment import TakePaymentDialog

NOT_AMOUNTS = (
    ("12,5", "“12,5” is not an amount. Type pounds and pence with a dot, such as 12.50."),
    ("-1", "-1 is below zero. Type the amount without a minus"),
    ("1e9", "“1e9” is not an amount."),
    ("0", "The amount is zero. Type an amount above zero"),
)


@pytest.fixture
def shop(stripe_clinic: Clinic) -> Clinic:
    """A clinic with clients and things to sell."""
    return well_stocked(stripe_clinic)


async def test_enter_twice_in_one_burst(shop: Clinic) -> None:
    """On every key that moves money: one entry of the ledger, one link, one message a channel."""
    async with open_desk(shop) as desk:
        number = await desk.sells("jane", "cons", "flu")
        await leaves_a_deposit(desk, "30")
        at_once(desk.app, "<enter>", "<enter>", "<enter>")
        await is_said(desk, "Credit is now £30.00")
        for letter, amount, kind in (("c", "10", "cash"), ("t", "20", "card"), ("a", "30", "account_credit")):
            await desk.press("<escape>")
            await back(desk)
            await pays(desk, letter, "tendered" if kind == "cash" else "amount")
            await desk.press(*(["<shift+tab>"] if kind == "cash" else []), "<ctrl+u>", amount)
            at_once(desk.app, "<enter>", "<enter>")
            await desk.until(lambda kind=kind: kind in {paid[0] for paid in paid_by(shop, number)})  # type: ignore[misc]
            await desk.until(lambda: not isinstance(desk.app.screen, TakePaymentDialog))
        await desk.press("<escape>")
        await back(desk)
        assert paid_by(shop, number) == [("cash", 1_000), ("card", 2_000), ("account_credit", 3_000)]
        await desk.press("<f8>", "p")
        await desk.dialog()
        at_once(desk.app, "<enter>", "<enter>")
        await desk.comes_to(LinkScreen)
        await desk.sees(BLOCK, "● Sent")
        await desk.until(lambda: not shop.waiting())
        request = newest(shop, number)
        await desk.press("n")
        await back(desk)

        whole_sale = await desk.sells("omar", "cons")
        await desk.press("<f8>", "c")
        await desk.comes_to(TakePaymentDialog)
        await focused(desk, "tendered")
        await desk.press("150")
        at_once(desk.app, "<enter>", "<enter>")
        await desk.until(lambda: shop.invoice(whole_sale).row.state == "paid")
        await is_said(desk, "Cash £120.00, change £30.00")
        while desk.pos.sale.number is not None:
            await desk.press("<enter>")
        await is_said(desk, "Cash £120.00, change £30.00")

    assert paid_by(shop, whole_sale) == [("cash", 12_000)]
    assert [entry.payload["amount"] for entry in entries(shop, "credit_recorded")] == [3_000]
    assert (len(entries(shop, "payment_recorded")), len(entries(shop, "payment_requested"))) == (4, 1)
    assert (links_made(shop, request), len(shop.links(request))) == (1, 1)
    assert [len(shop.received(message.address, request)) for message in request.messages] == [1, 1]
    whole(shop)


async def refuses(desk: FrontDesk, name: str, typed: str, sentence: str) -> None:
    """Type an answer and press Enter: it is refused beside its field, which keeps it and the focus."""
    top = desk.app.screen
    field = top.query_one(f"#{name}", Input)
    field.focus()
    await focused(desk, name)
    at_once(desk.app, "<ctrl+u>", typed, "<enter>")
    await desk.is_told(sentence)
    await focused(desk, name)
    assert (desk.app.screen, field.value) == (top, typed)


async def a_deposit(desk: FrontDesk) -> None:
    """Refuse what is no deposit."""
    await desk.press("<ctrl+e>")
    await desk.comes_to(DepositDialog)
    for typed, sentence in NOT_AMOUNTS:
        await refuses(desk, "amount", typed, sentence)
    await desk.press("<ctrl+u>", "50")
    for typed, sentence in NOT_AMOUNTS:
        await refuses(desk, "tendered", typed, sentence)
    await refuses(desk, "tendered", "40", "£40.00 is less than £50.00.")
    assert desk.app.screen.query_one("#amount", Input).value == "50"
    await desk.press("<escape>")
    await back(desk)


async def money_at_the_desk(desk: FrontDesk) -> None:
    """Refuse what is no payment by cash or by card terminal."""
    for letter, first in (("c", "tendered"), ("t", "amount")):
        dialog = await pays(desk, letter, first)
        for typed, sentence in (*NOT_AMOUNTS, ("120.01", "£120.01 is more than the £120.00 due")):
            await refuses(desk, "amount", typed, sentence)
        if first == "tendered":
            dialog.query_one("#amount", Input).value = "120.00"
            for typed, sentence in (*NOT_AMOUNTS, ("119.99", "£119.99 is less than £120.00.")):
                await refuses(desk, "tendered", typed, sentence)
        await desk.press("<escape>")
        await back(desk)


async def a_link_and_a_discount(desk: FrontDesk) -> None:
    """Refuse what cannot be asked for, and what cannot be taken off."""
    await desk.press("<f8>", "p")
    await desk.dialog()
    for typed, sentence in (*NOT_AMOUNTS, ("120.01", "£120.01")):
        await refuses(desk, "amount", typed, sentence)
    await desk.press("<escape>", "<ctrl+d>")
    await desk.comes_to(DiscountDialog)
    for typed, sentence in (*NOT_AMOUNTS[:3], ("120.01", "more than the sale comes to"), ("101%", "101%")):
        await refuses(desk, "discount", typed, sentence)
    await desk.press("<escape>")
    await back(desk)


async def a_price(desk: FrontDesk) -> None:
    """Refuse what is no price."""
    desk.pos.query_one("#lines").focus()
    await desk.press("<enter>")
    await focused(desk, "form-description")
    for typed, sentence in NOT_AMOUNTS[:3]:
        desk.pos.query_one("#form-price", Input).focus()
        await focused(desk, "form-price")
        await desk.press("<ctrl+u>", typed, "<ctrl+s>")
        await desk.is_told(sentence)
        await focused(desk, "form-price")
        assert desk.pos.query_one("#form-price", Input).value == typed
    await desk.press("<escape>")


async def account_credit(desk: FrontDesk) -> None:
    """Refuse what is not there."""
    await leaves_a_deposit(desk, "50", "<enter>")
    await is_said(desk, "Credit is now £50.00")
    await pays(desk, "a")
    for typed, sentence in (*NOT_AMOUNTS, ("50.01", "£50.01 is more than the £50.00 that Jane Smith has")):
        await refuses(desk, "amount", typed, sentence)
    await desk.press("<escape>")
    await back(desk)


async def test_amounts_that_will_not_do(shop: Clinic) -> None:
    """In every dialog: said in place, the focus on the field, what was typed still there, and nothing written."""
    async with open_desk(shop) as desk:
        number = await desk.sells("jane", "cons")
        written = len(shop.store.read(lambda reader: list(ledger.entries(reader))))

        await a_deposit(desk)
        await money_at_the_desk(desk)
        await a_link_and_a_discount(desk)
        await a_price(desk)
        assert len(shop.store.read(lambda reader: list(ledger.entries(reader)))) == written

        await account_credit(desk)
    row = shop.invoice(number).row
    assert (row.state, row.total, paid_by(shop, number)) == ("draft", 12_000, [])
    whole(shop)
