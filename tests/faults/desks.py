"""Eight desks over one data file, each a process, while the engine's holder is killed every few seconds.

Somebody at each desk makes sale after sale, at `PACE`, and looks at the invoices in between; clients pay some links.
Whoever is the engine is killed, and another desk is opened in the place. Nothing raw may reach a person, what one
desk was told is sent must soon be on the lists of the others, and the next engine must soon work. In the end one
engine works until quiet, and `truth.py` counts.
"""

import asyncio
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from store import clients
from store.database import Tx
from sync.exchange import SLOTS
from sync.lock import EngineLock
from tests.benchmarks.figures import quantile
from tests.faults.at_desk import RAW, desk
from tests.faults.outcomes import Outcome, Sizes
from tests.faults.processes import Fork, end_of, kill, until
from tests.faults.scene import scene, settle, some_pay
from tests.faults.truth import count
from tests.journeys.clinic import Clinic
from tests.journeys.front_desk import stock

PEOPLE = ("Anouk", "Boris", "Chiara", "Dmitri", "Edwina", "Farid", "Gudrun", "Hiroshi")
"""The client of each desk."""
PACE = 60.0 / 20
"""Seconds from one sale to the next: a busy front desk has a client a minute, and here it is twenty times as fast."""
KILL_EVERY = 3.0
SETTLING_IN = 1.0
"""Seconds that the first engine has before it is killed."""
SOON = 1.0
"""Seconds within which the other desks show a change, and within which the next engine works."""
FULL_RUN = 30.0
"""A run of so many seconds has all the desks, and a machine to itself: only such a one is held to the time."""
FEW = 3

Note = dict[str, Any]


@dataclass
class Place:
    """A desk that is or was there, and what it has noted."""

    client: str
    path: Path
    process: Fork

    def notes(self, *kinds: str) -> list[Note]:
        """Return its notes of some kinds; the last line of one that was killed may not be whole."""
        text = self.path.read_text() if self.path.exists() else ""
        notes = [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]
        return [note for note in notes if note["what"] in kinds]


@dataclass
class Office:
    """The desks of one clinic."""

    clinic: Clinic
    folder: Path
    people: Sequence[str]
    chance: Random
    here: list[Place] = field(default_factory=list)
    gone: list[Place] = field(default_factory=list)
    kills: list[float] = field(default_factory=list)
    """When each engine died."""
    locked: list[float] = field(default_factory=list)
    """How long after that another process had its lock, in seconds."""
    paid: int = 0
    problems: list[str] = field(default_factory=list)

    def run(self, seconds: float) -> None:
        """Open the desks, and kill who is the engine until the time is over."""
        stock(self.clinic)
        self.clinic.store.write(self._add_people)
        self.here = [self._open(client) for client in self.people]
        until(lambda: all(place.notes("open") for place in self.here), "every desk opens")
        every = min(KILL_EVERY, seconds / 2)
        ends, next_kill = time.monotonic() + seconds, time.monotonic() + min(SETTLING_IN, every)
        while time.monotonic() < ends:
            self.paid += some_pay(self.clinic, self.chance, 0.1)
            if time.monotonic() > next_kill:
                self._kill_the_engine()
                next_kill += every
            time.sleep(0.1)
        self._close()

    @property
    def places(self) -> list[Place]:
        """Every desk that there was."""
        return [*self.gone, *self.here]

    def acknowledged(self) -> set[str]:
        """Return the ids of the requests that a desk was told are safe."""
        return {note["request"] for place in self.places for note in place.notes("queued")}

    def sending(self) -> list[float]:
        """Return how long each Send payment took until it was acknowledged."""
        return [note["seconds"] for place in self.places for note in place.notes("queued")]

    def showing(self) -> list[float]:
        """Return how long after it was acknowledged each link stood on each list that somebody was looking at.

        One who turned away within `SOON` without having seen it is not counted; one who looked for longer is, as long
        as he looked.
        """
        looks = {id(place): place.notes("looks", "leaves", "saw") for place in self.places}
        found = [
            _shown_after(looks[id(other)], sent)
            for place in self.places
            for sent in place.notes("queued")
            for other in self.places
            if other is not place
        ]
        return [late for late in found if late is not None]

    def taking_over(self) -> list[float]:
        """Return how long after each death of an engine another one had done something, and told of it."""
        worked = sorted(note["at"] for place in self.places for note in place.notes("worked"))
        found = []
        for at in self.kills:
            found += [min(moment for moment in worked if moment > at) - at] if worked[-1] > at else []
        return found

    def raw(self) -> list[str]:
        """Return whatever a person was told that nobody should read."""
        said = [note["text"] for place in self.places for note in place.notes("said", "shown")]
        return [text for text in said if RAW.search(text)]

    def _add_people(self, tx: Tx) -> None:
        for number, name in enumerate(self.people):
            clients.add(tx, name=f"{name} Client", email=f"{name}@example.com", mobile=f"+44770090020{number}")

    def _open(self, client: str) -> Place:
        path = self.folder / f"{client}-{len(self.gone)}.notes"
        words = (str(self.clinic.folder), str(path), client, PACE, str(self._closing))
        return Place(client, path, Fork(desk, *words))

    @property
    def _closing(self) -> Path:
        """The file that tells every desk to close."""
        return self.folder / "closing"

    def _kill_the_engine(self) -> None:
        """Kill the one that works, see whose lock it is next, and open a desk in the place."""
        lock = EngineLock(self.clinic.folder)
        holder = lock.holder()
        for number, place in enumerate(self.here):
            if str(place.process.pid) == holder:
                self.kills.append(time.monotonic())
                kill(place.process)
                until(lambda: lock.holder() not in {"", holder}, "another desk has the engine lock")
                self.locked.append(time.monotonic() - self.kills[-1])
                self._see_off(place)
                self.gone.append(place)
                self.here[number] = self._open(place.client)

    def _close(self) -> None:
        self._closing.touch()
        for place in self.here:
            self._see_off(place)

    def _see_off(self, place: Place) -> None:
        """Wait until a desk is gone; one that was not killed must have closed, and nobody may have left a trace."""
        code = end_of(place.process)
        printed = place.process.printed()
        if code > 0 or "Traceback" in printed or RAW.search(printed):
            self.problems.append(f"the desk of {place.client} ended with {code}: {printed[-400:]}")


