"""The point of sale, in keys."""

import pytest
from textual.widgets import Input, Static

from store.database import Store
from store.errors import NotFound
from store.invoices import NewLine
from store.models import PaymentRequest
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE, frozen
from tests.tui.selling import NEXT_NUMBER, SMALL, WIDE, drawn, keys, make_sale, pos, said, saved
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.link_panel import LinkPanel, LinkScreen
from tui.screens.payment_link import PaymentLinkDialog
from tui.screens.pos_ways import PaymentMenu
from tui.widgets.form import Form
from tui.widgets.list_table import ListTable


async def requests_of(desk: Desk, number: str) -> tuple[PaymentRequest, ...]:
    """Return an invoice's payment requests."""
    return (await desk.invoice(number)).requests


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_from_nothing_to_a_queued_link(app: PaydeskApp, size: tuple[int, int]) -> None:
    """Client, items, then three keys from the finished invoice: F8, Enter, Enter."""
    async with app.run_test(size=size) as pilot:
        invoice = await make_sale(app, pilot)
        assert (invoice.row.total, invoice.row.vat, invoice.client.name) == (30_200, 2_000, "Jane Smith")
        await keys(pilot, "<f8>", "<enter>")
        await until(pilot, lambda: app.screen.query("#answers") and str(app.screen.query_one("#amount", Input).value))
        await keys(pilot, "<enter>")
        await until(pilot, lambda: app.screen.query(LinkPanel) and app.screen.query_one(LinkPanel).request)
        (request,) = await requests_of(app.desk, NEXT_NUMBER)
        assert (request.state, request.amount, request.channels) == ("queued", 30_200, ("email", "sms"))


async def test_an_empty_item_field_leads_to_payment(app: PaydeskApp) -> None:
    """Enter on nothing goes to the ways to pay; there P opens the payment link."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<enter>")
        await until(pilot, lambda: isinstance(app.focused, PaymentMenu))
        await keys(pilot, "p")
        await until(pilot, lambda: isinstance(app.screen, PaymentLinkDialog))


async def test_a_letter_in_a_field_is_a_letter(app: PaydeskApp) -> None:
    """P in the item's search searches."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "ptcb")
        assert pos(app).finder.item_search.value == "ptcb"
        assert len(app.screen_stack) == 1


async def test_the_link_screen_goes_on_to_the_next_client(app: PaydeskApp) -> None:
    """N begins a new sale on a small terminal."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f8>", "<enter>")
        await until(pilot, lambda: app.screen.query("#amount") and app.screen.query_one("#amount", Input).value)
        await keys(pilot, "<enter>")
        await until(pilot, lambda: isinstance(app.screen, LinkScreen))
        await keys(pilot, "n")
        await until(pilot, lambda: len(app.screen_stack) == 1 and pos(app).sale.client is None)
        assert app.focused is pos(app).client_search


async def test_on_a_wide_terminal_the_next_sale_begins_beside_the_link(app: PaydeskApp) -> None:
    """The panel stays while the next client is found."""
    async with app.run_test(size=WIDE) as pilot:
        await make_sale(app, pilot)
        await keys(pilot, "<f8>", "<enter>")
        await until(pilot, lambda: app.screen.query("#amount") and app.screen.query_one("#amount", Input).value)
        await keys(pilot, "<enter>")
        await until(pilot, lambda: pos(app).sale.client is None and pos(app).query(LinkPanel))
        await until(pilot, lambda: "Nobody Reachable" in drawn(app))
        await keys(pilot, "omar", "<enter>")
        await until(pilot, lambda: pos(app).sale.client)
        assert pos(app).query_one(LinkPanel).is_mounted


async def test_a_new_client_in_place(app: PaydeskApp) -> None:
    """Nobody found: Enter offers the form; a bad address is said under its field and kept as typed."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "Zoe", "<enter>")
        await until(pilot, lambda: pos(app).query(Form) and app.focused and app.focused.id == "form-email")
        await keys(pilot, "zoe@", "<enter>", "077009", "<ctrl+s>")
        await until(pilot, lambda: "not an email address" in said(app))
        assert app.focused is not None
        assert app.focused.id == "form-email"
        assert pos(app).query_one(Form).values == {"name": "Zoe", "email": "zoe@", "mobile": "077009"}
        await keys(pilot, "<end>", "example.com", "<ctrl+s>")
        await until(pilot, lambda: "077009" in said(app))
        await keys(pilot, "<end>", "00456", "<enter>")
        await until(pilot, lambda: pos(app).sale.client is not None)
        client = pos(app).sale.client
        assert client is not None
        assert (client.name, client.email, client.mobile) == ("Zoe", "zoe@example.com", "+447700900456")


