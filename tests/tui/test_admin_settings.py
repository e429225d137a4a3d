"""F9: the sections that are forms of settings."""

from pathlib import Path

import pytest

from store import dropped
from store.database import Store, Tx
from store.errors import Refused
from tests.tui.adminning import SMALL, at, field, notes, retype, said, wrong
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE, frozen
from tests.tui.people import hire
from tests.tui.selling import drawn
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.admin_ask import SecretField
from tui.screens.admin_form import AskForm
from tui.screens.admin_gateway import NO_ENGINE, SAVE_FIRST
from tui.screens.admin_reminders import chasing, quiet
from tui.widgets.choice import Choice
from tui.widgets.list_table import ListTable


class Engine:
    """An engine that answers a test call as it is told to."""

    def __init__(self, answer: str | Exception) -> None:
        self.answer = answer

    def start(self) -> None:
        """Begin."""

    def stop(self) -> None:
        """End."""

    async def check_gateway(self) -> str:
        """Answer."""
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


async def test_the_clinic_is_saved_and_shown_at_once(app: PaydeskApp) -> None:
    """Enter leads through the fields; the bar has the new name; text from people is text."""
    async with at(app, "clinic") as (pilot, section):
        await retype(pilot, section, "clinic.name", HOSTILE)
        for _ in range(7):
            await pilot.press("enter")
        assert field(section, "clinic.payment_days").has_focus
        await pilot.press("enter")
        await until(pilot, lambda: said(section) == "Saved.")
        assert (await app.desk.settings())["clinic.name"] == HOSTILE
        await until(pilot, lambda: HOSTILE in drawn(app).splitlines()[0])


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("clinic.name", "", "Type the clinic's name"),
        ("clinic.support_email", "desk@", "not an email address"),
        ("clinic.zone", "Mars/Base", "not a time zone"),
        ("clinic.currency", "pounds", "not a currency"),
        ("clinic.payment_days", "many", "Type a whole number"),
    ],
)
async def test_what_will_not_do_is_said_under_its_field(app: PaydeskApp, name: str, typed: str, why: str) -> None:
    """With the focus there, as it was typed, and nothing of the rest is saved."""
    async with at(app, "clinic") as (pilot, section):
        await retype(pilot, section, "clinic.vat_number", "GB123")
        await retype(pilot, section, name, typed)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: why in wrong(section))
        assert field(section, name).has_focus
        assert field(section, name).value == typed
        assert (await app.desk.settings())["clinic.vat_number"] == ""
        await pilot.press("x")
        await until(pilot, lambda: not wrong(section))


async def test_what_a_change_means_for_invoices_is_said(app: PaydeskApp) -> None:
    """While it is typed."""
    async with at(app, "clinic") as (pilot, section):
        await retype(pilot, section, "clinic.currency", "EUR")
        await retype(pilot, section, "clinic.number_prefix", "RC-")
        await until(pilot, lambda: "stay in GBP" in notes(section))
        assert "RC-000125 after INV-000124" in notes(section)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Saved." and "GBP" not in notes(section))
        assert app.clinic.currency == "EUR"


async def test_nothing_typed_is_nothing_saved(app: PaydeskApp) -> None:
    """And it says so."""
    async with at(app, "desk") as (pilot, section):
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section).startswith("Nothing was changed"))
        assert (await app.desk.settings()).where("desk.lock_after") == "default"


async def test_a_key_is_never_shown_and_stays_when_nothing_is_typed(app: PaydeskApp) -> None:
    """Typing replaces it, Delete takes it away once it is saved."""
    await app.desk.set("gateway.key", "sk_live_averyverysecretkey")
    async with at(app, "gateway") as (pilot, section):
        key = field(section, "gateway.key")
        assert isinstance(key, SecretField)
        await until(pilot, lambda: "sk_…tkey is kept" in key.placeholder)
        await retype(pilot, section, "gateway.url", "https://pay.example.com")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Saved.")
        assert (await app.desk.settings())["gateway.key"] == "sk_live_averyverysecretkey"
        await retype(pilot, section, "gateway.key", "sk_live_another_secret_key")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Saved." and "sk_…_key is kept" in key.placeholder)
        assert "another" not in drawn(app)
        assert key.value == ""
        await pilot.press("delete")
        await until(pilot, lambda: "is taken away" in key.placeholder and section.unsaved)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: key.placeholder == "none yet")
        assert (await app.desk.settings())["gateway.key"] == ""
        assert not section.unsaved


async def test_who_sends_the_messages_is_said_for_each_provider(app: PaydeskApp) -> None:
    """Stripe cannot; where it can, it says what that means. The choice is kept in the setting's own words."""
    async with at(app, "gateway") as (pilot, section):
        assert "Stripe sends no messages" in notes(section)
        form = section.query_one(AskForm)
        assert isinstance(form.field("gateway.kind"), Choice)
        await pilot.press("right")
        await until(pilot, lambda: "Coherent decides itself" in notes(section))
        assert "sends no messages" not in notes(section)
        form.field("gateway.sends_messages").focus()
        await pilot.press("space")
        await until(pilot, lambda: "The gateway sends the first message itself" in notes(section))
        await pilot.press("enter")
        await until(pilot, lambda: said(section) == "Saved.")
        chosen = await app.desk.settings()
        assert (chosen["gateway.kind"], chosen["gateway.sends_messages"]) == ("coherent", "on")


@pytest.mark.parametrize("answer", ["Stripe answers.", Refused("Stripe refused the key. Copy it again.")])
async def test_a_test_call_says_what_came_of_it(desk: Desk, answer: str | Exception) -> None:
    """In place, good or bad."""
    app = PaydeskApp(desk, engine=Engine(answer), now=frozen)
    async with at(app, "gateway") as (pilot, section):
        await pilot.press("f8")
        await until(pilot, lambda: said(section) == str(answer))


