"""Backups: one file each, whole and checked before it bears its name.

A backup is copied in one read transaction (SQLite's backup API, https://sqlite.org/backup.html), so it is one
moment's state and no writer waits for it. `VACUUM INTO` is as quick, but writes the indexes anew and would hide
damage in them: the check of a backup is also the daily check of the file. What is not finished lies under a name that
no backup has. The settings file is kept inside, so that one file brings a clinic back.
"""

import contextlib
import errno
import fcntl
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from store.database import Reader
from store.errors import Damaged, DiskFull, Refused, StoreError
from store.headfile import HeadFile
from store.ids import new_id
from store.opening import open_for_reading
from store.settings import SETTINGS_FILE
from store.sqlite import sqlite3
from store.sqlite_errors import FULL, IOERR, translated
from store.times import Clock, to_text, utc_now
from store.verify import verify

MARK = "backup"
"""The key in `meta` of what a backup says of itself."""

NAME = "paydesk-{:%Y-%m-%d-%H%M%S}.backup"
NAMES = "paydesk-*.backup"
AT_ONCE = 500
"""Pages of the database, 2 MB, that are copied between two syncs."""
SPARE = 1 << 20
"""Bytes that must be free beside what the file has."""


class NotWhole(Damaged):
    """What was copied is not whole; `problems` are sentences, as `store.verify` finds them."""

    def __init__(self, message: str, problems: tuple[str, ...]) -> None:
        super().__init__(message)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class BackupFile:
    """A backup on disk: taken `at` (UTC, as the store writes times), with so many ledger `entries`, `size` bytes.

    `checked`: Paydesk made it and found it whole then. `file_id` is the data file's, which a restored one keeps;
    `settings_file` is what settings.toml said, None where there was none.
    """

    path: Path
    at: str
    entries: int
    size: int
    checked: bool
    file_id: str
    settings_file: str | None = field(repr=False)


def newest(folder: Path) -> BackupFile | None:
    """Return the newest backup in `folder`, or None; reads each file's mark only and never raises."""
    return max(every(folder), key=lambda backup: backup.at, default=None)


def every(folder: Path) -> list[BackupFile]:
    """Return the backups in `folder` that have a backup's name, the oldest first; what is none is left out."""
    try:
        found = [mark_of(path) for path in folder.glob(NAMES)]
    except OSError:
        return []
    return sorted((backup for backup in found if backup is not None), key=lambda backup: backup.at)


def mark_of(path: Path) -> BackupFile | None:
    """Return what a backup says of itself; None where it says nothing, or cannot be read."""
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE key = :key", {"key": MARK}).fetchone()
        told = json.loads(row[0]) if row else None
        if not told:
            return None
        size, words = path.stat().st_size, told["settings_file"]
        return BackupFile(path, told["at"], told["entries"], size, True, told["file"], words)
    except (sqlite3.Error, OSError, ValueError, KeyError, TypeError):
        return None


def back_up(data_file: Path, to: Path, *, replace: bool = False, clock: Clock = utc_now) -> BackupFile:
    """Write a checked backup of the open or closed data file; into a folder, it gets a dated name.

    One at a time for each data file; a second waits. Raises Refused for a place that will not do, DiskFull without
    room, NotWhole when the data file is not whole, and StoreError when the folder is gone or the file cannot be read.
    """
    target = _target(data_file, to, clock(), replace=replace)
    with _one_at_a_time(data_file), _told(target):
        source = open_for_reading(data_file)
        try:
            mine = _unfinished(Reader(source))
            _sweep(target.parent, mine)
            _refuse_without_room(data_file, target.parent)
            partial = target.with_name(f".{new_id()}{mine}")
            try:
                return _written(data_file, source, partial, target, to_text(clock()))
            finally:
                _sweep(target.parent, mine)
        finally:
            source.close()


