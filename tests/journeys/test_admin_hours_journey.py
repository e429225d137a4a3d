"""What Admin sets going by the clock, and how the desk itself looks and is used: hours, reminders, theme, keys."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from store import settings
from tests.journeys.back_office import (
    KINDS,
    field,
    fills,
    form_opens,
    idle,
    is_said,
    queues_link,
    saves,
    section_of,
    sends_link,
)
from tests.journeys.clinic import EMAIL, MOBILE, Clinic, pay
from tests.journeys.counted import whole
from tests.journeys.front_desk import FrontDesk, newest, open_desk, stock
from tests.tui.adminning import notes
from tui.screens.admin_key_ask import KeyDialog
from tui.screens.admin_section import Section
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.outbox import OutboxScreen
from tui.screens.payment_link import PaymentLinkDialog

LONDON = ZoneInfo("Europe/London")
BOSS = "boss@riverside.example"


@pytest.fixture
def office(stripe_clinic: Clinic) -> Clinic:
    """A clinic with clients and things to sell."""
    stock(stripe_clinic)
    return stripe_clinic


def wake(clinic: Clinic) -> None:
    """Have the engine look at the clock, as any commit does."""
    clinic.store.write(lambda tx: settings.put(tx, "clinic.zone", "Europe/London"))


def comes(clinic: Clinic, hour: int, minute: int = 0) -> None:
    """Move the clinic's clock on to the next time at which the clocks in London show this."""
    now = clinic.clock().astimezone(LONDON)
    at = datetime.combine(now.date(), now.time().replace(hour=hour, minute=minute, second=0, microsecond=0), LONDON)
    if at <= now:
        at += timedelta(days=1)
    clinic.clock.ahead += at - now
    wake(clinic)


def goes_by(clinic: Clinic, **time: float) -> None:
    """Move the clinic's clock on."""
    clinic.clock.ahead += timedelta(**time)
    wake(clinic)


async def test_what_waited_overnight_goes_in_the_morning(office: Clinic) -> None:
    """The line is cut in the evening and back at night: the link is made, and the client reads of it at 07:30."""
    async with open_desk(office, now=office.clock) as desk:
        section = await section_of(desk, "reminders")
        await fills(desk, section, "quiet.hours", "9pm-7am")
        await desk.press("<ctrl+s>")
        await desk.is_told("“9pm-7am”")
        assert (field(section, "quiet.hours").has_focus, field(section, "quiet.hours").value) == (True, "9pm-7am")
        await saves(desk, section, ("quiet.hours", "21:30-07:30"))
        assert "From 21:30 to 07:30 nothing that has waited reaches a client" in notes(section)
        comes(office, 20, 50)
        office.sandbox.fault("offline")
        number = await queues_link(desk)
        await desk.sees("1 queued", "○ Offline since")
        comes(office, 22)
        office.sandbox.mend()
        goes_by(office, minutes=10)
        await desk.until(lambda: newest(office, number).state == "live")
        await desk.until(lambda: all("quiet hours" in entry.last_error for entry in office.waiting()))
        await desk.press("<f5>")
        await desk.comes_to(OutboxScreen)
        await desk.sees("waits until 07:30: quiet hours", "2 queued")
        comes(office, 6)
        await desk.until(lambda: len(office.waiting()) == 2)
        request = newest(office, number)
        assert office.received(EMAIL, request) == office.received(MOBILE, request) == []
        comes(office, 7, 31)
        await desk.until(lambda: not office.waiting())
        await desk.sees("Nothing waits.", "0 queued")
    assert [len(office.received(to, request)) for to in (EMAIL, MOBILE)] == [1, 1]
    whole(office)


