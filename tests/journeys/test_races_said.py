"""Races with money as a receptionist meets them: what the invoice, its log, the outbox and the link's panel say."""

from dataclasses import replace
from datetime import timedelta

import pytest

from store import payments, requests, services
from store.models import PaymentRequest
from store.payments import Received
from store.times import to_text
from tests.journeys.clinic import Clinic, pay
from tests.journeys.counted import whole
from tests.journeys.front_desk import BLOCK, FrontDesk, newest, open_desk, stock
from tests.journeys.over_invoices import bill, chooses, has, opens
from tests.journeys.test_outbox_journey import answers, in_doubt, told
from tests.journeys.test_races import bank_answers, presses, visit
from tests.tui.selling import at_once
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.link_panel import LinkScreen
from tui.screens.outbox import OutboxScreen
from tui.screens.refund import RefundDialog


@pytest.fixture
def shop(stripe_clinic: Clinic) -> Clinic:
    """A clinic with clients and things to sell."""
    stock(stripe_clinic)
    return stripe_clinic


async def asks(desk: FrontDesk, shop: Clinic, number: str, pence: int) -> PaymentRequest:
    """At another terminal somebody sends a link and looks at its code; wait until it is live."""
    request = shop.send(number, {}, amount=pence)
    until = shop.clock() + timedelta(minutes=5)
    shop.store.write(lambda tx: requests.watch(tx, request.id, until))
    await desk.until(lambda: shop.now_is(request).state == "live")
    return shop.now_is(request)


def line_is_back(shop: Clinic) -> None:
    """The line is mended, and tried at once."""
    shop.sandbox.mend()
    shop.store.write(services.try_now)


async def shows(desk: FrontDesk, popup: InvoicePopup, links: str, *log: str) -> None:
    """Wait until the payment links say `links`, and the log all of `log`; both are drawn."""
    await desk.press("3")
    await has(desk, popup, "links", links)
    await desk.press("4", "<end>")
    await has(desk, popup, "log", *log)
    assert popup.section == "log"


async def test_cash_before_the_link_has_left(shop: Clinic) -> None:
    """Offline: the link waits, cash pays, and the link is not sent: said in its place, and nothing waits."""
    number = bill(shop, "jane")
    async with open_desk(shop) as desk:
        await desk.sees("● Online")
        shop.sandbox.fault("offline")
        popup = await opens(desk, number)
        await chooses(desk, "s")
        await desk.dialog()
        await desk.press("<enter>")
        await desk.comes_to(LinkScreen)
        await desk.sees("Will go out by itself")
        await desk.press("<escape>")
        shop.cash(number, 24_250)
        code = newest(shop, number).code
        await shows(desk, popup, "✕ Not sent", f"Payment link {code} not sent: the invoice has been paid")
        await has(desk, popup, "links", "The invoice has been paid")
        await desk.press("<f5>")
        await desk.comes_to(OutboxScreen)
        await desk.sees("Nothing waits.")
    whole(shop)


async def test_cash_and_the_link_in_the_same_minute(shop: Clinic) -> None:
    """The link is being cancelled, its money comes all the same: overpaid is said, and giving it back is offered."""
    number = bill(shop, "jane")
    async with open_desk(shop) as desk:
        await desk.sees("● Online")
        popup = await opens(desk, number)
        request = await asks(desk, shop, number, 24_250)
        shop.sandbox.fault("offline")
        await pay(request.url)
        shop.cash(number, 24_250)
        await shows(
            desk,
            popup,
            "◌ Being cancelled",
            f"Payment link {request.code} to be cancelled: the invoice has been paid",
        )
        line_is_back(shop)
        await desk.sees("Overpaid £242.50")
        note = "the client paid while the link was being cancelled"
        await shows(desk, popup, "● Paid", f"Paid by payment link {request.code}", note)
        await has(desk, popup, "links", note.replace("the", "The", 1))
        await desk.press("2")
        await has(desk, popup, "payments", "£242.50 more was paid than is owed. O, then F gives it back.")

        await chooses(desk, "f")
        dialog = await desk.comes_to(RefundDialog)
        await desk.until(lambda: desk.app.focused and desk.app.focused.id == "amount" and dialog.is_attached)
        at_once(desk.app, "<ctrl+u>", "242.50", "<enter>", "paid twice", "<enter>", "<enter>")
        await desk.comes_to(InvoicePopup)
        await desk.until(lambda: shop.invoice(number).row.overpaid == 0 and not shop.waiting())
        await desk.sees("Due £0.00")
    row = shop.invoice(number).row
    assert (row.paid, row.credited, row.due) == (24_250, 0, 0)
    whole(shop)


async def test_a_part_in_cash_of_what_a_link_asks_for(shop: Clinic) -> None:
    """The link over all of it goes, and says what is still due; a new one is offered over just that."""
    number = bill(shop, "jane")
    async with open_desk(shop) as desk:
        popup = await opens(desk, number)
        request = await asks(desk, shop, number, 24_250)
        shop.cash(number, 10_000)
        await shows(desk, popup, "✕ Cancelled", f"Payment link {request.code} cancelled: only £142.50 is still due")
        await has(desk, popup, "links", "Only £142.50 is still due")
        await desk.sees("Due £142.50")
        await chooses(desk, "s")
        dialog = await desk.dialog()
        assert dialog.query_one("#amount").value == "142.50"  # type: ignore[attr-defined]
    whole(shop)


