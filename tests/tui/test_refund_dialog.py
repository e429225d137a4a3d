"""Giving money back from the pop-up: to where, how much, why, with a manager's PIN, once; and what is said after."""

from typing import Any

import pytest
from textual.pilot import Pilot

from store import gateway_refunds, ledger, outbox, payments, rebuild, refunds, settings
from store.database import Store
from store.models import Payment, Refund
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.people import AMIRAS, hire
from tests.tui.popups import UNPAID, opened, option, paid_by_link, read, said, text
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.approve import ApproveDialog
from tui.screens.ask import Confirm
from tui.screens.calculator import Calculator
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.menu import Menu
from tui.screens.refund import RefundDialog
from tui.screens.refund_pick import Pick
from tui.widgets.amount_input import AmountInput
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.list_table import ListTable


def took(store: Store, kind: str = "card", pence: int = 21_100) -> Payment:
    """Take a payment for the unpaid invoice."""
    return store.write(lambda tx: payments.take(tx, UNPAID, kind, pence), actor="Amira")


def fails(store: Store, refund: Refund, why: str = "the card was closed") -> None:
    """Let the gateway have refused a refund."""
    store.write(lambda tx: gateway_refunds.fail(tx, refund, why, settings.load(tx, store.path.parent, {})))


def gave_back(store: Store, payment: Payment, pence: int) -> Refund:
    """Ask for a refund of a payment."""
    return store.write(lambda tx: refunds.refund(tx, UNPAID, payment.id, pence, reason="half the time"))


async def asked(pilot: Pilot[Any]) -> RefundDialog:
    """Open the dialog from the options."""
    await option(pilot, "f")
    await until(pilot, lambda: isinstance(pilot.app.screen, RefundDialog) and pilot.app.screen._payments)
    dialog = pilot.app.screen
    assert isinstance(dialog, RefundDialog)
    return dialog


def wrong(dialog: RefundDialog, name: str) -> str:
    """Return what is said under a field."""
    return dialog.query_one(f"#wrong-{name}", ErrorLine).said


async def reason(pilot: Pilot[Any], dialog: RefundDialog, words: str = "goodwill") -> None:
    """Type the reason."""
    dialog.query_one("#reason", Field).focus()
    await pilot.press(*words)


async def test_all_that_is_left_to_the_way_it_was_paid(app: PaydeskApp, store: Store) -> None:
    """The offer stands: type why, Enter; it is done, said, and a line of its own among the payments."""
    took(store)
    async with opened(app) as (pilot, popup):
        dialog = await asked(pilot)
        assert dialog.query_one("#amount", AmountInput).value == "211.00"
        await reason(pilot, dialog)
        await pilot.press("enter")
        await until(pilot, lambda: said(popup) == "£211.00 is refunded.")
        await until(pilot, lambda: "Refund to card terminal · goodwill" in text(popup, "payments"))
        last = text(popup, "payments").splitlines()[-1]
        assert last.endswith("-£211.00")
        assert "Refunded £211.00" in popup.query_one("#invoice-head").text  # type: ignore[attr-defined]
        assert "Not owed any more" in text(popup, "lines")
        (refund,) = read(store).refunds
        assert (refund.state, refund.type, refund.credited) == ("done", "card", 21_100)
        assert store.read(rebuild.differences) == []


async def test_a_links_refund_is_on_its_way(app: PaydeskApp, store: Store) -> None:
    """It goes through the outbox, and both pop-up and payments say that it is on its way."""
    paid_by_link(store)
    async with opened(app) as (pilot, popup):
        dialog = await asked(pilot)
        dialog.query_one("#amount", AmountInput).value = "11.50"
        await reason(pilot, dialog)
        await pilot.press("enter")
        await until(pilot, lambda: said(popup) == "Refund of £11.50 is on its way.")
        await until(pilot, lambda: "◷ Refund to payment link is on its way: goodwill" in _one_line(popup))
        assert "£11.50 on its way back" in popup.query_one("#invoice-head").text  # type: ignore[attr-defined]
        (refund,) = read(store).refunds
        entry = store.read(lambda reader: outbox.of_subject(reader, refund.id, "refund"))
        assert entry is not None
        assert entry.state == "ready"


