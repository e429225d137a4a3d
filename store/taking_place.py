"""Putting one data file in the place of another, so that a crash at any step leaves the old one or the new one.

The old file's log is copied aside as it is and then emptied into the old file, which is whole without it from there
on; the old head file goes before the new data file comes, because the two must fit. Where the old file cannot be
read, it is marked as damaged first, so that no desk opens what is left of it after a crash.
"""

import contextlib
import errno
import os
import shutil
from contextlib import closing
from datetime import datetime
from pathlib import Path

from store import health
from store.backups import sync_file
from store.sqlite import sqlite3

ASIDE = "before-restore-{:%Y-%m-%d-%H%M%S}"


def set_aside(data_file: Path, now: datetime, *, readable: bool) -> Path | None:
    """Keep what is there in a folder of its own, and leave the data file without a log; None: nothing is there."""
    names = [data_file.with_name(data_file.name + end) for end in ("", "-wal", "-shm", "-journal", ".head")]
    if not any(path.exists() for path in names):
        return None
    aside = _new_folder(data_file.with_name(ASIDE.format(now.astimezone())))
    for path in names[1:]:
        if path.exists():
            shutil.copy2(path, aside / path.name)
    if readable:
        _empty_the_log(data_file)
    else:
        health.mark_damaged(data_file, ("A backup was being brought back and that was interrupted. Restore again.",))
    if data_file.exists():
        try:
            os.link(data_file, aside / data_file.name)
        except OSError:
            shutil.copy2(data_file, aside / data_file.name)
    for path in aside.iterdir():
        sync_file(path)
    sync_file(aside)
    sync_file(data_file.parent)
    for path in names[1:]:
        path.unlink(missing_ok=True)
    return aside


def _new_folder(wanted: Path) -> Path:
    """Make the folder, or one with a number behind its name where a try before this one has made it."""
    for folder in (wanted, *(wanted.with_name(f"{wanted.name}-{number}") for number in range(2, 100))):
        with contextlib.suppress(FileExistsError):
            folder.mkdir(mode=0o700)
            return folder
    raise FileExistsError(errno.EEXIST, "there are too many folders of that name", str(wanted))


def _empty_the_log(data_file: Path) -> None:
    if not data_file.exists():
        return
    with closing(sqlite3.connect(data_file, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()


def swap(prepared: Path, data_file: Path) -> None:
    """Give the prepared file, and its head file, the data file's name."""
    prepared.replace(data_file)
    _head_of(prepared).replace(_head_of(data_file))
    sync_file(data_file.parent)
    health.clear(data_file)


def _head_of(path: Path) -> Path:
    return path.with_name(path.name + ".head")


def forget(prepared: Path) -> None:
    """Remove what was prepared, with whatever SQLite has left beside it."""
    for end in ("", "-journal", "-wal", "-shm", ".head"):
        prepared.with_name(prepared.name + end).unlink(missing_ok=True)
