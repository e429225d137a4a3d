"""The data file and what lies beside it: SQLite, health, permissions, room, the write-ahead log."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from store.damage import damaged
from store.database import Reader
from store.errors import StoreError
from store.health import look
from store.logs import log_path
from store.looking import looking_at
from store.opening import FILE_NAME
from store.private import refuse_others
from store.settings import SETTINGS_FILE
from store.sqlite import shares_safely, sqlite3, sqlite_version
from store.sqlite_errors import translated
from store.verify import verify
from sync.doctor.finding import Finding, ok, problem, warning
from sync.doctor.known import Known

MB = 1_000_000
SCARCE, TIGHT = 100 * MB, 1000 * MB
LONG_LOG, VERY_LONG_LOG = 64 * MB, 1000 * MB
_RESTORE = "Keep the file, run `paydesk verify`, and bring back a backup with `paydesk restore`."


def sqlite() -> Finding:
    """Say which SQLite is in use, and whether several desks may share a file with it."""
    version = sqlite_version()
    text = f"{'.'.join(map(str, version))}"
    if shares_safely(version):
        return ok("SQLite", f"{text}, safe for several desks at once.")
    return warning(
        "SQLite",
        f"{text}, too old for several desks at once: only one can be open.",
        "Install a Python whose SQLite is 3.51.3 or newer.",
    )


def data_file(known: Known) -> Finding:
    """Say whether the data file can be read at all, and its settings."""
    if known.trouble:
        return problem("Data file", known.trouble, known.remedy)
    if known.unset:
        return problem("Data file", f"The settings cannot be used: {known.unset}", "Correct that setting.")
    return ok("Data file", f"{known.path}, {_shown(known.path.stat().st_size)}, file version {known.version}.")


def health(known: Known, *, whole: bool) -> Finding:
    """Look at the file's structure, the ledger's chain and its newest entry; `whole` rebuilds the tables too."""
    name = "File health"
    if (found := damaged(known.path)) is not None:
        return problem(name, f"Found damaged at {found.found_at}: {' '.join(found.problems)}", _RESTORE)
    if not known.path.is_file():
        return problem(name, "There is no file to look at.", "See above.")
    try:
        with looking_at(known.path) as connection:
            reader = Reader(connection)
            problems = (
                verify(reader, known.path).problems if whole else look(reader, known.path, thorough=False).problems
            )
    except sqlite3.Error as error:
        return problem(name, str(translated(error)), _RESTORE)
    if problems:
        return problem(name, " ".join(problems), _RESTORE)
    return ok(name, "Everything is as it was written." if whole else "Structure, ledger and newest entry are whole.")


def permissions(known: Known) -> Finding:
    """Say whether what is private can be read by nobody else."""
    name, folder = "Permissions", known.folder
    data = [folder / f"{FILE_NAME}{end}" for end in ("", "-wal", "-shm", ".head")]
    try:
        refuse_others(data, "The data file")
        refuse_others([folder / SETTINGS_FILE], "The settings file")
        refuse_others([log_path(folder)], "The log")
    except StoreError as error:
        return problem(name, "Others could read or change what is private.", str(error))
    return ok(name, "Data, settings and log are yours alone.")


def rooms(known: Known) -> Iterator[Finding]:
    """Say how much room the disks of the data folder and of the backups have."""
    yield room("Disk", known.folder, needed=0)
    if known.backups is not None and known.backups.parent != known.folder:
        yield room("Backup disk", known.backups, needed=2 * known.path.stat().st_size)


def room(name: str, folder: Path, *, needed: int) -> Finding:
    """Say how much room there is where `folder` is; `needed` is what it must be, in bytes, beside a reserve."""
    try:
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return problem(name, f"{folder} cannot be looked at: {error.strerror}.", "Is its disk there?")
    text = f"{_shown(free)} free for {folder}."
    if free < needed + SCARCE:
        return problem(name, text, "Make room on this disk before it is full.")
    if free < needed + TIGHT:
        return warning(name, text, "Make room on this disk soon.")
    return ok(name, text)


def write_ahead_log(known: Known) -> Finding:
    """Say how long the write-ahead log is: it grows while somebody reads an old state for long."""
    name, remedy = (
        "Write-ahead log",
        "Close desks and programs that have had the file open for long; it then shrinks.",
    )
    try:
        size = known.path.with_name(known.path.name + "-wal").stat().st_size
    except FileNotFoundError:
        size = 0
    if size > VERY_LONG_LOG:
        return problem(name, f"{_shown(size)}: somebody keeps it from being emptied.", remedy)
    if size > LONG_LOG:
        return warning(name, f"{_shown(size)}, longer than usual.", remedy)
    return ok(name, f"{_shown(size)}.")


def _shown(size: int) -> str:
    for unit, factor in (("GB", 1000 * MB), ("MB", MB), ("kB", 1000)):
        if size >= factor:
            return f"{size / factor:.1f} {unit}"
    return f"{size} bytes"
