"""The lock: by key or because nobody is there; the work stays, and nothing of it shows."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from textual.widgets import Input

from store import services, settings
from store.database import Store
from tests.tui.conditions import until
from tests.tui.conftest import NOW
from tests.tui.people import AMIRAS, BENS, Staff, hire
from tests.tui.selling import drawn, keys, make_sale, pos
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.idle import Idle
from tui.screens.ask import AskText
from tui.screens.invoices import InvoicesScreen
from tui.screens.pos import PosScreen
from tui.screens.sign_in import SignInScreen

SMALL = (80, 24)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def read(self) -> datetime:
        """Return the time."""
        return self.now

    def pass_minutes(self, count: float) -> None:
        """Let time go by."""
        self.now += timedelta(minutes=count)


class Alarm:
    """A timer that rings when a test says so."""

    def __init__(self, seconds: float, ring: Callable[[], None]) -> None:
        self.seconds, self.ring = seconds, ring
        self.stopped = False

    def stop(self) -> None:
        """Never ring."""
        self.stopped = True


class Rang(list[Alarm]):
    """Every timer that was set, and how often nobody was there."""

    alone = 0

    def set(self, seconds: float, ring: Callable[[], None]) -> Alarm:
        """Set a timer."""
        self.append(Alarm(seconds, ring))
        return self[-1]

    def nobody(self) -> None:
        """Count."""
        self.alone += 1


@pytest.fixture
def clock() -> Clock:
    """The desk's clock."""
    return Clock()


@pytest.fixture
def people(store: Store) -> Staff:
    """Amira and Ben."""
    return hire(store)


@pytest.fixture
def bens(store: Store, people: Staff, clock: Clock) -> PaydeskApp:
    """Ben's desk, on a clock that can be moved."""
    return PaydeskApp(Desk(store, actor=people.as_ben), now=clock.read)


def test_one_timer_however_many_keys(clock: Clock) -> None:
    """It sleeps for what is left; only a whole time without a key is being away."""
    timers = Rang()
    idle = Idle(clock.read, timers.set, timers.nobody)
    idle.begin(10)
    for _ in range(100):
        clock.pass_minutes(0.05)
        assert not idle.too_late()
    assert [timer.seconds for timer in timers] == [600]
    clock.pass_minutes(5)
    timers[-1].ring()
    assert (timers.alone, [timer.seconds for timer in timers]) == (0, [600, 300])
    clock.pass_minutes(5)
    timers[-1].ring()
    assert (timers.alone, len(timers)) == (1, 2)


def test_zero_minutes_is_never(clock: Clock) -> None:
    """No timer, and no key comes too late; another time begins anew."""
    timers = Rang()
    idle = Idle(clock.read, timers.set, timers.nobody)
    idle.begin(0)
    clock.pass_minutes(10_000)
    assert not idle.too_late()
    assert timers == []
    idle.begin(2)
    idle.begin(1)
    assert [(timer.seconds, timer.stopped) for timer in timers] == [(120, True), (60, False)]


def test_a_key_after_the_time_is_too_late(clock: Clock) -> None:
    """As when the machine slept and its timers with it."""
    timers = Rang()
    idle = Idle(clock.read, timers.set, timers.nobody)
    idle.begin(10)
    clock.pass_minutes(10)
    assert idle.too_late()
    assert not idle.too_late()


async def test_locked_by_key_with_everything_as_it_was(bens: PaydeskApp) -> None:
    """A half-typed search, lines, a dialog with a text in it: covered, and then there again, focus and all."""
    async with bens.run_test(size=SMALL) as pilot:
        await make_sale(bens, pilot)
        await keys(pilot, "nurse")
        answers: list[str | None] = []
        bens.push_screen(AskText("Why?", "A reason"), answers.append)
        await until(pilot, lambda: isinstance(bens.screen, AskText) and bens.screen.query(Input))
        await keys(pilot, "half a rea", "<ctrl+k>")
        await until(pilot, lambda: isinstance(bens.screen, SignInScreen) and "reception" in drawn(bens))
        assert not any(text in drawn(bens) for text in ("Jane", "half a rea", "INV-", "£", "Why?"))
        assert "Riverside Clinic" in drawn(bens)
        await keys(pilot, BENS, "<enter>")
        await until(pilot, lambda: isinstance(bens.screen, AskText))
        await keys(pilot, "son", "<enter>")
        await until(pilot, lambda: answers == ["half a reason"])
        assert pos(bens).finder.item_search.value == "nurse"
        assert len(pos(bens).sale.lines) == 2
        assert bens.focused is pos(bens).finder.item_search


