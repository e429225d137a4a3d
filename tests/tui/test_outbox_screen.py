"""F5: what waits and why, what a person decides about it, and seconds that count down without the store."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store import messages, outbox, requests, services
from store.database import Store, Tx
from store.models import EntryKind, OutboxEntry, PaymentRequest
from store.opening import FILE_NAME
from store.outbox_words import OutboxLine
from store.reading import invoice_by_number
from store.setting_list import NOTICES
from store.times import to_text
from tests.tui.conditions import until
from tests.tui.conftest import NOW, fill
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.ask import AskText, Confirm
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.outbox import MOST, OutboxScreen
from tui.screens.outbox_table import EMPTY
from tui.screens.outbox_words import choices, once_more, sends_twice
from tui.screens.reload import Reload
from tui.widgets.error_line import ErrorLine
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Pane

NUMBER = "INV-000002"
UNSURE = "The gateway did not answer, so the link may exist there."


class Clock:
    """A clock that stands still until it is told to move."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        """Return the present moment."""
        return self.now


class Counted(Desk):
    """A desk that counts how often the outbox was read."""

    reads = 0

    async def outbox(self, limit: int = 500) -> list[OutboxLine]:
        """Read the outbox."""
        self.reads += 1
        return await super().outbox(limit)


@pytest.fixture
def clock() -> Clock:
    """The clock of store and screen."""
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    """The clinic's data file, on that clock."""
    opened = Store(tmp_path / FILE_NAME, clock=clock)
    opened.write(fill)
    yield opened
    opened.close()


@pytest.fixture
def desk(store: Store) -> Counted:
    """Amira's desk."""
    return Counted(store, actor="Amira")


@pytest.fixture
def app(desk: Counted, clock: Clock) -> PaydeskApp:
    """The application on that desk and clock."""
    return PaydeskApp(desk, now=clock)


def ask(store: Store, amount: int = 1_000) -> PaymentRequest:
    """Queue a payment link."""
    return store.write(lambda tx: requests.send(tx, NUMBER, {}, amount=amount, origin="pos"))[0]


def claimed(tx: Tx, kind: EntryKind = "create_link") -> OutboxEntry:
    """Let an engine take the oldest entry of that kind."""
    return outbox.claim(tx, [kind], limit=1, owner="engine", now=tx.now, until=to_text(NOW + timedelta(hours=1)))[0]


def no_line(tx: Tx) -> None:
    """Let the oldest link have met no line: tried again in 40 seconds."""
    outbox.again(tx, claimed(tx), at=to_text(NOW + timedelta(seconds=40)), why="no line", spends=True)


def unsure(tx: Tx) -> None:
    """Let the oldest link have been asked for without an answer."""
    entry = claimed(tx)
    outbox.ask(tx, entry, why=UNSURE, unsure=True)
    requests.need_attention(tx, invoice_by_number(tx, NUMBER).requests[0], why=UNSURE)


def entry_of(store: Store, request: PaymentRequest) -> OutboxEntry:
    """Read the entry that makes a request's link."""
    entry = store.read(lambda reader: outbox.of_subject(reader, request.id, "create_link"))
    assert entry is not None
    return entry


@asynccontextmanager
async def opened(app: PaydeskApp, size: tuple[int, int] = (80, 24)) -> AsyncIterator[tuple[Pilot[Any], OutboxScreen]]:
    """Run the app with the outbox shown and read."""
    async with app.run_test(size=size) as pilot:
        desk = app.desk
        assert isinstance(desk, Counted)
        await pilot.press("f5")
        screen = app.screen
        assert isinstance(screen, OutboxScreen)
        await until(pilot, lambda: desk.reads and not any(w.is_running for w in app.workers))
        yield pilot, screen


def lines(screen: OutboxScreen) -> list[str]:
    """Return the list's lines as they are drawn, their spaces folded."""
    table = screen.table
    drawn = [" ".join(table.render_line(y).text.split()) for y in range(1, table.size.height)]
    return [line for line in drawn if line]


