"""Money given back at the desk: by every way it came, in fair weather and foul, each penny once."""

from dataclasses import replace

import pytest

from store.models import PaymentRequest
from tests.journeys.clinic import Clinic, pay
from tests.journeys.counted import links_made, refunds_made, whole
from tests.journeys.front_desk import SMALL, WIDE, FrontDesk, open_desk, stock
from tests.journeys.over_invoices import bill, chooses, has, opens, says, sends
from tests.tui.selling import at_once
from tui.screens.ask import Confirm
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.menu import Menu
from tui.screens.refund import RefundDialog
from tui.screens.refund_pick import Pick
from tui.screens.take_payment import TakePaymentDialog


@pytest.fixture
def shop(stripe_clinic: Clinic) -> Clinic:
    """A clinic with clients."""
    stock(stripe_clinic)
    return stripe_clinic


async def refunding(desk: FrontDesk, paid_by: str) -> None:
    """Choose Refund, and the payment that was made this way; its amount has the focus then."""
    await chooses(desk, "f")
    dialog = await desk.comes_to(RefundDialog)
    payment = dialog.query_one("#payment", Pick)
    await desk.until(lambda: payment.picked and desk.app.focused and desk.app.focused.id == "amount")
    if paid_by not in str(payment.render()):
        await desk.press("<shift+tab>", "<right>", "<tab>")


async def gives_cash_back(desk: FrontDesk, shop: Clinic, popup: InvoicePopup) -> None:
    """A part in cash, once what will not do has been refused."""
    await refunding(desk, "Cash")
    await desk.sees("of £42.50 left")
    for typed, sentence in (
        ("42.51", "£42.51 is more than the £42.50 left"),
        ("12,5", "“12,5” is not an amount."),
        ("-1", "-1 is below zero."),
        ("0", "The amount is zero."),
    ):
        at_once(desk.app, "<ctrl+u>", typed, "<enter>")
        await desk.is_told(sentence)
        await desk.until(lambda: desk.app.focused and desk.app.focused.id == "amount")
    at_once(desk.app, "<ctrl+u>", "12.50", "<enter>")
    await desk.is_told("Say why the money is given back.")
    await desk.until(lambda: desk.app.focused and desk.app.focused.id == "reason")
    at_once(desk.app, "heat pad is broken", "<enter>", "<enter>", "<enter>")
    await says(desk, "£12.50 is refunded.")
    await has(desk, popup, "payments", "Refund to cash · heat pad", "-£12.50")
    assert [payment.amount for payment in shop.invoice(popup.number).payments if payment.refund_of] == [-1_250]


async def gives_the_link_back_offline(
    desk: FrontDesk, shop: Clinic, popup: InvoicePopup, request: PaymentRequest
) -> None:
    """All that was paid by link, while the line is down: it waits."""
    shop.sandbox.fault("offline")
    await refunding(desk, "Payment link")
    await desk.sees("of £200.00 left", "as soon as there is a line")
    at_once(desk.app, "<ctrl+u>", "200", "<enter>", "moving away", "<enter>", "<enter>")
    await says(desk, "Refund of £200.00 is on its way.")
    await has(desk, popup, "payments", "◷ Refund to payment link", "-£200.00")
    assert refunds_made(shop, request) == []


async def is_refused_and_tries_again(
    desk: FrontDesk, shop: Clinic, popup: InvoicePopup, request: PaymentRequest
) -> None:
    """The gateway says no, and why; then it has come round, and the same refund is tried again."""
    (there,) = shop.sandbox.book.payments(request.gateway_id)
    shop.sandbox.book.save_payment(replace(there, status="processing"))
    shop.sandbox.mend()
    await has(desk, popup, "payments", "✕ Refund to payment link", "successful")
    await desk.sees("a refund failed")
    assert (refunds_made(shop, request), shop.waiting()) == ([], [])
    shop.sandbox.book.save_payment(there)
    await chooses(desk, "f")
    await desk.comes_to(Menu)
    await desk.sees("Try again: £200.00")
    await desk.press("1")
    await desk.comes_to(Confirm)
    at_once(desk.app, "<enter>", "<enter>")
    await has(desk, popup, "payments", "Refund to payment link", "-£200.00")
    await desk.until(lambda: not shop.waiting() and shop.invoice(popup.number).refunds[-1].state == "done")


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_money_given_back(shop: Clinic, size: tuple[int, int]) -> None:
    """A part in cash; all of a link while the line is down; refused there, said why, tried again: each penny once."""
    number = bill(shop, "jane")
    async with open_desk(shop, size) as desk:
        await desk.sees("● Online")
        popup = await opens(desk, number)
        request = await sends(desk, shop, number, "200")
        await pay(request.url)
        await has(desk, popup, "payments", f"Payment link {request.code}")
        await chooses(desk, "t")
        await desk.comes_to(Menu)
        await desk.press("c")
        await desk.comes_to(TakePaymentDialog)
        await desk.press("<enter>")
        await says(desk, "The invoice is paid.")

        await gives_cash_back(desk, shop, popup)
        await gives_the_link_back_offline(desk, shop, popup, request)
        await is_refused_and_tries_again(desk, shop, popup, request)

    assert refunds_made(shop, request) == [20_000]
    row = shop.invoice(number).row
    assert (row.paid, row.refunded, row.due) == (3_000, 21_250, 0)
    assert [payment.amount for payment in shop.invoice(number).payments if payment.refund_of] == [-1_250, -20_000]
    assert links_made(shop, request) == 1
    whole(shop)
