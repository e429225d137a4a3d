"""The invoices of a clinic: found by anything, and each option of the menu used; receipts that add up."""

import re
import stat
from datetime import timedelta

import pytest

from store.models import PaymentRequest
from tests.journeys.clinic import EMAIL, MOBILE, Clinic, open_page, pay
from tests.journeys.counted import entries, links_made, whole
from tests.journeys.front_desk import BLOCK, SMALL, WIDE, FrontDesk, open_desk, stock
from tests.journeys.over_invoices import bill, chooses, has, lists, opens, says, sends
from tests.sync.couriers.test_receipt_pdf import words
from tests.tui.selling import at_once
from tui.screens.ask import Confirm
from tui.screens.invoice_ask import AskAndDo
from tui.screens.invoice_log_screen import InvoiceLogScreen
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.invoice_send_again import SendAgainDialog
from tui.screens.link_panel import LinkScreen
from tui.screens.menu import Menu
from tui.screens.pos import PosScreen
from tui.screens.take_payment import TakePaymentDialog
from tui.widgets.said_line import SaidLine

ELSEWHERE = "work@example.com"


@pytest.fixture
def shop(stripe_clinic: Clinic) -> Clinic:
    """A clinic with clients."""
    stock(stripe_clinic)
    return stripe_clinic


async def test_found_by_anything(shop: Clinic) -> None:
    """Each state, days, a client, a link not paid, overdue; letters of number, name, mobile, code."""
    draft = bill(shop, "omar", issued=False)
    unpaid = bill(shop, "jane")
    part = bill(shop, "jane", paid=5_000)
    paid = bill(shop, "omar", paid=24_250)
    void = bill(shop, "bobby", void=True)
    every = (void, paid, part, unpaid, draft)
    async with open_desk(shop, now=shop.clock) as desk:
        await desk.sees("● Online")
        request = shop.send(unpaid, {"email": ""})
        await desk.until(lambda: all(message.sent_at for message in shop.now_is(request).messages))
        await desk.press("<f3>")
        await lists(desk, *every)
        await desk.press("<tab>")
        for digit, one in enumerate((draft, unpaid, part, paid, void), 2):
            await desk.press(str(digit))
            await lists(desk, one)
        await desk.press("1")
        await lists(desk, *every)
        await desk.press("/", "<ctrl+l>")
        await lists(desk, unpaid)
        await desk.sees("sent", "£242.50 due")
        await desk.press("<ctrl+t>", "<ctrl+l>")
        await lists(desk, part, unpaid)
        await desk.press("<escape>")
        await lists(desk, *every)

        code = request.code
        for letters, expected in (
            (paid[-6:], (paid,)),
            ("4 omar", (paid,)),
            ("omar h", (paid, draft)),
            ("900123", (part, unpaid)),
            (code[:5], (unpaid,)),
            ("smi part", ()),
        ):
            at_once(desk.app, "<escape>", letters)
            await lists(desk, *expected)
        await desk.sees("matches “smi part”. Esc shows all.")
        at_once(desk.app, "<escape>", code.replace("-", "").lower(), "<enter>")
        popup = await desk.comes_to(InvoicePopup)
        await has(desk, popup, "links", f"▸ {code} is ours: we asked Jane Smith for £242.50 of {unpaid}")
        await desk.press("<escape>")

        await desk.press("<f8>")
        await lists(desk, *every)
        await desk.press("<ctrl+o>")
        await lists(desk)
        shop.clock.ahead += timedelta(days=40)
        await desk.press("<escape>", "<ctrl+o>")
        await lists(desk, part, unpaid)
        await desk.sees("26 d late")
        await desk.press("<f8>")
        await lists(desk)
    whole(shop)


async def shows_and_copies(desk: FrontDesk, request: PaymentRequest) -> None:
    """Show the QR, and put the link on the clipboard."""
    await chooses(desk, "q")
    await desk.comes_to(LinkScreen)
    await desk.sees(BLOCK, request.code)
    await desk.press("<escape>")
    await chooses(desk, "c")
    await says(desk, f"Link {request.code} copied: {request.url}")
    assert desk.app.clipboard == request.url


