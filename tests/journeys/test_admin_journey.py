"""What a manager sets up, and what the clinic does then: under its name, by its gateway, in its words and prices."""

import re

import pytest

from store.models import Message
from store.text import cleaned
from sync.sandbox.mailbox import Message as Received
from tests.journeys.back_office import (
    KINDS,
    field,
    fills,
    form_opens,
    is_said,
    queues_link,
    saves,
    section_of,
    sends_link,
)
from tests.journeys.clinic import EMAIL, KEYS, MOBILE, Clinic, open_page
from tests.journeys.counted import whole
from tests.journeys.front_desk import SMALL, WIDE, newest, open_desk, stock
from tests.tui.people import AMIRAS, BENS, hire
from tui.screens.admin import AdminScreen
from tui.screens.admin_lists import ListSection
from tui.screens.admin_message_editor import MessageEditor
from tui.screens.admin_messages import MESSAGES, MessagesSection
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.pos_ways import PaymentMenu
from tui.widgets.sheet import Pane, Sheet

BOSS = "boss@riverside.example"


@pytest.fixture
def office(stripe_clinic: Clinic) -> Clinic:
    """A clinic with clients and things to sell."""
    stock(stripe_clinic)
    return stripe_clinic


def last(clinic: Clinic, address: str) -> Received:
    """Return what arrived last at an address."""
    return clinic.sandbox.mailbox.messages(address)[-1]


def arrived(clinic: Clinic, address: str, *words: str) -> list[str]:
    """Return what arrived at an address with all of `words` in it, on one line each."""
    messages = clinic.sandbox.mailbox.messages(address)
    texts = [cleaned(f"{message.subject} {message.text}") for message in messages]
    return [text for text in texts if all(word in text for word in words)]


async def test_the_clinics_name_and_where_questions_go(office: Clinic) -> None:
    """Reception is asked for a manager's PIN; what is saved stands in the bar, the next email, SMS and link."""
    people = hire(office.store)
    async with open_desk(office, actor=people.as_ben) as desk:
        await desk.press("<f9>")
        admin = await desk.comes_to(AdminScreen)
        await desk.sees("Any manager's PIN opens it")
        await desk.press(BENS, "<enter>")
        await desk.is_told("That is no manager's PIN. Try again.")
        await desk.press(AMIRAS, "<enter>")
        await desk.until(lambda: not admin.shut and admin.table.has_focus)
        section = await section_of(desk, "clinic")
        await fills(desk, section, "clinic.name", "Quayside [b] Clinic")
        await fills(desk, section, "clinic.support_email", "care@")
        await desk.press("<ctrl+s>")
        await desk.is_told("“care@” is not an email address")
        assert field(section, "clinic.support_email").has_focus
        assert field(section, "clinic.name").value == "Quayside [b] Clinic"
        assert desk.app.clinic.name == "Riverside Clinic"
        await desk.press("<end>", "quayside.example", "<ctrl+s>")
        await is_said(desk, section, "Saved.")
        await desk.sees("Paydesk Quayside [b] Clinic")
        number = await sends_link(desk, office)
        await desk.press("<f9>")
        await desk.until(lambda: admin.shut)
        await desk.sees("Any manager's PIN opens it")
    request = newest(office, number)
    (email,), (sms,) = office.received(EMAIL, request), office.received(MOBILE, request)
    assert "care@quayside.example" in email.header("Reply-To")
    assert [part in email.text for part in ("Quayside [b] Clinic asks", "care@quayside.example")] == [True, True]
    assert email.subject == "Payment request from Quayside [b] Clinic"
    assert sms.text.startswith("Quayside [b] Clinic asks for £120.00")
    assert any("Quayside [b] Clinic" in str(link) for link in office.links(request))
    whole(office)


