"""Who works at the desk: the first manager, PINs and waits, approval in place, the lock, a change of hands."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from textual.widgets import Input

from store import ledger
from store.database import Store
from store.models import LedgerEntry
from store.opening import FILE_NAME
from tests.journeys.clinic import Clinic, Moved, pay
from tests.journeys.front_desk import BLOCK, SMALL, WIDE, FrontDesk, newest, open_desk, stock
from tests.tui.people import AMIRAS, BENS, WRONG, Staff, hire
from tui.screens.admin import AdminScreen
from tui.screens.approve import ApproveDialog
from tui.screens.discount import DiscountDialog
from tui.screens.invoice_ask import AskAndDo
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.pos import PosScreen
from tui.screens.refund import RefundDialog
from tui.screens.sign_in import SignInScreen
from tui.screens.staff import StaffPane
from tui.wiring import wired


@pytest.fixture
def people(stripe_clinic: Clinic) -> Staff:
    """Amira, a manager, and Ben of reception, in a clinic with clients and things to sell."""
    stock(stripe_clinic)
    return hire(stripe_clinic.store)


@pytest.fixture
def other_store(stripe_clinic: Clinic, people: Staff) -> Iterator[Store]:
    """The second desk's own way into the clinic's data file, on the same clock."""
    opened = Store(stripe_clinic.folder / FILE_NAME, clock=stripe_clinic.clock)
    yield opened
    opened.close()


def entries(clinic: Clinic, kind: str) -> list[LedgerEntry]:
    """Return the ledger's entries of a kind."""
    return clinic.store.read(lambda reader: [entry for entry in ledger.entries(reader) if entry.kind == kind])


def who(clinic: Clinic, kind: str) -> list[tuple[str, str | None]]:
    """Return who did what is of a kind, and who approved it."""
    return [(entry.actor, entry.payload.get("approved_by")) for entry in entries(clinic, kind)]


def typed(desk: FrontDesk, name: str) -> str:
    """Return what stands in a field of the screen on top."""
    return desk.app.screen.query_one(f"#{name}", Input).value


async def asked(desk: FrontDesk, deed: str) -> None:
    """Wait until a manager's PIN is asked for, in place, for this deed."""
    await desk.comes_to(ApproveDialog)
    await desk.sees(f"Only a manager may {deed}", "any manager's")
    await desk.until(lambda: desk.app.focused and desk.app.focused.id == "pin")


async def at_the_lock(desk: FrontDesk, *texts: str) -> None:
    """Wait until the lock lists who works here, and says `texts`."""
    await desk.comes_to(SignInScreen)
    await desk.sees("reception", "manager", *texts)


async def popup_of(desk: FrontDesk, number: str) -> InvoicePopup:
    """Open an invoice from the list."""
    await desk.press("<f3>")
    await desk.sees(number)
    await desk.press("/", number)
    await desk.press("<enter>")
    return await desk.comes_to(InvoicePopup)


async def test_from_the_first_start_to_a_receptionist(tmp_path: Path) -> None:
    """Three answers make the first manager, whose PIN opens Admin's staff to Ben; he signs in and sells."""
    with wired(tmp_path / "data") as app:
        async with app.run_test(size=SMALL, notifications=True) as pilot:
            desk = FrontDesk(app, pilot)
            await desk.until(lambda: app.focused and app.focused.id == "name")
            await desk.press("<enter>", "<enter>", "<enter>", "Amira", "<enter>", AMIRAS, "<enter>", BENS, "<enter>")
            await desk.is_told("This is not the same PIN. Type both again.")
            assert (typed(desk, "manager"), await app.desk.staff()) == ("Amira", [])
            await desk.press(AMIRAS, "<enter>", AMIRAS, "<enter>")
            await desk.comes_to(PosScreen)
            await desk.sees("Amira", "● Online")

            await desk.press("<f9>")
            admin = await desk.comes_to(AdminScreen)
            await desk.until(lambda: not admin.shut and admin.table.has_focus)
            await desk.press(*["<down>"] * 8, "<enter>")
            await desk.until(lambda: admin.section == "staff" and admin.query_one(StaffPane).has_focus_within)
            await desk.press("n", "Ben", "<enter>", "<enter>", "1234", "<enter>", "1234", "<enter>")
            await desk.is_told("Digits in a row")
            assert typed(desk, "name") == "Ben"
            await desk.press(BENS, "<enter>", BENS, "<enter>")
            await desk.sees("Ben is saved.", "reception")

            await desk.press("<ctrl+k>")
            await at_the_lock(desk, "Amira", "Ben")
            await desk.press("b", BENS, "<enter>")
            await desk.until(lambda: not app.lock.on)
            assert (app.desk.by.name, len(app.desk.by.person) > 0) == ("Ben", True)
            await desk.sees("Any manager's PIN opens it")
            await desk.press("<f2>")
            await desk.comes_to(PosScreen)
            verdict = await app.desk.verify()
    assert (verdict.problems, verdict.rebuilt) == ((), "ok")


