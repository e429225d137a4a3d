"""What the desk knows of a client: added, changed, agreed or not, noted, and what was said and paid."""

from collections.abc import Iterator
from functools import partial

import pytest

from store import clients
from store.database import Store
from store.opening import FILE_NAME
from tests.journeys.at_the_card import NOTE, card_of, client, focused, is_said, said, section, sends, typed
from tests.journeys.clinic import EMAIL, MOBILE, Clinic, pay
from tests.journeys.counted import links_made, whole
from tests.journeys.front_desk import BLOCK, SMALL, WIDE, newest, open_desk, stock
from tests.tui.people import Staff, hire
from tests.tui.selling import at_once
from tui.screens.clients import ClientsScreen
from tui.screens.clients_card import CardPane
from tui.screens.deposit import DepositDialog
from tui.screens.invoice_popup import InvoicePopup
from tui.widgets.list_table import ListTable


@pytest.fixture
def desks(stripe_clinic: Clinic) -> Clinic:
    """A clinic with clients and things to sell."""
    stock(stripe_clinic)
    return stripe_clinic


@pytest.fixture
def people(desks: Clinic) -> Staff:
    """Amira, a manager, and Ben of reception."""
    return hire(desks.store)


@pytest.fixture
def other_store(desks: Clinic) -> Iterator[Store]:
    """The second desk's own way into the clinic's data file, on the same clock."""
    opened = Store(desks.folder / FILE_NAME, clock=desks.clock)
    yield opened
    opened.close()


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_added_in_place(desks: Clinic, size: tuple[int, int]) -> None:
    """What will not do is said under its field and stays there to be mended; then Nora is found and sold to."""
    async with open_desk(desks, size) as desk:
        await desk.press("<f4>")
        screen = await desk.comes_to(ClientsScreen)
        await desk.until(lambda: screen.said_count)
        await desk.press("Nóra [b] O'Neil")
        await desk.sees("Nobody matches “Nóra [b] O'Neil”")
        await desk.press("<enter>")
        await focused(desk, "form-email")
        await desk.press("nora@", "<enter>", "020 7946 0000", "<enter>")
        await desk.is_told("“nora@” is not an email address")
        await focused(desk, "form-email")
        assert (typed(desk, "form-name"), typed(desk, "form-mobile")) == ("Nóra [b] O'Neil", "020 7946 0000")
        await desk.press("<end>", "example.com", "<ctrl+s>")
        await desk.is_told("020 7946 0000 is not a mobile number")
        await focused(desk, "form-mobile")
        assert (typed(desk, "form-email"), typed(desk, "form-mobile")) == ("nora@example.com", "020 7946 0000")
        assert desks.store.read(partial(clients.find, text="nora")) == []
        await desk.press("<end>", *["<backspace>"] * 13, "07700 900333", "<enter>")
        await is_said(desk, screen.pane, "Saved.")
        await desk.sees("Nóra [b] O'Neil", "07700 900333", "nora@example.com", "£0.00 due")
        await desk.press("<f7>")
        await desk.until(lambda: desk.app.screen is desk.pos and desk.app.focused is desk.pos.finder.item_search)
        await desk.press("vita", "<enter>")
        await desk.sees("Nóra [b] O'Neil", "Total £8.99")
    nora = client(desks, "oneil")
    assert (nora.email, nora.mobile, nora.email_consent, nora.sms_consent) == (
        "nora@example.com",
        "+447700900333",
        True,
        True,
    )
    whole(desks)


