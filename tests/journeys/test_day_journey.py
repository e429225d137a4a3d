"""The end of a day, through the desk's screens: what was taken adds up, the till is counted, the month is reported.

Every sum is worked out by hand beside what makes it, in pence.
"""

import csv
from datetime import datetime, timedelta
from pathlib import Path

from store import clients, days, invoices, ledger, payment_types, payments
from store.database import Tx
from store.lines import NewLine
from store.times import utc_now
from sync.sandbox.mailbox import Message
from tests.journeys.clinic import CLINIC, Clinic, pay
from tests.journeys.front_desk import BLOCK, FrontDesk, newest, open_desk, stock
from tui.screens.cash_count import CountDialog
from tui.screens.cash_up import CashUpDialog
from tui.screens.deposit import DepositDialog
from tui.screens.discount import DiscountDialog
from tui.screens.invoice_popup import InvoicePopup
from tui.screens.invoices import InvoicesScreen
from tui.screens.link_panel import LinkScreen
from tui.screens.pos import PosScreen
from tui.screens.refund import RefundDialog
from tui.screens.reports import ReportsScreen
from tui.screens.take_payment import TakePaymentDialog
from tui.screens.today import TodayScreen
from tui.screens.today_closed import ClosedDaysScreen
from tui.widgets.field import Field
from tui.widgets.form import Form
from tui.widgets.said_line import SaidLine
from tui.widgets.sheet import Pane

HOSTILE = '=HYPERLINK("x")'


def value(desk: FrontDesk, name: str) -> str:
    """Return what stands in a field of the screen on top."""
    return desk.app.screen.query_one(f"#{name}", Field).value


async def pays(desk: FrontDesk, key: str, *typed: str) -> None:
    """Take a payment by a type's letter; `typed` goes into the dialog before its Enter."""
    await desk.press("<f8>", key)
    dialog = await desk.comes_to(TakePaymentDialog)
    await desk.until(lambda: dialog.focused and dialog.focused.id in {"amount", "tendered"})
    await desk.press(*typed, "<enter>")
    await desk.until(lambda: desk.app.screen is desk.pos)


async def today(desk: FrontDesk) -> TodayScreen:
    """Go to F6."""
    await desk.press("<f6>")
    screen = await desk.comes_to(TodayScreen)
    await desk.until(lambda: screen.today is not None)
    return screen


async def sees_sums(desk: FrontDesk, *lines: str) -> None:
    """Wait until F6 shows these lines of sums, in this order."""
    await desk.sees(" ".join(lines))


async def gives_back(desk: FrontDesk, number: str, amount: str, why: str) -> None:
    """Give a part of an invoice's payment back, the way it was paid."""
    await desk.press("<f3>")
    await desk.comes_to(InvoicesScreen)
    await desk.press("/", "<ctrl+u>", number)
    await desk.sees(number)
    await desk.press("<enter>")
    await desk.comes_to(InvoicePopup)
    await desk.press("o", "f")
    dialog = await desk.comes_to(RefundDialog)
    await desk.until(lambda: dialog.query("#amount") and value(desk, "amount"))
    await desk.press(amount)
    dialog.query_one("#reason", Field).focus()
    await desk.press(why, "<enter>")
    await desk.comes_to(InvoicePopup)
    await desk.press("<escape>", "<f2>")
    await desk.comes_to(PosScreen)


async def asks(desk: FrontDesk, client: str, *items: str) -> str:
    """Sell, and send a payment link; return the invoice's number with the link on the screen."""
    number = await desk.sells(client, *items)
    await desk.press("<f8>", "<enter>")
    await desk.dialog()
    await desk.press("<enter>")
    await desk.comes_to(LinkScreen)
    return number


def told_of_the_day(clinic: Clinic) -> list[Message]:
    """Return the end-of-day notifications in the clinic's mailbox."""
    return [mail for mail in clinic.sandbox.mailbox.messages(CLINIC) if mail.subject.startswith("End of day")]


