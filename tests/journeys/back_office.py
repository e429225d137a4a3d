"""A manager in Admin, at a desk that is open: going into a section, filling its fields, reading what it says."""

from store.setting_list import NOTICES
from tests.journeys.clinic import Clinic
from tests.journeys.front_desk import FrontDesk, newest
from tui.screens.admin import AdminScreen
from tui.screens.admin_form import AskForm
from tui.screens.admin_list import ENTRIES
from tui.screens.admin_section import Section
from tui.screens.link_panel import LinkScreen
from tui.widgets.field import Field
from tui.widgets.said_line import SaidLine

NAMES = [entry.name for entry in ENTRIES]
KINDS = list(NOTICES)


async def admin_of(desk: FrontDesk) -> AdminScreen:
    """Go to the list of Admin's sections."""
    await desk.press("<f9>")
    admin = await desk.comes_to(AdminScreen)
    await desk.until(lambda: not admin.shut and admin.shown is not None)
    while not admin.table.has_focus:
        await desk.press("<escape>")
        await desk.until(lambda: admin.table.has_focus or (admin.shown is not None and admin.shown.has_focus_within))
    return admin


async def section_of(desk: FrontDesk, name: str) -> Section:
    """Go into a section by keys, and wait until it has read what it shows."""
    admin = await admin_of(desk)
    await desk.press("<home>", *["<down>"] * NAMES.index(name), "<enter>")
    await desk.until(lambda: admin.section == name and admin.shown is not None and admin.shown.has_focus_within)
    section = admin.shown
    assert section is not None
    await desk.until(lambda: idle(section))
    return section


def idle(section: Section) -> bool:
    """Tell whether a section has read what it shows, and does nothing."""
    return not section.load._running and not section.busy


def field(section: Section, name: str) -> Field:
    """Return a field of the section's form, by its setting or its name there."""
    found = section.query_one(AskForm).field(name)
    assert isinstance(found, Field)
    return found


async def form_opens(desk: FrontDesk, section: Section) -> None:
    """Wait until a form is open and has the focus."""
    await desk.until(lambda: section.query(AskForm) and section.query_one(AskForm).has_focus_within)


async def fills(desk: FrontDesk, section: Section, name: str, text: str) -> None:
    """Go to a field by Tab and replace what stands there."""
    await desk.until(lambda: idle(section) and section.has_focus_within)
    for _ in range(len(section.query_one(AskForm).asks)):
        if field(section, name).has_focus:
            break
        await desk.press("<tab>")
    assert field(section, name).has_focus
    await desk.press("<end>", "<ctrl+u>", text)
    await desk.until(lambda: field(section, name).value == text)


async def is_said(desk: FrontDesk, section: Section, text: str) -> None:
    """Wait until this is said in the section."""

    def said() -> str:
        return section.query(SaidLine).last(SaidLine).said

    try:
        await desk.until(lambda: text in said())
    except AssertionError as never:
        raise AssertionError(f"{text} not in “{said()}” nor in:\n{desk.drawn()}") from never


async def saves(desk: FrontDesk, section: Section, *settings: tuple[str, str]) -> None:
    """Fill in some settings of a section and save them."""
    for name, text in settings:
        await fills(desk, section, name, text)
    await desk.press("<ctrl+s>")
    await is_said(desk, section, "Saved.")


async def sends_link(desk: FrontDesk, clinic: Clinic, who: str = "jane") -> str:
    """Sell a consultation, send a payment link for it, and return the invoice's number once all has gone."""
    number = await queues_link(desk, who)
    await desk.until(lambda: newest(clinic, number).state == "live" and not clinic.waiting())
    return number


async def queues_link(desk: FrontDesk, who: str = "jane") -> str:
    """Sell a consultation at the POS and press Send payment; return the invoice's number."""
    await desk.press("<f2>")
    await desk.until(lambda: desk.app.screen is desk.pos)
    if not desk.pos.choosing:
        await desk.press("<f7>")
    number = await desk.sells(who, "cons")
    await desk.press("<f8>", "p")
    await desk.dialog()
    await desk.press("<enter>")
    await desk.comes_to(LinkScreen)
    await desk.press("<escape>")
    await desk.until(lambda: desk.app.screen is desk.pos)
    return number
