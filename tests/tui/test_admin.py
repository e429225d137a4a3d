"""F9: who may be there, going from section to section, what is typed and not saved."""

from typing import Any

import pytest
from textual.pilot import Pilot

from store import settings
from store.database import Store
from store.errors import BadInput, NeedsManager
from store.setting_list import SETTINGS
from tests.tui.adminning import SMALL, WIDE, admin, at, field, go_to, retype, said, wrong
from tests.tui.conditions import until
from tests.tui.conftest import frozen
from tests.tui.people import AMIRAS, BENS, WRONG, Staff, hire
from tests.tui.selling import drawn, keys
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.admin_gate import AdminGate, GatePin
from tui.screens.admin_key_ask import KeyDialog
from tui.screens.admin_list import ENTRIES, Entry
from tui.screens.approve import ApproveDialog
from tui.screens.ask import Confirm
from tui.screens.first_manager import FirstManagerDialog
from tui.screens.sign_in import SignInScreen
from tui.widgets.error_line import ErrorLine


@pytest.fixture
def people(store: Store) -> Staff:
    """Amira and Ben."""
    return hire(store)


@pytest.fixture
def bens(store: Store, people: Staff) -> PaydeskApp:
    """Ben's desk."""
    return PaydeskApp(Desk(store, actor=people.as_ben), now=frozen)


@pytest.fixture
def amiras(store: Store, people: Staff) -> PaydeskApp:
    """Amira's desk."""
    return PaydeskApp(Desk(store, actor=people.as_amira), now=frozen)


async def look_into(app: PaydeskApp, pilot: Pilot[Any], entry: Entry) -> None:
    """Go into the section under the cursor and out again."""
    screen = admin(app)
    await until(pilot, lambda: screen.section == entry.name and screen.shown is not None and screen.shown.display)
    section = screen.shown
    assert section is not None
    await pilot.press("enter")
    await until(pilot, lambda: section.has_focus_within)
    await until(pilot, lambda: entry.title in drawn(app) and section.TITLE in drawn(app))
    assert section.region.right <= app.size.width
    await pilot.press("escape")
    await until(pilot, lambda: screen.table.has_focus)


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_every_section_opens_from_the_list_at_both_sizes(app: PaydeskApp, size: tuple[int, int]) -> None:
    """By ↓ it is shown, by Enter gone into, by Esc left; nothing is cut off at the right."""
    async with app.run_test(size=size) as pilot:
        await pilot.press("f9")
        screen = admin(app)
        await until(pilot, lambda: screen.shown is not None and screen.table.has_focus)
        for entry in ENTRIES:
            await look_into(app, pilot, entry)
            await pilot.press("down")
        assert not any(section.unsaved for section in screen._made.values())


async def test_the_palette_leads_into_a_section(app: PaydeskApp) -> None:
    """From anywhere, by its name."""
    async with app.run_test(size=SMALL) as pilot:
        await keys(pilot, "<ctrl+p>", "Admin: Charges")
        await until(pilot, lambda: "what a message costs" in drawn(app))
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "admin" and "With VAT" in drawn(app))
        assert admin(app).section == "charges"
        await until(pilot, lambda: any(section.has_focus_within for section in admin(app)._made.values()))


async def test_reception_reads_what_it_is_and_a_pin_opens_it(bens: PaydeskApp, store: Store, people: Staff) -> None:
    """One PIN for as long as it is open; what is saved then names the manager beside Ben; left, it is shut again."""
    async with bens.run_test(size=SMALL) as pilot:
        await pilot.press("f9")
        await until(pilot, lambda: "Here a manager sets the clinic up" in drawn(bens) and bens.focused)
        assert isinstance(bens.focused, GatePin)
        assert "Currency" not in drawn(bens)
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: not admin(bens).shut and "Currency" in drawn(bens))
        section = await go_to(bens, pilot, "clinic")
        await retype(pilot, section, "clinic.vat_number", "GB123")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Saved.")
        assert bens.desk.by == people.as_ben
        held = admin(bens).approval
        assert held is not None
        assert (held.name, held.approver_name) == ("Ben", "Amira")
        await pilot.press("f2", "f9")
        await until(pilot, lambda: "Here a manager sets the clinic up" in drawn(bens))
        assert admin(bens).approval is None
        assert "GB123" not in drawn(bens)