async def test_wrong_pins_make_every_desk_wait(stripe_clinic: Clinic, people: Staff, other_store: Store) -> None:
    """Three wrong ones: the right one waits too, also at another desk; then longer, and Ben never waits for Amira."""
    clinic = stripe_clinic
    async with (
        open_desk(clinic, locked=True) as front,
        open_desk(clinic, locked=True, store=other_store) as back,
    ):
        await at_the_lock(front)
        await at_the_lock(back)
        for told in ("That is not Amira's PIN. Try again.", "Try again.", "Wait 5 seconds, then try again."):
            await front.press(WRONG, "<enter>")
            await front.is_told(told)
            await front.press("<escape>")
            await front.until(lambda: not front.app.lock.on or typed(front, "pin") == "")
        await back.press(AMIRAS, "<enter>")
        await back.is_told("Too many wrong PINs. Wait", "then try again.")
        assert back.app.lock.on
        clinic.clock.ahead += timedelta(seconds=5)
        await back.press(WRONG, "<enter>")
        await back.is_told("Wait 10 seconds, then try again.")
        await front.press(AMIRAS, "<enter>")
        await front.is_told("Too many wrong PINs.")
        await front.press("b", BENS, "<enter>")
        await front.comes_to(PosScreen)
        assert front.app.desk.by == people.as_ben
        clinic.clock.ahead += timedelta(seconds=10)
        await back.press(AMIRAS, "<enter>")
        await back.comes_to(PosScreen)
        assert back.app.desk.by == people.as_amira
    assert clinic.problems() == ()


async def test_money_back_takes_a_manager(stripe_clinic: Clinic, people: Staff) -> None:
    """Esc leaves the dialog as it was typed and the money where it is; a PIN gives it back, in two people's names."""
    clinic = stripe_clinic
    number = clinic.draft()
    clinic.cash(number, 21_100)
    async with open_desk(clinic, actor=people.as_ben) as desk:
        await popup_of(desk, number)
        await desk.press("o", "f")
        dialog = await desk.comes_to(RefundDialog)
        await desk.until(lambda: dialog.query("#amount") and typed(desk, "amount") == "211.00")
        await desk.press("11.50", "<tab>", "<tab>", "one tablet too many", "<enter>")
        await asked(desk, "give money back")
        await desk.press("<escape>")
        await desk.until(lambda: desk.app.screen is dialog)
        assert (typed(desk, "amount"), typed(desk, "reason")) == ("11.50", "one tablet too many")
        assert clinic.invoice(number).row.paid == 21_100
        await desk.press("<enter>")
        await asked(desk, "give money back")
        await desk.press(BENS, "<enter>")
        await desk.is_told("That is no manager's PIN. Try again.")
        await desk.press(AMIRAS, "<enter>")
        await desk.comes_to(InvoicePopup)
        await desk.sees("£11.50 is refunded.")
        assert desk.app.desk.by == people.as_ben
    row = clinic.invoice(number).row
    assert (row.paid, row.credited, row.due) == (19_950, 1_150, 0)
    assert who(clinic, "refund_requested") == who(clinic, "payment_recorded")[1:] == [("Ben", "Amira")]
    assert (clinic.problems(), clinic.waiting()) == ((), [])


