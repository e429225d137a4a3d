"""A client's card that goes: two made one, and one erased on request; the money stays."""

from functools import partial

import pytest
from textual.widgets import Input, Static

from store import clients, credit
from store.clients import present
from store.errors import Refused
from store.models import Client
from tests.journeys.at_the_card import NOTE, approves, card_of, client, is_said, section, sends, typed
from tests.journeys.clinic import Clinic, open_page, pay
from tests.journeys.counted import entries, whole
from tests.journeys.front_desk import SMALL, WIDE, FrontDesk, newest, open_desk, stock
from tests.tui.people import AMIRAS, BENS, Staff, hire
from tests.tui.selling import at_once
from tui.screens.approve import ApproveDialog
from tui.screens.ask import Confirm
from tui.screens.clients import ClientsScreen
from tui.screens.clients_erase import EraseDialog
from tui.screens.clients_merge import MergeDialog
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.invoices import InvoicesScreen
from tui.widgets.list_table import ListTable

ERASED = "Erased client"
PRIVATE = ("Jane", "Smith", "jane@", "jane.new@", "07700 900123", "+447700900123", "Rings")
"""What only Jane's card and what was sent to her say."""


@pytest.fixture
def desks(stripe_clinic: Clinic) -> Clinic:
    """A clinic with clients and things to sell."""
    stock(stripe_clinic)
    return stripe_clinic


@pytest.fixture
def people(desks: Clinic) -> Staff:
    """Amira, a manager, and Ben of reception."""
    return hire(desks.store)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_two_cards_made_one(desks: Clinic, people: Staff, size: tuple[int, int]) -> None:
    """Credit, notes, invoices and an open link come over with a manager's PIN; what is then paid is hers."""

    def twin(tx: object) -> Client:
        made = clients.add(tx, name="Jayne Smith", email="jayne@example.com")  # type: ignore[arg-type]
        credit.deposit(tx, made.id, "cash", 2_500, currency="GBP")  # type: ignore[arg-type]
        return made

    gone = desks.store.write(twin)
    async with open_desk(desks, size, actor=people.as_ben) as desk:
        number = await desk.sells("jayne", "cons")
        await sends(desk, desks, number)
        pane = await card_of(desk, "jayne")
        await desk.press("n", NOTE, "<enter>")
        await desk.until(lambda: NOTE in section(pane, "notes"))

        pane = await card_of(desk, "jane smith")
        await desk.press("m")
        dialog = await desk.comes_to(MergeDialog)
        table = dialog.query_one(ListTable)
        await desk.until(lambda: [row.cells[0] for row in table.rows] == ["Jayne Smith"])
        await desk.press("<enter>")
        question = await desk.comes_to(Confirm)
        asks = str(question.query_one("#question", Static).content)
        assert (
            "Jayne Smith · jayne@example.com goes into Jane Smith, with 1 invoice, £25.00 of credit, 1 note" in asks
        )
        await desk.press("<enter>")
        await desk.comes_to(ApproveDialog)
        await desk.press(BENS, "<enter>")
        await desk.is_told("That is no manager's PIN.")
        assert client(desks, "jayne").id == gone.id
        await desk.press(AMIRAS, "<enter>")
        await is_said(desk, pane, "Jayne Smith's card is now part of this one.")
        await desk.sees("£120.00 due", "£25.00 credit", "Invoices 1", "Notes 2")
        assert [part in section(pane, "notes") for part in (NOTE, "Merged from another card: Jayne Smith")] == [
            True,
            True,
        ]
        assert section(pane, "credit").endswith("Left £25.00")

        assert await pay(newest(desks, number).url) < 400
        await desk.sees("£0.00 due")
        await desk.press("2")
        await desk.sees(number, "● Paid")
        await desk.press("<f2>", "<f7>")
        await desk.until(lambda: desk.app.focused is desk.pos.client_search)
        await desk.press("jayne")
        await desk.sees("Nobody found")
        await desk.press("<f3>")
        await desk.sees(number, "Jane Smith")
    kept = client(desks, "jane")
    assert desks.invoice(number).client.id == kept.id
    assert desks.store.read(partial(credit.balance, client_id=kept.id)) == 2_500
    (merged,) = entries(desks, "client_merged")
    assert (merged.actor, merged.payload["approved_by"]) == ("Ben", "Amira")
    whole(desks)


async def known_by_heart(desk: FrontDesk, clinic: Clinic) -> tuple[str, str]:
    """Have Jane pay one link with a receipt by email, be asked by another, and noted on; return the two invoices."""
    paid = await desk.sells("jane", "cons", "flu")
    await sends(desk, clinic, paid)
    await pay(newest(clinic, paid).url)
    await desk.until(lambda: clinic.invoice(paid).row.state == "paid")
    await desk.app.desk.email_receipt(paid)
    await desk.app.desk.add_note(client(clinic, "jane").id, NOTE)
    await desk.press("<f7>")
    asked = await desk.sells("jane", "cons")
    await sends(desk, clinic, asked)
    await desk.press("<f7>")
    await desk.until(lambda: desk.app.focused is desk.pos.client_search and not clinic.waiting())
    return paid, asked