async def test_a_wrong_pin_is_said_in_place(bens: PaydeskApp) -> None:
    """A receptionist's own is wrong too, and nothing opens."""
    async with bens.run_test(size=SMALL) as pilot:
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(bens.focused, GatePin))
        for pin in (BENS, WRONG):
            await keys(pilot, pin, "<enter>")
            await until(
                pilot,
                lambda: (
                    "no manager's PIN" in bens.screen.query_one(AdminGate).query_one(ErrorLine).said
                    and not bens.screen.query_one(AdminGate)._checking
                ),
            )
        assert admin(bens).shut


async def test_the_lock_ends_an_approval_and_keeps_what_is_typed(bens: PaydeskApp) -> None:
    """Also with a question on top of Admin; the draft is there when a manager opens it again."""
    async with bens.run_test(size=SMALL) as pilot:
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(bens.focused, GatePin))
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: not admin(bens).shut)
        section = await go_to(bens, pilot, "clinic")
        await retype(pilot, section, "clinic.vat_number", "GB123")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(bens.screen, Confirm))
        await pilot.press("ctrl+k")
        await until(pilot, lambda: isinstance(bens.screen, SignInScreen) and bens.focused)
        assert bens.screen_stack[0] is not section.screen
        await keys(pilot, "<down>")
        await until(pilot, lambda: "Ben" in drawn(bens))
        await bens.sign_in(next(one.id for one in await bens.desk.staff() if one.name == "Ben"), BENS)
        await until(pilot, lambda: isinstance(bens.screen, Confirm))
        assert admin(bens).approval is None
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(bens.focused, GatePin))
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: not admin(bens).shut)
        assert field(section, "clinic.vat_number").value == "GB123"


async def test_staff_is_changed_under_the_same_approval(bens: PaydeskApp) -> None:
    """Nobody is asked twice."""
    async with bens.run_test(size=SMALL) as pilot:
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(bens.focused, GatePin))
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: not admin(bens).shut)
        await go_to(bens, pilot, "staff")
        await until(pilot, lambda: "Ben" in drawn(bens).split("Role")[-1])
        await pilot.press("down", "o")
        await until(pilot, lambda: "Ben may not sign in any more." in drawn(bens))
        assert not isinstance(bens.screen, ApproveDialog)


async def test_a_key_is_changed_under_the_same_approval(bens: PaydeskApp) -> None:
    """Although a dialog was on top of Admin meanwhile."""
    async with bens.run_test(size=SMALL) as pilot:
        await pilot.press("f9")
        await until(pilot, lambda: isinstance(bens.focused, GatePin))
        await keys(pilot, AMIRAS, "<enter>")
        await until(pilot, lambda: not admin(bens).shut)
        section = await go_to(bens, pilot, "keys")
        await until(pilot, lambda: "app.outbox" in section._known)  # type: ignore[attr-defined]
        await keys(pilot, "app.outbox", "<enter>")
        await until(pilot, lambda: isinstance(bens.screen, KeyDialog) and bens.focused)
        await pilot.press("f12")
        await until(pilot, lambda: "F12 from now on" in said(section))
        assert not isinstance(bens.screen, ApproveDialog)


async def test_a_manager_who_is_none_any_more_is_asked_for_a_pin(
    amiras: PaydeskApp, store: Store, people: Staff
) -> None:
    """It shuts at once, not at the next visit."""

    def demote() -> None:
        def work(tx: object) -> None:
            tx.run("UPDATE staff SET role = 'manager' WHERE id = :id", id=people.ben.id)  # type: ignore[attr-defined]
            tx.run("UPDATE staff SET role = 'reception' WHERE id = :id", id=people.amira.id)  # type: ignore[attr-defined]

        store.write(work)

    async with at(amiras, "clinic") as (pilot, _):
        demote()
        await until(pilot, lambda: isinstance(amiras.focused, GatePin))
        assert admin(amiras).shut


async def test_without_staff_all_is_open_and_a_manager_can_be_made(app: PaydeskApp) -> None:
    """The line says so; M leads there, and then the line is gone."""
    async with at(app, "clinic") as (pilot, _):
        assert "Nobody has a PIN yet" in drawn(app)
        await pilot.press("escape")
        await until(pilot, lambda: admin(app).table.has_focus)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, FirstManagerDialog) and app.focused)
        await keys(pilot, "Amira", "<enter>", AMIRAS, "<enter>", AMIRAS, "<enter>")
        await until(pilot, lambda: app.screen is admin(app) and "Nobody has a PIN yet" not in drawn(app))
        assert not admin(app).shut


