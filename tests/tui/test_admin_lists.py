"""F9: charges, payment types and the catalogue."""

import pytest

from store import catalogue
from store.database import Store, Tx
from tests.tui.adminning import SMALL, WIDE, admin, at, field, notes, retype, said, wrong
from tests.tui.conditions import until
from tests.tui.conftest import HOSTILE
from tests.tui.selling import drawn, keys
from tui.app import PaydeskApp
from tui.screens.admin_catalogue import CatalogueSection
from tui.screens.admin_lists import ListSection
from tui.screens.admin_section import Section
from tui.screens.ask import Confirm


def table_of(section: Section) -> list[str]:
    """Return the first cells of a section's list."""
    assert isinstance(section, ListSection)
    return [str(row.cells[0]) for row in section.table.rows]


def form_open(section: Section) -> bool:
    """Tell whether a form is open and has the focus."""
    assert isinstance(section, ListSection)
    return section.open is not None and section.open.has_focus_within


async def test_a_charge_is_changed_in_place(app: PaydeskApp) -> None:
    """What it comes to is said while one types; the table shows it."""
    async with at(app, "charges") as (pilot, section):
        await pilot.press("down", "enter")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, "net", "0.10")
        await until(pilot, lambda: "£0.10 + VAT £0.02 = £0.12" in notes(section))
        await pilot.press("enter", "enter", "space")
        await until(pilot, lambda: "each segment" in notes(section))
        await pilot.press("enter")
        await until(pilot, lambda: "SMS from the POS: saved." in said(section))
        row = next(row for row in await app.desk.charges() if (row.origin, row.channel) == ("pos", "sms"))
        assert (row.net, row.vat_rate, row.per) == (10, 2000, "segment")
        await until(pilot, lambda: "£0.12" in drawn(app))
        assert section.has_focus_within


@pytest.mark.parametrize(("name", "typed", "why"), [("net", "5p", "is not an amount"), ("vat", "200", "VAT rate")])
async def test_a_charge_that_will_not_do(app: PaydeskApp, name: str, typed: str, why: str) -> None:
    """Said under its field; Esc asks, since it is not saved, and leaves the charge as it was."""
    async with at(app, "charges") as (pilot, section):
        await pilot.press("enter")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, name, typed)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: why in wrong(section))
        assert field(section, name).has_focus
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(section, ListSection) and section.open is None)
        assert (await app.desk.charges())[0].net == 0


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_payment_types_are_added_named_ordered_and_switched(app: PaydeskApp, size: tuple[int, int]) -> None:
    """By keys alone, at both sizes; the cursor stays on the one in hand."""
    async with at(app, "types", size) as (pilot, section):
        await pilot.press("n")
        await until(pilot, lambda: form_open(section))
        await keys(pilot, "Cheque", "<enter>", "e", "<enter>", "<enter>")
        await until(pilot, lambda: said(section) == "Cheque is saved.")
        assert table_of(section)[-1] == "Cheque"
        await pilot.press("u")
        await until(pilot, lambda: table_of(section)[-2] == "Cheque" and not section.busy)
        await pilot.press("d")
        await until(pilot, lambda: table_of(section)[-1] == "Cheque" and not section.busy)
        await pilot.press("space")
        await until(pilot, lambda: said(section) == "Cheque is not offered any more.")
        await pilot.press("enter")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, "name", "Old cheque")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Old cheque is saved.")
        (cheque,) = [one for one in await app.desk.payment_types(all=True) if one.code == "cheque"]
        assert (cheque.name, cheque.key, cheque.kind, cheque.active) == ("Old cheque", "e", "recorded", False)


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [("name", "", "Type the payment type's name"), ("name", "Cash", "already"), ("key", "c", "is the key of Cash")],
)
async def test_a_payment_type_that_will_not_do(app: PaydeskApp, name: str, typed: str, why: str) -> None:
    """Said under its field, which keeps what was typed."""
    async with at(app, "types") as (pilot, section):
        await pilot.press("n")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, "name", "Cheque")
        await retype(pilot, section, name, typed)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: why in wrong(section))
        assert field(section, name).has_focus
        assert field(section, name).value == typed


async def test_the_last_payment_type_stays_on(app: PaydeskApp) -> None:
    """With the reason, in place."""
    for one in await app.desk.payment_types():
        if one.code != "cash":
            await app.desk.switch_payment_type(one.code, False)
    async with at(app, "types") as (pilot, section):
        await pilot.press("down", "space")
        await until(pilot, lambda: "Cash is the only payment type that is on" in said(section))


