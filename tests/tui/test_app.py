"""The shell: what is loaded, the true status, themes, the palette, help, other processes."""

import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from store import services, settings
from store.database import Store, Tx
from store.opening import FILE_NAME
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.selling import drawn, keys, make_sale
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.help import HelpScreen
from tui.screens.take_payment import TakePaymentDialog
from tui.themes import BadTheme, in_folder, read, shipped

HEAVY = ("httpx", "apprise", "sqlite_utils", "watchfiles", "qrcode", "phonenumbers", "email_validator")
SMALL, WIDE = (80, 24), (160, 45)


class Sandbox:
    """A sandbox that only remembers whether it is on."""

    def __init__(self) -> None:
        self.address = "http://127.0.0.1:8787"
        self.running = True

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""

    def switch_on(self) -> None:
        """Answer again."""
        self.running = True

    def switch_off(self) -> None:
        """Cut the line."""
        self.running = False


class Engine:
    """An engine that only remembers that it was started."""

    started = False

    def start(self) -> None:
        """Begin."""
        self.started = True

    def stop(self) -> None:
        """End."""

    async def check_gateway(self) -> str:
        """Say that the gateway answers."""
        return "The gateway answers."


def test_the_first_frame_waits_for_nothing_heavy() -> None:
    """What only the engine or a QR needs is loaded after it."""
    done = subprocess.run(
        [sys.executable, "-c", f"import sys, tui.app; print([m for m in {HEAVY!r} if m in sys.modules])"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("state", "shown"),
    [("online", "● Online"), ("offline", "○ Offline since 14:02"), ("refused", "✕ Key refused")],
)
async def test_the_status_bar_follows_real_calls(app: PaydeskApp, store: Store, state: str, shown: str) -> None:
    """Before the first call it says so; then what each call taught."""

    def learn(tx: Tx) -> None:
        services.heard(tx, "gateway")
        if state != "online":
            services.lost(tx, "gateway", state, reason="", next_try_at=None)

    async with app.run_test(size=SMALL) as pilot:
        assert "○ Not asked yet" in drawn(app)
        store.write(learn)
        await until(pilot, lambda: shown in drawn(app))
        await pilot.resize_terminal(*WIDE)
        await until(pilot, lambda: "heard 14:02:31" in drawn(app))


async def test_the_status_bar_counts_what_waits(app: PaydeskApp, desk: Desk) -> None:
    """Queued, held; a link that waits is one entry."""
    async with app.run_test(size=SMALL) as pilot:
        await desk.send("INV-000002", {}, origin="pos")
        await until(pilot, lambda: "1 queued" in drawn(app))
        await desk.hold((await desk.outbox())[0].entry.id)
        await until(pilot, lambda: "0 queued  1 held" in drawn(app))


async def test_what_another_process_commits_is_noticed(app: PaydeskApp, desk: Desk) -> None:
    """By watching the file's log: the other store here tells this desk nothing itself."""
    other = Store(desk.folder / FILE_NAME, clock=frozen)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "Nobody Reachable" in drawn(app))
        other.write(lambda tx: services.heard(tx, "gateway"))
        await until(pilot, lambda: "● Online" in drawn(app))
        other.write(lambda tx: services.lost(tx, "gateway", "refused", reason="", next_try_at=None))
        await until(pilot, lambda: "✕ Key refused" in drawn(app))
    other.close()


async def test_the_clock_turns_by_itself(desk: Desk) -> None:
    """At the full minute, whatever else happens."""
    moments: Iterator[datetime] = (
        datetime(2026, 11, 22, 14, 2, 59, 990_000, tzinfo=UTC) + timedelta(seconds=n) for n in range(10_000)
    )
    app = PaydeskApp(desk, now=lambda: next(moments))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "14:03" in drawn(app))


async def test_the_theme_is_kept(app: PaydeskApp, desk: Desk, store: Store) -> None:
    """Chosen in the palette, found again at the next start."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "<ctrl+p>")
        await until(pilot, lambda: app.screen.query(Input))
        await keys(pilot, "contrast")
        await until(pilot, lambda: "Theme: Paydesk high contrast" in drawn(app))
        await keys(pilot, "<enter>")
        kept = "SELECT value FROM settings WHERE key = 'desk.theme'"
        await until(pilot, lambda: store.read(lambda reader: reader.value(kept)) == "paydesk-contrast")
        assert app.theme == "paydesk-contrast"
    again = PaydeskApp(desk, now=frozen)
    async with again.run_test(size=SMALL):
        assert again.theme == "paydesk-contrast"


def test_the_shipped_themes_are_whole() -> None:
    """Dark, light, high contrast; each sets what ours need."""
    found = {named.theme.name: named.theme for named in shipped()}
    assert list(found) == ["paydesk-dark", "paydesk-light", "paydesk-contrast"]
    assert all({"line", "quiet", "field"} <= set(theme.variables) for theme in found.values())


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ("primary = ", "cannot be read"),
        ("accent = '#fff'", "no primary colour"),
        ("primary = 'blurple'", "is no colour"),
        ("primary = '#123456'\nfont = 'x'", "no part of a theme"),
        ("primary = '#123456'\nvariables = 3", "must be a table"),
    ],
)
def test_a_theme_that_will_not_do_says_why(tmp_path: Path, content: str, why: str) -> None:
    """With the file's name."""
    path = tmp_path / "mine.toml"
    path.write_text(content)
    with pytest.raises(BadTheme, match=why) as caught:
        read(path)
    assert "mine.toml" in str(caught.value)


