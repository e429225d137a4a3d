"""Codes typed or scanned at the point of sale: a product's, and that of a payment request."""

from functools import partial

import pytest

from store import catalogue
from store.database import Store
from tests.tui.conditions import until
from tests.tui.selling import SMALL, drawn, keys, pos, said, saved
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.request_code import read_code, request_of, unknown_code
from tui.screens.invoice_popup import InvoicePopup
from tui.widgets.form import Form

BANDAGE, TAPE = "5012345678900", "50123456"
PLASTER = "PL-7"


@pytest.fixture(autouse=True)
def coded(store: Store) -> None:
    """Give the clinic three things with a code; the code of one begins that of another."""
    for name, code in (("Bandage", BANDAGE), ("Tape", TAPE), ("Plaster", PLASTER)):
        store.write(partial(catalogue.add, name=name, price=450, vat_rate=2000, code=code))


def lines(app: PaydeskApp) -> list[tuple[str, int]]:
    """Return the sale's lines."""
    return [(line.description, line.quantity) for line in pos(app).sale.lines]


async def test_a_whole_code_means_its_item(app: PaydeskApp) -> None:
    """Though the list has the other one first; capitals do not matter; a quantity in front counts."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "omar", "<enter>", TAPE, "<enter>")
        await until(pilot, lambda: lines(app) == [("Tape", 1000)])
        await keys(pilot, f"3*{BANDAGE}", "<enter>", "pl-7", "<enter>")
        await until(pilot, lambda: lines(app) == [("Tape", 1000), ("Bandage", 3000), ("Plaster", 1000)])
        assert pos(app).finder.item_search.value == ""
        assert len((await saved(app, pilot)).lines) == 3


async def test_a_scanner_does_not_wait_for_the_list(app: PaydeskApp) -> None:
    """Two codes and their Enters arrive at once: each is a line, though no list was refreshed between."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "omar", "<enter>")
        await until(pilot, lambda: app.focused is pos(app).finder.item_search)
        field = pos(app).finder.item_search
        for code in (BANDAGE, TAPE):
            field.insert_text_at_cursor(code)
            await field.action_submit()
        await until(pilot, lambda: lines(app) == [("Bandage", 1000), ("Tape", 1000)])
        assert field.value == ""


async def test_an_item_chosen_with_the_arrows_is_that_item(app: PaydeskApp) -> None:
    """Whoever moved the cursor meant what is under it."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "omar", "<enter>", TAPE)
        await until(
            pilot, lambda: [row.cells[0] for row in pos(app).finder.table("items").rows] == ["Bandage", "Tape"]
        )
        await keys(pilot, "<down>", "<up>", "<enter>")
        await until(pilot, lambda: lines(app) == [("Bandage", 1000)])


async def test_an_unknown_code_is_said_and_stays_selected(app: PaydeskApp) -> None:
    """The next scan takes its place; nothing becomes a line, not even what begins with it."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "omar", "<enter>", "501234567", "<enter>")
        await until(pilot, lambda: "No item has the code 501234567." in said(app))
        field = pos(app).finder.item_search
        assert field.selected_text == "501234567"
        assert not pos(app).query(Form)
        await keys(pilot, BANDAGE, "<enter>")
        await until(pilot, lambda: lines(app) == [("Bandage", 1000)])
        assert said(app) == ""


async def test_a_few_digits_are_words(app: PaydeskApp) -> None:
    """They find, or make a free line, as before."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "omar", "<enter>", "30", "<enter>")
        await until(pilot, lambda: lines(app) == [("Consultation, 30 min", 1000)])
        await keys(pilot, "777", "<enter>")
        await until(pilot, lambda: app.focused is not None and app.focused.id == "form-price")


@pytest.mark.parametrize("field", ["client", "item"])
async def test_a_request_code_opens_its_invoice(app: PaydeskApp, desk: Desk, field: str) -> None:
    """As a client reads it out: any case, with or without the dash, in whichever field one is."""
    request = (await desk.send("INV-000002", {}, amount=5_000, origin="invoice")).request
    code = request.code
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, *(["<tab>"] if field == "item" else []), code.replace("-", "").lower(), "<enter>")
        await until(pilot, lambda: isinstance(app.screen, InvoicePopup))
        assert (app.screen.number, app.screen.request_id) == ("INV-000002", request.id)  # type: ignore[attr-defined]
        assert pos(app).finder.item_search.value == pos(app).client_search.value == ""
        await keys(pilot, "<escape>")
        assert (pos(app).sale.client, pos(app).sale.lines) == (None, [])


async def test_a_request_code_that_is_none_is_said(app: PaydeskApp) -> None:
    """Nobody becomes a client called K7Q-42M, and nothing a line of that name."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "k7q42m", "<enter>")
        await until(pilot, lambda: "No payment request has the code K7Q-42M" in said(app))
        assert pos(app).client_search.value == "k7q42m"
        await keys(pilot, "<tab>", "k7q-42m", "<enter>")
        await until(pilot, lambda: pos(app).finder.item_search.selected_text == "k7q-42m")
        assert "No payment request" in said(app)
        assert not pos(app).query(Form)
        assert lines(app) == []


async def test_a_name_of_six_letters_is_a_name(app: PaydeskApp) -> None:
    """Though every letter of it could be in a code."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "gareth", "<enter>")
        await until(pilot, lambda: pos(app).query(Form) and "New client" in drawn(app))


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("K7Q-42M", "K7Q-42M"),
        (" k7q42m ", "K7Q-42M"),
        ("k7q 42m", "K7Q-42M"),
        ("k7q-42", ""),
        ("k7q-42mm", ""),
        ("k7q-42o", ""),
        ("", ""),
        ("[/x]-42", ""),
    ],
)
def test_what_is_a_code(typed: str, code: str) -> None:
    """Six letters and digits that cannot be misread."""
    assert read_code(typed) == code


def test_only_what_cannot_be_a_name_is_surely_a_code() -> None:
    """Without a digit in it, it is a name until a request has it."""
    assert unknown_code("gareth") == ""
    assert "K7Q-42M" in unknown_code("k7q42m")


async def test_no_request_behind_a_code(desk: Desk) -> None:
    """A look-up finds the request or nothing, and never fails for the shape of what was typed."""
    assert await request_of(desk, "k7q42m") is None
    assert await request_of(desk, "jane smith") is None
