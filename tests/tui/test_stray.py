"""F5: a payment that is not known here is counted on the invoice that a person names and saw, or dropped."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store.database import Store
from store.reading import invoice_by_number
from tests.tui import strays
from tests.tui.conditions import until
from tests.tui.selling import drawn, keys
from tui.app import PaydeskApp
from tui.screens.ask import AskText
from tui.screens.outbox import OutboxScreen
from tui.screens.outbox_words import choices
from tui.screens.stray import NO_NUMBER, StrayDialog
from tui.widgets.error_line import ErrorLine
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Sheet


@asynccontextmanager
async def asked(app: PaydeskApp) -> AsyncIterator[tuple[Pilot[Any], OutboxScreen, StrayDialog]]:
    """Run the app with the question about the payment open, by its key."""
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f5")
        screen = app.screen
        assert isinstance(screen, OutboxScreen)
        await until(pilot, lambda: screen.current is not None)
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, StrayDialog) and app.screen.focused is not None)
        dialog = app.screen
        assert isinstance(dialog, StrayDialog)
        yield pilot, screen, dialog


def wrong(dialog: StrayDialog) -> str:
    """Return what is said to be wrong in the question."""
    return dialog.query_one(ErrorLine).said


def meant(dialog: StrayDialog) -> str:
    """Return what is said of the invoice that is typed."""
    return dialog.query_one("#stray-meant", Sheet).text


def said(screen: OutboxScreen) -> str:
    """Return what the screen says was done."""
    return screen.query_one(SaidLine).said


async def type_number(pilot: Pilot[Any], dialog: StrayDialog, text: str) -> None:
    """Type an invoice's number by keys."""
    await pilot.press(*["minus" if letter == "-" else letter for letter in text])
    await until(pilot, lambda: dialog.query_one(Input).value == text and dialog._seen[0] == text)


async def test_it_is_counted_on_the_invoice_that_was_shown(app: PaydeskApp, store: Store) -> None:
    """What is known stands above; whose invoice it is and what it owes is shown before Enter counts it, once."""
    strays.paid(store, amount=20_000)
    async with asked(app) as (pilot, screen, dialog):
        known = dialog.query_one("#stray-known", Sheet).text
        for words in ("£200.00, card, 14:02", strays.CODE, "INV-000042, which is not here", "plink_1Ab2Cd3Ef4"):
            assert words in known
        await type_number(pilot, dialog, "inv-000002")
        await until(pilot, lambda: "Jane Smith, unpaid, owes £211.00" in meant(dialog))
        await pilot.press("enter", "enter")
        await until(pilot, lambda: app.screen is screen)
        await until(pilot, lambda: said(screen) == "£200.00 counted on INV-000002. It still owes £11.00.")
        bill = store.read(lambda reader: invoice_by_number(reader, "INV-000002"))
        assert [payment.amount for payment in bill.payments] == [20_000]
        assert strays.entry(store).state == "done"
        await until(pilot, lambda: screen.current is None)


async def test_what_will_not_do_is_said_in_its_line(app: PaydeskApp, store: Store) -> None:
    """Nothing typed, and no such invoice; what is typed stays, and nothing is counted."""
    strays.paid(store)
    async with asked(app) as (pilot, _, dialog):
        await pilot.press("enter")
        await until(pilot, lambda: wrong(dialog) == NO_NUMBER)
        await type_number(pilot, dialog, "inv-000777")
        assert (wrong(dialog), meant(dialog)) == ("", "")
        await pilot.press("enter")
        await until(pilot, lambda: "There is no invoice inv-000777." in wrong(dialog))
        assert dialog.query_one(Input).value == "inv-000777"
        assert strays.entry(store).state == "attention"


async def test_another_currency_is_refused_in_place(app: PaydeskApp, store: Store) -> None:
    """The invoice is named, and the question still stands."""
    strays.paid(store, currency="eur")
    async with asked(app) as (pilot, _, dialog):
        await type_number(pilot, dialog, "INV-000002")
        await pilot.press("enter")
        await until(pilot, lambda: "INV-000002 is in GBP, and EUR was paid." in wrong(dialog))
        assert strays.entry(store).state == "attention"