async def test_a_test_call_needs_an_engine_and_what_is_saved(app: PaydeskApp) -> None:
    """It says so, and asks nobody."""
    async with at(app, "gateway") as (pilot, section):
        await pilot.press("f8")
        await until(pilot, lambda: said(section) == NO_ENGINE)
        await retype(pilot, section, "gateway.url", "https://x.example")
        await pilot.press("f8")
        await until(pilot, lambda: said(section) == SAVE_FIRST)


async def test_senders_are_urls_with_a_place(app: PaydeskApp) -> None:
    """The mistake is said under its field; what is kept is shown by its kind alone."""
    async with at(app, "senders") as (pilot, section):
        await retype(pilot, section, "email.url", "mailto://smtp.example.com")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "with {email} where the address goes" in wrong(section))
        await retype(pilot, section, "email.url", "mailtos://me:hunter22@smtp.example.com?to={email}")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "mailtos://… is kept" in drawn(app))
        assert "hunter22" not in drawn(app)


@pytest.mark.parametrize(
    ("days", "channels", "told"),
    [
        ("", "email", "No reminder goes out by itself. A person can send one from the invoice."),
        ("1", "sms", "Links that are unpaid after 1 day get an SMS."),
        ("14 3,7", "email", "Links that are unpaid after 3, 7 and 14 days get an email."),
        ("7", "email sms", "Links that are unpaid after 7 days get an email and an SMS."),
        ("soon", "email", ""),
    ],
)
def test_the_chasing_rule_in_words(days: str, channels: str, told: str) -> None:
    """As it would work."""
    assert chasing(days, channels) == told


def test_quiet_hours_in_words() -> None:
    """As they would work; nothing is said of what is no hour."""
    assert "nothing that has waited reaches a client; it goes out at 08:00" in quiet("21:00-08:00")
    assert "at any hour" in quiet("")
    assert quiet("nine to five") == ""


async def test_reminders_say_what_they_will_do_while_one_types(app: PaydeskApp) -> None:
    """And what will not do is said when it is saved."""
    async with at(app, "reminders") as (pilot, section):
        await retype(pilot, section, "chase.days", "3 7 14")
        await until(pilot, lambda: "unpaid after 3, 7 and 14 days get an email" in notes(section))
        await retype(pilot, section, "quiet.hours", "late")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Type them such as 21:00-08:00" in wrong(section))
        await retype(pilot, section, "quiet.hours", "")
        await pilot.press("enter")
        await until(pilot, lambda: said(section) == "Saved.")
        chosen = await app.desk.settings()
        assert (chosen["chase.days"], chosen["quiet.hours"]) == ("3 7 14", "")


async def test_the_desk_says_who_it_may_open_as(store: Store) -> None:
    """And that a print command needs a place for its file; the lock's minutes hold at once."""
    people = hire(store)
    app = PaydeskApp(Desk(store, actor=people.as_amira), now=frozen)
    async with at(app, "desk") as (pilot, section):
        await until(pilot, lambda: "One of reception, without a PIN: Ben." in notes(section))
        await retype(pilot, section, "desk.opens_as", "ben")
        await until(pilot, lambda: "One of reception" not in notes(section))
        await retype(pilot, section, "desk.print_command", "lp")
        await until(pilot, lambda: "Put {file}" in notes(section))
        await retype(pilot, section, "desk.print_command", "lp {file}")
        await retype(pilot, section, "desk.lock_after", "3")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Saved." and app.lock_after == 3)


@pytest.mark.parametrize("name", ["desk.lock_after", "desk.discount_limit"])
async def test_numbers_are_numbers(app: PaydeskApp, name: str) -> None:
    """Said under the field."""
    async with at(app, "desk") as (pilot, section):
        await retype(pilot, section, name, "ten")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Type a whole number from 0" in wrong(section))
        assert field(section, name).has_focus


def drop(tx: Tx) -> None:
    """Note a file that was taken, and then one that failed."""
    dropped.note(tx, "good.csv", b"good", "done", "3 invoices made")
    dropped.note(tx, HOSTILE + ".csv", b"bad", "failed", "Row 2, price: “x” is not an amount.\nRow 3, vat: type it.")


@pytest.mark.parametrize("size", [SMALL, (160, 45)])
async def test_what_was_dropped_is_listed_with_its_reason(
    app: PaydeskApp, store: Store, tmp_path: Path, size: tuple[int, int]
) -> None:
    """The whole reason of the one under the cursor; the folder is watched from when it is saved."""
    store.write(drop)
    (tmp_path / "in").mkdir()
    async with at(app, "import", size) as (pilot, section):
        table = section.query_one(ListTable)
        await until(pilot, lambda: len(table.rows) == 2)
        table.focus()
        table.select(next(row.key for row in table.rows if str(row.cells[0]).startswith("Bobby")))
        await until(pilot, lambda: "Row 3, vat: type it." in drawn(app))
        assert HOSTILE + ".csv" in drawn(app)
        await retype(pilot, section, "import.folder", str(tmp_path / "not"))
        await until(pilot, lambda: "There is no such folder" in notes(section))
        await retype(pilot, section, "import.folder", str(tmp_path / "in"))
        await until(pilot, lambda: "is taken once" in notes(section))
        await pilot.press("enter")
        await until(pilot, lambda: said(section) == "Saved.")
        assert (await app.desk.settings())["import.folder"] == str(tmp_path / "in")