async def test_what_is_typed_waits_and_is_marked(app: PaydeskApp) -> None:
    """In another section and another mode; Esc asks, and only then gives it up."""
    async with at(app, "clinic") as (pilot, section):
        await retype(pilot, section, "clinic.vat_number", "GB123")
        screen = admin(app)
        await until(pilot, lambda: str(screen.table.rows[0].cells[2]) == "•")
        await go_to(app, pilot, "desk")
        await pilot.press("f2", "f9")
        assert await go_to(app, pilot, "clinic") is section
        assert field(section, "clinic.vat_number").value == "GB123"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)
        assert field(section, "clinic.vat_number").value == "GB123"
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, Confirm))
        await pilot.press("enter")
        await until(pilot, lambda: screen.table.has_focus)
        assert field(section, "clinic.vat_number").value == ""
        await until(pilot, lambda: str(screen.table.rows[0].cells[2]) == "")


async def test_reception_cannot_set_anything_but_the_theme(store: Store, people: Staff) -> None:
    """Not past the screens either."""
    desk = Desk(store, actor=people.as_ben)
    for key in SETTINGS:
        if key == "desk.theme":
            assert await desk.set(key, "paydesk-light") == "paydesk-light"
        else:
            with pytest.raises(NeedsManager, match="change the settings"):
                await desk.set(key, "on")
    with pytest.raises(NeedsManager):
        await desk.set_many({"clinic.name": "Mine"})


async def test_several_settings_are_saved_all_or_none(desk: Desk) -> None:
    """The one that will not do is named by its key."""
    with pytest.raises(BadInput) as refused:
        await desk.set_many({"clinic.vat_number": "GB1", "clinic.currency": "pounds"})
    assert refused.value.field == "clinic.currency"
    assert (await desk.settings())["clinic.vat_number"] == ""


async def test_where_a_setting_comes_from(desk: Desk) -> None:
    """Paydesk stands before settings.toml, which stands before the default."""
    (desk.folder / "settings.toml").write_text('[clinic]\nvat_number = "GB7"\naddress = "1 Quay"\n')
    await desk.set_many({"clinic.vat_number": "GB1"})
    chosen = await desk.settings()
    assert (chosen["clinic.vat_number"], chosen.where("clinic.vat_number")) == ("GB1", "desk")
    assert (chosen["clinic.address"], chosen.where("clinic.address")) == ("1 Quay", "file")
    assert chosen.where("clinic.zone") == "default"


async def test_what_the_environment_sets_cannot_be_changed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """The field says so; what settings.toml says can be, and that is said too."""
    monkeypatch.setenv("PAYDESK_CLINIC_VAT_NUMBER", "GB9")
    (store.path.parent / "settings.toml").write_text('[clinic]\naddress = "1 Quay"\n')
    app = PaydeskApp(Desk(store, actor="Amira"), now=frozen)
    async with at(app, "clinic") as (pilot, section):
        fixed = field(section, "clinic.vat_number")
        assert (fixed.value, fixed.disabled) == ("GB9", True)
        assert "set by the environment" in drawn(app)
        assert "from settings.toml" in drawn(app)
        await retype(pilot, section, "clinic.address", "2 Quay")
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Saved.")
        assert (await app.desk.settings())["clinic.address"] == "2 Quay"


async def test_what_another_desk_saves_is_shown_unless_it_is_typed_over(app: PaydeskApp, store: Store) -> None:
    """The bar follows at once; what is typed here stays."""
    async with at(app, "clinic") as (pilot, section):
        await retype(pilot, section, "clinic.vat_number", "GB123")
        store.write(lambda tx: settings.put(tx, "clinic.name", "Lakeside"))
        store.write(lambda tx: settings.put(tx, "clinic.vat_number", "GB9"))
        await until(pilot, lambda: field(section, "clinic.name").value == "Lakeside")
        await until(pilot, lambda: "Lakeside" in drawn(app).splitlines()[0])
        assert field(section, "clinic.vat_number").value == "GB123"
        assert wrong(section) == ""