async def test_to_account_credit_and_still_owed(app: PaydeskApp, store: Store) -> None:
    """→ chooses another way back, Space leaves the money due; the dialog says what will happen."""
    took(store, "cash")
    async with opened(app) as (pilot, popup):
        dialog = await asked(pilot)
        dialog.query_one("#to", Pick).focus()
        while dialog.query_one("#to", Pick).picked != "account_credit":
            await pilot.press("right")
        await pilot.press("tab", *"moved", "tab", "space")
        after = str(dialog.query_one("#after").render())
        assert after == "It stays with the clinic as the client's credit. The invoice asks for it again."
        await pilot.press("enter")
        await until(pilot, lambda: said(popup) == "£211.00 is refunded.")
        assert read(store).row.due == 21_100
        assert await app.desk.credit_of(read(store).client.id) == 21_100


async def test_which_payment(app: PaydeskApp, store: Store) -> None:
    """With several payments one chooses, and the amount and the ways follow."""
    took(store, "cash", 1_000)
    second = took(store, "card", 2_500)
    async with opened(app) as (pilot, _):
        dialog = await asked(pilot)
        pick = dialog.query_one("#payment", Pick)
        assert "Cash, 14:02, £10.00" in str(pick.render())
        assert "1 of 2" in str(pick.render())
        pick.focus()
        await pilot.press("right")
        await until(pilot, lambda: dialog.query_one("#amount", AmountInput).value == "25.00")
        await reason(pilot, dialog)
        await pilot.press("enter")
        await until(pilot, lambda: read(store).refunds)
        assert (read(store).refunds[0].payment_id, read(store).refunds[0].type) == (second.id, "card")


@pytest.mark.parametrize(
    ("amount", "why", "field", "says"),
    [
        ("211.01", "x", "amount", "£211.01 is more than the £211.00 left of this payment."),
        ("0", "x", "amount", "The amount is zero"),
        ("-5", "x", "amount", "below zero"),
        ("abc", "x", "amount", "is not an amount"),
        ("5", "   ", "reason", "Say why the money is given back."),
    ],
)
async def test_what_will_not_do_is_said_in_place(
    app: PaydeskApp, store: Store, amount: str, why: str, field: str, says: str
) -> None:
    """Under its field, with the focus there and everything as typed; nothing is written."""
    took(store)
    async with opened(app) as (pilot, _):
        dialog = await asked(pilot)
        dialog.query_one("#amount", AmountInput).value = amount
        dialog.query_one("#reason", Field).value = why
        await pilot.press("enter")
        await until(pilot, lambda: wrong(dialog, field))
        assert says in wrong(dialog, field)
        assert dialog.query_one(f"#{field}").has_focus
        assert dialog.query_one("#amount", AmountInput).value == amount
        assert read(store).refunds == ()
        await pilot.press("1")
        await until(pilot, lambda: not wrong(dialog, field))


async def test_the_calculator_knows_what_is_left(app: PaydeskApp, store: Store) -> None:
    """= works the amount out, up to what is left."""
    took(store)
    async with opened(app) as (pilot, _):
        dialog = await asked(pilot)
        await pilot.press("slash", "2")
        await until(pilot, lambda: isinstance(app.screen, Calculator))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen is dialog)
        assert dialog.query_one("#amount", AmountInput).value == "105.50"


async def test_enter_twice_is_one_refund(app: PaydeskApp, store: Store) -> None:
    """However fast: the second tap finds the dialog busy or gone."""
    took(store)
    async with opened(app) as (pilot, popup):
        dialog = await asked(pilot)
        dialog.query_one("#amount", AmountInput).value = "10"
        await reason(pilot, dialog)
        dialog.action_refund()
        dialog.action_refund()
        await pilot.press("enter", "enter")
        await until(pilot, lambda: said(popup) == "£10.00 is refunded.")
        assert len(read(store).refunds) == 1


async def test_the_same_dialog_never_writes_twice(app: PaydeskApp, store: Store) -> None:
    """Its refund has one id: asked for again by the same dialog, it is the same refund."""
    took(store)
    async with opened(app) as (pilot, _):
        dialog = await asked(pilot)
        dialog.query_one("#reason", Field).value = "goodwill"
        first, second = await dialog._done(), await dialog._done()
        assert first == second
        assert len(read(store).refunds) == 1


