"""The clinic is told that its data file is damaged: once, by whoever finds it, past the outbox."""

import threading
from pathlib import Path

import pytest

from store import health, settings
from store.database import Store
from store.opening import FILE_NAME
from sync.damage_told import tell_of_damage
from sync.errors import Unreachable
from sync.host import EngineHost
from sync.sandbox.server import Sandbox
from tests.sync.engine_world import World
from tests.sync.test_host import PATIENCE

FIRST, SECOND = "ntfy://one", "ntfy://two"


def told_by(store: Store, targets: str) -> None:
    """Have the clinic told when there is no backup, or the file is damaged."""
    store.write(lambda tx: settings.put(tx, "notify.backup_failed.enabled", "on"))
    store.write(lambda tx: settings.put(tx, "notify.backup_failed.targets", targets))


@pytest.fixture
def damaged(world: World) -> World:
    """A clinic that two are to be told of, with a file that was found damaged."""
    told_by(world.store, f"{FIRST} {SECOND}")
    health.mark_damaged(world.store.path, ("Table invoices differs.",))
    return world


def test_every_target_is_told_once(damaged: World) -> None:
    """However many desks there are; and again of other damage, after the file was mended."""
    for _ in range(2):
        tell_of_damage(damaged.store, damaged.folder, damaged.courier)
    assert [sent.to for sent in damaged.courier.notices] == [FIRST, SECOND]
    notice = damaged.courier.notices[0]
    assert notice.subject == "The data file is damaged at Riverside Clinic"
    assert "Table invoices differs." in notice.text
    assert "paydesk restore" in notice.text
    health.clear(damaged.store.path)
    assert not list(damaged.folder.glob("*.damaged*"))
    tell_of_damage(damaged.store, damaged.folder, damaged.courier)
    assert len(damaged.courier.notices) == 2
    health.mark_damaged(damaged.store.path, ("The disk failed.",))
    tell_of_damage(damaged.store, damaged.folder, damaged.courier)
    assert len(damaged.courier.notices) == 4


def test_where_nobody_could_be_told_it_is_tried_again(damaged: World) -> None:
    """By the next process that opens the file; one target that was told is enough."""
    for target in (FIRST, SECOND):
        damaged.courier.script.always_fails(f"notify {target}", Unreachable("No line."))
    tell_of_damage(damaged.store, damaged.folder, damaged.courier)
    assert damaged.courier.notices == []
    damaged.courier.script.works()
    damaged.courier.script.always_fails(f"notify {FIRST}", Unreachable("No line."))
    for _ in range(2):
        tell_of_damage(damaged.store, damaged.folder, damaged.courier)
    assert [sent.to for sent in damaged.courier.notices] == [SECOND]


def test_nobody_is_told_who_does_not_want_it(world: World) -> None:
    """The switch is off."""
    health.mark_damaged(world.store.path, ("The disk failed.",))
    tell_of_damage(world.store, world.folder, world.courier)
    assert world.courier.notices == []
    assert not list(world.folder.glob("*.damaged-told"))


def test_the_engine_that_finds_it_tells_before_it_ends(tmp_path: Path) -> None:
    """By the real courier; whoever stops it meanwhile waits a moment."""
    with Sandbox(tmp_path / "sandbox") as sandbox:
        store = Store(tmp_path / "clinic" / FILE_NAME)
        told_by(store, f"mailto://127.0.0.1:{sandbox.smtp_port}?from=desk@example.com&to=boss@example.com")
        health.mark_damaged(store.path, ("The disk failed.",))
        gave_up = threading.Event()
        host = EngineHost(store, tmp_path / "clinic", gave_up=gave_up.set)
        host.start()
        assert gave_up.wait(PATIENCE)
        host.stop()
        store.close()
        (message,) = sandbox.mailbox.messages("boss@example.com")
        assert message.subject.startswith("The data file is damaged")
