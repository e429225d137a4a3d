"""The payment-link dialog: amounts and addresses that will not do, the calculator, what is sent."""

from typing import Any

import pytest
from textual.pilot import Pilot
from textual.widgets import Input

from store import clients
from store.database import Store
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE
from tests.tui.selling import drawn, keys, said
from tui.app import PaydeskApp
from tui.desk import Sent
from tui.screens.calculator import Calculator
from tui.screens.payment_link import PaymentLinkDialog
from tui.widgets.channel_row import ChannelRow

UNPAID = "INV-000002"
SMALL = (80, 24)


async def opened(app: PaydeskApp, pilot: Pilot[Any], number: str = UNPAID) -> list[Sent | None]:
    """Open the dialog and return where its answer will be."""
    answers: list[Sent | None] = []
    app.push_screen(PaymentLinkDialog(number, "invoice"), answers.append)
    await until(pilot, lambda: app.screen.query("#amount") and app.screen.query_one("#amount", Input).value)
    return answers


@pytest.mark.parametrize(
    ("typed", "why"),
    [
        ("12,5", "is not an amount"),
        ("-1", "below zero"),
        ("1e9", "is not an amount"),
        ("0", "is zero"),
        ("", "Type an amount"),
        ("211.01", "£211.01 is more than the £211.00 due"),
        ("99999999", "is not an amount"),
    ],
)
async def test_an_amount_that_will_not_do_is_said_in_place(app: PaydeskApp, typed: str, why: str) -> None:
    """Kept as typed, with the focus on it, and nothing sent."""
    async with app.run_test(size=SMALL) as pilot:
        answers = await opened(app, pilot)
        field = app.screen.query_one("#amount", Input)
        await keys(pilot, "<backspace>")
        await pilot.press(*("comma" if char == "," else char for char in typed))
        await keys(pilot, "<enter>")
        await until(pilot, lambda: why in said(app))
        assert (field.value, app.focused, answers) == (typed, field, [])
        assert (await app.desk.invoice(UNPAID)).requests == ()


async def test_typing_replaces_the_offered_amount(app: PaydeskApp) -> None:
    """A part payment is asked for by typing it."""
    async with app.run_test(size=SMALL) as pilot:
        answers = await opened(app, pilot)
        await keys(pilot, "100.50", "<enter>")
        await until(pilot, lambda: answers)
        assert answers[0] is not None
        assert answers[0].request.amount == 10_050
        assert [charge.gross for charge in answers[0].charges] == [2, 6]


async def test_a_second_enter_sends_nothing_more(app: PaydeskApp) -> None:
    """Two Enters at once make one request."""
    async with app.run_test(size=SMALL) as pilot:
        answers = await opened(app, pilot)
        await pilot.press("enter", "enter")
        await until(pilot, lambda: answers)
        await pilot.pause()
        assert len((await app.desk.invoice(UNPAID)).requests) == 1


async def test_the_calculator_works_a_part_out(app: PaydeskApp) -> None:
    """A sign opens it with the amount; Enter takes the result; more than is due is said there."""
    async with app.run_test(size=SMALL) as pilot:
        await opened(app, pilot)
        await keys(pilot, "*")
        await until(pilot, lambda: isinstance(app.screen, Calculator) and app.screen.query("#sum"))
        await keys(pilot, "2", "<enter>")
        await until(pilot, lambda: "£422.00 is more than the £211.00" in said(app))
        await keys(pilot, "/4", "<enter>")
        await until(pilot, lambda: isinstance(app.screen, PaymentLinkDialog))
        assert app.screen.query_one("#amount", Input).value == "105.50"


async def test_a_missing_address_is_said_when_the_channel_is_switched_on(app: PaydeskApp, store: Store) -> None:
    """In place; another typed there is used; a wrong one is kept as typed."""
    nobody = (await app.desk.find_clients("nobody"))[0]
    draft = await app.desk.save_draft(nobody.id, (await app.desk.invoice(UNPAID)).lines[:1])  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        answers = await opened(app, pilot, draft.row.number)
        assert "client scans the QR" in drawn(app)
        await keys(pilot, "<tab>", "<space>")
        await until(pilot, lambda: "Type an email address" in said(app))
        await keys(pilot, "nobody@", "<enter>")
        await until(pilot, lambda: "not an email address" in said(app))
        row = app.screen.query_one("#row-email", ChannelRow)
        assert row.query_one(Input).value == "nobody@"
        assert app.focused is row.query_one(Input)
        await keys(pilot, "example.com", "<enter>")
        await until(pilot, lambda: answers)
        assert answers[0] is not None
        assert [message.address for message in answers[0].request.messages] == ["nobody@example.com"]