async def test_an_item_is_found_and_changed(app: PaydeskApp) -> None:
    """The search narrows, Enter opens it, the list shows it as saved."""
    async with at(app, "catalogue") as (pilot, section):
        await until(pilot, lambda: len(table_of(section)) == 4)
        await pilot.press(*"phone")
        await until(pilot, lambda: table_of(section) == ["Consultation, phone"])
        await pilot.press("enter")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, "price", "47.50")
        await retype(pilot, section, "code", "PH")
        await pilot.press("enter")
        await until(pilot, lambda: said(section).startswith("Consultation, phone is saved."))
        item = await app.desk.item_by_code("PH")
        assert item is not None
        assert item.price == 4_750
        assert "£47.50" in drawn(app)
        await pilot.press("escape")
        await until(pilot, lambda: len(table_of(section)) == 4)
        await pilot.press("escape")
        await until(pilot, lambda: admin(app).table.has_focus)


async def test_a_new_items_vat_rate_is_never_guessed(app: PaydeskApp) -> None:
    """The field is empty, and it is not saved so; what was searched for is its name."""
    async with at(app, "catalogue") as (pilot, section):
        await pilot.press(*"X-ray")
        await until(pilot, lambda: "Nothing matches “X-ray”" in drawn(app))
        await pilot.press("ctrl+n")
        await until(pilot, lambda: form_open(section))
        assert field(section, "name").value == "X-ray"
        assert field(section, "vat").value == ""
        await retype(pilot, section, "price", "80")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Type the VAT rate in per cent" in wrong(section))
        assert field(section, "vat").has_focus
        await pilot.press("0", "ctrl+s")
        await until(pilot, lambda: said(section).startswith("X-ray is saved."))
        (item,) = await app.desk.items("x-ray")
        assert (item.price, item.vat_rate) == (8_000, 0)


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [("name", "", "Type the name"), ("price", "lots", "is not an amount"), ("vat", "x", "VAT rate")],
)
async def test_an_item_that_will_not_do(app: PaydeskApp, name: str, typed: str, why: str) -> None:
    """Said under its field."""
    async with at(app, "catalogue") as (pilot, section):
        await pilot.press("enter")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, name, typed)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: why in wrong(section))
        assert field(section, name).has_focus


async def test_an_item_is_not_sold_any_more_and_again(app: PaydeskApp) -> None:
    """It stays in the list, marked with a word."""
    async with at(app, "catalogue") as (pilot, section):
        await pilot.press(*"flu", "ctrl+o")
        await until(pilot, lambda: said(section) == "Vaccine, flu is not sold any more.")
        await until(pilot, lambda: "✕ not sold" in drawn(app))
        await pilot.press("ctrl+o")
        await until(pilot, lambda: said(section) == "Vaccine, flu is sold again.")


async def test_somebody_else_saved_the_item_first(app: PaydeskApp, store: Store) -> None:
    """Theirs is said and what is typed stays; saving again puts it in their place."""
    async with at(app, "catalogue") as (pilot, section):
        assert isinstance(section, CatalogueSection)
        await pilot.press(*"flu")
        await until(pilot, lambda: table_of(section) == ["Vaccine, flu"])
        await pilot.press("enter")
        await until(pilot, lambda: form_open(section))
        await retype(pilot, section, "price", "95.00")

        def theirs(tx: Tx) -> None:
            (item,) = catalogue.find(tx, "flu")
            catalogue.change(
                tx, item.id, name=item.name, price=9_300, vat_rate=0, code=item.code, version=item.version
            )

        store.write(theirs)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: "Vaccine, flu, 93.00, 0%" in wrong(section))
        assert field(section, "price").value == "95.00"
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section).startswith("Vaccine, flu is saved."))
        assert (await app.desk.items("flu"))[0].price == 9_500


async def test_hostile_names_are_text(app: PaydeskApp, store: Store) -> None:
    """In the list, the form's title and what is said."""
    store.write(lambda tx: catalogue.add(tx, name=HOSTILE, price=100, vat_rate=0))
    async with at(app, "catalogue") as (pilot, section):
        await pilot.press(*"bobby")
        await until(pilot, lambda: table_of(section) == [HOSTILE])
        await pilot.press("enter")
        await until(pilot, lambda: form_open(section))
        assert drawn(app).count(HOSTILE) >= 3
        await pilot.press("ctrl+s")
        await until(pilot, lambda: HOSTILE in said(section))