def said(screen: OutboxScreen) -> str:
    """Return what the screen last said."""
    return screen.query_one(SaidLine).said


def detail(screen: OutboxScreen) -> str:
    """Return what is shown of the entry under the cursor."""
    return screen.query_one(Pane).sheet.text


def said_of_drop(screen: OutboxScreen, meant: str) -> Callable[[], bool]:
    """Return how to tell whether the entry under the cursor says that this is what dropping it means."""
    return lambda: f"Drop gives it up: {meant}" in " ".join(detail(screen).split())


async def test_nothing_waits(app: PaydeskApp) -> None:
    """An empty outbox says so, offers no decision, and counts nothing."""
    async with opened(app) as (_, screen):
        assert lines(screen) == [EMPTY]
        assert not screen.counting
        assert not any(screen.check_action(action, ()) for action in ("retry", "hold", "drop", "retry_all"))


async def test_plain_words(app: PaydeskApp, store: Store) -> None:
    """Each entry is one line: its state, what waits and why, and when it is tried next."""
    request = ask(store)
    store.write(no_line)
    async with opened(app) as (_, screen):
        assert lines(screen) == [f"◷ Waiting Make payment link {request.code}, {NUMBER}, £10.00: no line in 40 s"]


async def test_gateway_is_the_reason(app: PaydeskApp, store: Store) -> None:
    """An entry that was never tried waits for the gateway, and the line says what is known of it."""
    ask(store)
    store.write(lambda tx: services.lost(tx, "gateway", "refused", reason="key refused", next_try_at=None))
    async with opened(app) as (_, screen):
        assert lines(screen)[0].endswith("£10.00: key refused")


async def test_counts_down_without_the_store(app: PaydeskApp, store: Store, clock: Clock, desk: Counted) -> None:
    """The seconds go down on screen, the store is not asked, and the counting ends when nothing is ahead."""
    ask(store)
    store.write(no_line)
    async with opened(app) as (_, screen):
        reads = desk.reads
        assert screen.counting
        for seconds, shown in ((15, "in 25 s"), (24, "in 1 s"), (1, "now")):
            clock.now += timedelta(seconds=seconds)
            screen.tick()
            assert lines(screen)[0].endswith(shown)
            assert f"Next     {shown}" in detail(screen)
        assert not screen.counting
        assert desk.reads == reads


async def test_attention_comes_first(app: PaydeskApp, store: Store) -> None:
    """What needs a person is first, marked, and says what each choice means."""
    first = ask(store)
    store.write(no_line)
    ask(store, 2_000)
    store.write(lambda tx: outbox.ask(tx, claimed(tx), why=UNSURE, unsure=True))
    async with opened(app) as (pilot, screen):
        shown = lines(screen)
        assert shown[0].startswith(f"! Decide Make payment link, {NUMBER}, £20.00: The gateway")
        assert shown[1].startswith(f"◷ Waiting Make payment link {first.code}")
        await until(pilot, lambda: "Tries" in detail(screen))
        for words in (
            UNSURE,
            "Is the code at the gateway? If so, Adopt takes the link by its id.",
            "Retry sends another link",
            "Drop gives",
        ):
            assert words in detail(screen)


async def test_attempts(app: PaydeskApp, store: Store) -> None:
    """The entry under the cursor shows each try: when, what came of it, and the answer."""
    ask(store)
    store.write(no_line)
    async with opened(app) as (pilot, screen):
        await until(pilot, lambda: "Tries    14:02 to be tried again: no line" in detail(screen))


async def test_retry(app: PaydeskApp, store: Store) -> None:
    """R makes a waiting entry due now."""
    request = ask(store)
    store.write(no_line)
    async with opened(app) as (pilot, screen):
        await pilot.press("r")
        await until(pilot, lambda: entry_of(store, request).next_attempt_at == to_text(NOW))
        await until(pilot, lambda: lines(screen)[0].endswith("£10.00 now"))
        assert said(screen).endswith("it is tried now.")


