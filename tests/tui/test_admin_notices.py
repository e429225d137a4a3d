"""F9: what the clinic is told of, and tests of it that say what came of them."""

import pytest

from store import outbox
from store.database import Store, Tx
from store.models import OutboxEntry
from tests.tui.adminning import SMALL, WIDE, at, retype, said, wrong
from tests.tui.conditions import until
from tests.tui.selling import drawn
from tui.app import PaydeskApp
from tui.screens.admin_lists import ListSection
from tui.screens.admin_section import Section

PAID = "notify.payment_link_paid"
SECRET = "ntfys://user:hunter22@ntfy.example/topic"


def form_open(section: Section) -> bool:
    """Tell whether a form is open and has the focus."""
    assert isinstance(section, ListSection)
    return section.open is not None and section.open.has_focus_within


def waiting(store: Store) -> list[OutboxEntry]:
    """Return what waits to go out."""
    return store.read(lambda reader: outbox.waiting(reader, limit=-1))


async def test_who_is_told_is_filled_in_masked_and_switched_on(app: PaydeskApp) -> None:
    """The first target switches the kind on; Space switches it off and on; no target is shown whole."""
    async with at(app, "notices") as (pilot, section):
        await pilot.press("space")
        await until(pilot, lambda: "There is nobody to tell yet" in said(section))
        await pilot.press("enter")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, f"{PAID}.targets", f"{SECRET} mailto://smtp.example.com/a@example.com")
        await pilot.press("enter")
        await until(pilot, lambda: said(section).startswith("Saved and switched on."))
        chosen = await app.desk.settings()
        assert chosen.on(f"{PAID}.enabled")
        assert len(chosen.list_of(f"{PAID}.targets")) == 2
        await until(pilot, lambda: "ntfys://…" in drawn(app))
        assert "hunter22" not in drawn(app)
        await pilot.press("space")
        await until(pilot, lambda: said(section) == "Switched off.")
        assert not (await app.desk.settings()).on(f"{PAID}.enabled")


async def test_targets_that_are_kept_and_taken_away(app: PaydeskApp) -> None:
    """Nothing typed keeps them; Delete takes them away once it is saved."""
    await app.desk.set(f"{PAID}.targets", SECRET)
    async with at(app, "notices") as (pilot, section):
        await pilot.press("enter")
        await until(pilot, lambda: form_open(section) and "ntfys://… is kept" in drawn(app))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Saved.")
        assert (await app.desk.settings())[f"{PAID}.targets"] == SECRET
        await pilot.press("enter")
        await until(pilot, lambda: form_open(section))
        await pilot.press("delete", "ctrl+s")
        await until(pilot, lambda: said(section) == "Saved." and not section.has_class("-form"))
        assert (await app.desk.settings())[f"{PAID}.targets"] == ""


@pytest.mark.parametrize(
    ("downs", "name", "typed", "why"),
    [
        (0, f"{PAID}.targets", "desk@example.com", "Each target is an Apprise URL"),
        (3, "notify.offline.minutes", "0", "Type a whole number from 1"),
    ],
)
async def test_what_will_not_do_is_said_under_its_field(
    app: PaydeskApp, downs: int, name: str, typed: str, why: str
) -> None:
    """And the form stays as it is."""
    async with at(app, "notices") as (pilot, section):
        await pilot.press(*["down"] * downs, "enter")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, name, typed)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: why in wrong(section))
        assert form_open(section)


async def test_minutes_without_the_gateway(app: PaydeskApp) -> None:
    """They stand in the list."""
    async with at(app, "notices") as (pilot, section):
        await pilot.press("down", "down", "down", "enter")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, "notify.offline.minutes", "45")
        await pilot.press("enter")
        await until(pilot, lambda: "away for 45 min" in drawn(app))


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_a_test_is_followed_target_by_target(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """On its way, then sent or not, with the reason; also while the kind is off."""
    await app.desk.set(f"{PAID}.targets", f"{SECRET} mailto://smtp.example.com/a@example.com")
    async with at(app, "notices", size) as (pilot, section):
        await pilot.press("t")
        await until(pilot, lambda: drawn(app).count("on its way") == 2)
        assert "Test of 14:02" in drawn(app)
        first, second = waiting(store)

        def work(tx: Tx) -> None:
            tx.run("UPDATE outbox SET state = 'done' WHERE id = :id", id=first.id)
            tx.run(
                "UPDATE outbox SET state = 'attention', last_error = :why WHERE id = :id",
                id=second.id,
                why="The mail server does not know this address.",
            )

        store.write(work)
        await until(pilot, lambda: "✓ sent" in drawn(app))
        assert "✕ not sent: The mail server" in drawn(app)
        assert "hunter22" not in drawn(app)
        assert not section.busy


async def test_a_test_that_waits_for_the_line_says_so(app: PaydeskApp, store: Store) -> None:
    """With the reason, and that it goes by itself."""
    await app.desk.set(f"{PAID}.targets", SECRET)
    async with at(app, "notices") as (pilot, _):
        await pilot.press("t")
        await until(pilot, lambda: "on its way" in drawn(app))
        store.write(lambda tx: tx.run("UPDATE outbox SET last_error = 'No line to ntfy.example.'"))
        await until(pilot, lambda: "waits: No line to ntfy.example." in drawn(app))


async def test_a_test_without_targets_sends_nothing(app: PaydeskApp, store: Store) -> None:
    """It says where to fill them in."""
    async with at(app, "notices") as (pilot, section):
        await pilot.press("t")
        await until(pilot, lambda: "There is nobody to tell yet" in said(section))
        assert waiting(store) == []


async def test_a_switch_that_the_environment_holds(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Is said to be held, and stays."""
    monkeypatch.setenv("PAYDESK_NOTIFY_PAYMENT_LINK_PAID_ENABLED", "on")
    from tests.tui.conftest import frozen
    from tui.desk import Desk

    app = PaydeskApp(Desk(store, actor="Amira"), now=frozen)
    async with at(app, "notices") as (pilot, section):
        await pilot.press("space")
        await until(pilot, lambda: "set by the environment" in said(section))