async def test_what_was_taken_adds_up(stripe_clinic: Clinic) -> None:
    """Cash with change, card, transfer, credit, a deposit, a split payment, discounts: by type and by rate, the same.

    Jane    120.00 + 91.00 cash                             20%: 120.00   0%: 91.00
    Omar    a deposit of 150.00 in cash                     no rate yet
    Omar    120.00 less 10% = 108.00 by card                20%: 108.00
    Omar    91.00 out of his credit, which is no new money
    Jane    120.00 + 91.00 less 1.00 = 210.00: a third in cash, the rest by transfer
                                                            20%: 40.00 + 80.00   0%: 30.00 + 60.00
    cash 211 + 150 + 70 = 431, card 108, transfer 140: 679
    20%: 348, a sixth of it VAT: 58; 0%: 181; deposits 150: 679
    """
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as desk:
        first = await desk.sells("jane", "cons", "flu")
        await pays(desk, "c", "220")
        await desk.sees("Cash £211.00, change £9.00", f"{first} ● Paid")
        await desk.press("<f7>")

        await desk.sells("omar", "cons")
        await desk.press("<ctrl+e>")
        await desk.comes_to(DepositDialog)
        await desk.press("150", "<tab>", "200", "<enter>")
        await desk.sees("change £50.00. Credit is now")
        await desk.press("<ctrl+d>")
        await desk.comes_to(DiscountDialog)
        await desk.press("10%", "<enter>")
        await desk.until(lambda: desk.app.screen is desk.pos and not desk.pos.sale.unsaved)
        await pays(desk, "t")
        await desk.sees("Card terminal £108.00 taken")
        await desk.press("<f7>")

        await desk.sells("omar", "flu")
        await pays(desk, "a")
        await desk.sees("Account credit £91.00 taken", "● Paid")
        await desk.press("<f7>")

        split = await desk.sells("jane", "cons", "flu")
        desk.pos.query_one("#lines").focus()
        await desk.press("<end>", "<enter>")
        await desk.until(lambda: desk.app.focused and desk.app.focused.id == "form-description")
        await desk.press("<tab>", "<tab>", "<tab>", "1.00", "<ctrl+s>")
        await desk.until(lambda: not desk.pos.query(Form) and clinic.invoice(split).row.total == 21_000)
        await pays(desk, "c", "<shift+tab>", "70")
        await desk.sees("Part paid", "Due £140.00")
        await pays(desk, "b")
        await desk.sees("Bank transfer £140.00 taken", f"{split} ● Paid")

        screen = await today(desk)
        await sees_sums(
            desk,
            "By type By VAT rate VAT in it",
            "Cash 3 × £431.00 VAT 20% £58.00 £348.00",
            "Card terminal 1 × £108.00 VAT 0% £181.00",
            "Bank transfer 1 × £140.00 Deposits £150.00",
            "Total £679.00 Total £58.00 £679.00",
            "Account credit used £91.00 Should be in the till £431.00",
        )
        await desk.sees("Taken £679.00", "Payments 6")
        await desk.press("<f7>")
        await desk.until(lambda: screen.table("moves").has_focus)
        await desk.sees("Deposit, cash", "Account credit", "Bank transfer")
    assert (clinic.problems(), clinic.waiting()) == ((), [])


