"""The daily backup: made by the engine's process, once a day for each data file, whoever is killed meanwhile.

What is due is read off the backups that are there, so a missed day is made up and none is made twice. A process of
its own does the work at low priority: it checks the whole file, which would take the desk's time. A failure is a
state of the service `backup`, which every status bar shows, and is tried again by itself. When the check finds the
data file damaged, every desk is told so.
"""

import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from store import backups, health, notices, services, settings
from store.backups import BackupFile, NotWhole
from store.database import ENGINE, Store, Tx
from store.errors import PaydeskError
from store.rotation import spare
from store.settings import Settings
from store.sqlite import shares_safely, sqlite_version
from store.strays import file_id
from store.times import Clock, from_text, to_text

log = logging.getLogger(__name__)

AFTER_START = 60.0
"""Seconds after the engine's start before the first look: a desk that opens has other things to do."""
LOOK_AGAIN = 600.0
"""Seconds between looks, and from a backup that failed to the next try."""
FOLDER = "backups"
FAILED = "backup_failed"
"""The kind of notification by which the clinic is told that there is no backup."""


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a backup: nothing, or what went wrong in words and what is damaged."""

    problem: str = ""
    damage: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """The backups of one data file: where they go, those that are `there`, the oldest first, and why there is none.

    `same_disk`: they lie on the disk of the data file, so that they are lost with it; None where nobody knows.
    """

    folder: Path
    there: tuple[BackupFile, ...]
    problem: str
    same_disk: bool | None


class DailyBackup:
    """Backs one data file up, in a thread of its own, while this process is the engine."""

    def __init__(
        self, store: Store, data_folder: Path, *, after_start: float = AFTER_START, look_again: float = LOOK_AGAIN
    ) -> None:
        self._store = store
        self._data_folder = data_folder
        self._after_start = after_start
        self._look_again = look_again
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="paydesk-backup", daemon=True)

    def start(self) -> None:
        """Begin, soon; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Begin no other backup; one that is under way ends by itself."""
        self._stopping.set()

    def back_up_if_due(self) -> bool:
        """Make today's backup if it is still to be made, and say whether it was tried."""
        chosen = self._store.read(lambda reader: settings.load(reader, self._data_folder))
        if not int(chosen["backup.days"]):
            return False
        folder = folder_of(chosen, self._data_folder)
        if not due(own(folder, self._store.read(file_id)), chosen, self._store.clock()):
            self._tell(Came(), chosen)
            return False
        came = self._back_up(folder)
        self._tell(came, chosen)
        self._heed(came, chosen)
        return True

    def back_up_now(self) -> Came:
        """Make a backup for somebody who waits for it, and say what came of it. Raises PaydeskError.

        It goes where the daily ones go. Where it fails, only who waits is told: today's may be there all the same.
        """
        chosen = self._store.read(lambda reader: settings.load(reader, self._data_folder))
        came = self._back_up(folder_of(chosen, self._data_folder))
        if not came.problem:
            self._tell(came, chosen)
        self._heed(came, chosen)
        return came

    def _heed(self, came: Came, chosen: Settings) -> None:
        """Let every process know of damage; where all is well, delete what need not be kept any more."""
        if came.damage:
            health.mark_damaged(self._store.path, came.damage)
        elif not came.problem and int(chosen["backup.days"]):
            rotate(own(folder_of(chosen, self._data_folder), self._store.read(file_id)), chosen)

    def _run(self) -> None:
        pause = self._after_start
        while not self._stopping.wait(pause):
            pause = self._look_again
            try:
                self.back_up_if_due()
            except PaydeskError as error:
                log.warning("the daily backup waits", exc_info=error)
            except Exception:
                log.exception("the daily backup stumbled")

    def _back_up(self, folder: Path) -> Came:
        own_folder = folder == self._data_folder / FOLDER
        with contextlib.suppress(OSError):
            if own_folder:
                folder.mkdir(mode=0o700, exist_ok=True)
        if not shares_safely(sqlite_version()):
            return _made(self._store.path, folder, self._store.clock)
        now = to_text(self._store.clock())
        command = [sys.executable, "-P", "-m", "sync.backing_up", str(self._store.path), str(folder), now]
        done = subprocess.run(  # noqa: S603 - our own program, with arguments of our own
            command, capture_output=True, check=False, start_new_session=True, stdin=subprocess.DEVNULL
        )
        try:
            told = json.loads(done.stdout)
            return Came(told["problem"], tuple(told["damage"]))
        except (ValueError, KeyError, TypeError):
            log.exception("the backup's process broke off", extra={"code": done.returncode})
            return Came("The backup broke off. It is tried again by itself.")

    def _tell(self, came: Came, chosen: Settings) -> None:
        """Keep for every desk whether there is a backup, where that is news; tell the clinic when there is none.

        What is damaged is told another way: from a damaged file nothing is sent.
        """
        known = self._store.read(services.known).get(services.BACKUP)
        state, reason = (known.state, known.reason) if known else ("online", "")
        if (state, reason) == (("offline", came.problem) if came.problem else ("online", "")):
            return

        def work(tx: Tx) -> None:
            if came.problem:
                services.lost(tx, services.BACKUP, "offline", reason=came.problem, next_try_at=None)
                if state == "online" and not came.damage:
                    notices.queue(tx, chosen, FAILED, services.BACKUP)
            else:
                services.heard(tx, services.BACKUP)

        self._store.write(work, actor="engine", priority=ENGINE)


