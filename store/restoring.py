"""Bringing a backup back: checked first, alone with the data file, and in place by one rename at the very end.

The file that is there is never deleted: it lies in a folder of its own afterwards, with its log as it was. A log that
stayed behind would be read into the new file, so it is emptied into the old one, or taken away, before the rename.

What the world saw after the backup is not in it. So the restored file writes under an id of its own, leaves out the
invoice numbers that may have been given, and doubts whatever it had still to do (`store.restored`).
"""

import contextlib
import fcntl
import os
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from store import ledger, restored
from store.backups import MARK, BackupFile, NotWhole, copy_into, has_entry, mark_of, sync_file
from store.database import By, Reader, Tx
from store.errors import DiskFull, NewerFile, NotFound, PaydeskError, Refused, StoreError
from store.headfile import HeadFile
from store.invoices import LAST_SERIAL
from store.migrations import SCHEMA_VERSION, migrate
from store.opening import open_for_reading
from store.settings import SETTINGS_FILE
from store.sqlite import sqlite3
from store.sqlite_errors import translated
from store.taking_place import forget, set_aside, swap
from store.times import Clock, from_text, to_text, utc_now
from store.verify import verify

GAP = 1000
"""How many invoice numbers are left out for each week, begun or whole, of which nobody knows how many were given."""


@dataclass(frozen=True, slots=True)
class Lost:
    """What the present file has that the backup has not: ledger entries, None where it cannot be read, and days."""

    entries: int | None
    days: tuple[str, ...] = ()
    serial: int | None = None
    """The highest invoice number that was given, None where nobody knows."""


