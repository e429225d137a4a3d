"""Whole journeys through the desk's screens: real keys, a real engine, a gateway and a mail server over loopback."""

import pytest

from tests.journeys.clinic import EMAIL, MOBILE, Clinic, open_page, pay
from tests.journeys.front_desk import (
    BLOCK,
    HOSTILE,
    SMALL,
    WIDE,
    newest,
    open_desk,
    stock,
    told,
)
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.link_panel import LinkScreen


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_from_the_sale_to_paid(stripe_clinic: Clinic, size: tuple[int, int]) -> None:
    """Client and items by letters, three keys, a QR; email and SMS arrive; the client pays and the screen says so."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic, size) as desk:
        number = await desk.sells("jane", "cons", "flu")
        before = desk.pressed
        await desk.press("<f8>", "<enter>")
        await desk.dialog()
        await desk.press("<enter>")
        assert desk.pressed - before <= 3
        await desk.sees("Jane Smith", "● Link ready", "● Sent", BLOCK)
        await desk.until(lambda: all(m.sent_at for m in newest(clinic, number).messages))
        request = newest(clinic, number)
        (email,) = clinic.received(EMAIL, request)
        (sms,) = clinic.received(MOBILE, request)
        assert email.subject == "Payment request from Riverside Clinic"
        assert request.url in email.text
        assert request.url in sms.text
        assert [(m.channel, m.net, m.vat) for m in request.messages] == [("email", 0, 0), ("sms", 5, 1)]

        assert await pay(request.url) < 400
        await desk.sees("● Paid", "Jane Smith has paid £211.00")
        assert BLOCK not in desk.drawn()
        await desk.press("<escape>", "<f3>")
        await desk.sees(number, "Jane Smith", "paid", "● Paid")
        await desk.until(lambda: told(clinic, request))
        (notice,) = told(clinic, request)
        assert all(part in notice.text for part in ("Jane Smith", number, "£211.00"))
        await desk.sees("0 queued", "● Online")
    assert (clinic.waiting(), clinic.problems(), len(clinic.links(request))) == ([], (), 1)


@pytest.mark.parametrize("clinic", ["coherent"], indirect=True)
async def test_from_the_invoice_to_paid(clinic: Clinic) -> None:
    """The invoice pop-up's options send it too; there an email costs 2p, and an SMS 5p with 1p VAT."""
    stock(clinic)
    number = clinic.draft()
    async with open_desk(clinic) as desk:
        await desk.press("<f3>")
        await desk.sees(number)
        await desk.press("<enter>")
        await desk.sees("Invoice", "O options")
        before = desk.pressed
        await desk.press("o")
        await desk.sees("Send payment link")
        await desk.press("s")
        await desk.dialog()
        await desk.sees("2p", "5p + VAT 1p")
        await desk.press("<enter>")
        assert desk.pressed - before <= 3
        link = await desk.comes_to(LinkScreen)
        await desk.sees(BLOCK, "● Sent")
        await desk.until(lambda: all(m.sent_at for m in newest(clinic, number).messages))
        request = newest(clinic, number)
        assert [(m.channel, m.net, m.vat) for m in request.messages] == [("email", 2, 0), ("sms", 5, 1)]
        assert len(clinic.received(EMAIL, request)) == len(clinic.received(MOBILE, request)) == 1

        await pay(request.url, "google_pay")
        await desk.sees("● Paid")
        assert desk.app.screen is link
        await desk.press("<escape>", "4")
        popup = await desk.comes_to(InvoicePopup)
        await desk.sees("● Paid", "Payment link paid")
        log = popup.pane("log").sheet.text
        assert [charge in log for charge in ("charge £0.02", "charge £0.06")] == [True, True]
        await desk.until(lambda: told(clinic, request) and not clinic.waiting())
    assert (clinic.problems(), len(clinic.links(request))) == ((), 1)


