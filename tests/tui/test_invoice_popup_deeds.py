"""The pop-up's options beyond the first link: sent again, chased, receipts, PDFs and paper, void, notes, types."""

import stat
from pathlib import Path
from typing import Any

import pytest
from textual.pilot import Pilot

from store import invoices, ledger, payment_types, payments, requests, settings
from store.database import Store, Tx
from store.discounts import Discount
from store.invoices import NewLine
from store.models import PaymentRequest
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE, frozen
from tests.tui.people import AMIRAS, hire
from tests.tui.popups import UNPAID, URL, ask, deliver, go_live, opened, option, read, said, text
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.approve import ApproveDialog
from tui.screens.invoice_ask import AskAndDo
from tui.screens.invoice_options import OPTIONS
from tui.screens.invoice_send_again import SendAgainDialog
from tui.screens.link_panel import LinkScreen
from tui.screens.menu import Menu
from tui.screens.payment_link import PaymentLinkDialog
from tui.screens.take_payment import TakePaymentDialog
from tui.widgets.channel_row import ChannelRow, Tick
from tui.widgets.error_line import ErrorLine
from tui.widgets.field import Field
from tui.widgets.key_bar import KeyBar
from tui.widgets.list_table import ListTable
from tui.widgets.sheet import Sheet


def sent(store: Store, amount: int | None = None) -> PaymentRequest:
    """Let a link have been made and its messages have arrived."""
    request = ask(store, amount)
    go_live(store, request)
    deliver(store, request)
    return request


def menu(app: PaydeskApp) -> ListTable | None:
    """Return the menu's list once it is drawn."""
    table = app.screen.query_one(ListTable) if isinstance(app.screen, Menu) else None
    return table if table is not None and table.rows else None


async def again(pilot: Pilot[Any], key: str) -> SendAgainDialog:
    """Open the dialog that sends a link again or chases it, and wait until it offers what went before."""
    await option(pilot, key)
    await until(pilot, lambda: any(row.ticked for row in pilot.app.screen.query(ChannelRow)))
    dialog = pilot.app.screen
    assert isinstance(dialog, SendAgainDialog)
    return dialog


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_the_options_fit(app: PaydeskApp, size: tuple[int, int]) -> None:
    """All of them at once, whole, with room for a refusal and the keys under them."""
    async with opened(app, size=size) as (pilot, _):
        await option(pilot, "v")
        await until(pilot, lambda: isinstance(app.screen, AskAndDo))
        await pilot.press("escape")
        await option(pilot, "f")
        await until(pilot, lambda: menu(app) is not None and app.screen.query_one(ErrorLine).said)
        table = menu(app)
        assert table is not None
        assert table.size.height == len(table.rows) == len(OPTIONS)
        assert not any("…" in table.render_line(y).text for y in range(table.size.height))
        box, keys = app.screen.query_one("#box").region, app.screen.query_one(KeyBar).region
        assert box.bottom <= keys.y
        assert app.screen.query_one(ErrorLine).region.height == 1


def test_every_option_has_its_own_key() -> None:
    """And none is one of the pop-up's."""
    keys = [option.key for option in OPTIONS]
    assert len(set(keys)) == len(keys)
    assert not set(keys) & set("o1234")


async def test_resend_to_another_address(app: PaydeskApp, store: Store) -> None:
    """The same link by the channels of before, each with its charge; the address can be changed."""
    request = sent(store)
    async with opened(app) as (pilot, popup):
        rows = {row.channel: row for row in (await again(pilot, "r")).query(ChannelRow)}
        assert [str(row.query_one(".charge").render()) for row in rows.values()] == ["2p", "1 part · 5p + VAT 1p"]
        assert [row.query_one(Field).value for row in rows.values()] == ["jane@example.com", "07700 900123"]
        rows["email"].query_one(Tick).action_tick()
        rows["sms"].query_one(Field).value = "07700 900999"
        await pilot.press("enter")
        await until(pilot, lambda: said(popup) == f"Payment link {request.code} goes out again by SMS.")
        new = read(store).requests[0].messages[-1]
        assert (new.channel, new.address, new.net, new.state) == ("sms", "+447700900999", 5, "queued")
        await until(pilot, lambda: "◷ Queued  07700 900999" in text(popup, "links"))


