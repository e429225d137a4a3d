"""Histories: sequences of moves by the desk, the client, the gateway's staff and the weather, played and checked."""

import asyncio
import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from store import services
from tests.model import desk, invariants, outside, weather
from tests.model.direct import Template
from tests.model.stage import START, NeverQuiet, Stage

Move = tuple[str, int, int]
"""What happens, and two numbers that choose to what and how."""

PEOPLE: dict[str, Callable[[Stage, int, int], bool]] = {**desk.MOVES, **outside.MOVES}
OFTEN = ("makes_invoice", "pays", "engine_runs", "engine_runs", "engine_steps", "time_passes", "weather_turns")
SELDOM = ("switches", "chases", "clock_jumps")
NAMES = [
    *(name for name in (*PEOPLE, *weather.MOVES) if name not in SELDOM),
    *(name for name in (*PEOPLE, *weather.MOVES) if name not in SELDOM),
    *OFTEN * 4,
    *SELDOM,
]
LONGEST = 120
CALM = (0, 150, 700, 90_000, 90_000)
"""Seconds between the runs after which nothing is due any more, the daily looks among them."""


@dataclass
class Played:
    """How much of a history applied, and what was acknowledged."""

    steps: int = 0
    acknowledged: int = 0
    asked: int = 0


class Broken(AssertionError):
    """Something does not hold; the history says how it came to that."""


class Theatre:
    """Plays one history after the other, each on a new data file in `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = Template(folder, START)
        self._runner = asyncio.Runner()
        self._count = 0

    def play(self, history: Iterable[Move], spoil: Callable[[Stage], None] = lambda _stage: None) -> Played:
        """Play a history to its end and let it calm down. Raises Broken. `spoil` acts before the last look."""
        return self._runner.run(self._play(list(history), spoil))

    def close(self) -> None:
        """End."""
        self._runner.close()

    async def _play(self, history: list[Move], spoil: Callable[[Stage], None]) -> Played:
        self._count += 1
        folder = self._folder / f"history-{self._count}"
        stage = Stage(self._template, folder)
        played = Played()
        try:
            await stage.current.finishes()  # from now on the feed is heard
            for move in history:
                played.steps += await _makes(stage, move)
                _check(invariants.always(stage), history, move)
            try:
                await calms_down(stage)
            except NeverQuiet as error:
                raise Broken(f"{error}\n{_told(history)}") from error
            spoil(stage)
            _check(invariants.at_rest(stage), history, ("at rest", 0, 0))
            played.acknowledged = len(stage.truth.asked) + len(stage.truth.returned)
            played.asked = invariants.undecided(stage)
        finally:
            await stage.closes()
            shutil.rmtree(folder)
        return played


def at_random(chance: random.Random) -> Iterator[Move]:
    """Yield a history."""
    for _ in range(chance.randint(LONGEST // 3, LONGEST)):
        yield chance.choice(NAMES), chance.randrange(256), chance.randrange(256)


async def calms_down(stage: Stage) -> None:
    """All faults end; the engine works until nothing is due, with each gateway that has links."""
    stage.weather.clears()
    for provider in stage.providers.values():
        provider.mute = provider.slow = False
        provider.catches_up()
    for link in stage.links():
        link.paying = False
        for refund in link.refunds:
            if refund.state == "pending":
                stage.provider_of(link).moves(link, refund, "done")
    while stage.stale:
        await stage.wake_stale()
    await stage.current.finishes()
    stage.skew = timedelta()
    for key in ("chase.days", "quiet.hours"):
        stage.put(key, "")
    stage.write(services.try_now)
    used = {stage.kind, *(kind for kind, provider in stage.providers.items() if provider.links)}
    for kind in sorted(used, key=lambda kind: kind == stage.kind):
        stage.put("gateway.kind", kind)
        for pause in CALM:
            stage.time += timedelta(seconds=pause)
            await weather.engine_runs(stage, 0, 0)


async def _makes(stage: Stage, move: Move) -> bool:
    name, a, b = move
    if name in PEOPLE:
        return PEOPLE[name](stage, a, b)
    return await weather.MOVES[name](stage, a, b)


def _check(problems: Iterable[str], history: list[Move], move: Move) -> None:
    if found := list(problems):
        raise Broken(f"after {move[0]}: {'; '.join(found)}\n{_told(history)}")


def _told(history: list[Move]) -> str:
    return "\n".join(f"    {move!r}," for move in history)
