"""The main screens as text, at both sizes, with a frozen clock."""

from datetime import timedelta

import pytest

from store import requests, services
from store.database import Store, Tx
from store.reading import request_by_id
from tests.tui.conditions import until
from tests.tui.conftest import NOW
from tests.tui.snapshots import shows
from tui.app import PaydeskApp

SIZES = ((80, 24), (160, 45))
CODE = "K7Q-42M"
URL = "https://buy.stripe.com/test_5kA7sLfake0000000"


def asked(store: Store, *, live: bool) -> str:
    """Ask for INV-000002 by email and SMS under a fixed code; `live`: the gateway made the link."""

    def work(tx: Tx) -> str:
        request, _ = requests.send(tx, "INV-000002", {"email": "", "sms": ""}, origin="pos")
        tx.run("UPDATE requests SET code = :code", code=CODE)
        if live:
            requests.link_made(
                tx, request.id, gateway="stripe", gateway_id="plink_1", url=URL, poll_at=NOW + timedelta(days=1)
            )
            services.heard(tx, services.GATEWAY)
        else:
            services.lost(tx, services.GATEWAY, "offline", reason="Stripe could not be reached.", next_try_at=None)
        return request.id

    return store.write(work, actor="Amira")


@pytest.mark.parametrize("size", SIZES)
async def test_the_point_of_sale(app: PaydeskApp, size: tuple[int, int]) -> None:
    """Empty, with a sale, and asking how the link goes out."""
    async with app.run_test(size=size) as pilot:
        await shows(pilot, "pos-empty")
        await pilot.press(*"jane", "enter", *"consul", "enter", "enter")
        await shows(pilot, "pos-sale")
        await pilot.press("f8", "p")
        await until(pilot, lambda: type(app.screen).__name__ == "PaymentLinkDialog")
        await shows(pilot, "payment-link")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("live", [True, False], ids=["ready", "offline"])
async def test_the_link(app: PaydeskApp, store: Store, size: tuple[int, int], *, live: bool) -> None:
    """The QR with its state, and what is there instead while the line is down."""
    from tui.screens.link_panel import LinkPanel, LinkScreen

    request_id = asked(store, live=live)
    async with app.run_test(size=size) as pilot:
        app.push_screen(LinkScreen(request_id))
        await until(pilot, lambda: app.screen.query(LinkPanel) and app.screen.query_one(LinkPanel).request)
        assert store.read(lambda reader: request_by_id(reader, request_id)).code == CODE
        await shows(pilot, "link-ready" if live else "link-offline")


@pytest.mark.parametrize("size", SIZES)
async def test_the_invoices(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """The list, the pop-up and its options."""
    asked(store, live=True)
    async with app.run_test(size=size) as pilot:
        await pilot.press("f3")
        await shows(pilot, "invoices")
        await pilot.press("enter")
        await shows(pilot, "invoice")
        await pilot.press("o")
        await shows(pilot, "invoice-options")


@pytest.mark.parametrize("size", SIZES)
async def test_the_outbox(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """One entry that waits for the line."""
    asked(store, live=False)
    async with app.run_test(size=size) as pilot:
        await pilot.press("f5")
        await shows(pilot, "outbox")


@pytest.mark.parametrize("size", SIZES)
async def test_the_first_start_and_the_help(app: PaydeskApp, size: tuple[int, int]) -> None:
    """Three questions; and the keys of the point of sale."""
    from tui.screens.setup import SetupScreen

    async with app.run_test(size=size) as pilot:
        await pilot.press("f1")
        await shows(pilot, "help")
        await pilot.press("escape")
        app.push_screen(SetupScreen())
        await shows(pilot, "setup")