async def test_two_links_paid_at_once(shop: Clinic) -> None:
    """Each says that it is paid, and so does the invoice; nothing is too much."""
    number = bill(shop, "jane")
    async with open_desk(shop) as desk:
        popup = await opens(desk, number)
        two = [await asks(desk, shop, number, pence) for pence in (10_000, 14_250)]
        for request in two:
            await pay(request.url)
        await desk.sees("● Paid", "Due £0.00")
        await shows(desk, popup, "● Paid", *(f"Paid by payment link {request.code}" for request in two))
        assert "Overpaid" not in desk.drawn()
    whole(shop)


async def test_cash_while_the_clients_money_is_under_way(shop: Clinic) -> None:
    """The outbox says that the money can still come; the bank says no, and the link is cancelled."""
    number = bill(shop, "jane")
    async with open_desk(shop) as desk:
        popup = await opens(desk, number)
        request = await asks(desk, shop, number, 24_250)
        (link,) = shop.links(request)
        shop.sandbox.book.save_link(replace(link, methods=["card", "bacs_debit"]))
        url, session = await visit(link, shop)
        assert await presses(url, session, "bacs_debit") < 400
        shop.cash(number, 24_250)
        await desk.press("3")
        await has(desk, popup, "links", "◌ Being cancelled", "The invoice has been paid")
        await desk.press("<f5>")
        await told(
            desk,
            f"Cancel payment link {request.code}",
            "The client has paid in a way whose money takes its time, a bank debit perhaps: it can still come.",
            "It goes out by itself.",
        )
        await bank_answers(shop, request, "decline")
        await desk.press("r")
        await desk.sees("Nothing waits.")
    assert (shop.now_is(request).state, shop.invoice(number).row.overpaid) == ("cancelled", 0)
    whole(shop)


async def test_the_panel_of_a_link_that_is_paid_too_late(shop: Clinic) -> None:
    """With the code in sight: being cancelled and why; then paid all the same, by how much it is too much."""
    async with open_desk(shop) as desk:
        number = await desk.sells("jane", "cons")
        await desk.press("<f8>", "<enter>")
        await desk.dialog()
        await desk.press("<enter>")
        await desk.comes_to(LinkScreen)
        await desk.sees(BLOCK)
        request = newest(shop, number)
        shop.sandbox.fault("offline")
        await pay(request.url)
        shop.cash(number, 12_000)
        await desk.sees("◌ Being cancelled", "the invoice has been paid")
        line_is_back(shop)
        await desk.sees("● Paid", "the client paid while")
        await desk.until(
            lambda: any("£120.00 too much: give it back from the invoice." in said for said in desk.said())
        )
        await desk.until(lambda: BLOCK not in desk.drawn())
    whole(shop)


async def test_paid_after_it_was_cancelled(shop: Clinic) -> None:
    """What the gateway tells of a link that is off is money: the invoice is paid, and the link says what was odd."""
    number = bill(shop, "jane")
    async with open_desk(shop) as desk:
        popup = await opens(desk, number)
        request = await asks(desk, shop, number, 24_250)
        shop.cancel(request)
        await desk.press("3")
        await has(desk, popup, "links", "✕ Cancelled", "Wrong amount")
        late = Received("pi_late", request.gateway_id or "", request.id, 24_250, "GBP", to_text(shop.clock()), "Visa")
        shop.store.write(lambda tx: payments.receive(tx, late, notify=[]))
        note = "the client paid although the link had been cancelled"
        await shows(desk, popup, "● Paid", note)
        await desk.sees("● Paid", "Due £0.00")
    whole(shop)


async def test_paid_in_another_currency(shop: Clinic) -> None:
    """The invoice stays due, and says in each place what came and what to do."""
    number = bill(shop, "jane")
    async with open_desk(shop) as desk:
        popup = await opens(desk, number)
        request = await asks(desk, shop, number, 24_250)
        euros = Received(
            "pi_euro", request.gateway_id or "", request.id, 28_000, "EUR", to_text(shop.clock()), "Visa"
        )
        shop.store.write(lambda tx: payments.receive(tx, euros, notify=[]))
        said = (
            "€280.00 was paid, in EUR and not in GBP, so it is not counted. Give it back in the gateway's own pages"
        )
        await shows(desk, popup, said, said)
        await desk.press("2")
        await has(desk, popup, "payments", f"Payment link {request.code}: {said}")
        await desk.sees("Unpaid", "Due £242.50")
    whole(shop)


@pytest.mark.parametrize("clinic", ["coherent"], indirect=True)
async def test_cash_while_nobody_knows_of_the_link(clinic: Clinic) -> None:
    """Made there and never answered, and cash pays: it needs a look; adopted, it is cancelled at once."""
    stock(clinic)
    async with open_desk(clinic) as desk:
        request = await in_doubt(desk, clinic)
        number = clinic.invoice(request.invoice_id).row.number
        clinic.cash(number, 12_000)
        await told(desk, f"Look for the code {request.code} there first", "Adopt takes the link by its id")
        popup = await opens(desk, number)
        await desk.press("3")
        await has(desk, popup, "links", "! Needs attention", "What becomes of it is decided in the outbox (F5).")
        await desk.press("<f5>")
        (link,) = clinic.links(request)
        await answers(desk, "g", link.id)
        await desk.sees("Nothing waits.")
        popup = await opens(desk, number)
        await shows(desk, popup, "✕ Cancelled", f"Payment link {request.code} cancelled: the invoice has been paid")
    assert [each.state for each in clinic.links(request)] == ["inactive"]
    whole(clinic)
