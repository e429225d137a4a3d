"""Taking money at the point of sale, in keys: every type of the clinic, in parts, once each."""

import pytest
from textual.events import Key

from store import payment_types
from store.database import Store
from tests.tui.conditions import until
from tests.tui.selling import (
    NEXT_NUMBER,
    SMALL,
    WIDE,
    back_at_pos,
    drawn,
    keys,
    make_sale,
    menu,
    notice,
    on_top,
    pos,
    said,
)
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.deposit import DepositDialog
from tui.screens.help import HelpScreen
from tui.screens.payment_link import PaymentLinkDialog
from tui.screens.pos_ways import PaymentMenu
from tui.screens.take_payment import TakePaymentDialog
from tui.widgets.form import Form


async def jane(desk: Desk) -> str:
    """Return Jane's id."""
    return (await desk.find_clients("jane"))[0].id


async def test_cash_with_change(app: PaydeskApp) -> None:
    """C, what was handed over, Enter: recorded, and the change stays on the screen."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f8>", "c")
        await on_top(app, pilot, TakePaymentDialog, "tendered")
        await keys(pilot, "300", "<enter>")
        await until(pilot, lambda: "£300.00 is less than £302.00" in said(app))
        await keys(pilot, "<backspace>", "<backspace>", "<backspace>", "320", "<enter>")
        await until(pilot, lambda: len(app.screen_stack) == 1 and not pos(app).sale.editable)
        await until(pilot, lambda: "change £18.00" in drawn(app))
        assert (await app.desk.invoice(NEXT_NUMBER)).row.state == "paid"
        await keys(pilot, "<enter>")
        await until(pilot, lambda: pos(app).sale.client is None)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_in_parts_until_all_is_in(app: PaydeskApp, size: tuple[int, int]) -> None:
    """Each payment is listed, the rest is offered at once, and it is Part paid until it is Paid."""
    async with app.run_test(size=size) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f8>", "t")
        await on_top(app, pilot, TakePaymentDialog, "amount")
        await keys(pilot, "100", "<tab>", "slip7", "<enter>")
        await until(pilot, lambda: "Part paid" in drawn(app))
        assert (pos(app).sale.totals.paid, pos(app).sale.totals.due) == (10_000, 20_200)
        assert isinstance(app.focused, PaymentMenu)
        assert ("Cash", "C", "£202.00") in menu(app)
        await keys(pilot, "c")
        await on_top(app, pilot, TakePaymentDialog, "tendered")
        await keys(pilot, "<enter>")
        await until(pilot, lambda: "● Paid" in drawn(app))
        assert pos(app).till.made(pos(app).sale) == [("Card terminal", 10_000), ("Cash", 20_200)]
        shown = drawn(app)
        assert "£100.00" in shown
        assert "Due" in shown
        invoice = await app.desk.invoice(NEXT_NUMBER)
        assert [(p.type, p.amount, p.reference) for p in invoice.payments] == [
            ("card", 10_000, "slip7"),
            ("cash", 20_200, ""),
        ]


async def test_the_clinics_own_types_have_their_names_order_and_letters(app: PaydeskApp, store: Store) -> None:
    """One that was added is there with its letter, in the help too; one that is off is not; a name is only text."""

    def arrange(tx: object) -> None:
        payment_types.add(tx, name="[/x] Voucher", key="v")  # type: ignore[arg-type]
        payment_types.move(tx, "x_voucher", -9)  # type: ignore[arg-type]
        payment_types.switch(tx, "transfer", on=False)  # type: ignore[arg-type]

    store.write(arrange)
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await until(pilot, lambda: menu(app))
        assert [row[0] for row in menu(app)] == ["[/x] Voucher", "Payment link", "Cash", "Card terminal"]
        await keys(pilot, "<f8>", "<f1>")
        await on_top(app, pilot, HelpScreen)
        assert "Pay by: [/x] Voucher" in drawn(app)
        assert "Bank transfer" not in drawn(app)
        await keys(pilot, "<escape>", "V")
        await on_top(app, pilot, TakePaymentDialog, "amount")
        await keys(pilot, "<enter>")
        await back_at_pos(app, pilot)
        assert [p.type for p in (await app.desk.invoice(NEXT_NUMBER)).payments] == ["x_voucher"]


async def test_a_letter_pays_from_the_lines_too_and_a_type_added_meanwhile_gets_its_own(
    app: PaydeskApp, store: Store
) -> None:
    """Wherever nothing is typed; the keys follow what a manager changes."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        store.write(lambda tx: payment_types.add(tx, name="Cheque", key="h"))
        await until(pilot, lambda: "Cheque" in [row[0] for row in menu(app)])
        pos(app).query_one("#lines").focus()
        await keys(pilot, "h")
        await on_top(app, pilot, TakePaymentDialog, "amount")