async def test_reception_asks_a_manager(store: Store) -> None:
    """The PIN is asked for in place; Esc leaves the dialog as typed; with the PIN the log names both."""
    staff = hire(store)
    took(store)
    app = PaydeskApp(Desk(store, actor=staff.as_ben), now=frozen)
    async with opened(app) as (pilot, popup):
        dialog = await asked(pilot)
        await reason(pilot, dialog)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ApproveDialog))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is dialog)
        assert dialog.query_one("#reason", Field).value == "goodwill"
        assert read(store).refunds == ()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ApproveDialog))
        await pilot.press(*AMIRAS, "enter")
        await until(pilot, lambda: said(popup) == "£211.00 is refunded.")
        last = store.read(lambda reader: list(ledger.entries(reader)))[-1]
        assert (last.actor, last.payload["approved_by"]) == ("Ben", "Amira")


async def test_a_failed_refund_says_why_and_is_tried_again(app: PaydeskApp, store: Store) -> None:
    """Options, Refund offers it; after a yes it is on its way again."""
    refund = gave_back(store, paid_by_link(store), 4_000)
    fails(store, refund, "the card [/] was closed")
    async with opened(app) as (pilot, popup):
        assert "✕ Refund to payment link failed: the card [/] was closed" in _one_line(popup)
        assert "a refund failed" in popup.query_one("#invoice-head").text  # type: ignore[attr-defined]
        await option(pilot, "f")
        await until(pilot, lambda: _title(app) == "A refund failed")
        assert [row.key for row in app.screen.query_one(ListTable).rows] == [refund.id, "new"]
        await pilot.press("1")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: said(popup) == "Refund of £40.00 is on its way.")
        assert read(store).refunds[0].state == "pending"


async def test_a_new_refund_beside_a_failed_one(app: PaydeskApp, store: Store) -> None:
    """It starts from all that is left, since the failed one gave nothing back."""
    fails(store, gave_back(store, paid_by_link(store), 4_000))
    async with opened(app) as (pilot, _):
        await option(pilot, "f")
        await until(pilot, lambda: _title(app) == "A refund failed")
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.screen, RefundDialog) and app.screen._payments)
        assert app.screen.query_one("#amount", AmountInput).value == "211.00"


async def test_a_failed_refund_that_was_replaced_is_history(app: PaydeskApp, store: Store) -> None:
    """Once another has given the money back, nothing asks for the failed one; the payments still tell of it."""
    payment = paid_by_link(store)
    fails(store, gave_back(store, payment, 4_000))
    gave_back(store, payment, 20_000)
    async with opened(app) as (pilot, popup):
        assert "a refund failed" not in popup.query_one("#invoice-head").text  # type: ignore[attr-defined]
        assert "✕ Refund to payment link failed" in _one_line(popup)
        assert "O, then F" not in _one_line(popup)
        dialog = await asked(pilot)
        assert dialog.query_one("#amount", AmountInput).value == "11.00"


async def test_nothing_to_give_back(app: PaydeskApp, store: Store) -> None:
    """The option says why: nothing was paid, or all of it went back."""
    async with opened(app) as (pilot, popup):
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Menu) and app.screen.query_one(ListTable).rows)
        assert _note(app, "refund") == "nothing was paid"
        await pilot.press("escape")
        gave_back(store, took(store), 21_100)
        await until(pilot, lambda: popup.invoice is not None and popup.invoice.refunds)
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Menu) and app.screen.query_one(ListTable).rows)
        assert _note(app, "refund") == "all of it went back already"


def _note(app: PaydeskApp, verb: str) -> str:
    return next(str(row.cells[2]) for row in app.screen.query_one(ListTable).rows if row.key == verb)


def _title(app: PaydeskApp) -> str:
    return str(app.screen.box.border_title) if isinstance(app.screen, Menu) else ""


def _one_line(popup: InvoicePopup) -> str:
    """Return what the payments say, as one line: cells are wrapped."""
    return " ".join(line.plain for line in popup.pane("payments").sheet._write(400)).replace("  ", " ")
