"""The data file is damaged, or gone, while the desk is open: people are told what happened and what to do."""

import asyncio
import subprocess
import sys
from contextlib import closing

import pytest
from textual.widgets import Static

from store import health
from store.backups import back_up
from store.database import Store
from store.errors import Damaged, Moved
from store.restoring import restore
from tests.tui.conditions import until
from tests.tui.selling import SMALL, drawn
from tui.app import PaydeskApp
from tui.desk import Desk
from tui.screens.trouble import TroubleDialog

PROBLEM = "The ledger is broken at entry 7 of W: its content was changed."

OTHER = """
import sys
from pathlib import Path
from store.health import mark_damaged
mark_damaged(Path(sys.argv[1]), (sys.argv[2],))
"""


def words(app: PaydeskApp) -> str:
    """Return what the dialog says; all of it is on the screen."""
    box = app.screen.query_one("#box")
    assert box.region.bottom <= app.size.height - 1
    assert box.max_scroll_y == 0
    return " ".join(str(static.content) for static in box.query(Static))


def in_dialog(app: PaydeskApp) -> bool:
    """Tell whether the dialog is open."""
    return isinstance(app.screen, TroubleDialog)


async def test_damage_that_another_process_finds_is_told(app: PaydeskApp, store: Store, desk: Desk) -> None:
    """The dialog says when, what, what still works, whom to ring and with which command; all of it fits 80×24."""
    (desk.folder / "backups").mkdir()
    backup = back_up(store.path, desk.folder / "backups", clock=store.clock)
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "Nobody Reachable" in drawn(app))
        await asyncio.to_thread(subprocess.run, [sys.executable, "-c", OTHER, str(store.path), PROBLEM], check=True)
        await until(pilot, lambda: in_dialog(app))
        await until(pilot, lambda: "newest backup" in words(app))
        shown = words(app)
        assert "found that its data file is damaged" in shown
        assert PROBLEM in shown
        assert "You can still look things up. Nothing is saved, and no link or message is sent" in shown
        assert "Ring whoever looks after this computer" in shown
        assert f"restore {backup.path}" in shown
        assert "That is the newest backup, of 14:02." in shown
        await pilot.press("enter")
        await until(pilot, lambda: not in_dialog(app))
        assert "✕ File damaged, nothing is saved" in drawn(app)
        assert (await desk.invoice("INV-000002")).row.number == "INV-000002"
        with pytest.raises(Damaged, match="nothing is saved or sent any more"):
            await desk.send("INV-000002", {}, origin="pos")
        health.clear(store.path)
        await until(pilot, lambda: "File damaged" not in drawn(app))


async def test_a_file_that_is_deleted_is_told_and_kept(app: PaydeskApp, store: Store, desk: Desk) -> None:
    """What was in it is written anew beside it, before the last process that has it open ends."""
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: "Nobody Reachable" in drawn(app))
        store.path.unlink()
        await until(pilot, lambda: in_dialog(app))
        assert "The data file was deleted, moved or replaced" in words(app)
        assert "holds all that was saved until then" in words(app)
        with pytest.raises(Moved, match="What was in it is kept in") as told:
            await desk.send("INV-000002", {}, origin="pos")
        assert f"restore {told.value.kept}" in words(app)
        await pilot.press("enter")
        await until(pilot, lambda: "✕ File gone, nothing is saved" in drawn(app))
    (kept,) = store.path.parent.glob(f"{store.path.name}.rescued-*")
    assert kept.stat().st_mode & 0o777 == 0o600
    store.close()
    restore(store.path, kept, actor="Ann")
    with closing(Store(store.path)) as again:
        assert again.read(lambda reader: reader.value("SELECT count(*) FROM clients")) == 5


async def test_damage_that_is_there_already_is_told_at_the_start(app: PaydeskApp, store: Store) -> None:
    """After the first frame, without anything being written."""
    health.mark_damaged(store.path, (PROBLEM,))
    async with app.run_test(size=SMALL) as pilot:
        await until(pilot, lambda: in_dialog(app))
        assert "No backup was found" in words(app)


async def test_a_damaged_file_can_still_be_signed_in_to(store: Store, desk: Desk) -> None:
    """The tries at PINs are counted anyway; else nobody with a PIN could look anything up."""
    ann = await desk.make_manager("Ann", "4711")
    health.mark_damaged(store.path, (PROBLEM,))
    assert (await desk.sign_in(ann.id, "4711")).name == "Ann"


async def test_verify_forgets_damage_when_all_is_whole(store: Store, desk: Desk) -> None:
    """And tells every process of damage when it finds some."""
    health.mark_damaged(store.path, (PROBLEM,))
    assert (await desk.verify()).ok
    assert health.damaged(store.path) is None
    store.write(lambda tx: tx.run("DROP TRIGGER ledger_is_append_only_update"))
    store.write(lambda tx: tx.run("UPDATE ledger SET actor = 'Mallory' WHERE seq = 1"))
    assert not (await desk.verify()).ok
    found = health.damaged(store.path)
    assert found is not None
    assert "its content was changed" in " ".join(found.problems)