async def test_changed_while_another_desk_saves(desks: Clinic, other_store: Store) -> None:
    """Whoever saves second reads what the first has saved, keeps what was typed, and chooses."""
    async with open_desk(desks) as front, open_desk(desks, actor="Ben", store=other_store) as back:
        for desk in (front, back):
            await card_of(desk, "jane")
            await desk.press("e")
            await focused(desk, "form-name")
        await back.press("<end>", "-Jones", "<tab>", *["<delete>"] * len(EMAIL), "jane.new@example.com", "<ctrl+s>")
        await back.sees("Jane Smith-Jones", "✓ Saved.")
        await front.sees("Jane Smith-Jones")
        await front.press("<tab>", "<tab>", "<end>", "<backspace>", "4", "<ctrl+s>")
        await front.is_told("Somebody else has saved this card in the meantime: Jane Smith-Jones · jane.new@example")
        assert [typed(front, f"form-{name}") for name in ("name", "email", "mobile")] == [
            "Jane Smith",
            EMAIL,
            "07700 900124",
        ]
        assert client(desks, "jane").mobile == MOBILE
        await front.press("<escape>")
        await front.sees("Jane Smith-Jones", "jane.new@example.com")
        await front.press("e")
        await focused(front, "form-name")
        assert typed(front, "form-name") == "Jane Smith-Jones"
        await front.press("<tab>", "<tab>", "<end>", "<backspace>", "4", "<enter>")
        await back.sees("07700 900124")
    jane = client(desks, "jane")
    assert (jane.name, jane.email, jane.mobile) == ("Jane Smith-Jones", "jane.new@example.com", "+447700900124")
    whole(desks)


async def test_the_card_goes_while_it_is_changed(desks: Clinic, other_store: Store, people: Staff) -> None:
    """Merged away or erased at another desk, it is not there to be saved: that is said, and nothing comes back."""
    twin = desks.store.write(partial(clients.add, name="Jayne Smith", email="jayne@x.org", mobile="07700 900888"))
    async with (
        open_desk(desks, actor=people.as_amira) as front,
        open_desk(desks, actor=people.as_amira, store=other_store) as back,
    ):
        for gone, deed, told in (
            ("jayne", lambda: back.app.desk.merge_clients(client(desks, "jane").id, twin.id), "part of Jane Smith's"),
            ("omar", lambda: back.app.desk.erase_client(client(desks, "omar").id), "data was erased"),
        ):
            await card_of(front, gone)
            await front.press("e")
            await focused(front, "form-name")
            await front.press("<end>", " Esq")
            await deed()
            for _ in range(2):
                await front.press("<ctrl+s>")
                await front.is_told(told)
            assert typed(front, "form-name").endswith(" Esq")
            await front.press("<escape>")
            await front.until(lambda: front.app.screen.query_one(CardPane).form is None)
        assert desks.store.read(partial(clients.find, text="Esq")) == []
    whole(desks)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_no_sms_any_more(desks: Clinic, size: tuple[int, int]) -> None:
    """One Space takes the consent away: the payment link's dialog says so and sends by email only."""
    async with open_desk(desks, size) as desk:
        pane = await card_of(desk, "jane")
        await desk.press("1", "<tab>", "<tab>")
        await focused(desk, "consent-sms")
        await desk.press("<space>")
        await desk.until(lambda: not client(desks, "jane").sms_consent)
        await desk.until(lambda: pane.card is not None and not pane.card.client.sms_consent)
        await desk.sees("[x] may be sent email", "[ ] may be sent SMS")
        await desk.press("<f7>", "cons", "<enter>")
        await desk.until(lambda: desk.pos.sale.number and not desk.pos.sale.unsaved)
        number = desk.pos.sale.number or ""
        await desk.press("<f8>", "p")
        dialog = await desk.dialog()
        await desk.sees("does not want SMS", "No SMS.")
        dialog.query_one("#row-sms Tick").focus()
        await desk.press("<space>")
        await desk.is_told("Jane Smith does not want SMS. Choose another way")
        await desk.press("<enter>")
        await desk.sees(BLOCK, "● Sent")
        await desk.until(lambda: newest(desks, number).messages[0].sent_at)
        request = newest(desks, number)
        assert [message.channel for message in request.messages] == ["email"]
        assert (len(desks.received(EMAIL, request)), desks.received(MOBILE, request)) == (1, [])
        await desk.press("<escape>", "<f3>")
        await desk.sees(number)
        await desk.press("<enter>")
        await desk.sees("O options")
        await desk.press("oh")
        await desk.sees("does not want SMS")
        await desk.press("<escape>", "<escape>")
    whole(desks)


