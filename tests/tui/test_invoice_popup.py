"""One invoice over the list: its sections, its options and what each does in the store, and staying true."""

import pytest

from store import clients, invoices, outbox, payments, requests
from store.database import Store, Tx
from store.invoices import NewLine
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE
from tests.tui.popups import DRAFT, UNPAID, URL, ask, deliver, go_live, opened, option, read, said, text
from tui.app import PaydeskApp
from tui.screens.ask import Confirm
from tui.screens.invoice_log_screen import InvoiceLogScreen
from tui.screens.invoice_options import OPTIONS
from tui.screens.link_panel import LinkScreen
from tui.screens.menu import Menu
from tui.screens.payment_link import PaymentLinkDialog
from tui.screens.pos import PosScreen
from tui.screens.take_payment import TakePaymentDialog
from tui.widgets.error_line import ErrorLine
from tui.widgets.list_table import ListTable
from tui.widgets.sheet import Pane, Sheet


async def test_head(app: PaydeskApp, store: Store) -> None:
    """The head shows number and state, client and payment link, addresses and what is due."""
    ask(store)
    async with opened(app) as (_, popup):
        first, second, third = popup.query_one("#invoice-head", Sheet).text.splitlines()
        assert first.startswith(UNPAID)
        assert first.endswith("Unpaid")
        assert second.startswith("Jane Smith")
        assert second.endswith("Payment link queued")
        assert "07700 900123 · jane@example.com" in third
        assert third.endswith("Due £211.00")


async def test_lines_with_vat(app: PaydeskApp) -> None:
    """The lines are followed by the VAT of each rate and by the totals, in one right-aligned column."""
    async with opened(app) as (_, popup):
        lines = text(popup, "lines").splitlines()
        assert lines[1].split() == ["Consultation,", "30", "min", "1", "£120.00", "20%", "£120.00"]
        assert [line.strip().rsplit(maxsplit=1) for line in lines[-5:]] == [
            ["VAT 20% in £120.00", "£20.00"],
            ["VAT 0% in £91.00", "£0.00"],
            ["Total", "£211.00"],
            ["Paid", "£0.00"],
            ["Due", "£211.00"],
        ]
        assert len({len(line) for line in lines if line}) == 1


async def test_sections_by_key(app: PaydeskApp, store: Store) -> None:
    """1 to 4 and the arrows show one section at a time, and the keys scroll the one shown."""
    async with opened(app) as (pilot, popup):
        for key, name in (("2", "payments"), ("4", "log"), ("right", "lines"), ("left", "log"), ("3", "links")):
            await pilot.press(key)
            await until(pilot, lambda name=name: popup.pane(name).display and popup.pane(name).has_focus)  # type: ignore[misc]
            assert [pane.id for pane in popup.query(Pane) if pane.display] == [f"section-{name}"]


async def test_wide_shows_every_section(app: PaydeskApp) -> None:
    """At 160 columns nothing is behind a key."""
    async with opened(app, size=(160, 45)) as (_, popup):
        assert all(pane.display and pane.size.height > 5 for pane in popup.query(Pane))


async def test_payment_links_section(app: PaydeskApp, store: Store) -> None:
    """Each request shows code, state, amount, its messages with their times, and the reason it stopped."""
    stopped = ask(store, 1_000)
    store.write(lambda tx: requests.cancel(tx, stopped.id, why="asked by mistake"))
    sent = ask(store, 5_000)
    go_live(store, sent)
    deliver(store, sent)
    async with opened(app) as (_, popup):
        shown = text(popup, "links")
        first, second = shown.split("\n\n")
        assert first.startswith(f"{sent.code}  ◉ Sent 14:02")
        assert "£50.00" in first.splitlines()[0]
        assert "SMS      ✓ Sent 14:02  07700 900123" in first
        assert URL in first
        assert second.startswith(f"{stopped.code}  ✕ Not sent")
        assert "Asked by mistake" in second


async def test_payments_section(app: PaydeskApp, store: Store) -> None:
    """Payments show when, how, who and how much; a refund is below zero."""
    store.write(lambda tx: payments.take(tx, UNPAID, "card", 6_000, reference="slip 7"), actor="Tom")
    async with opened(app) as (_, popup):
        assert text(popup, "payments").splitlines()[1].split() == (
            ["14:02", "Card", "terminal", "·", "slip", "7", "Tom", "£60.00"]
        )


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
async def test_log(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """The invoice log has who, when, amount, channel, address, result and charge, narrow and wide alike."""
    request = ask(store)
    go_live(store, request)
    deliver(store, request)
    facts = ["14:02", "engine", f"SMS with payment link {request.code} sent", "£211.00", "SMS", "07700 900123"]
    async with opened(app, size=size) as (pilot, popup):
        await option(pilot, "l")
        await until(pilot, lambda: isinstance(app.screen, InvoiceLogScreen) and app.screen.query_one(Sheet).text)
        shown = app.screen.query_one(Sheet).text
        assert all(fact in shown for fact in [*facts, "accepted", "£0.06"])
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is popup)


