"""The daily backup: when it is due, that it is made once, and what everybody is told when it cannot be made."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from store import health, outbox, services, settings
from store.backups import BackupFile, every
from store.database import Store
from store.models import Service
from store.opening import FILE_NAME
from store.setting_list import SETTINGS
from store.settings import Settings
from store.strays import file_id
from store.times import to_text
from sync.backing_up import Came, DailyBackup, Kept, due, folder_of, kept, own
from tests.store.builders import Clinic, Clock, furnished

USUAL = Settings({key: setting.default for key, setting in SETTINGS.items()})
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.fixture
def clock() -> Clock:
    """The store's clock, at two in the afternoon."""
    return Clock()


@pytest.fixture
def clinic(tmp_path: Path, clock: Clock) -> Iterator[Clinic]:
    """A clinic with one client."""
    made = furnished(Store(tmp_path / "data" / FILE_NAME, clock=clock), clock)
    yield made
    made.store.close()


def put(store: Store, key: str, value: str) -> None:
    """Change a setting."""
    store.write(lambda tx: settings.put(tx, key, value))


def known(store: Store) -> Service | None:
    """Return what every desk knows of the backup."""
    return store.read(services.known).get(services.BACKUP)


def backup_at(at: datetime) -> BackupFile:
    """Return a backup that was made then."""
    return BackupFile(Path("x"), to_text(at), 0, 0, checked=True, file_id="", settings_file=None)


def test_it_is_due_once_after_its_time_of_day_in_the_clinics_zone() -> None:
    """At eight in the evening in London, which is seven in UTC in summer; a missed one is due at once."""
    made = backup_at(SUMMER)
    assert due([], USUAL, SUMMER)
    assert not due([made], USUAL, SUMMER + timedelta(hours=6, minutes=59))
    assert due([made], USUAL, SUMMER + timedelta(hours=7, minutes=1))
    assert not due([backup_at(SUMMER + timedelta(hours=7))], USUAL, SUMMER + timedelta(hours=30))
    assert due([made], USUAL, SUMMER + timedelta(days=5))
    assert due([backup_at(SUMMER + timedelta(days=400))], USUAL, SUMMER), "one of a clock that was wrong is none"


def test_once_a_day_whoever_starts_and_only_of_this_file(clinic: Clinic, clock: Clock, tmp_path: Path) -> None:
    """A second engine finds it made; the next day another is made, and what is too old goes."""
    folder = clinic.store.path.parent
    put(clinic.store, "backup.days", "1")
    put(clinic.store, "backup.months", "0")
    clinic.issued()
    daily = DailyBackup(clinic.store, folder)
    assert daily.back_up_if_due()
    (made,) = every(folder / "backups")
    assert (made.entries, made.file_id) == (1, clinic.store.read(file_id))
    assert (folder / "backups").stat().st_mode & 0o777 == 0o700
    assert not DailyBackup(clinic.store, folder).back_up_if_due()
    assert known(clinic.store) is None, "all is well, and always was: nothing is written for that"
    clock.forward(days=1)
    assert daily.back_up_if_due()
    (later,) = every(folder / "backups")
    assert later.path != made.path
    other = furnished(Store(tmp_path / "other" / FILE_NAME, clock=clock), clock)
    put(other.store, "backup.folder", str(folder / "backups"))
    try:
        assert DailyBackup(other.store, tmp_path / "other").back_up_if_due()
    finally:
        other.store.close()
    assert len(every(folder / "backups")) == 2, "another file's backups are left alone"


def test_a_folder_that_is_gone_is_a_state_that_ends_by_itself(clinic: Clinic, tmp_path: Path) -> None:
    """Every desk can see it; when the stick is back the next look makes the backup, and all is well."""
    stick = tmp_path / "stick"
    put(clinic.store, "backup.folder", str(stick))
    daily = DailyBackup(clinic.store, clinic.store.path.parent)
    assert daily.back_up_if_due()
    told = known(clinic.store)
    assert told is not None
    assert told.state == "offline"
    assert str(stick) in told.reason
    stick.mkdir()
    assert daily.back_up_if_due()
    told = known(clinic.store)
    assert told is not None
    assert told.state == "online"
    assert len(every(stick)) == 1