async def test_chase_goes_where_the_link_went(app: PaydeskApp, store: Store) -> None:
    """A reminder, at the same addresses, which stand but cannot be changed here."""
    request = sent(store)
    async with opened(app) as (pilot, popup):
        dialog = await again(pilot, "h")
        assert all(row.query_one(Field).disabled for row in dialog.query(ChannelRow))
        await pilot.press("enter")
        await until(
            pilot, lambda: said(popup) == f"A reminder of payment link {request.code} goes out by Email and SMS."
        )
        kinds = [message.kind for message in read(store).requests[0].messages]
        assert sorted(kinds) == ["payment_request", "payment_request", "reminder", "reminder"]
        await until(pilot, lambda: "◷ Queued  reminder  jane@example.com" in text(popup, "links"))


@pytest.mark.parametrize("key", ["r", "h"])
async def test_send_again_refused_in_place(app: PaydeskApp, store: Store, key: str) -> None:
    """No channel, a client who wants no email: said beside the channel, the dialog stands, nothing is queued."""
    sent(store)
    async with opened(app) as (pilot, _):
        dialog = await again(pilot, key)
        for row in dialog.query(ChannelRow):
            row.query_one(Tick).focus()
            await pilot.press("space")
        await until(pilot, lambda: not any(row.ticked for row in dialog.query(ChannelRow)))
        await pilot.press("enter")
        await until(pilot, lambda: dialog.query_one("#wrong", ErrorLine).said == "Choose Email or SMS with Space.")
        store.write(lambda tx: tx.run("UPDATE clients SET email_consent = 0"))
        email = dialog.query_one("#row-email", ChannelRow)
        email.query_one(Tick).focus()
        await pilot.press("space", "enter", "enter")
        await until(pilot, lambda: "does not want email" in email.query_one(ErrorLine).said)
        assert len(read(store).requests[0].messages) == 2


async def test_a_channel_the_client_does_not_want_stays_off(app: PaydeskApp, store: Store) -> None:
    """It is not offered, and whoever ticks it reads why."""
    sent(store)
    store.write(lambda tx: tx.run("UPDATE clients SET sms_consent = 0"))
    async with opened(app) as (pilot, _):
        dialog = await again(pilot, "h")
        sms = dialog.query_one("#row-sms", ChannelRow)
        sms.query_one(Tick).focus()
        await pilot.press("space")
        await until(pilot, lambda: "does not want SMS" in sms.query_one(ErrorLine).said)
        assert not sms.ticked


async def test_a_link_that_is_not_made_yet(app: PaydeskApp, store: Store) -> None:
    """Resend, chase and copy say what they wait for."""
    ask(store)
    async with opened(app) as (pilot, _):
        await pilot.press("o")
        await until(pilot, lambda: menu(app))
        table = menu(app)
        assert table is not None
        notes = {row.key: str(row.cells[2]) for row in table.rows}
        assert {notes[verb] for verb in ("resend", "chase", "copy_link")} == {"the link is not made yet"}


async def test_email_receipt(app: PaydeskApp, store: Store) -> None:
    """To the client's own address unless another is typed; a wrong one is said in place and stays to be mended."""
    store.write(lambda tx: payments.take(tx, UNPAID, "cash", 21_100))
    async with opened(app) as (pilot, popup):
        await option(pilot, "m")
        await until(pilot, lambda: isinstance(app.screen, AskAndDo))
        field = app.screen.query_one(Field)
        assert field.value == "jane@example.com"
        field.value = "jane@"
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one(ErrorLine).said)
        assert field.value == "jane@"
        field.value = "jane.smith@example.com"
        await pilot.press("enter")
        await until(pilot, lambda: said(popup) == "The receipt goes out to jane.smith@example.com.")
        (message,) = await app.desk._read(
            lambda reader: reader.all("SELECT kind, address, net FROM messages WHERE request_id IS NULL")
        )
        assert dict(message) == {"kind": "receipt", "address": "jane.smith@example.com", "net": 0}


async def test_save_pdf(app: PaydeskApp, store: Store) -> None:
    """It is in the data folder's documents, for its owner only, and the pop-up says where."""
    async with opened(app) as (pilot, popup):
        await option(pilot, "p")
        path = store.path.parent / "documents" / f"{UNPAID}.pdf"
        await until(pilot, lambda: said(popup) == f"Saved as {path}")
        assert path.read_bytes().startswith(b"%PDF-")
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


