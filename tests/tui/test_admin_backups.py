"""F9: where the backups go, the newest of them, and one that is made now."""

from pathlib import Path

import pytest

from store import services
from store.backups import every
from store.database import Store
from tests.tui.adminning import SMALL, WIDE, at, field, notes, retype, said, wrong
from tests.tui.conditions import until
from tests.tui.selling import drawn
from tui.app import PaydeskApp
from tui.screens.admin_backups import NONE_BY_ITSELF, SAVE_FIRST, BackupsSection


@pytest.mark.parametrize("size", [SMALL, WIDE])
async def test_one_is_made_now(app: PaydeskApp, store: Store, size: tuple[int, int]) -> None:
    """Where the settings say; it is said how it ended and how large it is, and the newest is shown."""
    async with at(app, "backups", size) as (pilot, section):
        await until(
            pilot, lambda: "there is none yet" in drawn(app) and "On the disk of the data itself" in drawn(app)
        )
        await pilot.press("f8", "f8")
        await until(pilot, lambda: said(section).startswith("Backed up and found whole: paydesk-2026-11-22-"))
        (made,) = every(store.path.parent / "backups")
        assert made.path.name in said(section)
        shown = ("1 backup", f"14:02, {made.size / 1e3:.1f} kB")
        await until(pilot, lambda: all(words in drawn(app) for words in shown))


async def test_what_goes_wrong_is_said(app: PaydeskApp, store: Store, tmp_path: Path) -> None:
    """A folder that is gone: while it is typed, when one is made, and what the daily one found."""
    async with at(app, "backups") as (pilot, section):
        await retype(pilot, section, "backup.folder", str(tmp_path / "stick"))
        await until(pilot, lambda: "There is no such folder now" in notes(section))
        await pilot.press("f8")
        await until(pilot, lambda: said(section) == SAVE_FIRST)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Saved.")
        await pilot.press("f8")
        await until(pilot, lambda: "Put the disk or stick in again." in said(section))
        assert isinstance(section, BackupsSection)
        await until(pilot, lambda: not section.making)
        why = "The stick is out."
        store.write(lambda tx: services.lost(tx, services.BACKUP, "offline", reason=why, next_try_at=None))
        await until(pilot, lambda: why in drawn(app))


@pytest.mark.parametrize(
    ("name", "typed", "why"),
    [
        ("backup.at", "late", "20:00"),
        ("backup.days", "many", "whole number"),
        ("backup.months", "999", "whole number"),
    ],
)
async def test_what_will_not_do_is_said_under_its_field(app: PaydeskApp, name: str, typed: str, why: str) -> None:
    """With the focus there, and nothing is saved."""
    async with at(app, "backups") as (pilot, section):
        await retype(pilot, section, name, typed)
        await pilot.press("ctrl+s")
        await until(pilot, lambda: why in wrong(section))
        assert field(section, name).has_focus
        assert (await app.desk.settings()).where(name) == "default"


async def test_no_days_mean_none(app: PaydeskApp) -> None:
    """It says so while one types, and is saved as the other settings are."""
    async with at(app, "backups") as (pilot, section):
        await retype(pilot, section, "backup.days", "0")
        await until(pilot, lambda: NONE_BY_ITSELF in notes(section))
        await pilot.press("ctrl+s")
        await until(pilot, lambda: said(section) == "Saved.")
        assert (await app.desk.settings())["backup.days"] == "0"