async def test_retry_of_what_may_exist(app: PaydeskApp, store: Store) -> None:
    """Where a retry could make a second link it asks first; a no changes nothing, a yes sends another."""
    request = ask(store)
    store.write(unsure)
    key = entry_of(store, request).idempotency_key
    async with opened(app) as (pilot, screen):
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert entry_of(store, request).state == "attention"
        await pilot.press("r")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: entry_of(store, request).state == "ready")
        assert entry_of(store, request).idempotency_key != key


@pytest.mark.parametrize("reason", ["", "waits for Dr Lee"])
async def test_hold(app: PaydeskApp, store: Store, reason: str) -> None:
    """H keeps an entry back, with a reason or without one, and R lets it go."""
    request = ask(store)
    async with opened(app) as (pilot, screen):
        await pilot.press("h")
        await until(pilot, lambda: isinstance(app.screen, AskText))
        app.screen.query_one(Input).value = reason
        await pilot.press("enter")
        await until(pilot, lambda: entry_of(store, request).state == "held")
        assert reason in entry_of(store, request).last_error
        await until(pilot, lambda: lines(screen)[0].startswith("‖ Held") and "£10.00: " in lines(screen)[0])
        assert not screen.check_action("hold", ())
        await pilot.press("r")
        await until(pilot, lambda: entry_of(store, request).state == "ready")


async def test_drop_needs_a_reason(app: PaydeskApp, store: Store) -> None:
    """D refuses an empty reason in place, and with one gives the entry up; the request says why."""
    request = ask(store)
    async with opened(app) as (pilot, screen):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, AskText))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one(ErrorLine).said)
        assert entry_of(store, request).state == "ready"
        await pilot.press(*"paid", "enter")
        await until(pilot, lambda: entry_of(store, request).state == "dropped")
        await until(pilot, lambda: lines(screen) == [EMPTY])
        stopped = store.read(lambda reader: invoice_by_number(reader, NUMBER)).requests[0]
        assert (stopped.state, stopped.reason) == ("stopped", "dropped by Amira: paid")


async def test_refused_in_place(app: PaydeskApp, store: Store) -> None:
    """When the engine took the entry while one was asked, the screen says why nothing was dropped."""
    request = ask(store)
    async with opened(app) as (pilot, screen):
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, AskText))
        store.write(claimed)
        await pilot.press(*"no", "enter")
        await until(
            pilot, lambda: app.screen.query_one(ErrorLine).said.startswith("This is being sent at this moment.")
        )
        assert app.screen.query_one(Input).value == "no"
        assert entry_of(store, request).state == "claimed"
        await pilot.press("escape")
        await until(pilot, lambda: lines(screen)[0].startswith("↗ Sending"))


async def test_retry_all(app: PaydeskApp, store: Store) -> None:
    """A hurries everything that waits for its next try, and leaves decisions and what is held alone."""
    decide, held, *waiting = [ask(store, amount) for amount in (1_000, 2_000, 3_000, 4_000)]
    store.write(lambda tx: outbox.ask(tx, claimed(tx), why=UNSURE, unsure=True))
    kept_back = entry_of(store, held).id
    store.write(lambda tx: outbox.set_state(tx, kept_back, "held", why="held by Tom"))
    for _ in waiting:
        store.write(no_line)
    async with opened(app) as (pilot, screen):
        await pilot.press("a")
        await until(pilot, lambda: said(screen).startswith("2 entries are tried now. 1 may be done already"))
        assert [entry_of(store, request).next_attempt_at for request in waiting] == [to_text(NOW)] * 2
        assert [entry_of(store, request).state for request in (decide, held)] == ["attention", "held"]