async def test_print(app: PaydeskApp, store: Store, tmp_path: Path) -> None:
    """The print command gets the file as one word, whatever is in its path, and no shell reads the command."""
    printed = tmp_path / "on paper; $(touch oops)"
    store.write(lambda tx: settings.put(tx, "desk.print_command", f"cp {{file}} '{printed}'"))
    async with opened(app) as (pilot, popup):
        await option(pilot, "p")
        await until(pilot, lambda: said(popup).endswith("and sent to the printer."))
        assert printed.read_bytes().startswith(b"%PDF-")
        assert not (Path.cwd() / "oops").exists()


@pytest.mark.parametrize(
    ("command", "says"),
    [
        ("no-such-printer {file}", "no-such-printer cannot be run"),
        ("false {file}", "false failed"),
        ("ls {file}.missing", "ls said:"),
        ("lp '{file}", "the print command cannot be read"),
    ],
)
async def test_what_is_not_printed_is_saved(app: PaydeskApp, store: Store, command: str, says: str) -> None:
    """The pop-up says what went wrong and where the file is."""
    store.write(lambda tx: tx.run("INSERT INTO settings VALUES ('desk.print_command', :command)", command=command))
    async with opened(app) as (pilot, popup):
        await option(pilot, "p")
        await until(pilot, lambda: says in said(popup))
        path = store.path.parent / "documents" / f"{UNPAID}.pdf"
        assert said(popup).startswith(f"Saved as {path}, but not printed:")
        assert path.exists()


async def test_void(app: PaydeskApp, store: Store) -> None:
    """A reason is needed; then nothing is owed, and the pop-up and the log say why."""
    async with opened(app) as (pilot, popup):
        await option(pilot, "v")
        await until(pilot, lambda: isinstance(app.screen, AskAndDo))
        await pilot.press("enter")
        await until(pilot, lambda: app.screen.query_one(ErrorLine).said == "Say why it is made void.")
        await pilot.press(*"twice", "enter")
        await until(pilot, lambda: said(popup) == f"{UNPAID} is void: twice")
        await until(pilot, lambda: "✕ Void" in popup.query_one("#invoice-head", Sheet).text)
        assert read(store).row.state == "void"
        await until(pilot, lambda: "Invoice made void: twice" in text(popup, "log"))


async def test_void_takes_a_manager(store: Store) -> None:
    """Reception asks for a PIN in place; without one the reason still stands to be sent again."""
    staff = hire(store)
    app = PaydeskApp(Desk(store, actor=staff.as_ben), now=frozen)
    async with opened(app) as (pilot, popup):
        await option(pilot, "v")
        await until(pilot, lambda: isinstance(app.screen, AskAndDo))
        dialog = app.screen
        await pilot.press(*"twice", "enter")
        await until(pilot, lambda: isinstance(app.screen, ApproveDialog))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is dialog)
        assert dialog.query_one(Field).value == "twice"
        assert read(store).row.state == "unpaid"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, ApproveDialog))
        await pilot.press(*AMIRAS, "enter")
        await until(pilot, lambda: said(popup) == f"{UNPAID} is void: twice")
        last = store.read(lambda reader: list(ledger.entries(reader)))[-1]
        assert (last.kind, last.actor, last.payload["approved_by"]) == ("invoice_voided", "Ben", "Amira")


async def test_void_refused_in_place(app: PaydeskApp, store: Store) -> None:
    """Money that came in while one typed the reason: it is said, and the reason is not lost."""
    async with opened(app) as (pilot, _):
        await option(pilot, "v")
        await until(pilot, lambda: isinstance(app.screen, AskAndDo))
        store.write(lambda tx: payments.take(tx, UNPAID, "cash", 100))
        await pilot.press(*"twice", "enter")
        await until(pilot, lambda: "Money has been taken" in app.screen.query_one(ErrorLine).said)
        assert app.screen.query_one(Field).value == "twice"


async def test_notes(app: PaydeskApp, store: Store) -> None:
    """They are text under the lines, written, changed and taken away."""
    async with opened(app) as (pilot, popup):
        for notes, says in ((HOSTILE, "The notes are saved."), ("", "The notes are taken away.")):
            await option(pilot, "n")
            await until(pilot, lambda: isinstance(app.screen, AskAndDo))
            app.screen.query_one(Field).value = notes
            await pilot.press("enter")
            await until(pilot, lambda says=says: said(popup) == says)  # type: ignore[misc]
            await until(pilot, lambda notes=notes: (HOSTILE in text(popup, "lines")) == bool(notes))  # type: ignore[misc]
            assert read(store).row.notes == notes