async def test_send_payment_link(app: PaydeskApp, store: Store) -> None:
    """Options, Send payment link, Enter: queued with the pop-up's charges, and its QR is shown."""
    async with opened(app) as (pilot, popup):
        await option(pilot, "s")
        await until(pilot, lambda: isinstance(app.screen, PaymentLinkDialog) and app.screen._preview)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, LinkScreen))
        request = read(store).requests[0]
        assert (request.origin, request.amount, request.channels) == ("invoice", 21_100, ("email", "sms"))
        assert [message.net for message in request.messages] == [2, 5]
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is popup and request.code in text(popup, "links"))


async def test_show_qr(app: PaydeskApp, store: Store) -> None:
    """Show QR opens the newest open link."""
    ask(store, 1_000)
    newest = ask(store, 2_000)
    go_live(store, newest)
    async with opened(app) as (pilot, _):
        await option(pilot, "q")
        await until(pilot, lambda: isinstance(app.screen, LinkScreen))


async def test_copy_link(app: PaydeskApp, store: Store) -> None:
    """Copy link puts the live link on the clipboard and shows what was copied."""
    request = ask(store)
    go_live(store, request)
    async with opened(app) as (pilot, popup):
        await option(pilot, "c")
        await until(pilot, lambda: said(popup))
        assert app.clipboard == URL
        assert said(popup) == f"Link {request.code} copied: {URL}"


async def test_cancel_a_queued_link(app: PaydeskApp, store: Store) -> None:
    """A link that never left is cancelled at once, after a yes."""
    request = ask(store)
    async with opened(app) as (pilot, popup):
        await option(pilot, "x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: read(store).requests[0].state == "stopped")
        await until(pilot, lambda: said(popup) == f"Payment link {request.code} is cancelled. It was never sent.")
        await until(pilot, lambda: "✕ Not sent" in text(popup, "links"))
        assert read(store).requests[0].reason == "cancelled by Amira"


async def test_cancel_a_live_link(app: PaydeskApp, store: Store) -> None:
    """A live link is to be switched off at the gateway by the outbox."""
    request = ask(store)
    go_live(store, request)
    async with opened(app) as (pilot, popup):
        await option(pilot, "x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: read(store).requests[0].state == "cancelling")
        await until(pilot, lambda: "being cancelled" in said(popup))
        entry = store.read(lambda reader: outbox.of_subject(reader, request.id, "cancel_link"))
        assert entry is not None
        assert entry.state == "ready"


async def test_keep_a_link(app: PaydeskApp, store: Store) -> None:
    """A no leaves the link as it is."""
    request = ask(store)
    async with opened(app) as (pilot, popup):
        await option(pilot, "x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is popup)
        assert read(store).requests == (request,)


async def test_cancel_one_of_several(app: PaydeskApp, store: Store) -> None:
    """With several open links one is asked which; the newest stands first."""
    older, newer = ask(store, 1_000), ask(store, 2_000)
    async with opened(app) as (pilot, _):
        await option(pilot, "x")
        await until(pilot, lambda: isinstance(app.screen, Menu) and app.screen.query_one(ListTable).rows)
        assert [row.key for row in app.screen.query_one(ListTable).rows] == [newer.id, older.id]
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: read(store).requests[0].state == "stopped")
        assert read(store).requests[1].state == "queued"


async def test_cancel_refused(app: PaydeskApp, store: Store) -> None:
    """A link that is being made right now is not cancelled, and the pop-up says why."""
    request = ask(store)
    store.write(lambda tx: outbox.claim(tx, ["create_link"], limit=1, owner="x", now=tx.now, until="2030"))
    async with opened(app) as (pilot, popup):
        await option(pilot, "x")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: f"The link {request.code} is being made right now" in said(popup))
        assert read(store).requests[0].state == "queued"


async def test_take_payment(app: PaydeskApp, store: Store) -> None:
    """Take payment asks how and how much, records it, and says what is still due."""
    async with opened(app) as (pilot, popup):
        await option(pilot, "t")
        await until(pilot, lambda: isinstance(app.screen, Menu) and app.screen.query_one(ListTable).rows)
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, TakePaymentDialog))
        await pilot.pause()
        await pilot.press("enter")
        await until(pilot, lambda: read(store).row.state == "paid")
        await until(pilot, lambda: said(popup).endswith("£211.00 taken. The invoice is paid."))
        assert read(store).payments[0].type == "card"