async def cancelled(desk: FrontDesk, clinic: Clinic, number: str) -> None:
    """Take an invoice's link back, there too."""
    await desk.app.desk.cancel(newest(clinic, number).id)
    await desk.until(lambda: newest(clinic, number).state == "cancelled" and not clinic.waiting())


async def test_not_erased_while_a_link_is_open(desks: Clinic, people: Staff) -> None:
    """The word, a manager's PIN, and still not: the dialog says which link, and erases once that is closed."""
    async with open_desk(desks, actor=people.as_ben) as desk:
        _, asked = await known_by_heart(desk, desks)
        await card_of(desk, "jane")
        await desk.press("x")
        dialog = await desk.comes_to(EraseDialog)
        await desk.press("<enter>")
        await desk.is_told("Type the word erase")
        at_once(desk.app, *"erase", "<enter>")
        await approves(desk, "erase a client's personal data")
        request = newest(desks, asked)
        await desk.is_told(f"Payment link {request.code} of {asked} is still open. Cancel it")
        assert (desk.app.screen is dialog, typed(desk, "erase-word")) == (True, "erase")
        assert client(desks, "jane").name == "Jane Smith"
        await cancelled(desk, desks, asked)
        await desk.press("<enter>")
        await approves(desk, "erase a client's personal data")
        screen = await desk.comes_to(ClientsScreen)
        await desk.until(lambda: screen.said_count == "2 clients" and not screen.in_card)
        assert [link.state for link in desks.links(request)] == ["inactive"]
        _, page = await open_page(request.url)
        assert 'name="session"' not in page
    (fact,) = entries(desks, "client_erased")
    assert (fact.actor, fact.payload["approved_by"]) == ("Ben", "Amira")
    whole(desks)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_erased_on_request(desks: Clinic, people: Staff, size: tuple[int, int]) -> None:
    """The name is on no screen and in no file any more; what was asked and paid is what it was."""
    async with open_desk(desks, size, actor=people.as_amira) as desk:
        paid, asked = await known_by_heart(desk, desks)
        await cancelled(desk, desks, asked)
        before = desks.invoice(paid).row
        await card_of(desk, "jane")
        await desk.press("x", "erase", "<enter>")
        screen = await desk.comes_to(ClientsScreen)
        await desk.until(lambda: screen.said_count == "2 clients" and not screen.in_card)
        await nowhere(desk)
        await desk.press("jane")
        await desk.sees("Nobody matches")
        await desk.press("<escape>", "<f2>", "jane")
        await desk.sees("Nobody found")
        for mode in ("<f3>", "<f4>", "<f5>", "<f6>", "<f9>"):
            await desk.press(mode)
            await nowhere(desk)
        for number in (paid, asked):
            await shows_nobody(desk, number)
        assert "Jane" not in await desk.app.desk.receipt_text(paid)
    after = desks.invoice(paid).row
    assert (after.total, after.vat, after.paid, after.state) == (before.total, before.vat, before.paid, "paid")
    assert after.client_name == ERASED
    with pytest.raises(Refused, match="erased"):
        desks.store.read(partial(present, client_id=after.client_id))
    kept = b"".join(path.read_bytes() for path in desks.folder.rglob("*") if path.is_file())
    assert [text for text in PRIVATE if text.encode() in kept] == []
    whole(desks)


async def nowhere(desk: FrontDesk) -> None:
    """Check that the screen, once it is drawn, says nothing of Jane."""
    try:
        await desk.until(lambda: not any(text in desk.drawn() for text in PRIVATE))
    except AssertionError as still:
        raise AssertionError(f"Jane is still in:\n{desk.drawn()}") from still
    assert not any(text in " ".join(desk.said()) for text in PRIVATE)


async def shows_nobody(desk: FrontDesk, number: str) -> None:
    """Open an invoice and look through its sections."""
    await desk.press("<f3>")
    screen = await desk.comes_to(InvoicesScreen)
    await desk.press("/")
    await desk.until(lambda: screen.query_one(Input).has_focus)
    screen.query_one(Input).value = ""
    await desk.press(number)
    await desk.sees(number)
    await desk.press("<enter>")
    popup = await desk.comes_to(InvoicePopup)
    await desk.sees(ERASED)
    for key, name in (("1", "lines"), ("2", "payments"), ("3", "links"), ("4", "log")):
        await desk.press(key)
        await desk.until(lambda name=name: popup.pane(name).sheet.text)  # type: ignore[misc]
        assert not any(text in popup.pane(name).sheet.text for text in PRIVATE)
        await nowhere(desk)
    await desk.press("<escape>")