def sync_file(path: Path) -> None:
    """Have the system write a file, or a folder's names, to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno != errno.EINVAL:  # a folder on a file system that cannot sync folders
            raise
    finally:
        os.close(descriptor)


def copy_into(source: "sqlite3.Connection", path: Path) -> None:
    """Copy what `source` sees into the new private file `path`, which needs no log beside it.

    The read transaction holds the moment, and the copy goes to the disk bit by bit: all at once it would hold up the
    writers' own syncs.
    """
    descriptor = os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR | os.O_CLOEXEC, 0o600)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as copy:
            copy.execute("PRAGMA synchronous = OFF")
            source.execute("BEGIN")
            source.execute("SELECT count(*) FROM sqlite_master").fetchone()
            source.backup(copy, pages=AT_ONCE, progress=lambda *_: os.fsync(descriptor))
            source.execute("ROLLBACK")
            copy.execute("PRAGMA journal_mode = DELETE")
    finally:
        os.close(descriptor)


def _target(data_file: Path, to: Path, now: datetime, *, replace: bool) -> Path:
    if not data_file.is_file():
        raise Refused(f"There is no data file {data_file} to back up.")
    target = _free_name(to, now) if to.is_dir() else to
    if not target.parent.is_dir():
        raise Refused(f"There is no folder {target.parent}. Make it, or put the stick in, and try again.")
    own = [data_file.with_name(data_file.name + end) for end in ("", "-wal", "-shm", ".head", ".open", ".migrate")]
    if target.resolve() in [path.resolve() for path in own]:
        raise Refused("That is the data file itself, or belongs to it. Choose another place for the backup.")
    if target.exists() and not replace:
        raise Refused(f"{target} is there already and was not touched. Choose another name, or say --replace.")
    return target


def _free_name(folder: Path, now: datetime) -> Path:
    """Return a dated name that is free; several data files may keep their backups in one folder."""
    moment = now
    while (path := folder / NAME.format(moment.astimezone())).exists():
        moment += timedelta(seconds=1)
    return path


@contextlib.contextmanager
def _one_at_a_time(data_file: Path) -> Iterator[None]:
    with data_file.with_name(data_file.name + ".backing-up").open("a") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def _written(data_file: Path, source: "sqlite3.Connection", partial: Path, target: Path, at: str) -> BackupFile:
    head = HeadFile(data_file).read()
    copy_into(source, partial)
    _mark(partial, at, data_file.with_name(SETTINGS_FILE))
    _refuse_what_is_not_whole(partial, head)
    sync_file(partial)
    partial.replace(target)
    sync_file(target.parent)
    made = mark_of(target)
    if made is None:
        raise StoreError(f"The backup {target} was written and cannot be read again. {_LOOK}")
    return made


def _mark(partial: Path, at: str, settings_file: Path) -> None:
    """Have the copy say what it is, with the settings file's words."""
    words = settings_file.read_text() if settings_file.is_file() else None
    with closing(sqlite3.connect(partial, isolation_level=None)) as connection:
        entries = connection.execute("SELECT count(*) FROM ledger").fetchone()[0]
        file_id = connection.execute("SELECT value FROM meta WHERE key = 'file_id'").fetchone()[0]
        told = json.dumps({"at": at, "entries": entries, "file": file_id, "settings_file": words})
        connection.execute(
            "INSERT OR REPLACE INTO meta (key, value) VALUES (:key, :told)", {"key": MARK, "told": told}
        )


def _refuse_what_is_not_whole(partial: Path, head: tuple[str, int, bytes] | None) -> None:
    with closing(open_for_reading(partial)) as connection:
        reader = Reader(connection)
        problems = verify(reader, partial).problems
        if head is not None and not has_entry(reader, head):
            problems += ("The newest entries of the ledger are missing.",)
    if problems:
        raise NotWhole(f"No backup was made, because the data file is not whole. {' '.join(problems)}", problems)


def has_entry(reader: Reader, head: tuple[str, int, bytes]) -> bool:
    """Tell whether the ledger has this very entry."""
    writer_id, seq, digest = head
    found = reader.value(
        "SELECT hash FROM ledger WHERE writer_id = :writer AND seq = :seq", writer=writer_id, seq=seq
    )
    return bool(found == digest)


def _refuse_without_room(data_file: Path, folder: Path) -> None:
    log = data_file.with_name(data_file.name + "-wal")
    needed = data_file.stat().st_size + (log.stat().st_size if log.exists() else 0) + SPARE
    if shutil.disk_usage(folder).free < needed:
        raise _no_room(folder)


def _no_room(folder: Path) -> DiskFull:
    return DiskFull(f"There is no room in {folder} for a backup, so none was made. Make room there and try again.")


def _unfinished(reader: Reader) -> str:
    """Return how the names of this data file's unfinished backups end."""
    writer_id = reader.value("SELECT value FROM meta WHERE key = 'writer_id'")
    return f".{writer_id}.partial"


def _sweep(folder: Path, ending: str) -> None:
    """Remove what an earlier try, or this one, has left unfinished."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f".*{ending}*"):
            path.unlink(missing_ok=True)


@contextlib.contextmanager
def _told(target: Path) -> Iterator[None]:
    """Say in words what went wrong between the data file and the folder."""
    folder = target.parent
    try:
        yield
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise _no_room(folder) from error
        raise StoreError(f"The backup could not be written to {folder}: {error.strerror}. {_LOOK}") from error
    except sqlite3.Error as error:
        code = int(getattr(error, "sqlite_errorcode", 0)) & 0xFF
        if code == FULL:
            raise _no_room(folder) from error
        if code == IOERR or not folder.is_dir():
            raise StoreError(f"The backup could not be written to {folder}. {_LOOK}") from error
        raise translated(error) from error


_LOOK = "Look whether the disk or stick is still there and can be written to, then try again."