@dataclass(frozen=True, slots=True)
class Brought:
    """What the backup is of (UTC), its ledger entries, the next invoice's number, and what is in doubt in the outbox.

    `gateway` is the kind of provider; `settings_file`: settings.toml came out of the backup too.
    """

    backup_at: str
    entries: int
    next_serial: int
    doubted: int
    gateway: str
    settings_file: bool = False


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, what was lost by it, and where the file that was there lies now."""

    brought: Brought
    lost: Lost
    aside: Path | None


def restore(
    data_file: Path, backup: Path, *, older: bool = False, actor: str | By, clock: Clock = utc_now
) -> Restored:
    """Put the backup in the data file's place. `older`: also where that loses ledger entries.

    Raises NotFound without such a backup, NotWhole where it is damaged, NewerFile, Refused while any Paydesk has the
    data file open or where entries would be lost, DiskFull and StoreError. Whatever it raises, the old file stands.
    """
    if not backup.is_file():
        raise NotFound(f"There is no backup {backup}.")
    if data_file.exists() and (not data_file.is_file() or backup.samefile(data_file)):
        raise Refused(f"{data_file} itself cannot be brought back to that place. Name a backup.")
    with _alone(data_file), _told(data_file.parent):
        prepared = data_file.with_name(f".{data_file.name}.restoring")
        forget(prepared)
        try:
            _copy(backup, prepared)
            lost = _lost(data_file, prepared)
            if not older:
                _refuse_to_lose(lost)
            brought = _prepare(prepared, data_file.parent, mark_of(backup), lost, actor, clock)
            aside = set_aside(data_file, clock(), readable=lost.entries is not None)
            swap(prepared, data_file)
        finally:
            forget(prepared)
    return Restored(brought, lost, aside)


@contextlib.contextmanager
def _alone(data_file: Path) -> Iterator[IO[str]]:
    """Hold the file that every open Paydesk holds a share of (`store.opening.guard`), whole."""
    try:
        data_file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        held = data_file.with_name(data_file.name + ".open").open("a")
    except OSError as error:
        raise StoreError(f"The data folder {data_file.parent} cannot be used: {error.strerror}.") from error
    with held:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise Refused(
                "Paydesk has this data file open. Close every desk and `paydesk sync` on it, then restore again."
            ) from error
        yield held


def _copy(backup: Path, prepared: Path) -> None:
    """Copy a backup, or any closed data file with its log, to where it is checked and changed. Raises NotWhole."""
    alone = not any(backup.with_name(backup.name + end).exists() for end in ("-wal", "-journal"))
    uri = f"{backup.absolute().as_uri()}?mode=ro{'&immutable=1' if alone else ''}"
    try:
        with closing(sqlite3.connect(uri, uri=True)) as source:
            version = source.execute("PRAGMA user_version").fetchone()[0]
            if version > SCHEMA_VERSION:
                raise NewerFile(f"The backup {backup} was written by a newer Paydesk. Update Paydesk here first.")
            if not version or not source.execute("SELECT 1 FROM sqlite_master WHERE name = 'ledger'").fetchone():
                raise Refused(f"{backup} is no backup of Paydesk. Nothing was changed.")
            copy_into(source, prepared)
    except sqlite3.DatabaseError as error:
        if isinstance(translated(error), DiskFull):
            raise
        raise _not_whole((f"SQLite cannot read it ({error}).",)) from error


def _lost(data_file: Path, prepared: Path) -> Lost:
    """Say what the file that is there, and what its head file knows of, has and the backup has not."""
    with closing(open_for_reading(prepared)) as connection:
        backup = Reader(connection)
        known = {row["hash"] for row in backup.each("SELECT hash FROM ledger")}
        zone = _setting(backup, "clinic.zone", "Europe/London")
        head = HeadFile(data_file).read()
        headless = head is None or has_entry(backup, head)
    if not data_file.exists():
        return Lost(0 if headless else None)
    try:
        with closing(sqlite3.connect(f"{data_file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            present = Reader(connection)
            new = [row for row in present.each("SELECT seq, hash, at FROM ledger") if row["hash"] not in known]
            whole = head is None or has_entry(present, head)
            serial = present.value(
                "SELECT max(coalesce((SELECT max(seq) FROM invoices), 0),"
                " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = :last), 0))",
                last=LAST_SERIAL,
            )
    except sqlite3.Error:
        return Lost(None)
    days = sorted({from_text(row["at"]).astimezone(ZoneInfo(zone)).date().isoformat() for row in new})
    return Lost(len(new), tuple(days), serial) if whole else Lost(None, tuple(days))


def _refuse_to_lose(lost: Lost) -> None:
    if lost.entries is None:
        raise Refused(
            "The data file here cannot be read whole, so what was written after the backup would be lost. Nothing was"
            " changed. If that is how it is to be, restore with --older; the file that is here is kept aside."
        )
    if lost.entries:
        facts = "1 ledger entry" if lost.entries == 1 else f"{lost.entries} ledger entries"
        span = lost.days[0] if len(lost.days) == 1 else f"{lost.days[0]} to {lost.days[-1]}"
        raise Refused(
            f"The data file here is newer: it has {facts} of {span} that the backup has not. Nothing was changed. If"
            " they are to be lost, restore with --older; the file that is here is kept aside."
        )


def _prepare(
    prepared: Path, folder: Path, mark: BackupFile | None, lost: Lost, actor: str | By, clock: Clock
) -> Brought:
    """Change the copy into what is to stand here, check it whole, and have it on the disk."""
    with closing(sqlite3.connect(prepared, isolation_level=None)) as connection:
        connection.row_factory = sqlite3.Row
        connection.execute("PRAGMA recursive_triggers = ON")
        migrate(connection)
        connection.execute("BEGIN IMMEDIATE")
        tx = Tx(connection, to_text(clock()), actor)
        brought = _changed(tx, mark, lost)
        connection.execute("COMMIT")
        head = tx.head
    with closing(open_for_reading(prepared)) as connection:
        if problems := verify(Reader(connection), prepared).problems:
            raise _not_whole(problems)
    if head is not None:
        HeadFile(prepared).note(*head)
    sync_file(prepared)
    words = mark.settings_file if mark else None
    given = words is not None and not (folder / SETTINGS_FILE).exists()
    if given and words is not None:
        _write_settings(folder, words)
    return replace(brought, settings_file=given)


def _changed(tx: Tx, mark: BackupFile | None, lost: Lost) -> Brought:
    entries = int(tx.value("SELECT count(*) FROM ledger"))
    newest = str(tx.value("SELECT max(at) FROM ledger") or tx.now)
    backup_at = mark.at if mark else newest
    writer_before = tx.value("SELECT value FROM meta WHERE key = 'writer_id'")
    last = tx.one("SELECT writer_id, seq FROM ledger ORDER BY writer_id DESC, seq DESC LIMIT 1")
    serial = _last_serial(tx, lost, backup_at)
    tx.run("INSERT OR REPLACE INTO meta (key, value) VALUES (:key, :serial)", key=LAST_SERIAL, serial=str(serial))
    tx.run("INSERT OR REPLACE INTO meta (key, value) VALUES (:key, :now)", key=restored.RESTORED_AT, now=tx.now)
    tx.run("DELETE FROM meta WHERE key = :key", key=MARK)
    ledger.go_on_as_another(tx)
    fact = {
        "backup_at": backup_at,
        "writer": last["writer_id"] if last else writer_before,
        "upto": last["seq"] if last else 0,
        "lost": lost.entries,
        "last_number": serial,
    }
    ledger.append(tx, "restored", None, fact)
    doubted = restored.doubt_everything_open(tx)
    restored.ask_again(tx)
    return Brought(backup_at, entries, serial + 1, doubted, _setting(tx, "gateway.kind", "stripe"))


def _last_serial(tx: Tx, lost: Lost, backup_at: str) -> int:
    """Return the number after which invoices go on: none that was given after the backup is given again.

    Where the present file does not tell, `GAP` numbers a week since the backup are left out, up to a full thousand.
    """
    known = int(
        tx.value(
            "SELECT max(coalesce((SELECT max(seq) FROM invoices), 0),"
            " coalesce((SELECT CAST(value AS INTEGER) FROM meta WHERE key = :last), 0))",
            last=LAST_SERIAL,
        )
    )
    if lost.serial is not None:
        return max(known, lost.serial)
    weeks = 1 + max(0, (from_text(tx.now) - from_text(backup_at)).days // 7)
    return -(-(known + GAP * weeks) // GAP) * GAP


def _write_settings(folder: Path, words: str) -> None:
    whole = folder / f".{SETTINGS_FILE}.restoring"
    whole.unlink(missing_ok=True)
    with os.fdopen(os.open(whole, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "w") as file:
        file.write(words)
    sync_file(whole)
    whole.replace(folder / SETTINGS_FILE)


def _setting(reader: Reader, key: str, default: str) -> str:
    return str(reader.value("SELECT value FROM settings WHERE key = :key", key=key) or default)


def _not_whole(problems: tuple[str, ...]) -> NotWhole:
    return NotWhole(
        f"The backup is not whole, so nothing was changed. {' '.join(problems)} Try an older one.", problems
    )


@contextlib.contextmanager
def _told(folder: Path) -> Iterator[None]:
    try:
        yield
    except PaydeskError:
        raise
    except OSError as error:
        raise StoreError(f"The backup could not be brought back to {folder}: {error.strerror}.") from error
    except sqlite3.Error as error:
        raise translated(error) from error
