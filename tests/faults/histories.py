"""Random histories: the desk, the client, the gateway's staff and the weather against a simple model of the truth.

See `tests.model`: the gateways and the mailbox are in memory, so that many steps are played in a second.
"""

import logging
import os
import random
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from multiprocessing import get_context
from pathlib import Path

from tests.faults.outcomes import Outcome, Sizes
from tests.model.histories import Broken, Theatre, at_random

SHOWN = 5
"""How many histories that went wrong are told of."""
FEW = 100
"""So many histories are not worth another process."""


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Play as many histories as `sizes` says, on every core where they are many."""
    began = time.monotonic()
    cores = (os.cpu_count() or 1) if sizes.examples > FEW else 1
    share = partial(_play, cores=cores, examples=sizes.examples, folder=folder / "histories")
    if cores == 1:
        parts = [share(0)]
    else:
        with ProcessPoolExecutor(cores, mp_context=get_context("forkserver")) as pool:
            parts = list(pool.map(share, range(cores)))
    seconds = time.monotonic() - began
    steps = sum(part.steps for part in parts)
    yield Outcome(
        f"a random history ({steps:,} steps in all, {steps / seconds:,.0f} a second)",
        sizes.examples,
        sum(part.acknowledged for part in parts),
        asked=sum(part.asked for part in parts),
        seconds=seconds,
        problems=tuple(problem for part in parts for problem in part.problems)[:SHOWN],
    )


@dataclass
class Part:
    """What one core has played."""

    steps: int = 0
    acknowledged: int = 0
    asked: int = 0
    problems: list[str] = field(default_factory=list)


def _play(first: int, *, cores: int, examples: int, folder: Path) -> Part:
    """Play every history whose turn it is, beginning with number `first`."""
    part = Part()
    theatre = Theatre(folder / str(first))
    with _quiet():
        for number in range(first, examples, cores):
            try:
                played = theatre.play(at_random(random.Random(number)))
            except Broken as error:
                part.problems.append(f"history {number}: {str(error).splitlines()[0]}")
                continue
            part.steps += played.steps
            part.acknowledged += played.acknowledged
            part.asked += played.asked
    theatre.close()
    return part


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