async def test_void_takes_a_manager(stripe_clinic: Clinic, people: Staff) -> None:
    """The reason stays as typed while nobody approves; then the log says whose deed it was and who approved."""
    clinic = stripe_clinic
    number = clinic.draft()
    async with open_desk(clinic, actor=people.as_ben) as desk:
        await desk.app.desk.issue(number)
        await popup_of(desk, number)
        await desk.press("o", "v")
        dialog = await desk.comes_to(AskAndDo)
        await desk.press("wrong client", "<enter>")
        await asked(desk, "make")
        await desk.press(AMIRAS[:2], "<escape>")
        await desk.until(lambda: desk.app.screen is dialog)
        assert (typed(desk, "text"), clinic.invoice(number).row.state) == ("wrong client", "unpaid")
        await desk.press("<enter>")
        await asked(desk, "make")
        await desk.press(AMIRAS, "<enter>")
        popup = await desk.comes_to(InvoicePopup)
        await desk.sees(f"{number} is void: wrong client")
        await desk.press("4")
        await desk.until(lambda: "approved by Amira" in " ".join(popup.pane("log").sheet.text.split()))
    assert clinic.invoice(number).row.state == "void"
    assert who(clinic, "invoice_voided") == [("Ben", "Amira")]
    assert clinic.problems() == ()


async def test_half_off_takes_a_manager(stripe_clinic: Clinic, people: Staff) -> None:
    """50% stays on the screen and out of the file until a PIN; the invoice then says who let it be given."""
    clinic = stripe_clinic
    async with open_desk(clinic, actor=people.as_ben) as desk:
        number = await desk.sells("jane", "cons", "flu")
        await desk.press("vita", "<ctrl+d>")
        await desk.comes_to(DiscountDialog)
        await desk.press("50%", "<enter>")
        await asked(desk, "give a discount of more than 10%")
        await desk.press("<escape>")
        await desk.is_told("Nobody approved the discount")
        await desk.sees("Discount 50%", "-£105.50")
        assert desk.pos.finder.item_search.value == "vita"
        assert clinic.invoice(number).row.discount == 0
        await desk.press("<f8>", "c")
        await asked(desk, "give a discount of more than 10%")
        await desk.press(AMIRAS, "<enter>")
        await desk.sees("Tendered", "of £105.50 due")
        await desk.press("<enter>")
        await desk.sees(f"{number} ● Paid")
    row = clinic.invoice(number).row
    assert (row.total, row.paid, row.discount, row.due) == (10_550, 10_550, 10_550, 0)
    (issued,) = entries(clinic, "invoice_issued")
    assert (issued.actor, issued.payload["discount_approved_by"]) == ("Ben", "Amira")
    assert clinic.problems() == ()


async def test_admin_takes_a_manager(stripe_clinic: Clinic, people: Staff) -> None:
    """Nothing of it shows before a PIN; with one it stays open for Ben until he leaves, in two people's names."""
    clinic = stripe_clinic
    async with open_desk(clinic, actor=people.as_ben) as desk:
        await desk.sells("jane", "cons")
        await desk.press("fl", "<f9>")
        admin = await desk.comes_to(AdminScreen)
        await desk.sees("Any manager's PIN opens it")
        assert admin.shut
        assert "hello@riverside.example" not in desk.shown()
        await desk.press("<f2>")
        await desk.comes_to(PosScreen)
        assert desk.pos.finder.item_search.value == "fl"
        await desk.press("<f9>")
        await desk.sees("Any manager's PIN opens it")
        await desk.press(BENS, "<enter>")
        await desk.is_told("That is no manager's PIN. Try again.")
        await desk.press(AMIRAS, "<enter>")
        await desk.until(lambda: not admin.shut and admin.table.has_focus)
        await desk.press(*["<down>"] * 8, "<enter>")
        await desk.until(lambda: admin.section == "staff" and admin.query_one(StaffPane).has_focus_within)
        await desk.press("n", "Cem", "<enter>", "<enter>", "8642", "<enter>", "8642", "<enter>")
        await desk.sees("Cem is saved.")
        await desk.press("<f2>", "<f9>")
        await desk.until(lambda: admin.shut)
        await desk.sees("Any manager's PIN opens it")
        await desk.press("<f2>")
        await desk.comes_to(PosScreen)
        assert len(desk.pos.sale.lines) == 1
    assert who(clinic, "staff_added")[-1] == ("Ben", "Amira")
    assert clinic.problems() == ()


