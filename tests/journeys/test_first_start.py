"""The first start on an empty folder: a few answers, and a desk whose sandbox is a process beside it."""

from pathlib import Path

import httpx

from store.database import By
from tests.journeys.clinic import pay
from tests.journeys.front_desk import BLOCK, SMALL, FrontDesk
from tui.cli.session import opened
from tui.desk import Desk
from tui.screens.pos import PosScreen
from tui.screens.setup import SetupScreen
from tui.screens.sign_in import SignInScreen
from tui.wiring import wired

ANSWERS = ("<enter>", "<enter>", "<enter>", "Amira", "<enter>", "2468", "<enter>", "2468", "<enter>")
"""Name, address and gateway as offered; the first manager."""


async def test_a_few_answers_and_the_desk_works(tmp_path: Path) -> None:
    """Then a new client, a line, a link, and the client pays at the sandbox."""
    with wired(tmp_path / "data") as app:
        async with app.run_test(size=SMALL, notifications=True) as pilot:
            desk = FrontDesk(app, pilot)
            await desk.until(lambda: app.focused and app.focused.id == "name")
            await desk.press(*ANSWERS)
            await desk.sees("Client's phone: http://127.0.0.1:", "● Online", "Amira")
            await desk.press("Zoe", "<enter>")
            await desk.until(lambda: app.focused and app.focused.id == "form-email")
            await desk.press("zoe@example.com", "<tab>", "07700900456", "<enter>")
            await desk.until(lambda: app.focused is desk.pos.finder.item_search)
            await desk.press("Dressing", "<enter>")
            await desk.until(lambda: app.focused and app.focused.id == "form-price")
            await desk.press("12.50", "<ctrl+s>")
            await desk.sees("INV-000001", "Due £12.50")
            await desk.press("<f8>", "<enter>")
            await desk.dialog()
            await desk.press("<enter>")
            await desk.until(lambda: desk.shown().count("✓ Sent") == 2)
            assert BLOCK in desk.drawn()
            invoice = await app.desk.invoice("INV-000001")
            (request,) = invoice.requests
            assert app.sandbox is not None
            async with httpx.AsyncClient(trust_env=False, base_url=app.sandbox.address) as phone:
                received = (await phone.get("/phone/messages")).text
            assert received.count(request.code) >= 2
            await pay(request.url)
            await desk.sees("● Paid")
            assert (await app.desk.verify()).problems == ()


async def test_the_second_start_asks_who_is_there(tmp_path: Path) -> None:
    """Nothing else, though the name was left as it was; after the PIN the desk is there, on the same sandbox."""
    folder = tmp_path / "data"
    with wired(folder) as app:
        async with app.run_test(size=SMALL) as pilot:
            desk = FrontDesk(app, pilot)
            await desk.comes_to(SetupScreen)
            await desk.press(*ANSWERS)
            await desk.sees("Client's phone: http://127.0.0.1:")
            assert app.sandbox is not None
            address = app.sandbox.address
    with wired(folder) as app:
        async with app.run_test(size=SMALL) as pilot:
            desk = FrontDesk(app, pilot)
            await desk.comes_to(SignInScreen)
            await desk.sees("manager", "● Online")
            await desk.press("2468", "<enter>")
            await desk.sees(f"Client's phone: {address}", "● Online", "Amira")
            assert isinstance(app.screen, PosScreen)


async def test_a_sandbox_that_cannot_start_is_said(tmp_path: Path) -> None:
    """The desk opens without it, and says why nothing will go out."""
    folder = tmp_path / "data"
    with wired(folder) as app:
        (folder / "sandbox").write_text("in the way")
        async with app.run_test(size=SMALL, notifications=True) as pilot:
            desk = FrontDesk(app, pilot)
            await desk.comes_to(SetupScreen)
            await desk.press(*ANSWERS)
            await desk.until(lambda: any("cannot be used" in said for said in desk.said()))
            assert isinstance(app.screen, PosScreen)


async def test_a_desk_that_opens_as_somebody(tmp_path: Path) -> None:
    """Reception at once, without rights; a manager never, and it says why."""
    folder = tmp_path / "data"
    with opened(folder) as store:
        desk = Desk(store, actor="amira")
        await desk.make_manager("Amira", "2468")
        await desk.add_staff("Ben", "reception", "1379")
        await desk.set("desk.opens_as", "Ben")
        manager = desk.by
    with wired(folder) as app:
        async with app.run_test(size=SMALL) as pilot:
            front = FrontDesk(app, pilot)
            await front.comes_to(PosScreen)
            assert app.desk.by == By("Ben")
    with opened(folder) as store:
        await Desk(store, actor=manager).set("desk.opens_as", "Amira")
    with wired(folder) as app:
        async with app.run_test(size=SMALL) as pilot:
            front = FrontDesk(app, pilot)
            await front.comes_to(SignInScreen)
            await front.sees("but a manager always")