async def test_the_palette_takes_a_payment_while_a_field_has_the_focus(app: PaydeskApp) -> None:
    """Its letters are letters there, but the command is offered."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<ctrl+p>", "card term")
        await until(pilot, lambda: "Pay by: Card terminal" in drawn(app))
        await keys(pilot, "<enter>")
        await until(pilot, lambda: isinstance(app.screen, TakePaymentDialog) or not app.screen.query("CommandList"))
        await keys(pilot, *([] if isinstance(app.screen, TakePaymentDialog) else ["<enter>"]))
        await on_top(app, pilot, TakePaymentDialog, "amount")


async def test_account_credit_is_offered_when_there_is_some(app: PaydeskApp, desk: Desk) -> None:
    """The client's line says how much; it pays no more than that; the rest is offered."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        assert "Account credit" not in [row[0] for row in menu(app)]
        await keys(pilot, "<f8>", "a")
        await until(pilot, lambda: "no account credit" in notice(app))
        await desk.take_deposit(await jane(desk), "cash", 5_000)
        await until(pilot, lambda: ("Account credit", "A", "£50.00") in menu(app))
        await until(pilot, lambda: "credit £50.00" in drawn(app))
        await keys(pilot, "a")
        await on_top(app, pilot, TakePaymentDialog, "amount")
        await keys(pilot, "60", "<enter>")
        await until(pilot, lambda: "£60.00 is more than the £50.00" in said(app))
        await keys(pilot, "<ctrl+u>", "50", "<enter>")
        await until(pilot, lambda: "Part paid" in drawn(app))
        assert await desk.credit_of(await jane(desk)) == 0
        assert pos(app).sale.totals.due == 25_200
        assert "Account credit" not in [row[0] for row in menu(app)]
        assert "· credit £" not in drawn(app)


async def test_enter_twice_in_the_dialog_records_once(app: PaydeskApp) -> None:
    """Whether both are heard before the money is recorded, or one after it."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f8>", "c")
        await on_top(app, pilot, TakePaymentDialog, "tendered")
        await keys(pilot, "<shift+tab>", "100")
        dialog = app.screen
        assert isinstance(dialog, TakePaymentDialog)
        dialog.action_record()
        dialog.action_record()
        await keys(pilot, "<escape>", "<enter>")
        await until(pilot, lambda: "Part paid" in drawn(app))
        assert [p.amount for p in (await app.desk.invoice(NEXT_NUMBER)).payments] == [10_000]


async def test_a_key_pressed_twice_opens_one_dialog(app: PaydeskApp) -> None:
    """Two choices of the same way, heard one after the other, are one dialog; the same for links."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        for letter, kind in (("c", TakePaymentDialog), ("p", PaymentLinkDialog)):
            await keys(pilot, "<f8>")
            table = pos(app).query_one(PaymentMenu)
            table.select({"c": "cash", "p": "payment_link"}[letter])
            table.action_choose()
            table.action_choose()
            await until(pilot, lambda kind=kind: isinstance(app.screen, kind))  # type: ignore[misc]
            await pilot.pause()
            assert len(app.screen_stack) == 2
            await keys(pilot, "<escape>")
            await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_the_same_payment_sent_again_is_the_same_payment(app: PaydeskApp, desk: Desk) -> None:
    """The dialog's own id makes it so, even where the first answer was lost on the way."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f8>", "c")
        await on_top(app, pilot, TakePaymentDialog, "tendered")
        dialog = app.screen
        assert isinstance(dialog, TakePaymentDialog)
        first = await dialog.record(desk, 30_200, "")
        await keys(pilot, "<enter>")
        await back_at_pos(app, pilot)
        assert [p.id for p in (await desk.invoice(NEXT_NUMBER)).payments] == [first.id]


async def test_a_deposit_becomes_credit(app: PaydeskApp, desk: Desk) -> None:
    """^E, how, how much, what was handed over; the new balance is said and stands beside the client."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "<ctrl+e>")
        assert len(app.screen_stack) == 1
        await keys(pilot, "jane", "<enter>")
        await until(pilot, lambda: pos(app).sale.client)
        await keys(pilot, "<ctrl+e>")
        await on_top(app, pilot, DepositDialog, "amount")
        await keys(pilot, "<enter>")
        await until(pilot, lambda: "Type an amount" in said(app))
        await keys(pilot, "20", "<tab>", "50", "<enter>")
        await back_at_pos(app, pilot)
        await until(pilot, lambda: "change £30.00. Credit is now £20.00" in notice(app))
        await until(pilot, lambda: "credit £20.00" in drawn(app))
        await keys(pilot, "<ctrl+e>")
        await on_top(app, pilot, DepositDialog, "amount")
        await keys(pilot, "5", "<down>", "<tab>", "slip 9")
        dialog = app.screen
        assert isinstance(dialog, DepositDialog)
        dialog.action_record()
        dialog.action_record()
        await back_at_pos(app, pilot)
        entries = await desk.credit_entries(await jane(desk))
        assert sorted((e.type, e.amount, e.reference) for e in entries) == [
            ("card", 500, "slip 9"),
            ("cash", 2_000, ""),
        ]


async def test_nothing_is_paid_before_a_client_is_chosen(app: PaydeskApp) -> None:
    """F8 says so and goes to the client's field; the line stays."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "<tab>", "vacc", "<enter>")
        await until(pilot, lambda: pos(app).sale.number and not pos(app).sale.unsaved)
        await keys(pilot, "<f8>")
        await until(pilot, lambda: "Choose a client first" in drawn(app))
        assert app.focused is pos(app).client_search
        await keys(pilot, "omar", "<enter>")
        await until(pilot, lambda: menu(app))
        assert not pos(app).query(Form)


async def test_what_is_typed_in_one_breath_counts_to_the_last_digit(app: PaydeskApp) -> None:
    """Digits and Enter that arrive together are heard in their order: the amount is whole when it is recorded."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f8>", "t")
        await on_top(app, pilot, TakePaymentDialog, "amount")
        for key in (*"150", "enter"):
            app.post_message(Key(key, key if len(key) == 1 else None))
        await until(pilot, lambda: "Part paid" in drawn(app))
        assert [p.amount for p in (await app.desk.invoice(NEXT_NUMBER)).payments] == [15_000]
