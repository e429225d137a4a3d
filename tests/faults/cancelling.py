"""Cancellation at every await: a turn of the engine is cancelled at its first, second, … step, in every task it has.

After each a new engine works until quiet. A step is what a task does between two awaits; they are counted over all
tasks that the turn has begun, so that each call to the world is cut off at each of its awaits too.
"""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Coroutine, Generator, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from store.models import PaymentRequest
from tests.faults.outcomes import Outcome, Sizes
from tests.faults.truth import count
from tests.faults.weather_clinic import DIALECTS, Outside, outside
from tests.journeys.clinic import pay

MOST = 2_000
STRIDE = 8
"""In the small version only each eighth step is a place to cancel."""

Flow = Callable[[Outside, PaymentRequest], Awaitable[None]]


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Cancel at every await of every flow, on both dialects."""
    for flow in FLOWS:
        yield one(folder / flow.replace(" ", "-"), flow, stride=1 if sizes.each_step > 1 else STRIDE)


def one(folder: Path, flow: str, *, stride: int, dialects: Sequence[str] = DIALECTS) -> Outcome:
    """Cancel one flow at each `stride`th await, on each dialect."""
    began, times, told = time.monotonic(), 0, []
    for dialect in dialects:
        with outside(folder / dialect, dialect) as clinic:
            done = asyncio.run(_every_step(clinic, *FLOWS[flow], stride))
            times += done
            told.append(count(clinic.folder, clinic.sandbox, clinic.acknowledged, unanswered=done))
    return Outcome(
        f"Cancelled at each await: {flow}",
        times,
        times,
        sum(each.lost for each in told),
        sum(each.doubled for each in told),
        sum(each.asked for each in told),
        time.monotonic() - began,
        tuple(problem for each in told for problem in each.problems),
    )


async def _every_step(clinic: Outside, state: str, flow: Flow, stride: int) -> int:
    """Cancel the flow at its first step, then later and later until it ends before that; return how often."""
    for step in range(1, MOST, stride):
        (link,) = await (clinic.paid(1) if state == "paid" else clinic.live(1))
        clinic.hush()
        await flow(clinic, link)
        cancelled = await _cancelled_at(clinic, step)
        await clinic.until_quiet()
        if not cancelled:
            await clinic.rest()
            return step // stride
    raise AssertionError("the turn never came to its end")


async def _cancelled_at(clinic: Outside, step: int) -> bool:
    """Run a turn of a new engine and cancel it at a step; tell whether it was still at it."""
    await clinic.rest()
    engine = clinic.engine("cut off")
    loop = asyncio.get_running_loop()
    counter = _Counter(step)
    loop.set_task_factory(counter.begin)
    counter.main = turn = asyncio.create_task(engine.run_once(clinic.wall()))
    with contextlib.suppress(asyncio.CancelledError):
        await turn
    loop.set_task_factory(None)
    await engine.aclose()
    return turn.cancelled()


class _Counter:
    """Counts the steps of every task that is begun, and has the main one cancelled at one of them."""

    def __init__(self, at: int) -> None:
        self.main: asyncio.Task[Any] | None = None
        self._left = at

    def begin(self, loop: asyncio.AbstractEventLoop, work: Any, **more: Any) -> "asyncio.Task[Any]":
        """Make a task whose steps are counted."""
        return asyncio.Task(self._counted(work), loop=loop, **more)

    async def _counted(self, work: Coroutine[Any, Any, Any]) -> Any:
        return await _Steps(work, self.step)

    def step(self) -> None:
        """One more step was done."""
        self._left -= 1
        if self._left == 0 and self.main is not None:
            asyncio.get_running_loop().call_soon(self.main.cancel)


class _Steps:
    """A coroutine that tells of each of its steps."""

    def __init__(self, work: Coroutine[Any, Any, Any], told: Callable[[], None]) -> None:
        self._work = work
        self._told = told

    def __await__(self) -> Generator[Any, Any, Any]:
        """Pass on what the coroutine waits for, and what it is sent."""
        step: Callable[[], Any] = partial(self._work.send, None)
        while True:
            try:
                waits_for = step()
            except StopIteration as end:
                return end.value
            self._told()
            try:
                yield waits_for
                step = partial(self._work.send, None)
            except BaseException as error:  # noqa: BLE001 - a cancellation is passed on like any other
                step = partial(self._work.throw, error)


async def _create(clinic: Outside, _link: PaymentRequest) -> None:
    clinic.ask()


async def _cancel(clinic: Outside, link: PaymentRequest) -> None:
    clinic.cancel(link)


async def _refund(clinic: Outside, link: PaymentRequest) -> None:
    clinic.give_back(link)


async def _email(clinic: Outside, link: PaymentRequest) -> None:
    clinic.tell(link, "email")


async def _text(clinic: Outside, link: PaymentRequest) -> None:
    clinic.tell(link, "sms")


async def _hear(clinic: Outside, link: PaymentRequest) -> None:
    await pay(link.url)
    clinic.ask_now(link)


FLOWS: dict[str, tuple[str, Flow]] = {
    "make a link": ("live", _create),
    "cancel a link": ("live", _cancel),
    "refund": ("paid", _refund),
    "email": ("live", _email),
    "SMS": ("live", _text),
    "hear of a payment, tell the clinic": ("live", _hear),
}
"""What there is before, and what is asked."""