async def test_the_invoice_that_it_names_is_offered(app: PaydeskApp, store: Store) -> None:
    """A draft is issued, and what is too much is said beforehand; Esc counts nothing."""
    strays.paid(store, amount=30_000, number="INV-000001")
    async with asked(app) as (pilot, screen, dialog):
        await until(pilot, lambda: dialog.query_one(Input).value == "INV-000001" and dialog._seen[1] is not None)
        told = " ".join(meant(dialog).split())
        assert "Jane Smith, draft, owes £211.00" in told
        assert "It is issued with this. That is £89.00 less than was paid: it will be overpaid." in told
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert strays.entry(store).state == "attention"
        await pilot.press("g")
        await until(pilot, lambda: isinstance(app.screen, StrayDialog) and app.screen._seen[1] is not None)
        await pilot.press("enter")
        await until(pilot, lambda: said(screen) == "£300.00 counted on INV-000001. It is overpaid by £89.00.")


async def test_it_is_dropped_with_a_reason(app: PaydeskApp, store: Store) -> None:
    """From the question, by its key; the payment is closed, and the reason kept."""
    strays.paid(store)
    async with asked(app) as (pilot, screen, _):
        await pilot.press("ctrl+d")
        await until(pilot, lambda: isinstance(app.screen, AskText))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one(ErrorLine).said.startswith("Say why"))
        await pilot.press(*"refunded", "enter")
        await until(pilot, lambda: said(screen).endswith("it is dropped."))
        assert strays.entry(store).last_error == "dropped by Amira: refunded"
        closed = store.read(lambda reader: reader.one("SELECT state, reason FROM strays"))
        assert closed is not None
        assert tuple(closed) == ("closed", "dropped by Amira: refunded")


async def test_what_somebody_else_has_decided_is_said(app: PaydeskApp, store: Store) -> None:
    """While the question stood; nothing is counted twice."""
    entry = strays.paid(store)
    async with asked(app) as (pilot, _, dialog):
        await type_number(pilot, dialog, "INV-000002")
        await app.desk.count_stray(entry.id, "INV-000002")
        await pilot.press("enter")
        await until(pilot, lambda: "Somebody has decided about this payment already." in wrong(dialog))
        bill = store.read(lambda reader: invoice_by_number(reader, "INV-000002"))
        assert len(bill.payments) == 1


async def test_only_what_helps_is_offered(app: PaydeskApp, store: Store) -> None:
    """It cannot be adopted or tried again; its choices say what there is, and so does the palette."""
    strays.paid(store)
    async with app.run_test(size=(80, 24)) as pilot:
        await pilot.press("f5")
        screen = app.screen
        assert isinstance(screen, OutboxScreen)
        await until(pilot, lambda: screen.current is not None)
        offered = [action for action in ("count", "adopt", "retry", "drop") if screen.check_action(action, ())]
        assert offered == ["count", "drop"]
        assert screen.current is not None
        assert choices(screen.current)[0].startswith("G counts it on an invoice")
        await pilot.press("a")
        await until(pilot, lambda: said(screen) == "Nothing to hurry.")
        assert strays.entry(store).state == "attention"
        await keys(pilot, "<ctrl+p>", "which invoice it pays")
        await until(pilot, lambda: "Count  (G)" in drawn(app))


@pytest.mark.parametrize("number", ["INV-000002", "inv-000002"])
async def test_a_number_that_was_not_shown_is_shown_first(app: PaydeskApp, store: Store, number: str) -> None:
    """A typist who is quicker than the file sees the invoice, and presses Enter once more."""
    strays.paid(store)
    async with asked(app) as (pilot, screen, dialog):
        field = dialog.query_one(Input)
        with dialog.prevent(Input.Changed):
            field.value = number
        await pilot.press("enter")
        await until(pilot, lambda: wrong(dialog).startswith("Look whether this is the invoice"))
        assert "owes £211.00" in meant(dialog)
        assert strays.entry(store).state == "attention"
        await pilot.press("enter")
        await until(pilot, lambda: said(screen) == "£211.00 counted on INV-000002. It is paid.")