def _shown_after(notes: Sequence[Note], sent: Note) -> float | None:
    """Return how long after it was sent a link was on the list of a desk; None where nobody looked at it then."""
    at, looking = sent["at"], False
    for note in notes:
        if note["at"] <= at:
            looking = (note["what"] == "looks") or (looking and note["what"] == "saw")
            if note["what"] == "saw" and note["number"] == sent["number"]:
                return 0.0
        elif not looking:
            return None
        elif note["what"] == "leaves":
            return float(note["at"] - at) if note["at"] - at > SOON else None
        elif note["what"] == "saw" and note["number"] == sent["number"]:
            return float(note["at"] - at)
    return None


def _ms(values: Sequence[float], *parts: float) -> str:
    """Return quantiles and the most in whole milliseconds."""
    if not values:
        return "not seen"
    return "/".join(f"{1000 * quantile(values, part):.0f}" for part in (*parts, 1.0)) + " ms"


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Work for `sizes.minute` seconds."""
    full = sizes.minute >= FULL_RUN
    people = PEOPLE if full else PEOPLE[:FEW]
    began = time.monotonic()
    with scene(folder, "stripe") as clinic:
        office = Office(clinic, folder, people, Random(6))
        office.run(sizes.minute)
        asyncio.run(settle(clinic))
        requests = office.acknowledged()
        crashes = len(office.kills) * SLOTS
        found = count(clinic.folder, clinic.sandbox, requests, unanswered=crashes)
    showing, taking_over = office.showing(), office.taking_over()
    problems = [*office.problems, *found.problems, *(f"a person was told: {text}" for text in office.raw())]
    if full:
        problems += [f"a change was on another desk after {late:.2f} s" for late in showing if late > SOON]
        problems += [f"the engine was taken over after {late:.2f} s" for late in office.locked if late > SOON]
    told = (
        f"until a link is on other desks {_ms(showing, 0.5, 0.95)}, until another has the engine"
        f" {_ms(office.locked, 0.5, 0.95)} and has worked {_ms(taking_over, 0.5, 0.95)} (p50/p95/most);"
        f" Send payment {_ms(office.sending(), 0.5, 0.99)} (p50/p99/most)"
    )
    yield Outcome(
        f"{len(people)} desks, the engine's killed: {told}",
        len(office.kills),
        len(requests) + office.paid,
        found.lost,
        found.doubled,
        found.asked,
        time.monotonic() - began,
        tuple(problems),
    )