async def test_the_gateways_test_call(clinic: Clinic) -> None:
    """It answers with a sentence: all is well, the line is cut, the key is wrong; and right again, at once."""
    stock(clinic)
    name = clinic.dialect.capitalize()
    async with open_desk(clinic) as desk:
        section = await section_of(desk, "gateway")
        await desk.press("<f8>")
        await is_said(desk, section, f"{name} answered and accepts the")
        clinic.sandbox.fault("offline")
        await desk.press("<f8>")
        await is_said(desk, section, f"{name} could not be reached. Nothing was sent.")
        clinic.sandbox.mend()
        await fills(desk, section, "gateway.key", "rk_wrong")
        await desk.press("<f8>")
        await is_said(desk, section, "Save first (^S)")
        await desk.press("<ctrl+s>")
        await is_said(desk, section, "Saved.")
        assert "rk_wrong" not in desk.drawn()
        await desk.press("<f8>")
        await is_said(desk, section, f"{name}: key refused.")
        number = await queues_link(desk)
        await desk.sees("1 queued")
        section = await section_of(desk, "gateway")
        await saves(desk, section, ("gateway.key", KEYS[clinic.dialect]))
        await desk.press("<f8>")
        await is_said(desk, section, f"{name} answered and accepts the")
        await desk.until(lambda: newest(clinic, number).state == "live" and not clinic.waiting())
        await desk.sees("● Online", "0 queued")
    assert len(clinic.links(newest(clinic, number))) == 1
    whole(clinic)


async def test_klarna_off(office: Clinic) -> None:
    """The page of the next link does not offer it; that of the link before still does."""
    async with open_desk(office) as desk:
        before = await sends_link(desk, office)
        section = await section_of(desk, "gateway")
        section.query_one("#gateway-klarna").focus()
        await desk.press("<space>", "<ctrl+s>")
        await is_said(desk, section, "Saved.")
        after = await sends_link(desk, office, "omar")
    for number, offered in ((before, True), (after, False)):
        status, page = await open_page(newest(office, number).url)
        assert (status, 'value="card"' in page, 'value="klarna"' in page) == (200, True, offered)
    whole(office)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_who_is_told_and_a_test(office: Clinic, size: tuple[int, int]) -> None:
    """Nobody yet; a target that will not do; one that does switches it on; a test arrives, and the list says so."""
    target = f"mailto://127.0.0.1:{office.sandbox.smtp_port}?from=desk@example.com&to={BOSS}"
    async with open_desk(office, size) as desk:
        section = await section_of(desk, "notices")
        await desk.press("<end>", "t")
        await is_said(desk, section, "There is nobody to tell yet.")
        await desk.press("<home>", *["<down>"] * KINDS.index("refund_failed"), "<enter>")
        await form_opens(desk, section)
        name = "notify.refund_failed.targets"
        await fills(desk, section, name, "boss at riverside")
        await desk.press("<enter>")
        await desk.is_told("Each target is an Apprise URL")
        assert (field(section, name).has_focus, field(section, name).value) == (True, "boss at riverside")
        await desk.press("<end>", "<ctrl+u>", target, "<enter>")
        await is_said(desk, section, "Saved and switched on. T sends a test.")
        before = len(office.sandbox.mailbox.messages(BOSS))
        await desk.press("t")
        await desk.sees("Test of", "✓ sent")
        assert len(office.sandbox.mailbox.messages(BOSS)) == before + 1
        assert "test" in cleaned(last(office, BOSS).text).lower()
        office.sandbox.fault("offline", scope="smtp")
        await desk.press("t")
        came = section.query_one("#notices-came", Sheet)
        await desk.until(lambda: "◷ waits: " in came.text)
        assert " ".join(came.text.split()).endswith("try again later. It goes out by itself.")
        office.sandbox.mend()
        await desk.press("<space>")
        await is_said(desk, section, "Switched off.")
    assert not (await desk.app.desk.settings()).on("notify.refund_failed.enabled")
    whole(office)