async def test_ones_own_themes_are_offered_and_bad_ones_only_said(app: PaydeskApp, desk: Desk) -> None:
    """The desk starts all the same."""
    folder = desk.folder / "themes"
    folder.mkdir()
    (folder / "sea.toml").write_text("name = 'sea'\ntitle = 'Sea'\nprimary = '#1188cc'")
    (folder / "bad.toml").write_text("primary = 'blurple'")
    good, wrong = in_folder(desk.folder)
    assert ([named.title for named in good], len(wrong)) == (["Sea"], 1)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await until(pilot, lambda: "bad.toml" in drawn(app))
        await app.use_theme("sea")
        await pilot.pause()
        assert app.theme == "sea"


async def test_a_theme_that_has_gone_is_no_reason_not_to_start(desk: Desk, store: Store) -> None:
    """It says so, and the usual one is shown."""
    store.write(lambda tx: settings.put(tx, "desk.theme", "gone"))
    app = PaydeskApp(desk, now=frozen)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await until(pilot, lambda: "no theme “gone”" in drawn(app))
        assert app.theme == "paydesk-dark"


async def test_the_sandbox_is_switched_in_the_palette(desk: Desk) -> None:
    """Off, and its address stands on the empty point of sale."""
    sandbox = Sandbox()
    app = PaydeskApp(desk, sandbox=sandbox, now=frozen)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "http://127.0.0.1:8787/phone" in drawn(app))
        await keys(pilot, "<ctrl+p>")
        await until(pilot, lambda: app.screen.query(Input))
        await pilot.press(*"sandbox:")
        await until(pilot, lambda: "Sandbox: switch off" in drawn(app))
        await pilot.press(*"off", "enter")
        await until(pilot, lambda: not sandbox.running)


async def test_the_engine_starts_after_the_first_frame(desk: Desk) -> None:
    """And only then."""
    engine = Engine()
    app = PaydeskApp(desk, engine=engine, now=frozen)
    assert not engine.started
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: engine.started)


async def test_help_lists_the_keys_that_work(app: PaydeskApp) -> None:
    """Those of the field in focus, of the screen, of the desk; Esc closes it."""
    async with app.run_test(size=WIDE) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f1>")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        wanted = ("Put this sale aside", "Choose how this sale is paid", "Go to the invoices")
        await until(pilot, lambda: all(text in drawn(app) for text in wanted))
        await keys(pilot, "<escape>")
        await until(pilot, lambda: len(app.screen_stack) == 1)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_every_key_of_the_work_in_hand_is_in_sight(app: PaydeskApp, size: tuple[int, int]) -> None:
    """On the last line, and the ways to pay with theirs beside them."""
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "Enter choose" in drawn(app))
        assert all(key in drawn(app) for key in ("F2 POS", "F3 Invoices", "F5 Outbox", "^N new client", "F1 help"))
        await make_sale(app, pilot)
        await until(pilot, lambda: "Bank transfer" in drawn(app))
        last = drawn(app).splitlines()[-1]
        assert all(key in last for key in ("Enter add", "F8 pay", "F7 park", "^L free line", "F1 help"))
        assert all(key in drawn(app) for key in ("^D discount", "^T notes", "^E deposit", "^O resume"))
        assert re.search(r"Bank transfer +B +£302.00", drawn(app))


async def test_the_palette_offers_a_screens_letters_while_one_types(app: PaydeskApp) -> None:
    """P is a letter in the item's search, but its action is there to be chosen."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<ctrl+p>")
        await until(pilot, lambda: app.screen.query(Input))
        await keys(pilot, "transfer")
        await until(pilot, lambda: "Bank transfer  (B)" in drawn(app))
        await keys(pilot, "<enter>")
        await until(pilot, lambda: isinstance(app.screen, TakePaymentDialog))
