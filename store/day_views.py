"""What the end of a day is made of: the open day, how the till was counted, and a day that was closed."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from store.in_flight import InFlight
from store.takings import Takings


@dataclass(frozen=True, slots=True)
class OpenDay:
    """Everything since the last close. `from_at` is None where nothing has ever been taken.

    `float` are the pence that were left in the till; `after` is the last ledger entry that was counted before.
    """

    from_at: str | None
    first: bool
    float: int
    takings: Takings
    after: int

    @property
    def expected(self) -> int:
        """Pence that should be in the till."""
        return self.float + self.takings.cash


@dataclass(frozen=True, slots=True)
class CashCount:
    """How the till was counted, in pence: what was in it, and what stays in it as tomorrow's float.

    `float` is what the day began with, None as kept at the last close. `pieces` are how many of each note and coin,
    by their pence, where they were counted so. `expected` is what the person was shown, None where nobody looked.
    """

    counted: int
    kept: int
    float: int | None = None
    reason: str = ""
    pieces: Mapping[int, int] = field(default_factory=dict)
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class ClosedDay:
    """A day as it was closed; nothing of it changes any more. Amounts in pence."""

    id: str
    from_at: str
    to_at: str
    float: int
    expected: int
    counted: int
    kept: int
    reason: str
    actor: str
    takings: Takings
    pieces: Mapping[int, int]
    links: InFlight
    waiting: int

    @property
    def difference(self) -> int:
        """Pence that were counted beyond what was expected; below zero where some were missing."""
        return self.counted - self.expected

    @property
    def banked(self) -> int:
        """Pence that were taken out of the till."""
        return self.counted - self.kept
