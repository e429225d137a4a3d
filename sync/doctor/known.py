"""What the data file says, read once and without touching it, for the checks that need it."""

from dataclasses import dataclass
from pathlib import Path

from store import outbox, services, settings
from store.database import Reader
from store.errors import BadInput, PaydeskError
from store.looking import looking_at
from store.migrations import SCHEMA_VERSION
from store.models import Service
from store.opening import FILE_NAME
from store.settings import Settings
from store.sqlite import sqlite3
from store.sqlite_errors import translated
from store.strays import file_id
from store.times import to_text, utc_now
from sync.backing_up import folder_of


@dataclass(frozen=True, slots=True)
class Known:
    """A data folder as it is now. `trouble` says why the data file was not read, `unset` why there are no settings.

    `oldest` is when the oldest waiting entry was written, `overdue` since when the longest due entry of a service
    that answers has not been taken.
    """

    folder: Path
    trouble: str = ""
    remedy: str = ""
    version: int = 0
    settings: Settings | None = None
    unset: str = ""
    queued: int = 0
    attention: int = 0
    held: int = 0
    oldest: str | None = None
    overdue: str | None = None
    services: tuple[Service, ...] = ()
    file_id: str = ""

    @property
    def path(self) -> Path:
        """The data file."""
        return self.folder / FILE_NAME

    @property
    def backups(self) -> Path | None:
        """Where the daily backups go, None while the settings are not known."""
        return None if self.settings is None else folder_of(self.settings, self.folder)


def know(folder: Path) -> Known:
    """Read what there is to know of a data folder; whatever is wrong with it is part of the answer."""
    path = folder / FILE_NAME
    if not path.is_file():
        return Known(
            folder,
            f"There is no data file {path}.",
            "Is it the right folder (--data), and is its disk there? On a new machine, start Paydesk once.",
        )
    try:
        with looking_at(path) as connection:
            return _read(Reader(connection), folder)
    except sqlite3.Error as error:
        return Known(folder, f"The data file cannot be read: {translated(error)}", "Then look again.")


def _read(reader: Reader, folder: Path) -> Known:
    version = int(reader.value("PRAGMA user_version"))
    if version > SCHEMA_VERSION:
        why = f"The data file is of a newer Paydesk (file version {version}, this one knows {SCHEMA_VERSION})."
        return Known(folder, why, "Update Paydesk on this machine.", version)
    if version < SCHEMA_VERSION:
        why = f"The data file is of an older Paydesk (file version {version} of {SCHEMA_VERSION})."
        return Known(folder, why, "Start Paydesk once; it brings the file up to date.", version)
    chosen, unset = _settings(reader, folder)
    status = services.status(reader)
    return Known(
        folder,
        version=version,
        settings=chosen,
        unset=unset,
        queued=status.queued,
        attention=status.attention,
        held=status.held,
        oldest=outbox.oldest_waiting(reader),
        overdue=_overdue(reader, status.services),
        services=status.services,
        file_id=file_id(reader),
    )


def _settings(reader: Reader, folder: Path) -> tuple[Settings | None, str]:
    try:
        return settings.load(reader, folder), ""
    except BadInput as error:
        return None, f"{error.field}, {error}"
    except PaydeskError as error:
        return None, str(error)


def _overdue(reader: Reader, known: tuple[Service, ...]) -> str | None:
    down = {service.name for service in known if service.state != "online"}
    kinds = [kind for kind, service in services.SERVICES.items() if service not in down]
    due = outbox.next_due(reader, kinds)
    return due if due is not None and due <= to_text(utc_now()) else None