async def test_locked_in_mid_sale(stripe_clinic: Clinic, people: Staff) -> None:
    """Ten minutes without a key: sale, half a word and open dialog are there after the PIN, and what was paid."""
    clinic, clock = stripe_clinic, Moved()
    async with open_desk(clinic, WIDE, actor=people.as_ben, now=clock) as desk:
        first = await desk.sells("omar", "flu")
        await desk.press("<f8>", "<enter>")
        await desk.dialog()
        await desk.press("<enter>")
        await desk.sees(BLOCK, "● Sent")
        second = await desk.sells("jane", "cons")
        await desk.press("vacc", "<ctrl+d>")
        dialog = await desk.comes_to(DiscountDialog)
        await desk.press("7")
        clock.ahead += timedelta(minutes=10)
        desk.app.idle._wake()
        await at_the_lock(desk, "Nobody touched a key for 10 minutes")
        assert not any(secret in desk.shown() for secret in ("Jane", "Omar", "£", "INV-", "Discount"))
        assert await pay(newest(clinic, first).url) < 400
        await desk.until(lambda: newest(clinic, first).state == "paid")
        assert not any(secret in desk.shown() for secret in ("Jane", "Omar", "£", "INV-"))
        await desk.press("<f3>", WRONG, "<enter>")
        await desk.is_told("That is not Ben's PIN. Try again.")
        await desk.press(BENS, "<enter>")
        await desk.until(lambda: desk.app.screen is dialog)
        assert typed(desk, "discount") == "7"
        await desk.until(lambda: desk.said() == [f"Omar Haddad has paid £91.00 for {first}."])
        await desk.press("%", "<enter>")
        await desk.comes_to(PosScreen)
        assert desk.pos.finder.item_search.value == "vacc"
        await desk.until(lambda: clinic.invoice(second).row.total == 11_160)
        await desk.press("<f3>")
        await desk.sees(first, "● Paid", second)
    assert (clinic.problems(), clinic.waiting()) == ((), [])


async def test_the_draft_goes_over_to_who_takes_the_desk(stripe_clinic: Clinic, people: Staff) -> None:
    """By the palette: the sale stays as it is, what was Ben's to ask is Amira's to do, and the ledger knows whose."""
    clinic = stripe_clinic
    async with open_desk(clinic, actor=people.as_ben) as desk:
        number = await desk.sells("jane", "cons", "flu")
        await desk.press("vi", "<ctrl+p>")
        await desk.until(lambda: desk.app.screen.query(Input))
        await desk.press("switch us")
        await desk.sees("Switch user")
        await desk.press("<enter>")
        await at_the_lock(desk, "The work in hand stays")
        await desk.press("a", AMIRAS, "<enter>")
        await desk.comes_to(PosScreen)
        await desk.until(lambda: desk.said() == ["Amira is at the desk now. The work in hand is theirs."])
        assert (desk.pos.sale.number, desk.pos.finder.item_search.value) == (number, "vi")
        await desk.press("<ctrl+d>")
        await desk.comes_to(DiscountDialog)
        await desk.press("50%", "<enter>")
        await desk.until(lambda: clinic.invoice(number).row.discount == 10_550)
        await desk.press("<f8>", "c")
        await desk.sees("Tendered")
        await desk.press("<enter>")
        await desk.sees(f"{number} ● Paid")
    assert who(clinic, "payment_recorded") == [("Amira", None)]
    (issued,) = entries(clinic, "invoice_issued")
    assert (issued.actor, issued.payload["discount_approved_by"]) == ("Amira", "Amira")
    assert clinic.problems() == ()