async def test_consent_taken_away_while_the_dialog_is_open(desks: Clinic, other_store: Store) -> None:
    """Another desk was quicker: Enter sends nothing by SMS, and says why under it."""
    async with open_desk(desks) as front, open_desk(desks, actor="Ben", store=other_store) as back:
        number = await front.sells("jane", "cons")
        await front.press("<f8>", "p")
        await front.dialog()
        await card_of(back, "jane")
        await back.press("1", "<tab>", "<tab>", "<space>")
        await back.until(lambda: not client(desks, "jane").sms_consent)
        await front.press("<enter>")
        await front.is_told("Jane Smith does not want SMS.")
        assert desks.invoice(number).requests == ()
        await front.press("<shift+tab>")
        await front.press("<space>", "<enter>")
        await front.sees(BLOCK, "● Sent")
        await front.until(lambda: newest(desks, number).messages[0].sent_at)
    request = newest(desks, number)
    assert [message.channel for message in request.messages] == ["email"]
    assert (links_made(desks, request), desks.received(MOBILE, request)) == (1, [])
    whole(desks)


async def test_both_consents_at_once(desks: Clinic) -> None:
    """Keys that come faster than any file: each tick is kept, and nobody else is blamed."""
    async with open_desk(desks) as desk:
        pane = await card_of(desk, "jane")
        await desk.press("1", "<tab>")
        await focused(desk, "consent-email")
        at_once(desk.app, "<space>", "<tab>", "<space>", "<space>", "<space>")
        await desk.until(lambda: not client(desks, "jane").email_consent and not client(desks, "jane").sms_consent)
        await desk.until(lambda: pane.card is not None and not pane.card.client.sms_consent)
        await desk.sees("[ ] may be sent email", "[ ] may be sent SMS")
        assert said(pane) == ""
    whole(desks)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_card_fills_up(desks: Clinic, size: tuple[int, int]) -> None:
    """Note, deposit, balance, invoices; a receipt by email is a communication, the payment request is in the log."""
    async with open_desk(desks, size) as desk:
        number = await desk.sells("jane", "cons", "flu")
        await sends(desk, desks, number)
        request = newest(desks, number)

        pane = await card_of(desk, "jane")
        await desk.sees("£211.00 due", "£0.00 credit")
        await desk.press("n", "<enter>")
        await desk.is_told("Type the note.")
        await desk.press(NOTE, "<enter>")
        await desk.until(lambda: NOTE in section(pane, "notes"))
        await desk.press("d")
        await desk.comes_to(DepositDialog)
        await focused(desk, "amount")
        await desk.press("12,5", "<enter>")
        await desk.is_told("“12,5” is not an amount")
        await desk.press("<home>", *["<delete>"] * 4, "50", "<enter>")
        await is_said(desk, pane, "Deposit £50.00 taken. Credit is now £50.00.")
        await desk.press("5")
        await desk.sees("£50.00 credit", "Deposit, Cash", "Left £50.00")

        await desk.press("3")
        await desk.until(lambda: "Nothing but payment links was sent" in section(pane, "communications"))
        await desk.press("2")
        table = pane.query_one("#section-invoices", ListTable)
        await desk.until(lambda: table.has_focus and [row.key for row in table.rows] == [number])
        await desk.sees(number, "£211.00", "Unpaid")
        await pay(request.url)
        await desk.sees("● Paid", "£0.00 due")
        await desk.press("<enter>")
        popup = await desk.comes_to(InvoicePopup)
        await desk.sees("O options")
        await desk.press("om")
        await desk.sees("Email receipt", EMAIL)
        await desk.press("<enter>", "4")
        await desk.until(lambda: "Receipt" in popup.pane("log").sheet.text)
        log = " ".join(popup.pane("log").sheet.text.split())
        assert [word in log for word in (request.code, "Payment link", "07700 900123")] == [True, True, True]
        await desk.press("<escape>", "3")
        await desk.until(lambda: "Sent" in section(pane, "communications"))
        told = section(pane, "communications")
        assert [part in told for part in ("Receipt by email to", EMAIL, number)] == [True, True, True]
        assert (told.count(number), request.code in told, "SMS" in told) == (1, False, False)
        await desk.press("1")
        await desk.sees("Invoiced £211.00", "Paid £211.00", "Due £0.00", "Credit £50.00", "email and SMS")
    (receipt,) = [m for m in desks.sandbox.mailbox.messages(EMAIL) if m.subject.lower().startswith("receipt")][-1:]
    assert number in receipt.text
    whole(desks)