def folder_of(chosen: Settings, data_folder: Path) -> Path:
    """Return where the daily backups go."""
    named = chosen["backup.folder"]
    return Path(named).expanduser() if named else data_folder / FOLDER


def own(folder: Path, mine: str) -> list[BackupFile]:
    """Return the backups of one data file in a folder, the oldest first; others may keep theirs there too."""
    return [backup for backup in backups.every(folder) if backup.file_id == mine]


def kept(store: Store, data_folder: Path) -> Kept:
    """Return what there is of backups; it looks into each of them, so call it beside the event loop."""
    chosen = store.read(lambda reader: settings.load(reader, data_folder))
    known, mine = store.read(lambda reader: (services.known(reader).get(services.BACKUP), file_id(reader)))
    folder = folder_of(chosen, data_folder)
    problem = known.reason if known is not None and known.state != "online" else ""
    return Kept(folder, tuple(own(folder, mine)), problem, _on_one_disk(folder, data_folder))


def _on_one_disk(folder: Path, data_folder: Path) -> bool | None:
    if folder == data_folder / FOLDER and not folder.exists():
        return True
    try:
        return folder.stat().st_dev == data_folder.stat().st_dev
    except OSError:
        return None


def due(there: list[BackupFile], chosen: Settings, now: datetime) -> bool:
    """Tell whether no backup was made since the time of day, in the clinic's zone, that has passed last."""
    local = now.astimezone(ZoneInfo(chosen["clinic.zone"]))
    hour, minute = map(int, chosen["backup.at"].split(":"))
    latest = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    if latest > local:
        latest -= timedelta(days=1)
    return not any(latest <= from_text(backup.at) <= now for backup in there)


def rotate(there: list[BackupFile], chosen: Settings) -> None:
    """Delete the backups that need not be kept any more."""
    days, months = int(chosen["backup.days"]), int(chosen["backup.months"])
    for backup in spare(there, days=days, months=months, zone=chosen["clinic.zone"]):
        with contextlib.suppress(OSError):
            backup.path.unlink()


def _made(data_file: Path, folder: Path, clock: Clock) -> Came:
    """Make one backup and say what came of it."""
    try:
        if not folder.is_dir():
            return Came(f"There is no backup: the folder {folder} is not there. Put the disk or stick in again.")
        backups.back_up(data_file, folder, clock=clock)
    except NotWhole as error:
        return Came(str(error), error.problems)
    except PaydeskError as error:
        return Came(str(error))
    return Came()


def main(words: list[str]) -> None:
    """Make one backup at low priority and print what came of it as JSON."""
    os.nice(10)
    came = _made(Path(words[0]), Path(words[1]), lambda: from_text(words[2]))
    sys.stdout.write(json.dumps({"problem": came.problem, "damage": came.damage}))


if __name__ == "__main__":
    main(sys.argv[1:])
