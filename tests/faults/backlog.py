"""Three days without a line, then all that piled up: no attempt is spent, the rate is bounded, the order is kept.

The backlog goes to the sandbox over HTTP as fast as it answers; a share of it goes at the gateway's own limit, so
that the limit itself is measured. Order and rate are read from the sandbox's journal.
"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import timedelta
from pathlib import Path

from store.models import PaymentRequest
from store.settings import Settings
from sync.gateways.base import Gateway
from sync.gateways.stripe_objects import OURS
from sync.sandbox.journal import Entry
from sync.world import gateway_from
from tests.faults.outcomes import Outcome, Sizes
from tests.faults.truth import count
from tests.faults.weather_clinic import DIALECTS, Outside, outside, outside_as
from tests.journeys.clinic import BOTH

AWAY = timedelta(days=3)
PER_SECOND = {"stripe": 25, "coherent": 5}
SECONDS = 10
"""For how long the gateway's own limit is measured in the full version."""
OVERTAKEN = 24
"""By how many an entry may be overtaken: three times what is under way at once."""
PROBES = 300
"""Turns in the three days that are played; between them the clock is moved on."""


class Limited(Outside):
    """A clinic that keeps to its gateway's published limit."""

    def gateway(self, chosen: Settings) -> Gateway:
        """Return the gateway as the engine makes it."""
        return gateway_from(chosen)


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Let the backlog go, and measure the limits of both gateways."""
    yield all_of_it(sizes.backlog, folder / "all")
    for dialect in DIALECTS:
        yield at_the_limit(dialect, min(PER_SECOND[dialect] * SECONDS, max(8, sizes.backlog // 4)), folder / dialect)


def all_of_it(entries: int, folder: Path, *, probes: int = PROBES) -> Outcome:
    """Let so many entries pile up in three days of so many probes, and then go out over HTTP."""
    began = time.monotonic()
    with outside(folder, "stripe") as clinic:
        seconds, problems = asyncio.run(_away_and_back(clinic, entries, probes))
        told = count(clinic.folder, clinic.sandbox, clinic.acknowledged)
        made = sum(entry.effect is not None for entry in clinic.sandbox.journal())
    return Outcome(
        f"Three days offline, then {entries:,} entries ({made / seconds:.0f} a second over HTTP)",
        entries,
        entries,
        told.lost,
        told.doubled,
        told.asked,
        time.monotonic() - began,
        (*problems, *told.problems),
    )


async def _away_and_back(clinic: Outside, entries: int, probes: int) -> tuple[float, list[str]]:
    """Ask for it all while the line is cut; return the seconds in which it went out, and what is wrong."""
    share = max(2, entries // 100)
    old = await clinic.live(share)
    clinic.sandbox.fault("offline")
    for link in old:
        clinic.cancel(link)
    numbers = [clinic.invoice(link.invoice_id).row.number for link in old]
    anew = [clinic.send(number, BOTH) for number in numbers]
    clinic.acknowledged += [request.id for request in anew]
    asked = clinic.ask_many(entries - 4 * share)
    clinic.hush()
    spent = await _three_days(clinic, probes)
    clinic.sandbox.mend()
    began = time.monotonic()
    await clinic.until_quiet()
    seconds = time.monotonic() - began
    await clinic.rest()
    journal = clinic.sandbox.journal()
    return seconds, [*spent, *_order(clinic, asked, journal), *_pairs(clinic, old, anew, journal)]


async def _three_days(clinic: Outside, probes: int) -> list[str]:
    """Probe so often in three days; return what has spent an attempt."""
    until = clinic.wall() + AWAY
    while clinic.wall() < until:
        await clinic.until_quiet(enough=lambda: True)
        clinic.wall.true.ahead += AWAY / probes
    waiting = clinic.waits()
    problems = [f"{entry.kind} has spent {entry.attempts} attempts offline" for entry in waiting if entry.attempts]
    return problems if waiting else ["nothing has waited"]


def _order(clinic: Outside, asked: Sequence[str], journal: Sequence[Entry]) -> list[str]:
    """Check that the oldest went first, but for those that were under way together."""
    place = {request: at for at, request in enumerate(asked)}
    links = clinic.sandbox.book.links()
    made = {link.id: place.get(str(link.details["metadata"].get(OURS))) for link in links}
    order = [at for entry in journal if (at := made.get(entry.effect or "")) is not None and entry.method == "POST"]
    newest, problems = 0, []
    for at in order:
        newest = max(newest, at)
        if newest - at > OVERTAKEN:
            problems.append(f"the entry {at} went after the entry {newest}")
    return problems if len(order) >= len(asked) else [*problems, f"only {len(order)} of {len(asked)} were seen"]


def _pairs(
    clinic: Outside, old: Sequence[PaymentRequest], anew: Sequence[PaymentRequest], journal: Sequence[Entry]
) -> list[str]:
    """Check for each invoice that its old link was closed before the next was made, and its messages came after."""
    at = {entry.effect: place for place, entry in enumerate(journal) if entry.path == "/v1/payment_links"}
    closed = {entry.path: place for place, entry in enumerate(journal) if entry.method == "POST"}
    problems = []
    for before, request in zip(old, anew, strict=True):
        link = clinic.now_is(request)
        if closed.get(f"/v1/payment_links/{before.gateway_id}", len(journal)) > at.get(link.gateway_id, -1):
            problems.append(f"{link.code} was made before {before.code} was closed")
        if {message.state for message in link.messages} != {"sent"}:
            problems.append(f"the messages of {link.code} were not sent")
        got = [each for place in {each.address for each in link.messages} for each in clinic.received(place, link)]
        if not got or any(link.url not in message.text for message in got):
            problems.append(f"a message of {link.code} went before its link was made")
    return problems


def at_the_limit(dialect: str, entries: int, folder: Path) -> Outcome:
    """Let a share go at the gateway's own limit, and count the requests of every second."""
    began = time.monotonic()
    with outside_as(Limited, folder, dialect) as clinic:
        clinic.sandbox.fault("offline")
        clinic.ask_many(entries)
        clinic.sandbox.mend()
        asyncio.run(_drain(clinic))
        told = count(clinic.folder, clinic.sandbox, clinic.acknowledged)
        times = sorted(entry.at for entry in clinic.sandbox.journal() if entry.dialect == dialect)
    limit = PER_SECOND[dialect]
    most = max(sum(start <= at < start + 1 for at in times) for start in times)
    rate = (len(times) - 1) / (times[-1] - times[0])
    problems = [] if most <= limit * 1.25 + 1 else [f"{dialect} was asked {most} times in one second"]
    if rate < limit / 2:
        problems.append(f"{dialect} was asked {rate:.1f} times a second only")
    return Outcome(
        f"Backlog at {dialect.capitalize()}'s own limit of {limit} a second ({rate:.1f}, at most {most})",
        entries,
        entries,
        told.lost,
        told.doubled,
        told.asked,
        time.monotonic() - began,
        (*problems, *told.problems),
    )


async def _drain(clinic: Outside) -> None:
    await clinic.until_quiet()
    await clinic.rest()