async def test_what_is_on_its_way(stripe_clinic: Clinic) -> None:
    """A link paid at the sandbox, a refund in cash and one by the gateway, links in flight, a line that is down.

    Jane    120.00 + 91.00 cash, of it 21.10 back           20%: 120.00 - 12.00   0%: 91.00 - 9.10
    Omar    120.00 by link, of it 30.00 back by the gateway 20%: 120.00 - 30.00
    Jane    91.00 asked for, not paid; Omar 8.99 asked for while the line is down
    cash 189.90, link 90.00: 279.90; 20%: 198.00, a sixth of it VAT: 33.00; 0%: 81.90
    """
    clinic = stripe_clinic
    stock(clinic)
    async with open_desk(clinic) as desk:
        first = await desk.sells("jane", "cons", "flu")
        await pays(desk, "c")
        await desk.press("<f7>")
        second = await asks(desk, "omar", "cons")
        await desk.sees(BLOCK, "● Sent")
        await pay(newest(clinic, second).url)
        await desk.sees("● Paid")
        await desk.press("n")
        await gives_back(desk, first, "21.10", "one jab less")
        await gives_back(desk, second, "30.00", "a short visit")
        await desk.until(lambda: clinic.invoice(second).row.paid == 9_000)
        third = await asks(desk, "jane", "flu")
        await desk.sees("● Sent")
        await desk.press("n")
        clinic.sandbox.fault("offline")
        fourth = await asks(desk, "omar", "vita")
        await desk.sees("Will go out by itself when the line is back")
        await desk.press("n")

        screen = await today(desk)
        await sees_sums(
            desk,
            "Payment link 2 × £90.00 VAT 20% £33.00 £198.00",
            "Cash 2 × £189.90 VAT 0% £81.90",
            "Total £279.90 Total £33.00 £279.90",
            "Should be in the till £189.90",
        )
        await desk.sees("Links in flight 2", third, "£91.00", "◷ Queued", fourth, "£8.99", " s ")
        await desk.sees("○ Offline since", "last heard")
        await desk.press("<f7>", "<f7>")
        await desk.until(lambda: screen.table("waiting").has_focus)
        await desk.sees("Make payment link", fourth)
    assert clinic.problems() == ()


async def test_from_the_day_to_its_close(stripe_clinic: Clinic) -> None:
    """A till that is short takes a reason; the ledger keeps the count, the clinic is told, the rest is tomorrow's.

    Jane    120.00 + 91.00 = 211.00 cash; Omar 91.00 asked for, paid after the close
    In the till 100.00 + 211.00 = 311.00; counted 6 x 50 + 10 + 0.10 = 310.10, so 0.90 are missing
    """
    clinic = stripe_clinic
    stock(clinic)
    clinic.put("notify.end_of_day.enabled", "on")
    clinic.put(
        "notify.end_of_day.targets",
        f"mailto://127.0.0.1:{clinic.sandbox.smtp_port}?from=desk@example.com&to={CLINIC}",
    )
    before = len(told_of_the_day(clinic))
    async with open_desk(clinic) as desk:
        await desk.sells("jane", "cons", "flu")
        await pays(desk, "c")
        await desk.press("<f7>")
        asked = await asks(desk, "omar", "flu")
        await desk.sees("● Sent")
        await desk.press("n", "<f6>", "c")
        await counts_and_closes(desk)
        await desk.sees("The day is closed, £0.90 missing.", "Since the last close", "Taken £0.00")
        await desk.until(lambda: len(told_of_the_day(clinic)) > before)
        (told,) = told_of_the_day(clinic)[before:]
        assert told.subject.endswith(": £211.00")
        assert (
            "Cash: £211.00 Till expected: £311.00 Till counted: £310.10 Difference: -£0.90, coffee"
            " Links unpaid: 1, £91.00 Still queued: nothing"
        ) in " ".join(told.text.split())

        await pay(newest(clinic, asked).url)
        await sees_sums(
            desk,
            "Payment link 1 × £91.00 VAT 0% £91.00",
            "Total £91.00 Total £0.00 £91.00",
            "Should be in the till £100.00",
        )
        await desk.press("d")
        looked = await desk.comes_to(ClosedDaysScreen)
        await desk.until(lambda: "coffee" in looked.query_one(Pane).sheet.text)
        sheet = " ".join(looked.query_one(Pane).sheet.text.split())
    for part in (
        "Expected £311.00 Counted £310.10 Difference -£0.90 Taken out of the till £210.10",
        "£50 x 6 £300.00 £10 x 1 £10.00 10p x 1 £0.10",
        "VAT 20% £120.00 VAT 0% £91.00 Total £211.00 VAT in it £20.00",
        "Payment links not paid: 1 £91.00",
    ):
        assert part in sheet
    check_the_close(clinic)