async def test_adopt(app: PaydeskApp, store: Store) -> None:
    """A link that may exist is taken by its id at the gateway; the engine looks before it is used."""
    request = ask(store)
    store.write(lambda tx: outbox.ask(tx, claimed(tx), why=UNSURE, unsure=True))
    async with opened(app) as (pilot, screen):
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, AskText))
        await pilot.press("enter")
        await until(pilot, lambda: "Type the id" in str(app.screen.query_one(ErrorLine).render()))
        await pilot.press(*"no id", "enter")
        await until(pilot, lambda: "That is no id of the gateway" in str(app.screen.query_one(ErrorLine).render()))
        assert app.focused is app.screen.query_one(Input)
        await pilot.press(*["backspace"] * len("no id"))
        await pilot.press(*"plink", "underscore", *"1Ab2", "enter")
        await until(pilot, lambda: "the gateway is asked for plink_1Ab2" in said(screen))
        assert entry_of(store, request).state == "ready"


async def test_what_surely_does_not_exist_is_not_adopted(app: PaydeskApp, store: Store) -> None:
    """The key is not offered for an entry that only waits."""
    ask(store)
    async with opened(app) as (_, screen):
        assert not screen.check_action("adopt", ())


async def test_enter_opens_the_invoice(app: PaydeskApp, store: Store) -> None:
    """Enter shows the invoice that the entry is about."""
    ask(store)
    async with opened(app) as (pilot, _):
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, InvoicePopup))