async def sends_again_and_chases(desk: FrontDesk, shop: Clinic, popup: InvoicePopup, request: PaymentRequest) -> None:
    """To another address, which is mended first; then a reminder."""
    await chooses(desk, "r")
    await desk.comes_to(SendAgainDialog)
    await desk.until(lambda: desk.app.focused is not None)
    await desk.press("<tab>")
    at_once(desk.app, "<ctrl+u>", "work@", "<enter>")
    await desk.is_told("work@")
    assert desk.app.focused is not None
    assert desk.app.focused.id == "address-email"
    at_once(desk.app, "<ctrl+u>", ELSEWHERE, "<enter>", "<enter>")
    await says(desk, f"Payment link {request.code} goes out again by Email and SMS.")
    await desk.until(lambda: len(shop.received(ELSEWHERE, request)) == 1)
    await chooses(desk, "h")
    await desk.comes_to(SendAgainDialog)
    await desk.sees("Reminds of the same link")
    at_once(desk.app, "<enter>", "<enter>")
    await says(desk, f"A reminder of payment link {request.code} goes out by Email and SMS.")
    await desk.until(lambda: all(m.sent_at for m in shop.now_is(request).messages) and not shop.waiting())
    await has(desk, popup, "links", "reminder", ELSEWHERE)


async def looks_and_takes_back(desk: FrontDesk, shop: Clinic, popup: InvoicePopup, request: PaymentRequest) -> None:
    """Read the log, cancel the link, and be told what does not apply any more."""
    await chooses(desk, "l")
    await desk.comes_to(InvoiceLogScreen)
    await desk.sees(request.code, "Amira")
    await desk.press("<escape>")
    await chooses(desk, "x")
    await desk.comes_to(Confirm)
    await desk.press("<enter>")
    await says(desk, f"Payment link {request.code} is being cancelled")
    await has(desk, popup, "links", "Cancelled")
    _, page = await open_page(request.url)
    assert 'name="session"' not in page
    for key, why in (("c", "no live link"), ("x", "no open link"), ("f", "nothing was paid")):
        await chooses(desk, key)
        await desk.is_told(why)
        await desk.press("<escape>")


async def makes_void(desk: FrontDesk, number: str) -> None:
    """Not without a reason."""
    await chooses(desk, "v")
    await desk.comes_to(AskAndDo)
    at_once(desk.app, "<enter>")
    await desk.is_told("Say why it is made void.")
    at_once(desk.app, "written twice", "<enter>", "<enter>")
    await says(desk, f"{number} is void: written twice")
    await desk.sees("Void")


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_every_option_about_links(shop: Clinic, size: tuple[int, int]) -> None:
    """Sent, shown, copied, sent again to another address, chased, logged, and taken back: one link, each message."""
    number = bill(shop, "jane")
    async with open_desk(shop, size) as desk:
        await desk.sees("● Online")
        popup = await opens(desk, number)
        request = await sends(desk, shop, number, "100")

        await shows_and_copies(desk, request)
        await sends_again_and_chases(desk, shop, popup, request)
        await looks_and_takes_back(desk, shop, popup, request)
        await makes_void(desk, number)

    to = [(message.channel, message.kind, message.address) for message in shop.now_is(request).messages]
    assert sorted(to) == sorted(
        [
            ("email", "payment_request", EMAIL),
            ("sms", "payment_request", MOBILE),
            ("email", "payment_request", ELSEWHERE),
            ("sms", "payment_request", MOBILE),
            ("email", "reminder", ELSEWHERE),
            ("sms", "reminder", MOBILE),
        ]
    )
    assert [len(shop.received(address, request)) for address in (EMAIL, ELSEWHERE, MOBILE)] == [1, 2, 3]
    assert [link.state for link in shop.links(request)] == ["inactive"]
    assert links_made(shop, request) == 1
    assert len(entries(shop, "invoice_voided")) == 1
    whole(shop)


def vat_rows(text: str) -> dict[str, tuple[int, ...]]:
    """Return a receipt's VAT rates, each with net, VAT and gross in pence."""
    table = re.findall(r"^([\d.]+%)" + r"\s+£([\d.,]+)" * 3 + r"$", text, re.MULTILINE)
    return {rate: tuple(int(pounds.replace(",", "").replace(".", "")) for pounds in sums) for rate, *sums in table}