async def test_an_unpaid_link_is_chased_once(office: Clinic) -> None:
    """After three days, not in quiet hours, once; what is paid is not chased; the log says that a reminder went."""
    async with open_desk(office, now=office.clock) as desk:
        section = await section_of(desk, "reminders")
        await fills(desk, section, "chase.days", "soon")
        await desk.press("<ctrl+s>")
        await desk.is_told("soon")
        assert field(section, "chase.days").has_focus
        await saves(desk, section, ("chase.days", "3"))
        assert "Links that are unpaid after 3 days get an email." in notes(section)
        comes(office, 10)
        late = await sends_link(desk, office)
        paid = await sends_link(desk, office, "omar")
        await pay(newest(office, paid).url)
        await desk.until(lambda: newest(office, paid).state == "paid")
        goes_by(office, days=2, hours=23)
        await settled(desk, office)
        assert len(newest(office, late).messages) == 2
        goes_by(office, hours=2)
        await desk.until(lambda: len(newest(office, late).messages) == 3)
        for days in (1, 3, 20):
            goes_by(office, days=days)
            await settled(desk, office)
        request = newest(office, late)
        assert sorted(message.kind for message in request.messages) == ["payment_request"] * 2 + ["reminder"]
        assert [message.kind for message in newest(office, paid).messages] == ["payment_request"] * 2
        _, reminder = office.received(EMAIL, request)
        assert reminder.subject == "Reminder: payment request from Riverside Clinic"
        assert (request.url in reminder.text, len(office.received(MOBILE, request))) == (True, 1)
        await desk.press("<f3>")
        await desk.sees(late)
        await desk.press("/", late, "<enter>")
        popup = await desk.comes_to(InvoicePopup)
        await desk.press("4")
        await desk.until(lambda: "eminder" in popup.pane("log").sheet.text)
    whole(office)


async def settled(desk: FrontDesk, clinic: Clinic) -> None:
    """Wait until the engine has heard from the gateway at this time of the clock, and nothing waits."""
    at = clinic.clock()
    await desk.until(lambda: heard_at(clinic) >= at - timedelta(minutes=1) and not clinic.waiting())


def heard_at(clinic: Clinic) -> datetime:
    """Return when the gateway was last heard."""
    text = clinic.store.read(lambda reader: reader.value("SELECT heard_at FROM services WHERE name = 'gateway'"))
    return datetime.fromisoformat(str(text))


async def test_an_outage_is_told_once(office: Clinic) -> None:
    """Five minutes without the gateway, as Admin says: one notification, and none for the rest of the outage."""
    target = f"mailto://127.0.0.1:{office.sandbox.smtp_port}?from=desk@example.com&to={BOSS}"
    before = len(office.sandbox.mailbox.messages(BOSS))
    async with open_desk(office, now=office.clock) as desk:
        section = await section_of(desk, "notices")
        await desk.press("<home>", *["<down>"] * KINDS.index("offline"), "<enter>")
        await form_opens(desk, section)
        await fills(desk, section, "notify.offline.targets", target)
        await fills(desk, section, "notify.offline.minutes", "0")
        await desk.press("<ctrl+s>")
        await desk.is_told("Type a whole number from 1")
        assert field(section, "notify.offline.targets").value == target
        await fills(desk, section, "notify.offline.minutes", "5")
        await desk.press("<ctrl+s>")
        await is_said(desk, section, "Saved and switched on.")
        comes(office, 10)
        await desk.sees("● Online")
        office.sandbox.fault("refuse", scope="stripe")
        await queues_link(desk)
        await desk.sees("○ Offline since")
        assert len(office.sandbox.mailbox.messages(BOSS)) == before
        for _ in range(3):
            goes_by(office, minutes=6)
            await desk.until(lambda: len(office.sandbox.mailbox.messages(BOSS)) == before + 1)
        told = office.sandbox.mailbox.messages(BOSS)[-1]
        assert "The payment gateway has not answered since" in told.text
        office.sandbox.mend()
        goes_by(office, minutes=6)
        await desk.sees("● Online", "0 queued")
    assert len(office.sandbox.mailbox.messages(BOSS)) == before + 1
    whole(office)


