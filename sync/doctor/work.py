"""Who works, what still waits, the last backup and the clinic's time zone."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

from store.models import Service
from store.services import BACKUP, GATEWAY
from store.times import from_text
from sync.backing_up import own
from sync.doctor.finding import Finding, ok, problem, warning
from sync.doctor.known import Known
from sync.lock import STALE, EngineLock

LATE = timedelta(minutes=2)
"""How long an entry may be due while its service answers: the engine takes it within a second."""
LONG = timedelta(days=1)
FRESH = timedelta(days=2)
_START = "Open a desk on this folder, or run `paydesk sync`."


def engine(known: Known, now: datetime) -> Finding:
    """Say which process is the engine, when it last gave a sign of life, and whether it does anything."""
    name, lock = "Engine", EngineLock(known.folder)
    try:
        taken = lock.taken()
        quiet = now - datetime.fromtimestamp(lock.touched_at(), UTC) if taken else timedelta()
    except OSError as error:
        return problem(name, f"Its lock cannot be looked at: {error.strerror}.", "Check the folder's permissions.")
    if not taken:
        if known.queued:
            return problem(name, f"Nobody works, and {known.queued} wait to go out.", _START)
        return warning(name, "Nobody works: nothing is sent or heard.", _START)
    pid = lock.holder()
    text = f"Process {pid}, alive {_age(quiet)} ago{_heard(known, now)}."
    if _is_stopped(pid) or quiet > timedelta(seconds=STALE):
        return problem(name, f"{text} It stands still.", f"Let it go on (kill -CONT {pid}), or end it.")
    if known.overdue and now - from_text(known.overdue) > LATE:
        late = _age(now - from_text(known.overdue))
        return problem(name, f"{text} It has left something lie for {late}.", f"End process {pid} and start again.")
    return ok(name, text)


def backlog(known: Known, now: datetime) -> Finding:
    """Say what still waits to go out, and for how long."""
    name = "Outbox"
    if known.trouble:
        return warning(name, "Not known, because the data file was not read.", "See above.")
    parts = [f"{known.queued} queued", f"{known.attention} need attention", f"{known.held} held"]
    age = now - from_text(known.oldest) if known.oldest else timedelta()
    text = ", ".join(parts) + (f"; the oldest waits for {_age(age)}." if known.oldest else ".")
    if known.attention:
        return warning(name, text, "Decide what to do about them: F5 Outbox, or `paydesk outbox list`.")
    if age > LONG:
        return warning(name, text, "`paydesk outbox list` says what it waits for.")
    return ok(name, text)


def services(known: Known, now: datetime) -> list[Finding]:
    """Say of each service that the engine finds away, since when and why."""
    return [
        warning(
            f"Engine: {service.name}",
            f"{service.state} for {_age(now - from_text(service.since))}: {service.reason}",
            "Nothing is lost: it goes out when the service answers. `paydesk outbox list` shows what waits.",
        )
        for service in known.services
        if service.state != "online" and service.name != BACKUP
    ]


def last_backup(known: Known, now: datetime) -> Finding:
    """Say how old the newest backup is, and whether it lies on a disk of its own."""
    name, remedy = "Backup", "Make one: `paydesk backup FILE`. They come by themselves while a desk is open."
    if known.backups is None:
        return warning(name, "Not known, because the settings were not read.", "See above.")
    failed = next((each for each in known.services if each.name == BACKUP and each.state != "online"), None)
    found = own(known.backups, known.file_id)
    if failed is not None:
        return problem(name, f"The last one failed: {failed.reason}", remedy)
    if not found:
        return warning(name, f"There is none in {known.backups}.", remedy)
    age = now - from_text(found[-1].at)
    text = f"The newest is {_age(age)} old: {found[-1].path}."
    if age > FRESH:
        return warning(name, text, remedy)
    if known.backups.stat().st_dev == known.folder.stat().st_dev:
        return warning(name, f"{text} It is on the same disk.", "Set backup.folder to a folder on another disk.")
    return ok(name, text)


def time_zone(known: Known, now: datetime) -> Finding:
    """Say what time it is in the clinic."""
    name, zone = "Time zone", known.settings["clinic.zone"] if known.settings else "Europe/London"
    try:
        here = now.astimezone(ZoneInfo(zone))
    except (KeyError, OSError, ValueError):
        return problem(name, f"This machine does not know {zone}.", "Install Python's tzdata, or set clinic.zone.")
    return ok(name, f"{zone}, where it is {here:%Y-%m-%d %H:%M}.")


def _heard(known: Known, now: datetime) -> str:
    gateway: Service | None = next((each for each in known.services if each.name == GATEWAY), None)
    if gateway is None or gateway.heard_at is None:
        return ", has not heard from the gateway yet"
    return f", heard from the gateway {_age(now - from_text(gateway.heard_at))} ago"


def _is_stopped(pid: str) -> bool:
    """Tell whether Linux says that a process is stopped; elsewhere nobody can say."""
    try:
        told = Path("/proc", pid, "stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return False
    return told.rpartition(")")[2].split()[0] in {"T", "t"}


def _age(age: timedelta) -> str:
    seconds = max(0, int(age.total_seconds()))
    for unit, factor in (("day", 86400), ("hour", 3600), ("minute", 60)):
        if seconds >= factor:
            return f"{seconds // factor} {unit}{'s' if seconds // factor > 1 else ''}"
    return f"{seconds} second{'' if seconds == 1 else 's'}"
