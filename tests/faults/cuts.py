"""Power cuts: the desk's own code on a disk that loses what was not synced; nothing that was acknowledged is lost.

One desk's day is written down write by write (`tests.faults.cut_desk`). Then the power is cut at random moments of
it, and each time what survived is opened by the usual code. `record(synchronous="NORMAL")` shows that the proof
proves something: without a sync at each commit, acknowledged work is lost, and said to be.
"""

import pickle
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from store import health, settings
from store.database import Reader, Store
from store.errors import PaydeskError
from store.opening import FILE_NAME
from store.verify import verify
from tests.faults.cut_disk import Disk, put
from tests.faults.cut_sqlite import TOLD, Event
from tests.faults.outcomes import Outcome, Sizes

ASKED = {
    "clients": "SELECT 1 FROM clients WHERE id = :what",
    "invoices": "SELECT 1 FROM invoices WHERE number = :what AND issued_at IS NOT NULL",
    "requests": "SELECT 1 FROM requests WHERE id = :what",
    "live": "SELECT 1 FROM requests WHERE id = :what AND live_at IS NOT NULL",
    "payments": "SELECT 1 FROM payments WHERE id = :what",
}


@dataclass
class Cuts:
    """What was found after some power cuts."""

    times: int = 0
    acknowledged: int = 0
    lost: int = 0
    problems: list[str] = field(default_factory=list)
    ways: Counter[str] = field(default_factory=Counter)


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Cut the power `sizes.cuts` times."""
    began = time.monotonic()
    events = record(folder, rounds=max(6, min(60, sizes.cuts // 5)))
    found = cut(events, folder, times=sizes.cuts, seed=sizes.cuts)
    ways = ", ".join(f"{way} {number}" for way, number in sorted(found.ways.items()))
    yield Outcome(
        f"power cut while a desk works; what was not synced: {ways}",
        found.times,
        found.acknowledged,
        found.lost,
        seconds=time.monotonic() - began,
        problems=tuple(found.problems),
    )


def record(folder: Path, *, rounds: int, synchronous: str = "FULL") -> list[Event]:
    """Let a desk work, and return what it wrote, synced and acknowledged, in its order."""
    log = folder / f"{synchronous}.log"
    command = [
        sys.executable,
        "-m",
        "tests.faults.cut_desk",
        str(folder / "desk"),
        str(log),
        synchronous,
        str(rounds),
    ]
    subprocess.run(command, check=True, timeout=120)
    events: list[Event] = pickle.loads(log.read_bytes())
    return events


def cut(events: Sequence[Event], folder: Path, *, times: int, seed: int) -> Cuts:
    """Cut the power at random moments of a day and look at what each leaves."""
    chance = random.Random(seed)
    found, disk, told = Cuts(), Disk(), list[tuple[str, str]]()
    moments = iter(sorted(chance.sample(range(1, len(events) + 1), times)))
    at = next(moments, None)
    for number, event in enumerate(events, 1):
        if event[0] == TOLD:
            told.append((event[1], event[3].decode()))
        else:
            disk.take(event)
        if number == at:
            left, how = disk.cut(chance)
            put(folder / f"cut {number}", left)
            _look(folder / f"cut {number}", told, found, f"cut {number} of {len(events)} ({how})")
            found.ways[how] += 1
            at = next(moments, None)
    return found


def _look(folder: Path, told: list[tuple[str, str]], found: Cuts, where: str) -> None:
    """Open what survived as the next start does, and hold it against what was acknowledged."""
    found.times += 1
    found.acknowledged += len(told)
    path = folder / FILE_NAME
    try:
        with closing(Store(path)) as store:
            found.lost += store.read(lambda reader: _lost(reader, folder, told))
            problems = (*health.check(path), *store.read(lambda reader: verify(reader, path)).problems)
            store.write(lambda tx: settings.put(tx, "clinic.name", "The next day"))
    except PaydeskError as error:
        problems = (f"it does not open: {error}",)
    found.problems += [f"{where}: {problem}" for problem in problems]


def _lost(reader: Reader, folder: Path, told: list[tuple[str, str]]) -> int:
    """Count what was acknowledged and is not there."""
    lost = sum(not reader.value(ASKED[kind], what=what) for kind, what in told if kind in ASKED)
    names = [what for kind, what in told if kind == "settings"]
    if not names:
        return lost
    kept = settings.load(reader, folder)["clinic.name"]
    return lost + (kept not in {names[-1], f"Clinic {len(names)}"})
