"""What happens to the engine, its line and its clock."""

from collections import deque
from datetime import timedelta

from tests.model.lines import Sky
from tests.model.stage import START, NeverQuiet, Stage

MOST_RUNS = 40
SERVICES = ("gateway", "gateway", "email", "sms", "notify")
PAUSES = (1, 7, 30, 60, 120, 600, 3_600, 86_400, 100_000, 3_000_000)
SKEWS = tuple(timedelta(hours=hours) for hours in (-1, -24, -720, 1, 24, 720))
"""By how much a clock is wrong: with the longest pause less than the 90 days in which refunds are looked for."""


async def engine_runs(stage: Stage, a: int, b: int) -> bool:
    """The engine works until it says that nothing is due. Raises NeverQuiet when it would be woken for ever."""
    for _ in range(MOST_RUNS):
        turn = await stage.current.finishes()
        if turn.wake_at is None or turn.wake_at > stage.clock():
            return True
    raise NeverQuiet("the engine wants to be woken again and again")


async def engine_steps(stage: Stage, a: int, b: int) -> bool:
    """The engine gets on with its run a little, so that what comes next comes in the middle of it."""
    await stage.current.steps(1 + (a + b) % 12)
    return True


async def engine_dies(stage: Stage, a: int, b: int) -> bool:
    """The engine is killed in the middle of its run, and another starts."""
    await stage.current.steps((a + b) % 12)
    await stage.restart()
    return True


async def engine_is_stopped(stage: Stage, a: int, b: int) -> bool:
    """The engine is stopped in the middle of its run, as by SIGSTOP, and another takes over.

    Not once the clock was wrong. Nobody knows then how old a key is, so a link is looked for, and made under a new
    key where there is none: what a stopped engine has still to send would come after that.
    """
    if stage.stale or stage.clock_was_wrong:
        return False
    await stage.current.steps(1 + (a + b) % 12)
    stage.take_over()
    return True


async def stale_goes_on(stage: Stage, a: int, b: int) -> bool:
    """The stopped engine goes on where it was."""
    if not stage.stale:
        return False
    await stage.wake_stale()
    return True


async def time_passes(stage: Stage, a: int, b: int) -> bool:
    """It gets later, once by five weeks. No call is on its way, and no engine stopped, for longer than an hour."""
    pause = PAUSES[(a + b) % len(PAUSES)]
    if pause == PAUSES[-1] and stage.time - START > timedelta(days=20):
        return False
    if pause > 3_600:
        while stage.stale:
            await stage.wake_stale()
        await stage.current.finishes()
    stage.time += timedelta(seconds=pause)
    return True


async def clock_jumps(stage: Stage, a: int, b: int) -> bool:
    """Somebody sets the clock wrong, or right, while no engine is stopped.

    The gateways keep their keys from then on: a clock that is put back by a day, after a day without an engine, looks
    right to the next one. `tests/sync/test_clock_watch.py` has what an engine can notice.
    """
    while stage.stale:
        await stage.wake_stale()
    stage.clock_was_wrong = True
    for provider in stage.providers.values():
        provider.keeps_keys = True
    stage.skew = SKEWS[a % len(SKEWS)] if b % 3 else timedelta()
    return True


async def weather_turns(stage: Stage, a: int, b: int) -> bool:
    """Something goes wrong with the next calls of a service, or with all of them."""
    service, sky = SERVICES[a % len(SERVICES)], list(Sky)[a // 8 % len(Sky)]
    if b % 4 == 0:
        stage.weather.lasting[service] = sky
    else:
        stage.weather.coming.setdefault(service, deque()).extend([sky] * (b % 4))
    return True


async def weather_clears(stage: Stage, a: int, b: int) -> bool:
    """Everything goes well again."""
    stage.weather.clears()
    return True


MOVES = {
    each.__name__: each
    for each in (
        engine_runs,
        engine_steps,
        engine_dies,
        engine_is_stopped,
        stale_goes_on,
        time_passes,
        clock_jumps,
        weather_turns,
        weather_clears,
    )
}