async def test_a_part_and_then_the_rest(stripe_clinic: Clinic) -> None:
    """£50.00 is typed over the amount and paid; the rest is what is offered next."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as desk:
        number = await desk.sells("jane", "cons", "flu")
        await desk.press("<f8>", "p")
        await desk.dialog()
        await desk.press("50.00")
        await desk.sees("of £211.00 due", "asks for £50.00")
        await desk.press("<enter>")
        await desk.sees("● Sent", BLOCK)
        part = newest(clinic, number)
        await pay(part.url)
        await desk.sees("● Paid", "Jane Smith has paid £50.00")
        await desk.press("<escape>")
        await desk.sees("Part paid", "Paid £50.00", "Due £161.00")
        await desk.press("<f8>", "<enter>")
        await desk.dialog()
        await desk.sees("161.00", "of £161.00 due")
        await desk.press("<enter>")
        await desk.until(lambda: newest(clinic, number).url and newest(clinic, number).id != part.id)
        rest = newest(clinic, number)
        assert rest.amount == 16_100
        await desk.sees(BLOCK)
        await pay(rest.url, "klarna")
        await desk.sees("● Paid")
        await desk.press("<escape>")
        await desk.sees(f"{number} ● Paid", "Due £0.00")
    assert sorted(payment.amount for payment in clinic.invoice(number).payments) == [5_000, 16_100]
    assert clinic.problems() == ()


async def test_offline_and_back(stripe_clinic: Clinic) -> None:
    """Sent while the line is cut, it waits, the next client is served, and when the line is back it goes once."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as desk:
        await desk.sees("● Online")
        clinic.sandbox.fault("offline")
        number = await desk.sells("jane", "cons", "flu")
        await desk.press("<f8>", "<enter>")
        await desk.dialog()
        await desk.press("<enter>")
        await desk.sees("Will go out by itself when the line is back", "Queued since", "○ Offline since")
        await desk.press("n")
        await desk.sees("New sale", "1 queued")
        other = await desk.sells("omar", "flu")
        await desk.press("<f3>")
        await desk.sees("queued", "Omar Haddad")
        request = newest(clinic, number)
        assert clinic.links(request) == []

        clinic.sandbox.mend()
        await desk.sees("● Online", "0 queued", "sent")
        await desk.until(lambda: not clinic.waiting())
    assert clinic.invoice(other).row.state == "draft"
    made = [
        entry
        for entry in clinic.sandbox.journal()
        if entry.request_id == request.id and entry.effect and entry.method == "POST" and not entry.replayed
    ]
    assert (len(made), len(clinic.links(request))) == (1, 1)
    assert len(clinic.received(EMAIL, request)) == len(clinic.received(MOBILE, request)) == 1
    assert clinic.problems() == ()


async def test_cash_while_the_link_is_live(stripe_clinic: Clinic) -> None:
    """The link is switched off at the gateway by itself; its page and the screen say so."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as desk:
        number = await desk.sells("jane", "cons", "flu")
        await desk.press("<f8>", "<enter>")
        await desk.dialog()
        await desk.press("<enter>")
        await desk.sees(BLOCK, "● Sent")
        await desk.press("<escape>", "<f8>", "c")
        await desk.sees("Tendered")
        await desk.press("220", "<enter>")
        await desk.sees("change £9.00", f"{number} ● Paid", "✕ Cancelled £211.00")
        request = newest(clinic, number)
        assert (request.state, request.reason) == ("cancelled", "the invoice has been paid")
        _, page = await open_page(request.url)
        assert "from Riverside Clinic is closed" in page
        assert 'name="session"' not in page
        await desk.press("<f3>")
        await desk.sees("cancelled", "● Paid")
    assert [link.state for link in clinic.links(request)] == ["inactive"]
    assert [payment.amount for payment in clinic.invoice(number).payments] == [21_100]
    assert (clinic.waiting(), clinic.problems()) == ([], ())


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_hostile_name_goes_the_whole_way(stripe_clinic: Clinic, size: tuple[int, int]) -> None:
    """Markup, right-to-left letters and emoji are only text: found, shown, sent, paid and told of."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic, size) as desk:
        number = await desk.sells("דנה", "vita")
        await desk.sees("Bobby [/x]", "Vitamin [bold] D")
        await desk.press("<f8>", "<enter>")
        await desk.dialog()
        await desk.press("<enter>")
        await desk.sees(BLOCK, "● Sent", "Bobby [/x]")
        await desk.until(lambda: all(m.sent_at for m in newest(clinic, number).messages))
        request = newest(clinic, number)
        (email,) = clinic.received("bobby@example.com", request)
        assert "&lt;b&gt;" in email.html
        assert "<b>דנה" not in email.html
        await pay(request.url)
        await desk.sees("● Paid", "has paid")
        assert desk.said() == [f"{HOSTILE} has paid £8.99 for {number}."]
        await desk.press("<escape>", "<f3>")
        await desk.sees("Bobby [/x]", "● Paid")
        await desk.press("<enter>")
        await desk.sees("Bobby [/x]", "Invoice")
        await desk.until(lambda: told(clinic, request))
        assert HOSTILE in told(clinic, request)[0].text
    assert clinic.problems() == ()