async def takes_cash(desk: FrontDesk) -> None:
    """Too little is refused; then the rest, with change."""
    await chooses(desk, "t")
    await desk.comes_to(Menu)
    await desk.sees("£142.50 due")
    await desk.press("c")
    dialog = await desk.comes_to(TakePaymentDialog)
    await desk.until(lambda: desk.app.focused and desk.app.focused.id == "tendered")
    at_once(desk.app, "100", "<enter>")
    await desk.is_told("£100.00 is less than £142.50.")
    at_once(desk.app, "<ctrl+u>", "150", "<enter>", "<enter>")
    await says(desk, "Cash £142.50, change £7.50. The invoice is paid.")
    assert dialog not in desk.app.screen_stack
    await desk.sees("● Paid")


async def emails_the_receipt(desk: FrontDesk, shop: Clinic, request: PaymentRequest) -> None:
    """To another address, which is mended first."""
    await chooses(desk, "m")
    await desk.comes_to(AskAndDo)
    at_once(desk.app, "<ctrl+u>", "jane at home", "<enter>")
    await desk.is_told("jane at home")
    at_once(desk.app, "<ctrl+u>", ELSEWHERE, "<enter>", "<enter>")
    await says(desk, f"The receipt goes out to {ELSEWHERE}.")
    await desk.until(lambda: shop.received(ELSEWHERE, request))


async def notes_and_sections(desk: FrontDesk, popup: InvoicePopup) -> None:
    """Write a note, and go through the sections."""
    await chooses(desk, "n")
    await desk.comes_to(AskAndDo)
    at_once(desk.app, "likes mornings", "<enter>")
    await says(desk, "The notes are saved.")
    await has(desk, popup, "lines", "likes mornings")
    for digit, name in enumerate(("lines", "payments", "links", "log"), 1):
        await desk.press(str(digit))
        await desk.until(lambda name=name: popup.section == name and popup.pane(name).has_focus)  # type: ignore[misc]
    await has(desk, popup, "log", "Amira", "receipt")


def check_documents(shop: Clinic, number: str, code: str, text: str) -> None:
    """Receipt and PDF, as saved and as sent, say the code and the VAT of each rate; it adds up to the total."""
    path = shop.folder / "documents" / f"{number}.pdf"
    (receipt,) = (mail for mail in shop.sandbox.mailbox.messages(ELSEWHERE) if code in mail.text)
    (attached,) = [part for part in receipt.parts if part.content_type == "application/pdf"]
    saved = path.read_bytes()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert (saved[:5], attached.data[:5]) == (b"%PDF-", b"%PDF-")
    for document in (words(saved), words(attached.data)):
        assert all(part in document for part in (number, code, "£100.00", "£20.00", "£30.00", "£31.50"))
    assert code in text
    rates = vat_rows(text)
    assert rates == {"20%": (10_000, 2_000, 12_000), "5%": (3_000, 150, 3_150), "0%": (9_100, 0, 9_100)}
    row = shop.invoice(number).row
    assert tuple(sum(column) for column in zip(*rates.values(), strict=True)) == (22_100, row.vat, row.total)


async def test_paid_in_parts_and_its_receipt(shop: Clinic) -> None:
    """By link and at the desk; by email with the PDF, as a file nobody else can read; VAT adds up to the total."""
    number, draft = bill(shop, "jane"), bill(shop, "omar", issued=False)
    async with open_desk(shop) as desk:
        await desk.sees("● Online")
        popup = await opens(desk, number)
        await has(
            desk, popup, "lines", "VAT 20% in £120.00 £20.00", "VAT 5% in £31.50 £1.50", "VAT 0% in £91.00 £0.00"
        )
        request = await sends(desk, shop, number, "100")
        await pay(request.url)
        await has(desk, popup, "payments", f"Payment link {request.code}", "£100.00")
        await takes_cash(desk)
        await emails_the_receipt(desk, shop, request)
        await chooses(desk, "p")
        await says(desk, "Saved as ")
        said = popup.query_one(SaidLine).said
        text = await desk.app.desk.receipt_text(number)

        await notes_and_sections(desk, popup)
        await desk.press("<escape>")
        await opens(desk, draft)
        await chooses(desk, "e")
        await desk.comes_to(PosScreen)
        await desk.until(lambda: desk.pos.sale.number == draft)

    assert said == f"Saved as {shop.folder / 'documents' / f'{number}.pdf'}"
    check_documents(shop, number, request.code, text)
    assert links_made(shop, request) == 1
    whole(shop)