def test_the_clinic_is_told_once_that_there_is_no_backup(clinic: Clinic, tmp_path: Path) -> None:
    """When the first one fails, and again when the next one does after one that was made."""
    put(clinic.store, "notify.backup_failed.enabled", "on")
    put(clinic.store, "notify.backup_failed.targets", "ntfy://one ntfy://two")
    put(clinic.store, "backup.folder", str(tmp_path / "stick"))
    daily = DailyBackup(clinic.store, clinic.store.path.parent)
    for told, there in ((2, False), (2, False), (2, True), (4, False)):
        if there:
            (tmp_path / "stick").mkdir()
        elif (tmp_path / "stick").exists():
            shutil.rmtree(tmp_path / "stick")
        assert daily.back_up_if_due()
        assert len(clinic.store.read(outbox.waiting)) == told


def test_one_that_is_asked_for(clinic: Clinic, tmp_path: Path) -> None:
    """It is made beside the daily one; where it fails, who waits is told and the daily one still counts."""
    folder = clinic.store.path.parent
    daily = DailyBackup(clinic.store, folder)
    assert kept(clinic.store, folder) == Kept(folder / "backups", (), "", same_disk=True)
    assert daily.back_up_if_due()
    assert daily.back_up_now() == Came()
    found = kept(clinic.store, folder)
    assert (len(found.there), found.problem, found.same_disk) == (1, "", True), "the newest of a day is kept"
    put(clinic.store, "backup.folder", str(tmp_path / "stick"))
    assert str(tmp_path / "stick") in daily.back_up_now().problem
    assert known(clinic.store) is None
    assert daily.back_up_if_due()
    found = kept(clinic.store, folder)
    assert (found.there, found.same_disk) == ((), None)
    assert "stick" in found.problem


def test_one_that_is_asked_for_is_kept_where_none_is_made_by_itself(clinic: Clinic) -> None:
    """No days are to be kept: nothing is made and nothing is tidied away."""
    folder = clinic.store.path.parent
    put(clinic.store, "backup.days", "0")
    put(clinic.store, "backup.months", "0")
    daily = DailyBackup(clinic.store, folder)
    assert [daily.back_up_now(), daily.back_up_now()] == [Came()] * 2
    assert len(kept(clinic.store, folder).there) == 2


def test_damage_that_the_check_finds_stops_every_desk(clinic: Clinic) -> None:
    """The backup is the daily look at the whole file."""
    clinic.issued()
    clinic.store.write(lambda tx: tx.run("UPDATE invoices SET total = total + 1"))
    daily = DailyBackup(clinic.store, clinic.store.path.parent)
    assert daily.back_up_if_due()
    found = health.damaged(clinic.store.path)
    assert found is not None
    assert "Table invoices differs" in " ".join(found.problems)
    assert every(clinic.store.path.parent / "backups") == []


def test_none_is_made_where_none_is_wanted(clinic: Clinic) -> None:
    """No days are to be kept."""
    put(clinic.store, "backup.days", "0")
    assert not DailyBackup(clinic.store, clinic.store.path.parent).back_up_if_due()
    assert not (clinic.store.path.parent / "backups").exists()


def test_its_thread_looks_and_ends(clinic: Clinic) -> None:
    """Soon after its start it makes the backup that was missed, by itself."""
    daily = DailyBackup(clinic.store, clinic.store.path.parent, after_start=0)
    thread = daily._thread
    daily.start()
    folder = folder_of(USUAL, clinic.store.path.parent)
    while not own(folder, clinic.store.read(file_id)):
        thread.join(0.01)
        assert thread.is_alive()
    daily.stop()
    thread.join(10)
    assert not thread.is_alive()
