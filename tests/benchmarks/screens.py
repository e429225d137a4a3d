"""The desk in a real terminal: its start, its keys, and what it costs while nobody uses it."""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from store.contact import shown_mobile
from tests.benchmarks.clinics import FAMILY, GIVEN, mobile
from tests.benchmarks.figures import ROOT, Figure, Sizes, median, quantile
from tests.benchmarks.terminal import Terminal, seconds_until

TRIVIAL = (sys.executable, str(Path(__file__).with_name("trivial_app.py")))
FRAME = 0.016
HIGHEST_IDLE = 0.5
"""Per cent of a core."""


def start(sizes: Sizes, folder: Path) -> list[Figure]:
    """Start until the newest client is painted in the POS's list, against a Textual app of one label; turn about."""
    ours, theirs = [], []
    for _ in range(sizes.runs):
        theirs.append(seconds_until("FIRST-FRAME", TRIVIAL, {}))
        ours.append(seconds_until(_newest(sizes.many[0]), _desk(folder), _surroundings()))
    peer, many = "trivial Textual app", f"start to the POS, {sizes.many[0]:,} clients"
    return [Figure("1", many, 1e3 * median(ours), "ms", 1e3 * median(theirs), peer, most=1.25)]


def typing(sizes: Sizes, folder: Path, count: int) -> list[Figure]:
    """Type names into the client's search, key by key: from the key to the last byte painted."""
    taken: list[float] = []
    painted: list[int] = []
    with _open(folder, count) as terminal:
        for serial in range(sizes.keys):
            word = f"{GIVEN[serial % len(GIVEN)][:3]} {FAMILY[serial * 7 % len(FAMILY)][:3]}".lower()
            for letter in word:
                seconds, size = terminal.press(letter)
                taken.append(seconds)
                painted.append(size)
            terminal.press("\x15")
    p95, at = quantile(taken, 0.95), f"{count:,} clients"
    return [
        Figure("2", f"key to painted, p95, {at}", 1e3 * p95, "ms", 1e3 * FRAME, "a frame of 16 ms", most=1.0),
        Figure("4", f"painted per key, {at}", sum(painted) / len(painted) / 1e3, "kB", 1.5, "1.5 kB", most=1.0),
    ]


def idle(sizes: Sizes, folder: Path) -> list[Figure]:
    """Leave the desk alone and count its processor time."""
    with _open(folder, sizes.many[0]) as terminal:
        terminal.quiet(min(2.0, sizes.idle))
        before, began = _processor_seconds(terminal.process), time.perf_counter()
        terminal.quiet(sizes.idle)
        used = _processor_seconds(terminal.process) - before
    share = max(100 * used / (time.perf_counter() - began), 0.001)
    return [Figure("11", "idle desk, of a core", share, "%", HIGHEST_IDLE, "0.5 % of a core", most=1.0)]


@contextmanager
def _open(folder: Path, count: int) -> Iterator[Terminal]:
    """Open the desk, with its newest client in the list, and wait until it has come to rest."""
    with Terminal(_desk(folder), _surroundings()) as terminal:
        terminal.until(_newest(count))
        terminal.quiet(0.5)
        yield terminal


def _newest(count: int) -> str:
    """Return the mobile number of the newest of `count` clients, as the list shows it."""
    return shown_mobile(mobile(count - 1))


def _desk(folder: Path) -> tuple[str, ...]:
    return (sys.executable, "-m", "tui.main", "--data", str(folder))


def _surroundings() -> dict[str, str]:
    return {"PYTHONPATH": str(ROOT)}


def _processor_seconds(process: int) -> float:
    """Return the processor time of a process with its threads (https://man7.org/linux/man-pages/man5/proc.5.html)."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