async def test_open_a_draft_in_the_pos(app: PaydeskApp) -> None:
    """A draft is opened in the POS, and the pop-up is gone."""
    async with opened(app, DRAFT) as (pilot, popup):
        await option(pilot, "e")
        await until(pilot, lambda: app.current_mode == "pos")
        assert isinstance(app.screen_stack[0], PosScreen)
        assert not popup.is_attached


async def test_options_that_do_not_apply(app: PaydeskApp, store: Store) -> None:
    """They stay in sight with the reason; their key says it and does nothing."""
    store.write(lambda tx: payments.take(tx, UNPAID, "cash", 21_100))
    async with opened(app) as (pilot, _):
        await pilot.press("o")
        await until(pilot, lambda: isinstance(app.screen, Menu) and app.screen.query_one(ListTable).rows)
        notes = {row.key: str(row.cells[2]) for row in app.screen.query_one(ListTable).rows}
        assert notes["send_link"] == notes["take_payment"] == "nothing is due"
        assert notes["show_qr"] == notes["cancel_link"] == "no open link"
        assert notes["copy_link"] == "no live link"
        assert app.screen.query_one(ListTable).cursor_key == "show_log"
        await pilot.press("s")
        await until(pilot, lambda: app.screen.query_one(ErrorLine).said)
        assert app.screen.query_one(ErrorLine).said == "Send payment link cannot be done now: nothing is due."


async def test_palette_offers_what_applies(app: PaydeskApp) -> None:
    """Each option is an action of the pop-up, on only while it applies."""
    async with opened(app, DRAFT) as (pilot, popup):
        await pilot.pause()
        on = {verb for verb in (o.verb for o in OPTIONS) if popup.check_action("option", (verb,))}
        assert on == {"send_link", "show_log", "take_payment", "notes", "open_in_pos"}


async def test_follows_the_store(app: PaydeskApp, store: Store) -> None:
    """What another process does to the invoice is shown at once, without losing the section or its scroll."""

    def long_one(tx: Tx) -> str:
        jane = clients.find(tx, "Jane")[0]
        lines = [NewLine(f"Item {n}", 1000, 100, 2000) for n in range(60)]
        number = invoices.save_draft(tx, jane.id, lines, currency="GBP", prefix="INV-").row.number
        invoices.issue(tx, number)
        return number

    number = store.write(long_one)
    async with opened(app, number) as (pilot, popup):
        pane = popup.pane("lines")
        await until(pilot, lambda: pane.max_scroll_y > 10)
        await pilot.press("pagedown")
        await until(pilot, lambda: pane.scroll_offset.y == pane.scroll_target_y > 0)
        scrolled = pane.scroll_offset.y
        other = Store(store.path)
        other.write(lambda tx: payments.take(tx, number, "cash", 1_000))
        other.close()
        app.note_change()
        await until(pilot, lambda: "Part paid" in popup.query_one("#invoice-head", Sheet).text)
        await pilot.pause()
        assert popup.section == "lines"
        assert pane.scroll_offset.y == scrolled


async def test_leave_for_the_outbox(app: PaydeskApp, store: Store) -> None:
    """A request that needs a decision says where it is made, and F5 goes there from the pop-up."""
    request = ask(store)
    store.write(lambda tx: requests.need_attention(tx, request, why="declined"))
    async with opened(app) as (pilot, popup):
        assert "decided in the outbox (F5)" in text(popup, "links")
        await pilot.press("f5")
        await until(pilot, lambda: app.current_mode == "outbox" and not popup.is_attached)


@pytest.mark.parametrize("size", [(80, 24), (160, 45)])
@pytest.mark.parametrize("name", [HOSTILE, "דנה ליאור", "👩‍⚕️ 😀 " + "very long name " * 7])
async def test_hostile_names(app: PaydeskApp, store: Store, size: tuple[int, int], name: str) -> None:
    """No name breaks the pop-up: the head keeps its three lines of the box's width."""

    def more(tx: Tx) -> str:
        client = clients.add(tx, name=name, email="someone@example.com")
        line = NewLine("[red]Vitamin[/] 😀 D", 1000, 500, 2000)
        number = invoices.save_draft(tx, client.id, [line], currency="GBP", prefix="INV-").row.number
        requests.send(tx, number, {}, origin="invoice")
        return number

    number = store.write(more)
    async with opened(app, number, size) as (pilot, popup):
        await pilot.pause()
        head = popup.query_one("#invoice-head", Sheet)
        strips = [head.render_line(y) for y in range(head.size.height)]
        assert [strip.cell_length for strip in strips] == [head.content_size.width] * 3
        assert strips[0].text.rstrip().endswith("Unpaid")
        assert "[red]Vitamin[/] 😀 D" in text(popup, "lines")
