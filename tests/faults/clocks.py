"""The wall clock moved by a day and by a year, either way, at moments at which something is under way.

The sandbox keeps the true time. After each move everything must come to its end within minutes by the true time, and
again after the clock was put right.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from pathlib import Path

from store import outbox
from tests.faults.outcomes import Outcome, Sizes
from tests.faults.truth import Count, count
from tests.faults.weather_clinic import DIALECTS, Outside, outside
from tests.journeys.clinic import BOTH, pay

DAY = timedelta(days=1)
MOVES = {"a day on": DAY, "a year on": 365 * DAY, "a day back": -DAY, "a year back": -365 * DAY}
MINUTES = 6.0
"""In which all must be done by the true time: more than a second attempt or a probe ever waits."""
FORGOTTEN = timedelta(hours=30)
"""After which the gateway has forgotten an idempotency key."""

Move = Callable[[], None]
Moment = Callable[[Outside, int, Move], Awaitable[int]]


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Move the clock at every moment, on both dialects; each line is one move at all of them."""
    for name in MOVES:
        yield one(max(1, sizes.each_fault // 10), folder / name.replace(" ", "-"), name)


def one(each: int, folder: Path, name: str) -> Outcome:
    """Move the clock so at every moment, with `each` of everything."""
    began, told, acknowledged = time.monotonic(), [], 0
    for dialect in DIALECTS:
        for moment in MOMENTS:
            done, found = at_moment(each, folder / f"{dialect}-{moment}", name, dialect, moment)
            acknowledged += done
            told.append((f"{dialect}, {moment}", found))
    return Outcome(
        f"Clock moved {name}",
        len(told),
        acknowledged,
        sum(each.lost for _, each in told),
        sum(each.doubled for _, each in told),
        sum(each.asked for _, each in told),
        time.monotonic() - began,
        tuple(f"{where}: {problem}" for where, each in told for problem in each.problems),
    )


def at_moment(each: int, folder: Path, name: str, dialect: str, moment: str) -> tuple[int, Count]:
    """Move the clock at one moment; return how much was acknowledged, and what was counted."""
    with outside(folder, dialect) as clinic:
        acknowledged = asyncio.run(_moved(clinic, each, MOMENTS[moment], MOVES[name]))
        return acknowledged, count(clinic.folder, clinic.sandbox, clinic.acknowledged)


async def _moved(clinic: Outside, each: int, act: Moment, by: timedelta) -> int:
    """Move the clock in the middle of `act`, work, put it right, and work again."""

    def move() -> None:
        clinic.wall.wrong += by

    acknowledged = await act(clinic, each, move)
    clinic.sandbox.mend()
    await clinic.true_minutes(MINUTES)
    links = [clinic.ask(BOTH) for _ in range(each)]
    clinic.wall.wrong = timedelta()
    await clinic.true_minutes(MINUTES / 2)
    for link in links:
        await pay(clinic.now_is(link).url)
    await clinic.true_minutes(MINUTES / 2)
    await clinic.rest()
    return acknowledged + 4 * each


async def _before_the_claim(clinic: Outside, each: int, move: Move) -> int:
    """Everything is queued, nothing was begun."""
    links = await clinic.live(each)
    for link in links:
        clinic.cancel(link)
        clinic.ask(BOTH)
    move()
    return 4 * each


async def _in_flight(clinic: Outside, each: int, move: Move) -> int:
    """The requests are on their way."""
    clinic.sandbox.fault("latency", 150, scope=clinic.dialect)
    await _begun(clinic, each)
    move()
    await clinic.finish()
    return each


async def _leased(clinic: Outside, each: int, move: Move) -> int:
    """The engine died with its lease outstanding, and another takes over."""
    clinic.sandbox.fault("latency", 150, scope=clinic.dialect)
    await _begun(clinic, each)
    await clinic.die()
    move()
    return each


async def _between_attempts(clinic: Outside, each: int, move: Move) -> int:
    """The line broke after the gateway had acted, and the next attempt has its time."""
    links = await clinic.live(each)
    clinic.sandbox.fault("reset_after", count=2 * each, scope=clinic.dialect)
    for link in links:
        clinic.cancel(link)
        clinic.ask({"email": ""})
    await clinic.until_quiet(enough=lambda: True)
    move()
    return 3 * each


async def _in_the_window(clinic: Outside, each: int, move: Move) -> int:
    """A key that the gateway has forgotten meanwhile; by a clock that was put back it may look young."""
    clinic.sandbox.fault("error_500", "after", scope=clinic.dialect)
    for _ in range(each):
        clinic.ask()
    await clinic.until_quiet(enough=lambda: True)
    clinic.sandbox.mend()
    clinic.sandbox.fault("offline")
    move()
    await clinic.true_minutes(2)
    await clinic.rest()
    clinic.wall.true.ahead += FORGOTTEN
    return each


async def _breaker_open(clinic: Outside, each: int, move: Move) -> int:
    """Nothing answers, and the next probe has its time; a service has asked for patience."""
    told = await clinic.live(each)
    clinic.sandbox.fault("offline")
    clinic.sandbox.fault("rate_limit", 120, scope="sms")
    for link in told:
        clinic.tell(link, *BOTH)
        clinic.ask(BOTH)
    await clinic.true_minutes(2)
    move()
    return 5 * each


async def _polled(clinic: Outside, each: int, move: Move) -> int:
    """The links have their times to be asked for, and are paid."""
    links = await clinic.live(each)
    clinic.watch(links[0])
    await clinic.true_minutes(1)
    move()
    for link in links:
        await pay(link.url)
    return each


async def _at_night(clinic: Outside, each: int, move: Move) -> int:
    """Quiet hours hold what has waited, and the rule for reminders is on."""
    links = await clinic.live(each)
    clinic.put("clinic.zone", "UTC")
    clinic.put("chase.days", "3")
    clinic.put("chase.channels", "email")
    clinic.sandbox.fault("refuse", scope="sms")
    clinic.sandbox.fault("offline", scope="smtp")
    for link in links:
        clinic.tell(link, "email")
    await clinic.true_minutes(30)
    now = clinic.wall()
    clinic.put("quiet.hours", f"{now - timedelta(hours=1):%H:%M}-{now + timedelta(minutes=5):%H:%M}")
    clinic.sandbox.mend()
    await clinic.true_minutes(2)
    move()
    return each


async def _begun(clinic: Outside, each: int) -> None:
    """Ask, and begin a turn of which the calls are under way when this returns."""
    for _ in range(each):
        clinic.ask({"email": ""})
    clinic.begin()
    while not clinic.store.read(outbox.any_claimed):  # noqa: ASYNC110 - what is waited for has no event
        await asyncio.sleep(0)


MOMENTS: dict[str, Moment] = {
    "before the claim": _before_the_claim,
    "in flight": _in_flight,
    "lease outstanding": _leased,
    "between attempts": _between_attempts,
    "idempotency window": _in_the_window,
    "breaker open": _breaker_open,
    "poll times": _polled,
    "quiet hours and reminders": _at_night,
}