async def test_an_emptied_address_is_never_the_clients_own_by_surprise(app: PaydeskApp) -> None:
    """Nothing is sent to an address that somebody has just deleted."""
    async with app.run_test(size=SMALL) as pilot:
        answers = await opened(app, pilot)
        await keys(pilot, "<tab>", "<tab>", "<end>", "<ctrl+u>", "<enter>")
        await until(pilot, lambda: "Type an email address" in said(app))
        assert answers == []


async def test_a_landline_is_refused_under_sms(app: PaydeskApp) -> None:
    """The refusal of the number stands under the number."""
    async with app.run_test(size=SMALL) as pilot:
        await opened(app, pilot)
        row = app.screen.query_one("#row-sms", ChannelRow)
        row.query_one(Input).focus()
        await keys(pilot, "<end>", "<ctrl+u>", "02079460000", "<enter>")
        await until(pilot, lambda: "not a mobile number" in said(app))
        assert app.focused is row.query_one(Input)


async def test_the_words_and_their_length_are_shown(app: PaydeskApp) -> None:
    """The SMS as it will read, its units and parts, and both charges."""
    async with app.run_test(size=SMALL) as pilot:
        await opened(app, pilot)
        shown = " ".join(drawn(app).split())
        assert "Riverside Clinic asks for £211.00 (INV-000002)." in shown
        assert "/160 · 1 part" in shown
        assert "1 part · 5p + VAT 1p" in shown
        assert "2p" in shown


async def test_what_is_asked_for_already_is_taken_into_account(app: PaydeskApp) -> None:
    """The rest is offered, and more than that refused with the reason."""
    await app.desk.send(UNPAID, {}, amount=20_000, origin="pos")
    async with app.run_test(size=SMALL) as pilot:
        await opened(app, pilot)
        assert app.screen.query_one("#amount", Input).value == "11.00"
        assert "£200.00 is already asked for by" in drawn(app)
        await keys(pilot, "12", "<enter>")
        await until(pilot, lambda: "£200.00 is already asked for" in said(app))


async def test_nothing_left_to_ask_for_is_said_at_once(app: PaydeskApp) -> None:
    """With the code of the link that asks for it."""
    sent = await app.desk.send(UNPAID, {}, origin="pos")
    async with app.run_test(size=SMALL) as pilot:
        app.push_screen(PaymentLinkDialog(UNPAID, "pos"))
        await until(pilot, lambda: sent.request.code in drawn(app) and "Cancel that" in drawn(app))


async def test_hostile_names_in_the_dialog(app: PaydeskApp, store: Store) -> None:
    """A refusal that names the client shows the name as it is."""
    bobby = (await app.desk.find_clients("bobby"))[0]
    assert bobby.name == HOSTILE
    store.write(lambda tx: clients.update(tx, bobby.id, name=HOSTILE, email="", mobile="", version=bobby.version))
    draft = await app.desk.save_draft(bobby.id, (await app.desk.invoice(UNPAID)).lines[:1])  # type: ignore[arg-type]
    async with app.run_test(size=SMALL) as pilot:
        answers = await opened(app, pilot, draft.row.number)
        await keys(pilot, "<enter>")
        await until(pilot, lambda: answers)
        assert answers[0] is not None
        assert answers[0].request.messages == ()


async def test_a_channel_that_the_client_does_not_want_stays_off(app: PaydeskApp, store: Store) -> None:
    """The row says so, Space says what to do about it, and the link goes by the other one."""
    store.write(lambda tx: tx.run("UPDATE clients SET sms_consent = 0 WHERE name = 'Jane Smith'"))
    async with app.run_test(size=SMALL) as pilot:
        answers = await opened(app, pilot)
        row = app.screen.query_one("#row-sms", ChannelRow)
        assert not row.ticked
        assert "does not want SMS" in drawn(app)
        row.query_one("Tick").focus()
        await keys(pilot, "<space>")
        await until(pilot, lambda: "Jane Smith does not want SMS. Choose another way" in said(app))
        assert not row.ticked
        await keys(pilot, "<enter>")
        await until(pilot, lambda: answers)
        assert answers[0] is not None
        assert answers[0].request.channels == ("email",)