async def test_locked_in_another_screen(bens: PaydeskApp) -> None:
    """It opens there again; the screens' keys do nothing meanwhile."""
    async with bens.run_test(size=SMALL) as pilot:
        await keys(pilot, "<f3>")
        await until(pilot, lambda: isinstance(bens.screen, InvoicesScreen) and "INV-000002" in drawn(bens))
        await keys(pilot, "<ctrl+k>")
        await until(pilot, lambda: isinstance(bens.screen, SignInScreen) and "reception" in drawn(bens))
        await keys(pilot, "<f2>", "<ctrl+k>", BENS, "<enter>")
        await until(pilot, lambda: isinstance(bens.screen, InvoicesScreen))
        assert "F3 Invoices" in drawn(bens)


async def test_somebody_else_takes_the_work_over(bens: PaydeskApp, people: Staff) -> None:
    """By the palette; the draft stays, and what is done to it is theirs from then on."""
    async with bens.run_test(size=SMALL, notifications=True) as pilot:
        made = await make_sale(bens, pilot)
        await keys(pilot, "<ctrl+p>")
        await until(pilot, lambda: bens.screen.query(Input))
        await keys(pilot, "switch us")
        await until(pilot, lambda: "Switch user" in drawn(bens))
        await keys(pilot, "<enter>")
        await until(pilot, lambda: "The work in hand stays" in drawn(bens) and "reception" in drawn(bens))
        await keys(pilot, "a", AMIRAS, "<enter>")
        await until(pilot, lambda: "Amira is at the desk now" in drawn(bens))
        assert (pos(bens).sale.number, len(pos(bens).sale.lines)) == (made.row.number, 2)
        await bens.desk.issue(made.row.number)
        last = (await bens.desk.invoice_log(made.row.number))[-1]
        assert last.actor == "Amira"
        assert bens.desk.by == people.as_amira


async def test_nobody_there_for_ten_minutes(bens: PaydeskApp, clock: Clock) -> None:
    """The timer locks, and says why; after the PIN it counts anew."""
    async with bens.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "Jane Smith" in drawn(bens) and bens.idle._alarm)
        clock.pass_minutes(10)
        bens.idle._wake()
        await until(pilot, lambda: "Nobody touched a key for 10 minutes" in drawn(bens).replace("\n", ""))
        assert "Jane Smith" not in drawn(bens)
        await until(pilot, lambda: "reception" in drawn(bens))
        await keys(pilot, BENS, "<enter>")
        await until(pilot, lambda: isinstance(bens.screen, PosScreen))
        bens.idle._wake()
        await pilot.pause()
        assert isinstance(bens.screen, PosScreen)


async def test_the_key_that_comes_too_late_only_locks(bens: PaydeskApp, clock: Clock) -> None:
    """A machine that slept shows nothing to whoever wakes it, and takes no letter from them."""
    async with bens.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "Jane Smith" in drawn(bens) and bens.idle._alarm)
        clock.pass_minutes(60)
        await keys(pilot, "j")
        await until(pilot, lambda: isinstance(bens.screen, SignInScreen) and "reception" in drawn(bens))
        await keys(pilot, BENS, "<enter>")
        await until(pilot, lambda: isinstance(bens.screen, PosScreen))
        assert pos(bens).client_search.value == ""


async def test_without_staff_nothing_locks(store: Store, clock: Clock) -> None:
    """Nobody could unlock it: the key says so, and time does nothing."""
    store.write(lambda tx: settings.put(tx, "desk.lock_after", "1"))
    app = PaydeskApp(Desk(store, actor="Amira"), now=clock.read)
    async with app.run_test(size=SMALL, notifications=True) as pilot:
        await keys(pilot, "<ctrl+k>")
        await until(pilot, lambda: "Nobody has a PIN yet" in drawn(app))
        clock.pass_minutes(5)
        await keys(pilot, "jane")
        await until(pilot, lambda: pos(app).client_search.value == "jane")