async def test_a_link_that_cannot_be_sent_is_told(office: Clinic) -> None:
    """The mail server refuses the client's address: the clinic is told once, with invoice and client."""
    target = f"mailto://127.0.0.1:{office.sandbox.smtp_port}?from=desk@example.com&to={BOSS}"
    async with open_desk(office) as desk:
        section = await section_of(desk, "notices")
        await desk.press("<home>", *["<down>"] * KINDS.index("payment_link_failed"), "<enter>")
        await form_opens(desk, section)
        await fills(desk, section, "notify.payment_link_failed.targets", target)
        await desk.press("<enter>")
        await is_said(desk, section, "Saved and switched on.")
        office.sandbox.fault("error_500", "before", count=1, scope="smtp")
        number = await queues_link(desk, "omar")
        await desk.until(lambda: arrived(office, BOSS, number))
        await desk.until(lambda: [entry.state for entry in office.waiting()] == ["attention"])
        (told,) = arrived(office, BOSS, number)
        assert "Omar Haddad" in told
    whole(office)


def editor_of(section: MessagesSection) -> MessageEditor:
    """Return the editor that is open."""
    assert section.editor is not None
    return section.editor


def preview(section: MessagesSection) -> str:
    """Return what a client would read, on one line."""
    return " ".join(editor_of(section).query_one("#words-preview", Pane).sheet.text.split())


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_the_words_of_the_sms(office: Clinic, size: tuple[int, int]) -> None:
    """The preview counts parts and names the character that makes two of one; the next SMS has the new words."""
    async with open_desk(office, size) as desk:
        section = await section_of(desk, "messages")
        assert isinstance(section, MessagesSection)
        await desk.press("<home>", *["<down>"] * list(MESSAGES).index("payment_request-sms"), "<enter>")
        await desk.until(lambda: section.editor is not None and "· 1 part" in preview(section))
        await desk.press("<f7>", "Dear {client}, {clinic} asks {amount}: {url} {cod}")
        await desk.press("<ctrl+s>")
        await desk.is_told("{cod}")
        assert desk.app.focused is editor_of(section).query_one("#words")
        await desk.press("<backspace>", "e} Д")
        await desk.until(lambda: "make every part shorter: Д" in preview(section) and "· 2 parts" in preview(section))
        assert "Dear Jane Smith, Riverside Clinic asks £211.00:" in preview(section)
        await desk.press("<backspace>")
        await desk.until(lambda: "· 1 part" in preview(section))
        await desk.press("<ctrl+s>")
        await is_said(desk, section, "Payment link by SMS: saved.")
    async with open_desk(office) as desk:
        number = await sends_link(desk, office)
    request = newest(office, number)
    (sms,) = office.received(MOBILE, request)
    assert sms.text.strip() == f"Dear Jane Smith, Riverside Clinic asks £120.00: {request.url} {request.code}"
    whole(office)


async def test_another_charge(office: Clinic) -> None:
    """The next dialog shows it, the log keeps it, and what was charged before stays."""
    async with open_desk(office) as desk:
        before = await sends_link(desk, office)
        section = await section_of(desk, "charges")
        assert isinstance(section, ListSection)
        await desk.press("<home>", *["<down>"] * [row.key for row in section.table.rows].index("pos sms"), "<enter>")
        await form_opens(desk, section)
        await fills(desk, section, "net", "7p")
        await desk.press("<ctrl+s>")
        await desk.is_told("“7p” is not an amount")
        assert field(section, "net").has_focus
        await desk.press("<end>", "<ctrl+u>", "0.10", "<ctrl+s>")
        await is_said(desk, section, "SMS from the POS: saved.")
        await desk.press("<f2>", "<f7>")
        after = await desk.sells("omar", "cons")
        await desk.press("<f8>", "p")
        await desk.dialog()
        await desk.sees("10p + VAT 2p")
        await desk.press("<enter>")
        await desk.until(lambda: newest(office, after).state == "live" and not office.waiting())
        await desk.press("<escape>", "<f3>")
        await desk.sees(after)
        await desk.press("/", after, "<enter>")
        popup = await desk.comes_to(InvoicePopup)
        await desk.press("4")
        await desk.until(lambda: "charge £0.12" in " ".join(popup.pane("log").sheet.text.split()))
    assert sums(newest(office, before).messages) == [("email", 0, 0), ("sms", 5, 1)]
    assert sums(newest(office, after).messages) == [("email", 0, 0), ("sms", 10, 2)]
    whole(office)


