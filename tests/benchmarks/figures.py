"""What a measure gives: our figure, what it is measured against in the same run, and whether the goal is met."""

import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the table. `most` bounds ours ÷ peer from above, `least` from below; neither: only shown."""

    number: str
    name: str
    ours: float
    unit: str
    peer: float
    peer_name: str
    most: float | None = None
    least: float | None = None

    @property
    def ratio(self) -> float:
        """Ours ÷ the peer's."""
        return self.ours / self.peer

    @property
    def goal(self) -> str:
        """The goal as it is printed."""
        if self.most is not None:
            return f"≤ {self.most:g} ×"
        return "" if self.least is None else f"≥ {self.least:g} ×"

    @property
    def met(self) -> str:
        """Whether the goal is met: yes, no, or nothing where there is none."""
        if self.most is None and self.least is None:
            return ""
        above = self.most is not None and self.ratio > self.most
        below = self.least is not None and self.ratio < self.least
        return "no" if above or below else "yes"


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is measured: `runs` of which the median counts, and how large the data is."""

    runs: int
    few: int
    """Clients in the small file, and entries waiting in the short queue."""
    many: tuple[int, ...]
    """Clients in the large files, smallest first."""
    sends: int
    queued: int
    """Entries that wait in the long queue."""
    drained: int
    keys: int
    codes: int
    entries: int
    idle: float
    """Seconds to watch an idle desk."""


FULL = Sizes(7, 1_000, (100_000,), 200, 100_000, 300, 60, 20, 10_000, 30.0)
LONGER = Sizes(7, 1_000, (100_000, 1_000_000), 200, 100_000, 300, 60, 20, 10_000, 30.0)
TINY = Sizes(1, 10, (20,), 3, 20, 8, 2, 2, 12, 0.2)


def quantile(values: Sequence[float], part: float) -> float:
    """Return the value that `part` of the values do not exceed."""
    return sorted(values)[min(len(values) - 1, int(len(values) * part))]


def median(values: Sequence[float]) -> float:
    """Return the middle value."""
    return quantile(values, 0.5)


def table(figures: Iterable[Figure]) -> str:
    """Write figures as a table of plain text."""
    head = ("#", "measure", "ours", "measured against", "theirs", "ratio", "goal", "met")
    rows = [head, *map(_cells, figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(head))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _cells(f: Figure) -> tuple[str, ...]:
    ours, theirs = (f"{value:.3g} {f.unit}" for value in (f.ours, f.peer))
    return (f.number, f.name, ours, f.peer_name, theirs, f"{f.ratio:.3g}", f.goal, f.met)


def say(text: str) -> None:
    """Tell how far it is, beside the table."""
    sys.stderr.write(f"{text}\n")
