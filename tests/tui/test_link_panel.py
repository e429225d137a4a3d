"""The link's own panel: its code, its state as it changes, its keys."""

from datetime import timedelta

import pytest

from store import requests, services
from store.database import Store
from store.payments import Received, receive
from sync.qr import half_blocks, matrix
from tests.tui.conditions import until
from tests.tui.conftest import NOW
from tests.tui.selling import drawn, keys
from tui.app import PaydeskApp
from tui.screens.ask import Confirm
from tui.screens.link_panel import LinkPanel, LinkScreen

UNPAID = "INV-000002"
URL = "https://buy.stripe.com/test_8x2aEX0Xd4Gq1vadhS3Nm00"


async def queued(app: PaydeskApp) -> str:
    """Send a link by email, and return the request's id."""
    return (await app.desk.send(UNPAID, {"email": ""}, origin="pos")).request.id


def make_link(store: Store, request_id: str, url: str = URL) -> None:
    """Answer as the gateway would."""
    at = NOW + timedelta(minutes=1)
    store.write(
        lambda tx: requests.link_made(tx, request_id, gateway="stripe", gateway_id="plink_1", url=url, poll_at=at)
    )


def pay(store: Store, request_id: str) -> None:
    """Pay as a client would."""
    paid = Received("pi_1", "plink_1", request_id, 21_100, "GBP", "2026-11-22T14:05:00.000Z", "card")
    store.write(lambda tx: receive(tx, paid, notify=[]))


async def test_the_state_follows_without_a_key(app: PaydeskApp, store: Store) -> None:
    """Queued, then the code as soon as there is a link, then Paid, said aloud, and no code any more."""
    request_id = await queued(app)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.push_screen(LinkScreen(request_id))
        await until(pilot, lambda: "The link is being made" in drawn(app))
        assert "○ Link ready" in drawn(app)
        make_link(store, request_id)
        await until(pilot, lambda: "● Link ready 14:02" in drawn(app))
        code = half_blocks(URL)
        shown = drawn(app).splitlines()
        top = next(place for place, line in enumerate(shown) if code[1] in line)
        assert all(line in shown[top - 1 + place] for place, line in enumerate(code))
        pay(store, request_id)
        await until(pilot, lambda: "● Paid" in drawn(app) and "has paid £211.00" in drawn(app))
        assert code[5] not in drawn(app)


async def test_what_is_read_once_it_is_closed_is_not_drawn(app: PaydeskApp, store: Store) -> None:
    """On a busy machine an answer comes when the panel is gone already; nothing breaks."""
    request_id = await queued(app)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = LinkScreen(request_id)
        app.push_screen(screen)
        await until(pilot, lambda: "The link is being made" in drawn(app))
        panel = screen.query_one(LinkPanel)
        await app.pop_screen()
        make_link(store, request_id)
        await panel._read()
        assert panel.request is not None
        assert panel.request.state == "queued"


async def test_while_the_line_is_cut_it_says_when_it_will_go(app: PaydeskApp, store: Store) -> None:
    """By itself; queued since."""
    request_id = await queued(app)
    store.write(lambda tx: services.lost(tx, "gateway", "offline", reason="no line", next_try_at=None))
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(LinkScreen(request_id))
        await until(pilot, lambda: "Will go out by itself" in drawn(app))
        assert "Queued since 14:02" in " ".join(drawn(app).split())
        assert "Offline since 14:02" in drawn(app)


async def test_looking_asks_the_gateway_more_often(app: PaydeskApp, store: Store) -> None:
    """Once, from now on for some minutes."""
    request_id = await queued(app)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(LinkScreen(request_id))
        await until(
            pilot,
            lambda: store.read(
                lambda reader: reader.value("SELECT watched_until FROM requests WHERE id = :id", id=request_id)
            ),
        )


@pytest.mark.parametrize("length", [47, 94])
async def test_a_code_fits_the_smallest_terminal(app: PaydeskApp, store: Store, length: int) -> None:
    """Whole, with its border, up to 94 characters; every key in sight beside it."""
    url = "https://pay.example.com/".ljust(length, "x")
    request_id = await queued(app)
    make_link(store, request_id, url)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(LinkScreen(request_id, next_label="new sale"))
        await until(pilot, lambda: "▄" in drawn(app))
        width = len(matrix(url)) + 4
        assert sum(line in drawn(app) for line in half_blocks(url)) == (width + 1) // 2
        assert all(
            key in drawn(app).splitlines()[-1] for key in ("Y copy link", "X cancel link", "Esc back", "N next")
        )


async def test_a_link_too_long_for_a_code_is_shown_as_text(app: PaydeskApp, store: Store) -> None:
    """And it says so."""
    url = "https://pay.example.com/".ljust(300, "x")
    request_id = await queued(app)
    make_link(store, request_id, url)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(LinkScreen(request_id))
        await until(pilot, lambda: "too long for a QR" in " ".join(drawn(app).split()))
        assert "▄" not in drawn(app)
        assert "https://pay.example.com/" in drawn(app)


async def test_cancelling_asks_first(app: PaydeskApp) -> None:
    """No leaves it; yes takes it back, and the panel says so."""
    request_id = await queued(app)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(LinkScreen(request_id))
        await until(pilot, lambda: "X cancel link" in drawn(app))
        await keys(pilot, "x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await keys(pilot, "<escape>", "x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        assert (await app.desk.request(request_id)).state == "queued"
        await keys(pilot, "<enter>")
        await until(pilot, lambda: "Not sent" in drawn(app) and "cancelled by Amira" in drawn(app))
        assert "X cancel link" not in drawn(app)


async def test_the_link_is_copied(app: PaydeskApp, store: Store) -> None:
    """To the terminal's clipboard, and it says so."""
    request_id = await queued(app)
    make_link(store, request_id)
    async with app.run_test(size=(80, 24), notifications=True) as pilot:
        app.push_screen(LinkScreen(request_id))
        await until(pilot, lambda: "Y copy link" in drawn(app))
        await keys(pilot, "y")
        await until(pilot, lambda: "clipboard" in drawn(app))
        assert app.clipboard == URL