def sums(messages: tuple[Message, ...]) -> list[tuple[str, int, int]]:
    """Return what messages cost."""
    return [(message.channel, message.net, message.vat) for message in messages]


async def test_the_tills_payment_types(office: Clinic) -> None:
    """Added, moved, renamed, switched off: the POS offers what there is, in that order, by those letters."""
    async with open_desk(office) as desk:
        number = await desk.sells("jane", "cons")

        def offered() -> list[tuple[str, str]]:
            menu = desk.pos.query_one(PaymentMenu)
            return [(str(row.cells[0]), str(row.cells[1])) for row in menu.rows]

        before = offered()
        section = await section_of(desk, "types")
        await desk.press("n")
        await form_opens(desk, section)
        await desk.press("Cheque", "<enter>", "c", "<enter>", "<enter>")
        await desk.is_told("is the key of Cash")
        assert (field(section, "key").has_focus, field(section, "name").value) == (True, "Cheque")
        await desk.press("<end>", "<backspace>", "e", "<ctrl+s>")
        await is_said(desk, section, "Cheque is saved.")
        await desk.press("<f2>")
        await desk.until(lambda: offered() == [*before, ("Cheque", "E")])
        section = await section_of(desk, "types")
        assert isinstance(section, ListSection)
        await desk.press("<end>", "u")
        await desk.until(lambda: str(section.table.rows[-2].cells[0]) == "Cheque" and not section.busy)
        await desk.press("<enter>")
        await form_opens(desk, section)
        await fills(desk, section, "name", "Bank [cheque]")
        await desk.press("<ctrl+s>")
        await is_said(desk, section, "Bank [cheque] is saved.")
        card = [row.key for row in section.table.rows].index("card")
        await desk.press("<home>", *["<down>"] * card, "<space>")
        await is_said(desk, section, "Card terminal is not offered any more.")
        await desk.press("<f2>")
        await desk.until(lambda: ("Bank [cheque]", "E") in offered() and ("Card terminal", "T") not in offered())
        await desk.press("<f8>", "e")
        await desk.sees("Bank [cheque]", "of £120.00 due")
        await desk.press("<enter>")
        await desk.sees(f"{number} ● Paid")
    (payment,) = office.invoice(number).payments
    assert (payment.type, payment.amount) == ("cheque", 12_000)
    whole(office)


async def test_a_new_item_is_sold(office: Clinic) -> None:
    """Its VAT rate is asked for, never guessed; then the POS finds it by a few letters, by its code, with its VAT."""
    async with open_desk(office) as desk:
        section = await section_of(desk, "catalogue")
        await desk.press("Travel [pack]", "<ctrl+n>")
        await form_opens(desk, section)
        await fills(desk, section, "price", "10,50")
        await desk.press("<ctrl+s>")
        await desk.is_told("“10,50” is not an amount")
        assert (field(section, "price").has_focus, field(section, "name").value) == (True, "Travel [pack]")
        await desk.press("<end>", "<ctrl+u>", "10.50", "<ctrl+s>")
        await desk.is_told("Type the VAT rate in per cent")
        assert field(section, "vat").has_focus
        await desk.press("5", "<tab>", "TP1", "<ctrl+s>")
        await is_said(desk, section, "Travel [pack] is saved.")
        await desk.press("<f2>")
        number = await desk.sells("jane", "trav")
        await desk.press("TP1", "<enter>")
        await desk.sees("VAT 5% £1.00", "Total £21.00")
        await desk.until(lambda: office.invoice(number).row.total == 2_100)
    assert re.findall("500", " ".join(str(line.vat_rate) for line in office.invoice(number).lines))
    whole(office)
