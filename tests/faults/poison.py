"""Poison in the queue: entries that cannot be done, each in its own way, among many that can.

All others go out, and each poisoned one stands in attention with a reason.
"""

import asyncio
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from store import outbox
from store.database import Tx
from store.models import EntryKind, OutboxEntry
from store.settings import Settings
from sync.gateways.base import Gateway, Link, LinkOrder
from tests.faults.outcomes import Outcome, Sizes
from tests.faults.truth import count
from tests.faults.weather_clinic import HurriedCoherent, Outside, outside_as

_NO_TEXT = "\ud800"
"""Half of a character: no file can hold it."""


class Poisonous(HurriedCoherent):
    """Coherent, but for two orders: making the one breaks our own code, and the other's answer cannot be kept."""

    breaks = ""
    confuses = ""

    async def create_link(self, order: LinkOrder) -> Link:
        """Make a link, or do harm."""
        if order.request_id == self.breaks:
            raise ZeroDivisionError("a mistake in the program")
        link = await super().create_link(order)
        return replace(link, url=link.url + _NO_TEXT) if order.request_id == self.confuses else link


class Poisoned(Outside):
    """A clinic at such a gateway."""

    harm = ("", "")

    def gateway(self, chosen: Settings) -> Gateway:
        """Return the gateway that does harm to two orders."""
        made = Poisonous(chosen["gateway.url"], chosen["gateway.key"])
        made.breaks, made.confuses = self.harm
        return made


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Put every poison among `sizes.poisoned` links."""
    began = time.monotonic()
    with outside_as(Poisoned, folder, "coherent") as clinic:
        poisoned, problems = asyncio.run(_poisoned(clinic, sizes.poisoned))
        told = count(clinic.folder, clinic.sandbox, clinic.acknowledged)
    if told.asked != len(poisoned):
        problems.append(f"{told.asked} entries wait for a person, and {len(poisoned)} are poisoned")
    yield Outcome(
        f"Poison among {sizes.poisoned:,} entries",
        len(poisoned),
        len(clinic.acknowledged),
        told.lost,
        told.doubled,
        told.asked,
        time.monotonic() - began,
        (*problems, *told.problems),
    )


async def _poisoned(clinic: Poisoned, among: int) -> tuple[set[str], list[str]]:
    """Work through the queue; return the poisoned entries, and what is wrong with any entry."""
    asked = clinic.ask_many(among)
    unread, listed, breaks, confuses = (asked[among * part // 5] for part in (1, 2, 3, 4))
    clinic.harm = breaks, confuses
    poisoned = clinic.store.write(lambda tx: _strays(tx) | {_spoil(tx, unread, "{{{"), _spoil(tx, listed, "[1]")})
    poisoned |= {_entry(clinic, request).id for request in (breaks, confuses)}
    await clinic.until_quiet()
    await clinic.rest()
    waiting = {entry.id: entry for entry in clinic.waits()}
    problems = [f"the poisoned entry {one} does not wait for a person" for one in poisoned - set(waiting)]
    problems += [f"{one.kind} {one.id} is {one.state}: {one.last_error}" for one in waiting.values() if _wrong(one)]
    problems += [f"the entry {one} was harmed by its neighbours" for one in set(waiting) - poisoned]
    return poisoned, problems


def _wrong(entry: OutboxEntry) -> bool:
    return entry.state != "attention" or not entry.last_error


def _entry(clinic: Outside, request: str) -> OutboxEntry:
    found = clinic.store.read(lambda reader: outbox.of_subject(reader, request, "create_link"))
    assert found is not None, "the request has an entry"
    return found


def _spoil(tx: Tx, request: str, payload: str) -> str:
    """Make the payload of a request's entry one that nobody can read; return the entry's id."""
    tx.run("UPDATE outbox SET payload = :payload WHERE subject_id = :request", payload=payload, request=request)
    return str(tx.value("SELECT id FROM outbox WHERE subject_id = :request", request=request))


def _strays(tx: Tx) -> set[str]:
    """Put in what has lost its subject, for each kind, and a notification of something that there is not."""
    kinds: tuple[EntryKind, ...] = ("create_link", "cancel_link", "refund", "email", "sms")
    strays = {outbox.add(tx, kind, "01GONE", None) for kind in kinds}
    return strays | {outbox.add(tx, "notify", "01GONE", None, {"event": "nonsense", "target": "mailto://a.invalid"})}