async def test_another_process_settles(app: PaydeskApp, store: Store) -> None:
    """When the engine of another process has sent an entry it leaves the list, and the cursor keeps its place."""
    ask(store)
    second = ask(store, 2_000)
    async with opened(app) as (pilot, screen):
        await pilot.press("down")
        other = Store(store.path)
        other.write(lambda tx: outbox.finish(tx, claimed(tx), answer="made"))
        other.close()
        app.note_change()
        await until(pilot, lambda: len(lines(screen)) == 1)
        assert screen.table.cursor_key == entry_of(store, second).id


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_long_addresses(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """An address that has no room gives way to number and amount, and is whole below."""
    address = "a.very.long.name.of.a.client.who.has.a.long.address@subdomain.of.example.com"

    def work(tx: Tx) -> None:
        request, _ = requests.send(tx, NUMBER, {"email": address}, origin="pos")
        link = claimed(tx)
        requests.link_made(tx, request.id, gateway="stripe", gateway_id="p", url="https://x.example/", poll_at=NOW)
        outbox.finish(tx, link, answer="made")

    store.write(work)
    async with opened(app, size) as (pilot, screen):
        await until(pilot, lambda: f"Email payment link, {NUMBER}, £211.00" in lines(screen)[0])
        assert address in detail(screen).replace("\n", "")


async def test_reading_again(app: PaydeskApp) -> None:
    """Asked ten times while it reads, a screen finishes that reading and reads once more, not ten times."""
    begun: list[asyncio.Event] = []

    async def read() -> None:
        begun.append(asyncio.Event())
        await begun[-1].wait()

    async with opened(app) as (pilot, screen):
        reload = Reload(screen, read)
        for _ in range(10):
            reload()
            await pilot.pause()
        assert len(begun) == 1
        begun[0].set()
        await until(pilot, lambda: len(begun) == 2)
        begun[1].set()
        await until(pilot, lambda: not any(worker.is_running for worker in app.workers))
        assert len(begun) == 2


def worded(store: Store, kind: EntryKind, state: str, topic: str, *, is_unsure: bool) -> OutboxLine:
    """Return an entry of a kind and topic in a state, as a line."""

    def work(tx: Tx) -> OutboxEntry:
        entry_id = outbox.add(tx, kind, "subject", None)
        outbox.set_state(tx, entry_id, state, why="")
        return replace(outbox.get(tx, entry_id), unsure=is_unsure)

    entry = store.write(work)
    return OutboxLine(entry, "Something", "Something", "", "", entry.next_attempt_at, topic)


KINDS: list[tuple[EntryKind, str]] = [
    ("create_link", ""),
    ("cancel_link", ""),
    ("refund", ""),
    *[("email", kind) for kind in ("payment_request", "reminder", "receipt")],
    *[("sms", kind) for kind in ("payment_request", "reminder")],
    *[("notify", event) for event in (*NOTICES, "test")],
]
"""Every kind of entry, with every topic that it may have."""


@pytest.mark.parametrize(("kind", "topic"), KINDS)
@pytest.mark.parametrize("state", ["attention", "held", "ready"])
@pytest.mark.parametrize("is_unsure", [False, True])
def test_every_decision_is_explained(store: Store, kind: EntryKind, topic: str, state: str, is_unsure: bool) -> None:
    """For whatever waits, the choices say what Retry and Drop would do, each in words of its own."""
    told = " ".join(choices(worded(store, kind, state, topic, is_unsure=is_unsure)))
    assert "Retry" in told
    assert "Drop" in told
    assert "it is not sent" not in told
    assert ("link" in told) == (kind.endswith("_link") or topic in {"payment_request", "reminder"})


def test_what_waits_for_a_setting_says_so(store: Store) -> None:
    """An entry whose service refused us is not said to go out by itself."""
    line = replace(worded(store, "create_link", "ready", "", is_unsure=False), next_try_at=None)
    assert choices(line)[0] == "It goes out by itself once Admin (F9) has the right settings."


@pytest.mark.parametrize(("kind", "asks"), [("refund", "Ask for the refund again?"), ("email", "Send another?")])
def test_what_may_be_done_twice_is_asked_in_its_own_words(store: Store, kind: EntryKind, asks: str) -> None:
    """Nothing that gives money back is called sending."""
    line = worded(store, kind, "attention", "receipt" if kind == "email" else "", is_unsure=True)
    assert sends_twice(line.entry)
    assert once_more(line)[0].endswith(asks)


@pytest.mark.parametrize("kind", ["cancel_link", "notify"])
def test_what_may_be_done_twice_is_not_asked_about(store: Store, kind: EntryKind) -> None:
    """Switching off twice, or telling the clinic twice, does no harm."""
    assert not sends_twice(worded(store, kind, "attention", "offline", is_unsure=True).entry)


async def test_what_each_line_is_about_words_its_choices(app: PaydeskApp, store: Store) -> None:
    """A receipt has no link that stays open, and of a closed day's summary only the summary is given up."""
    ask(store)

    def more(tx: Tx) -> None:
        messages.receipt(tx, NUMBER, "jane@example.com")
        for event in ("end_of_day", "offline", "test"):
            outbox.add(tx, "notify", to_text(NOW), None, {"event": event, "target": "mailto://desk@example.com"})

    store.write(more)
    async with opened(app) as (pilot, screen):
        for meant in (
            "the client gets no link, and the invoice log keeps why.",
            "this receipt is not sent; the invoice can email it again.",
            "the summary is not sent; the closed day itself is kept.",
            "the clinic is not told that the gateway was away.",
            "only this test is lost.",
        ):
            await until(pilot, said_of_drop(screen, meant))
            await pilot.press("down")


async def test_more_than_are_listed(app: PaydeskApp, store: Store) -> None:
    """The screen says that it does not list all of it, and how many there are, until it does."""

    def many(tx: Tx) -> None:
        for _ in range(MOST + 1):
            outbox.add(tx, "notify", "offline", None, {"event": "test", "target": "mailto://desk@example.com"})

    store.write(many)
    async with opened(app) as (pilot, screen):
        more = screen.query_one("#outbox-more")
        await until(pilot, lambda: more.display)
        assert str(more.render()) == "The first 500 of 501 are listed; the others follow as these go out."
        assert len(screen.table.rows) == MOST
        store.write(lambda tx: outbox.finish(tx, claimed(tx, "notify"), answer="told"))
        await until(pilot, lambda: not more.display)
