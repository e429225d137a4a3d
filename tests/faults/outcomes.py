"""What a scenario of faults did and what it counted at the gateway, and how much of it is done."""

from collections.abc import Iterable
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Outcome:
    """One line of the table. Counts are taken from the sandbox's journal and mailbox, never from our own tables."""

    item: str
    """What was done, in a few words: “SIGKILL at a random moment”."""
    times: int
    """How often it was done."""
    acknowledged: int = 0
    """What a person or a program was told is safe: payment requests, payments, messages."""
    lost: int = 0
    """How much of it did not reach the gateway, or was paid there and is not in the ledger."""
    doubled: int = 0
    """How much reached the gateway or the client more than once, or is in the ledger twice."""
    asked: int = 0
    """How much waits for a person's decision, where the gateway makes certainty impossible."""
    seconds: float = 0.0
    problems: tuple[str, ...] = field(default=())
    """Everything else that must not be, as sentences: a broken chain, a rebuild that differs, a damaged file."""

    @property
    def good(self) -> bool:
        """Nothing was lost, nothing doubled, and everything is whole."""
        return not (self.lost or self.doubled or self.problems)


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much of each scenario is done."""

    kills: int
    """Processes that are killed at a random moment."""
    each_step: int
    """How often a process is killed at each named step, statement or phase of a request."""
    each_fault: int
    """Requests that meet each fault."""
    backlog: int
    """Entries that wait when the line comes back after three days."""
    poisoned: int
    """Entries in the queue with the poisoned one."""
    examples: int
    """Histories that the stateful test plays."""
    cuts: int
    """Power cuts."""
    flips: int
    """Single bits that are flipped."""
    minute: float
    """Seconds for which the many desks work."""


FULL = Sizes(600, 5, 40, 10_000, 1_000, 2_000, 300, 400, 60.0)
SMALL = Sizes(8, 1, 2, 60, 25, 25, 6, 6, 2.0)


def table(outcomes: Iterable[Outcome]) -> str:
    """Write outcomes as a table in Markdown, with what is wrong below it."""
    outcomes = list(outcomes)
    lines = [
        "| what was done | times | acknowledged | lost | doubled | waits for a person | whole | seconds |",
        "|---|---:|---:|---:|---:|---:|---|---:|",
    ]
    lines += [
        f"| {o.item} | {o.times:,} | {o.acknowledged:,} | {o.lost} | {o.doubled} | {o.asked} |"
        f" {'no' if o.problems else 'yes'} | {o.seconds:.0f} |"
        for o in outcomes
    ]
    lines += [f"- {o.item}: {problem}" for o in outcomes for problem in o.problems]
    return "\n".join(lines)