async def test_a_free_line_in_place(app: PaydeskApp) -> None:
    """An item that is not in the list becomes a line with its own price; amounts that are none are said."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "omar", "<enter>", "3*Dressing", "<enter>")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "form-price")
        await pilot.press("1", "2", "comma", "5")
        await keys(pilot, "<ctrl+s>")
        await until(pilot, lambda: "is not an amount" in said(app))
        await keys(pilot, "<backspace>", "<backspace>", ".50", "<ctrl+s>")
        invoice = await saved(app, pilot)
        assert [(line.description, line.quantity, line.total) for line in invoice.lines] == [
            ("Dressing", 3000, 3_750)
        ]


async def test_lines_change_in_place(app: PaydeskApp) -> None:
    """Plus, edit and remove; each is in the store."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
        pos(app).query_one("#lines").focus()
        await keys(pilot, "<home>", "<plus>", "<enter>")
        await until(pilot, lambda: pos(app).query(Form) and pos(app).finder.has_form)
        await until(pilot, lambda: app.focused is not None and app.focused.id == "form-description")
        await keys(pilot, "<tab>", "<tab>", "1", "<ctrl+s>")
        await until(pilot, lambda: pos(app).sale.totals.total == 18_400)
        pos(app).query_one("#lines").focus()
        await keys(pilot, "<end>", "<delete>")
        await until(pilot, lambda: len(pos(app).sale.lines) == 1)
        invoice = await saved(app, pilot)
        assert [(line.quantity, line.total) for line in invoice.lines] == [(2000, 200)]


async def test_two_desks_edit_one_draft(app: PaydeskApp, store: Store) -> None:
    """The later save is told; ^R loads what the other desk saved."""
    other = Desk(store, actor="Ben")
    async with app.run_test(size=SMALL) as pilot:
        mine = await make_sale(app, pilot)
        theirs = [NewLine("Theirs", 1000, 500, 0)]
        await other.save_draft(mine.client.id, theirs, number=NEXT_NUMBER, version=mine.row.version)
        await keys(pilot, "consul", "<enter>")
        await until(pilot, lambda: pos(app).conflict and "in the meantime" in said(app))
        assert [line.description for line in (await app.desk.invoice(NEXT_NUMBER)).lines] == ["Theirs"]
        assert len(pos(app).sale.lines) == 2
        await keys(pilot, "<ctrl+r>")
        await until(pilot, lambda: [line.description for line in pos(app).sale.lines] == ["Theirs"])
        assert said(app) == ""


async def test_a_draft_is_opened_to_go_on_with(app: PaydeskApp) -> None:
    """With its client and lines, at the item's search; the next change is saved to it."""
    async with app.run_test(size=SMALL) as pilot:
        app.open_in_pos("INV-000001")
        await until(pilot, lambda: pos(app).sale.number == "INV-000001")
        await keys(pilot, "vita", "<enter>")
        await until(pilot, lambda: not pos(app).sale.unsaved)
        assert len((await app.desk.invoice("INV-000001")).lines) == 3
        with pytest.raises(NotFound):
            await app.desk.invoice(NEXT_NUMBER)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_hostile_names_are_only_text(app: PaydeskApp, size: tuple[int, int]) -> None:
    """Markup, emoji, right-to-left letters and great length, in lists, card and titles."""
    async with app.run_test(size=size) as pilot:
        await until(pilot, lambda: "[/x]" in drawn(app))
        await keys(pilot, "bobby", "<enter>", "vita", "<enter>")
        invoice = await saved(app, pilot)
        assert invoice.client.name == HOSTILE
        assert HOSTILE in drawn(app)
        await keys(pilot, "<f7>", "dana", "<enter>")
        await until(pilot, lambda: pos(app).sale.client is not None and pos(app).sale.number is None)
        assert "very long name" in drawn(app)


async def test_an_item_quantity_that_is_none_is_said(app: PaydeskApp) -> None:
    """In place, and what was typed stays."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "omar", "<enter>", "0*vacc", "<enter>")
        await until(pilot, lambda: "not a quantity" in said(app))
        assert pos(app).finder.item_search.value == "0*vacc"
        assert pos(app).sale.lines == []


async def test_every_change_is_in_the_store_before_the_next_start(app: PaydeskApp, desk: Desk) -> None:
    """A second desk finds the draft as it was left."""
    async with app.run_test(size=SMALL) as pilot:
        await make_sale(app, pilot)
    again = PaydeskApp(desk, now=frozen)
    async with again.run_test(size=SMALL) as pilot:
        again.open_in_pos(NEXT_NUMBER)
        await until(pilot, lambda: pos(again).sale.totals.total == 30_200)
        assert pos(again).query_one("#lines", ListTable).rows[1].cells[0] == "2 × Vaccine, flu"
        assert pos(again).query_one("#notice", Static).display is False
