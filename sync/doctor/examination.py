"""Everything that the doctor looks at, in the order in which it is told; all at once, each for a limited time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

from store.times import Clock, utc_now
from sync.couriers.background import beside
from sync.doctor import file, work
from sync.doctor.couriers import couriers
from sync.doctor.finding import LIMIT, Finding, at_once, limited, warning
from sync.doctor.gateway import NAME, gateway
from sync.doctor.known import Known, know

READING = 2.5
"""Seconds for reading the data file, before everything else."""
WHOLE = 3600.0


async def examine(
    folder: Path, *, offline: bool = False, whole: bool = False, clock: Clock = utc_now
) -> list[Finding]:
    """Look at a data folder and at what it reaches; within ten seconds but for `whole`, whatever hangs.

    `offline` leaves out what needs a network.
    """
    try:
        async with asyncio.timeout(READING):
            known = await beside(lambda: know(folder))
    except TimeoutError:
        known = Known(folder, "The data file could not be read in time.", "Is its disk there, and in order?")
    now = clock()
    checks = [
        *(limited(name, at_once(check)) for name, check in _of_the_file(known).items()),
        _health(known, whole=whole),
        limited("Disk", beside(lambda: list(file.rooms(known)))),
        *(limited(name, at_once(check)) for name, check in _of_the_work(known, now).items()),
        limited("Services", beside(lambda: work.services(known, now))),
    ]
    if not offline:
        checks += [limited(NAME, gateway(known)), couriers(known)]
    return [finding for found in await asyncio.gather(*checks) for finding in found]


def _health(known: Known, *, whole: bool) -> Awaitable[list[Finding]]:
    name = "File health"
    late = warning(name, "Too large to be looked at in so short a time.", "`paydesk doctor --whole` takes its time.")
    seconds = WHOLE if whole else LIMIT
    return limited(name, at_once(lambda: file.health(known, whole=whole)), seconds, late=late)


def _of_the_file(known: Known) -> dict[str, Callable[[], Finding]]:
    return {
        "SQLite": file.sqlite,
        "Data file": lambda: file.data_file(known),
        "Permissions": lambda: file.permissions(known),
        "Write-ahead log": lambda: file.write_ahead_log(known),
    }


def _of_the_work(known: Known, now: datetime) -> dict[str, Callable[[], Finding]]:
    return {
        "Backup": lambda: work.last_backup(known, now),
        "Time zone": lambda: work.time_zone(known, now),
        "Engine": lambda: work.engine(known, now),
        "Outbox": lambda: work.backlog(known, now),
    }