async def counts_and_closes(desk: FrontDesk) -> None:
    """Count the till by notes and coins, say why it is short, and close the day."""
    dialog = await desk.comes_to(CashUpDialog)
    dialog.query_one("#float", Field).focus()
    await desk.press("100")
    await desk.sees("Expected £311.00")
    await desk.until(lambda: value(desk, "kept") == "100")
    await desk.press("<f8>")
    count = await desk.comes_to(CountDialog)
    await desk.press("6", "<enter>", "<enter>", "1", "<enter>")
    count.query_one("#piece-10", Field).focus()
    await desk.press("1", "<ctrl+s>")
    await desk.until(lambda: desk.app.screen is dialog)
    await desk.sees("-£0.90 ! missing")
    await desk.press("<enter>")
    await desk.is_told("There is £0.90 less than the £311.00 expected.")
    assert (value(desk, "counted"), await desk.app.desk.closed_days()) == ("310.10", [])
    await desk.press("coffee", "<enter>")
    await desk.comes_to(TodayScreen)


def check_the_close(clinic: Clinic) -> None:
    """Look at the closed day, and at its entry in the ledger."""
    (day,) = clinic.store.read(days.closed)
    assert (day.float, day.expected, day.counted, day.kept, day.banked) == (10_000, 31_100, 31_010, 10_000, 21_010)
    assert (day.reason, day.actor, day.pieces) == ("coffee", "Amira", {5000: 6, 1000: 1, 10: 1})
    assert (day.links.count, day.links.amount, day.takings.total, day.waiting) == (1, 9_100, 21_100, 0)
    (entry,) = clinic.store.read(lambda reader: [e for e in ledger.entries(reader) if e.kind == "day_closed"])
    assert (entry.actor, entry.payload["expected"], entry.payload["counted"]) == ("Amira", 31_100, 31_010)
    assert (clinic.problems(), clinic.waiting()) == ((), [])


def sold(clinic: Clinic, at: datetime, client: str, way: str, *lines: tuple[int, int]) -> str:
    """Sell to a client at some time, paid in full; a line is pence and VAT rate. Return the invoice's number."""

    def work(tx: Tx) -> str:
        found = clients.find(tx, client)[0]
        new = [NewLine(HOSTILE, 1000, pence, rate) for pence, rate in lines]
        row = invoices.save_draft(tx, found.id, new, currency="GBP", prefix="INV-").row
        payments.take(tx, row.number, way, row.total)
        return row.number

    clinic.clock.ahead = at - utc_now()
    number = clinic.store.write(work, actor="Amira")
    clinic.clock.ahead = timedelta()
    return number


async def saved(desk: FrontDesk, screen: ReportsScreen) -> list[list[str]]:
    """Save the report that is shown as CSV and return what is in the file."""
    await desk.press("e")
    line = screen.query_one(SaidLine)
    await desk.until(lambda: line.said.startswith("Saved as "))
    path = Path(line.said.removeprefix("Saved as ").removesuffix("."))
    return read_csv(path)


def read_csv(path: Path) -> list[list[str]]:
    """Return the rows of a CSV that only its owner may read."""
    assert path.stat().st_mode & 0o777 == 0o600
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.reader(file))


async def shows(desk: FrontDesk, screen: ReportsScreen, key: str, title: str) -> None:
    """Go to another report or month, and wait until it is there."""
    await desk.press(key)
    await desk.until(
        lambda: screen.report and (screen.report.kind, screen.report.month) == (screen.kind, screen.month)
    )
    await desk.sees(title)


