"""Random histories: the desk, the client, the gateway's staff and the weather against a simple model of the truth.

See `tests.model`: the gateways and the mailbox are in memory, so that many steps are played in a second.
"""

import logging
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.faults.outcomes import Outcome, Sizes
from tests.model.histories import Broken, Theatre, at_random

SHOWN = 5
"""How many histories that went wrong are told of."""


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Play as many histories as `sizes` says."""
    theatre = Theatre(folder / "histories")
    steps = acknowledged = asked = 0
    problems: list[str] = []
    began = time.monotonic()
    with _quiet():
        for number in range(sizes.examples):
            try:
                played = theatre.play(at_random(random.Random(number)))
            except Broken as error:
                problems.append(f"history {number}: {str(error).splitlines()[0]}")
                continue
            steps += played.steps
            acknowledged += played.acknowledged
            asked += played.asked
    theatre.close()
    seconds = time.monotonic() - began
    yield Outcome(
        f"a random history ({steps:,} steps in all, {steps / seconds:,.0f} a second)",
        sizes.examples,
        acknowledged,
        asked=asked,
        seconds=seconds,
        problems=tuple(problems[:SHOWN]),
    )


@contextmanager
def _quiet() -> Iterator[None]:
    """Keep what the engine has to say of so much bad weather out of the way."""
    logger = logging.getLogger("sync")
    before = logger.level
    logger.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        logger.setLevel(before)
