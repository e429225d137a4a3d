"""The short code that a client reads out: wherever they can read it, and found in any search, offline too."""

import importlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

import tui.screens
from store.rebuild import differences
from tests.journeys.clinic import EMAIL, MOBILE, Clinic, open_page, pay
from tests.journeys.front_desk import BLOCK, FrontDesk, newest, open_desk, stock
from tui.screens.admin_catalogue import CatalogueSearch
from tui.screens.admin_keys import KeysSearch
from tui.screens.clients import ClientsSearch
from tui.screens.clients_merge import MergeSearch
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.invoices import InvoiceSearch
from tui.screens.parked import ParkedSearch
from tui.screens.pos_client import ClientSearch
from tui.screens.pos_items import ItemSearch
from tui.widgets.search_box import SearchBox

Way = Callable[[FrontDesk], Awaitable[None]]


async def test_the_client_can_read_it_everywhere(clinic: Clinic) -> None:
    """In the email (text and HTML), the SMS, on the pay page; after paying on the receipt, on paper and by email."""
    stock(clinic)
    async with open_desk(clinic) as desk:
        number = await desk.sells("jane", "cons", "flu")
        await desk.press("<f8>", "<enter>")
        await desk.dialog()
        await desk.press("<enter>")
        await desk.sees(BLOCK)
        await desk.until(lambda: newest(clinic, number).url)
        request = newest(clinic, number)
        await desk.sees(request.code)
        await desk.until(lambda: all(message.sent_at for message in newest(clinic, number).messages))
        (email,) = clinic.received(EMAIL, request)
        (sms,) = clinic.received(MOBILE, request)
        assert [request.code in text for text in (email.text, email.html, sms.text)] == [True, True, True]
        status, page = await open_page(request.url)
        assert (status, request.code in page) == (200, True)

        await pay(request.url)
        await desk.sees("● Paid")
        _, page = await open_page(request.url)
        assert request.code in page
        assert request.code in await desk.app.desk.receipt_text(number)
        await desk.press("<escape>", "<f3>")
        await desk.sees(number)
        await desk.press("<enter>")
        await desk.sees("O options")
        await desk.press("om")
        await desk.sees("Email receipt", "jane@example.com")
        await desk.press("<enter>")
        await desk.until(lambda: len(clinic.received(EMAIL, request)) == 2)
        receipt = clinic.received(EMAIL, request)[-1]
        assert "receipt" in receipt.subject.lower()
        assert request.code in receipt.html
        assert clinic.received(MOBILE, request) == [sms]
    assert clinic.store.read(differences) == []
    assert clinic.problems() == ()


async def _pos_client(desk: FrontDesk) -> None:
    await desk.press("<f2>")


async def _pos_item(desk: FrontDesk) -> None:
    await desk.press("<f2>", "omar", "<enter>")


async def _invoices(desk: FrontDesk) -> None:
    await desk.press("<f3>")


async def _clients(desk: FrontDesk) -> None:
    await desk.press("<f4>")


async def _merge(desk: FrontDesk) -> None:
    await desk.press("<f4>")
    await desk.sees("Jane Smith")
    await desk.press("jane", "<enter>")
    await desk.sees("M merge")
    await desk.press("m")


async def _parked(desk: FrontDesk) -> None:
    await desk.press("<f2>", "<ctrl+o>")


def _admin(section: str) -> Way:
    async def go(desk: FrontDesk) -> None:
        await desk.press("<f9>")
        await desk.sees("Notifications", "Catalogue")
        await desk.press("<ctrl+p>", f"Admin: {section}")
        await desk.sees(f"Admin: {section}")
        await desk.press("<enter>")

    return go


SEARCHES: list[tuple[type[SearchBox], Way]] = [
    (ClientSearch, _pos_client),
    (ItemSearch, _pos_item),
    (InvoiceSearch, _invoices),
    (ClientsSearch, _clients),
    (MergeSearch, _merge),
    (ParkedSearch, _parked),
    (CatalogueSearch, _admin("Catalogue")),
    (KeysSearch, _admin("Keys")),
]
"""Every search there is, and how one comes to it."""


def _kinds(of: type[SearchBox]) -> set[type[SearchBox]]:
    return {kind for each in of.__subclasses__() for kind in (each, *_kinds(each))}


def test_no_search_is_left_out() -> None:
    """Whoever adds a search tries it here."""
    for path in sorted(Path(tui.screens.__file__).parent.glob("*.py")):
        importlib.import_module(f"tui.screens.{path.stem}")
    ours = {kind for kind in _kinds(SearchBox) if kind.__module__.startswith("tui.")}
    assert ours == {kind for kind, _ in SEARCHES}


def spellings(code: str) -> list[str]:
    """Return a code as people type it."""
    return [code, code.replace("-", ""), code.lower(), code.replace("-", "").lower()]


@pytest.mark.parametrize(("kind", "way"), SEARCHES, ids=[kind.__name__ for kind, _ in SEARCHES])
async def test_typed_into_any_search_it_opens_its_request(
    stripe_clinic: Clinic, kind: type[SearchBox], way: Way
) -> None:
    """While the line is down: with or without the dash, in small letters or large; the field is empty again."""
    clinic = stripe_clinic
    stock(clinic)
    clinic.sandbox.fault("offline")
    other, request = (clinic.send(clinic.draft(), {"email": ""}) for _ in range(2))
    async with open_desk(clinic) as desk:
        await desk.sees("○ Offline since")
        await way(desk)
        await desk.until(lambda: isinstance(desk.app.focused, kind))
        search = desk.app.focused
        assert isinstance(search, kind)
        for typed in spellings(request.code):
            await desk.press(typed, "<enter>")
            popup = await desk.comes_to(InvoicePopup)
            assert popup.request_id == request.id
            await desk.sees("Invoice", request.code, "Payment link queued")
            assert other.code not in desk.shown()
            await desk.press("<escape>")
            await desk.until(lambda: desk.app.focused is search)
            assert search.value == ""
    assert [clinic.now_is(each).state for each in (request, other)] == ["queued", "queued"]
    assert clinic.problems() == ()


async def test_a_code_that_nobody_has(stripe_clinic: Clinic) -> None:
    """The one that asks may be deceived: it is said so, and no client or line is made of it."""
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as desk:
        await desk.until(lambda: isinstance(desk.app.focused, ClientSearch))
        await desk.press("k7q42m", "<enter>")
        await desk.is_told("No payment request has the code K7Q-42M.")
        assert desk.app.screen is desk.pos
        await desk.press("<f4>")
        await desk.until(lambda: isinstance(desk.app.focused, ClientsSearch))
        await desk.press("K7Q-42M", "<enter>")
        await desk.sees("No payment request has the code K7Q-42M.")