async def test_other_colours_and_another_key(office: Clinic) -> None:
    """A theme and a key are changed: they hold at once, at a key that is taken it says so, and after a new start."""
    async with open_desk(office) as desk:
        usual = desk.app.theme
        section = await section_of(desk, "themes")
        await desk.press("<down>")
        await desk.until(lambda: desk.app.theme != usual)
        tried = desk.app.theme
        await desk.press("<enter>")
        await is_said(desk, section, "it is.")

        section = await section_of(desk, "keys")
        await desk.until(lambda: section.query("#keys-list") and "Reading" not in desk.drawn())
        await desk.press("pos.payment")
        await desk.sees("pos.payment")
        await desk.press("<enter>")
        await desk.comes_to(KeyDialog)
        await desk.press("<f5>")
        await desk.is_told("taken by app.outbox")
        await desk.press("<f11>")
        await is_said(desk, section, "F11 from now on.")
        await pays_by(desk, "<f11>")
    async with open_desk(office) as desk:
        await desk.until(lambda: desk.app.theme == tried)
        await desk.press("<ctrl+o>", "<enter>")
        await desk.sees("F11 pay")
        await pays_by(desk, "<f11>")
        assert desk.app.theme == tried
    whole(office)


async def pays_by(desk: FrontDesk, key: str) -> None:
    """Ask for a payment of a sale with this key in the place of F8, and leave it."""
    await desk.press("<f2>")
    await desk.until(lambda: desk.app.screen is desk.pos)
    if desk.pos.choosing:
        await desk.sells("jane", "cons")
    await desk.press("<f8>", "p")
    assert not isinstance(desk.app.screen, PaymentLinkDialog)
    await desk.press("<end>", "<ctrl+u>", key, "p")
    await desk.dialog()
    await desk.press("<escape>")
    await desk.until(lambda: desk.app.screen is desk.pos)


@pytest.mark.parametrize(
    ("name", "row", "setting", "typed", "why"),
    [
        ("clinic", 0, "clinic.zone", "Mars/Base", "not a time zone"),
        ("clinic", 0, "clinic.currency", "pounds", "not a currency"),
        ("gateway", 0, "gateway.url", "somewhere", "https"),
        ("senders", 0, "email.url", "mailto://example.com", "{email}"),
        ("senders", 0, "sms.url", "sms", "{mobile}"),
        ("charges", 1, "vat", "200", "VAT rate"),
        ("types", 1, "name", "", "Type the payment type's name"),
        ("desk", 0, "desk.lock_after", "ten", "Type a whole number"),
        ("desk", 0, "desk.opens_as", "Zed", "Nobody of reception is registered yet."),
        ("desk", 0, "desk.print_command", "lp", "Put {file} where"),
    ],
)
async def test_what_will_not_do(office: Clinic, name: str, row: int, setting: str, typed: str, why: str) -> None:
    """Said in place, the focus on it, as it was typed; Esc asks before it is given up, and nothing was saved."""
    before = dict(office.store.read(lambda reader: settings.load(reader, office.folder)))
    async with open_desk(office) as desk:
        section = await section_of(desk, name)
        if row:
            await desk.press("<home>", *["<down>"] * (row - 1), "<enter>")
            await form_opens(desk, section)
        await fills(desk, section, setting, typed)
        await desk.press("<ctrl+s>")
        await desk.is_told(why)
        await desk.until(lambda: idle(section))
        assert (field(section, setting).has_focus, field(section, setting).value) == (True, typed)
        await goes_back(desk, section)
    assert dict(office.store.read(lambda reader: settings.load(reader, office.folder))) == before
    whole(office)


async def goes_back(desk: FrontDesk, section: Section) -> None:
    """Leave what is not saved: the question first says no, then yes."""
    await desk.press("<escape>")
    await desk.sees(f"What you typed in {section.TITLE}", "is not saved.")
    await desk.press("<escape>")
    await desk.until(lambda: section.has_focus_within and section.unsaved)
    await desk.press("<escape>")
    await desk.sees(f"What you typed in {section.TITLE}", "is not saved.")
    await desk.press("<enter>")
    await desk.until(lambda: not section.unsaved)