async def test_the_clinics_own_payment_types(app: PaydeskApp, store: Store) -> None:
    """What the clinic added is offered by its own key; what it switched off is not; its name is in the payments."""

    def work(tx: Tx) -> None:
        payment_types.add(tx, name="Cheque [b]", kind="recorded", key="k")
        payment_types.switch(tx, "transfer", on=False)

    store.write(work)
    async with opened(app) as (pilot, popup):
        await option(pilot, "t")
        await until(pilot, lambda: menu(app) is not None and menu(app).cursor_key == "payment_link")  # type: ignore[union-attr]
        table = menu(app)
        assert table is not None
        assert [str(row.cells[1]) for row in table.rows] == (
            ["Payment link", "Cash", "Card terminal", "Account credit", "Cheque [b]"]
        )
        assert str(table.rows[3].cells[2]) == "the client has no credit"
        await pilot.press("k")
        await until(pilot, lambda: isinstance(app.screen, TakePaymentDialog))
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: read(store).row.state == "paid")
        await until(pilot, lambda: "Cheque [b]" in text(popup, "payments"))


async def test_take_payment_by_link(app: PaydeskApp, store: Store) -> None:
    """A payment link is one of the ways, and leads to its own dialog."""
    async with opened(app) as (pilot, _):
        await option(pilot, "t")
        await until(pilot, lambda: menu(app) is not None)
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, PaymentLinkDialog) and app.screen._preview)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, LinkScreen))
        assert read(store).requests[0].origin == "invoice"


async def test_discounts_and_vat_per_rate(app: PaydeskApp, store: Store) -> None:
    """Each discount has its line, and the rates' sums after all discounts add up to the total."""

    def work(tx: Tx) -> str:
        client = read(store).client.id
        lines = [
            NewLine("Physio", 2000, 9_100, 2000, discount_rate=1000),
            NewLine("Vaccine", 1000, 9_100, 0, discount=100),
        ]
        draft = invoices.save_draft(
            tx, client, lines, currency="GBP", prefix="INV-", discount=Discount(rate=500), discount_limit=100
        )
        return draft.row.number

    number = store.write(work)
    async with opened(app, number) as (_, popup):
        words = text(popup, "lines")
        for part in ("Discount 10%", "-£18.20", "-£1.00", "Subtotal", "£253.80", "Discount 5%", "-£12.69", "£241.11"):
            assert part in words
        rates = [line.split() for line in words.splitlines() if line.strip().startswith("VAT ") and " in " in line]
        gross = sum(round(100 * float(rate[3].lstrip("£"))) for rate in rates)
        assert gross == 24_111


async def test_opened_at_a_request(app: PaydeskApp, store: Store) -> None:
    """Its links are shown, that request first, and who asks whether it is genuine is answered."""
    first = sent(store, 1_000)
    newer = ask(store, 2_000)
    async with opened(app, request_id=first.id) as (pilot, popup):
        await until(pilot, lambda: popup.pane("links").display)
        shown = text(popup, "links")
        assert shown.startswith(f"▸ {first.code} is ours: we asked Jane Smith for £10.00 of {UNPAID}, 14:02.")
        assert shown.index(first.code) < shown.index(newer.code)
        assert URL in shown


@pytest.mark.parametrize(("key", "mode"), [("f4", "clients"), ("f6", "today")])
async def test_other_screens_by_their_keys(app: PaydeskApp, key: str, mode: str) -> None:
    """Each place is one key away, and the pop-up is gone."""
    async with opened(app) as (pilot, popup):
        await pilot.press(key)
        await until(pilot, lambda: app.current_mode == mode)
        await until(pilot, lambda: not popup.is_attached)


def test_a_cancelled_link_is_not_offered(store: Store) -> None:
    """A cancelled request is never offered again."""
    request = ask(store)
    store.write(lambda tx: requests.cancel(tx, request.id, why="by mistake"))
    why = {option.verb: option.why_not(read(store)) for option in OPTIONS}
    assert why["resend"] == why["chase"] == why["copy_link"] == "no live link"
    assert why["send_link"] == ""