async def test_the_month_in_four_reports(stripe_clinic: Clinic) -> None:
    """By keys: this month and the one before, on screen as in the CSV, which no spreadsheet runs.

    Last month  120.00 at 20% and 91.00 at 0%, in cash
    This month  12.00 at 20% by a type that is called like a formula; 91.00 at 0% in cash, of it 31.00 back;
                120.00 at 20% by link, paid at the sandbox
    taken 12 + 60 + 120 = 192; VAT a sixth of 12 + 120: 22
    """
    clinic = stripe_clinic
    stock(clinic)
    clinic.put("clinic.zone", "UTC")
    code = clinic.store.write(lambda tx: payment_types.add(tx, name=HOSTILE)).code
    clinic.store.write(lambda tx: clients.add(tx, name=HOSTILE))
    now = utc_now()
    before = now.replace(day=1, hour=12) - timedelta(days=1)
    sold(clinic, before, "Jane", "cash", (12_000, 2000), (9_100, 0))
    sold(clinic, now, "hyperlink", code, (1_200, 2000))
    back = sold(clinic, now, "Jane", "cash", (9_100, 0))
    async with open_desk(clinic) as desk:
        await gives_back(desk, back, "31.00", "one jab less")
        number = await asks(desk, "jane", "cons")
        await desk.until(lambda: all(message.sent_at for message in newest(clinic, number).messages))
        await pay(newest(clinic, number).url)
        await desk.sees("● Paid")
        await desk.press("n")

        await today(desk)
        await desk.press("r")
        screen = await desk.comes_to(ReportsScreen)
        await shows(desk, screen, "1", "Taken per day")
        await desk.sees("=HYPERLINK", "£192.00", "█", f"{now:%a} {now.day:>2}".replace("  ", " "))
        assert await saved(desk, screen) == [
            ["Day", "Payment link", "Cash", f"'{HOSTILE}", "Total", "Credit used"],
            [now.date().isoformat(), "120.00", "60.00", "12.00", "192.00", "0.00"],
            ["", "120.00", "60.00", "12.00", "192.00", "0.00"],
        ]
        await shows(desk, screen, "2", "£22.00")
        assert await saved(desk, screen) == [
            ["Rate", "Invoiced", "Credited", "Gross", "Net", "VAT"],
            ["20%", "132.00", "0.00", "132.00", "110.00", "22.00"],
            ["0%", "91.00", "-31.00", "60.00", "60.00", "0.00"],
            ["", "223.00", "-31.00", "192.00", "170.00", "22.00"],
        ]
        await shows(desk, screen, "3", "£0.06")
        assert await saved(desk, screen) == [
            ["Channel", "Messages", "Net", "VAT", "Gross"],
            ["Email", "1", "0.00", "0.00", "0.00"],
            ["SMS", "1", "0.05", "0.01", "0.06"],
            ["", "2", "0.05", "0.01", "0.06"],
        ]
        await shows(desk, screen, "4", "Time to pay")
        assert await saved(desk, screen) == [
            ["Day", "Sent", "Paid", "Unpaid", "Asked", "Received", "Time to pay (minutes)"],
            [now.date().isoformat(), "1", "1", "0", "120.00", "120.00", "0"],
            ["", "1", "1", "0", "120.00", "120.00", "0"],
        ]
        await shows(desk, screen, "<left>", f"{before:%B} {before.year}")
        await desk.sees("No payment link was asked for in this month.")
        await shows(desk, screen, "1", "£211.00")
        assert (await saved(desk, screen))[1:] == [
            [before.date().isoformat(), "211.00", "211.00", "0.00"],
            ["", "211.00", "211.00", "0.00"],
        ]
        await shows(desk, screen, "2", "£20.00")
        assert (await saved(desk, screen))[1:3] == [
            ["20%", "120.00", "0.00", "120.00", "100.00", "20.00"],
            ["0%", "91.00", "0.00", "91.00", "91.00", "0.00"],
        ]
        await shows(desk, screen, "<right>", "so far")
    assert clinic.problems() == ()