async def test_what_happens_meanwhile_is_not_missed_and_not_shown(bens: PaydeskApp, store: Store) -> None:
    """Messages wait, dialogs open and close behind the lock, and the bar stays true."""
    async with bens.run_test(size=SMALL, notifications=True) as pilot:
        answers: list[str | None] = []
        dialog = AskText("First", "A reason")
        bens.push_screen(dialog, answers.append)
        await until(pilot, lambda: bens.screen is dialog and dialog.query(Input))
        await keys(pilot, "<ctrl+k>")
        await until(pilot, lambda: isinstance(bens.screen, SignInScreen) and "reception" in drawn(bens))
        bens.say("Jane Smith has paid £10.00.")
        dialog.dismiss("done")
        bens.push_screen(AskText("Second", "Another reason"))
        store.write(lambda tx: services.heard(tx, "gateway"))
        await until(pilot, lambda: "● Online" in drawn(bens))
        assert isinstance(bens.screen, SignInScreen)
        assert not any(text in drawn(bens) for text in ("Jane", "First", "Second"))
        await keys(pilot, BENS, "<enter>")
        await until(pilot, lambda: "Jane Smith has paid £10.00." in drawn(bens))
        assert [type(screen) for screen in bens.screen_stack] == [PosScreen, AskText, AskText]
        await until(pilot, lambda: "Second" in drawn(bens))
        await keys(pilot, "<escape>")
        await until(pilot, lambda: answers == ["done"])
        assert isinstance(bens.screen, PosScreen)


async def test_a_message_in_sight_is_covered_and_said_again(bens: PaydeskApp) -> None:
    """It may name a client; whoever opens the desk still gets to read it."""
    async with bens.run_test(size=SMALL, notifications=True) as pilot:
        bens.say("Jane Smith has paid £10.00.")
        await until(pilot, lambda: "Jane Smith has paid" in drawn(bens))
        await keys(pilot, "<ctrl+k>")
        await until(pilot, lambda: isinstance(bens.screen, SignInScreen) and "reception" in drawn(bens))
        await until(pilot, lambda: "Jane" not in drawn(bens))
        await keys(pilot, BENS, "<enter>")
        await until(pilot, lambda: "Jane Smith has paid £10.00." in drawn(bens))
        assert drawn(bens).count("has paid") == 1


async def test_keys_typed_ahead_answer_a_dialog_once(bens: PaydeskApp) -> None:
    """The first answer counts, and what is under the dialog stays open."""
    async with bens.run_test(size=SMALL) as pilot:
        answers: list[str | None] = []
        below, above = AskText("Below", "A reason"), AskText("Above", "A reason")
        bens.push_screen(below)
        bens.push_screen(above, answers.append)
        await until(pilot, lambda: bens.screen is above and above.query(Input))
        above.dismiss("first")
        above.dismiss("second")
        await until(pilot, lambda: answers)
        assert answers == ["first"]
        assert bens.screen is below


async def test_the_lock_is_the_only_way_in_from_the_engine(bens: PaydeskApp) -> None:
    """A change of screen asked for meanwhile happens behind it."""
    async with bens.run_test(size=SMALL) as pilot:
        await keys(pilot, "<ctrl+k>")
        await until(pilot, lambda: isinstance(bens.screen, SignInScreen) and "reception" in drawn(bens))
        bens.goto("invoices")
        await pilot.pause()
        assert isinstance(bens.screen, SignInScreen)
        await keys(pilot, BENS, "<enter>")
        await until(pilot, lambda: isinstance(bens.screen, InvoicesScreen))


async def test_somebody_added_meanwhile_may_unlock(bens: PaydeskApp, store: Store, people: Staff) -> None:
    """The list is read anew each time."""
    async with bens.run_test(size=SMALL) as pilot:
        amira = Desk(store, actor=people.as_amira)
        cem = await amira.add_staff("Cem", "reception", "8642")
        await amira.change_staff(people.ben.id, name="Ben", role="reception", active=False, version=1)
        await keys(pilot, "<ctrl+k>")
        await until(pilot, lambda: "Cem" in drawn(bens))
        assert "Ben " not in drawn(bens)
        await keys(pilot, "c", "8642", "<enter>")
        await until(pilot, lambda: bens.desk.by.person == cem.id)
