"""Bad weather: every fault of the sandbox, met by everything that Paydesk asks of the world, on both dialects.

For each fault a clinic asks for links, takes them back, gives money back, texts, emails, tells itself of payments and
hears of them, so many of each while the fault is on; then it ends, and everything must come to its end.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from store.models import Channel, PaymentRequest
from sync.sandbox.faults import KINDS
from sync.sandbox.journal import Entry
from tests.faults.outcomes import Outcome, Sizes
from tests.faults.truth import count
from tests.faults.weather_clinic import DIALECTS, HASTY, PATIENT, Outside, outside
from tests.faults.weather_line import lines
from tests.journeys.clinic import pay

RETRY_AFTER = 7
AWAY = timedelta(minutes=1)
_VALUES = {"latency": ("100",), "hang": ("1",), "rate_limit": (str(RETRY_AFTER),), "slow": ("30",)}
_LATE = {"latency", "hang", "slow"}
"""Faults by which the answer comes too late, so that there is no use in waiting for it."""


@dataclass
class Met:
    """What one clinic did and met in one kind of weather."""

    times: int = 0
    acknowledged: int = 0
    problems: list[str] = field(default_factory=list)


Ask = Callable[[Outside], Awaitable[None]]
Flow = tuple[str, Callable[[Outside, int], Awaitable[Ask]]]
"""Whom the fault is for (nobody: the gateway), and what prepares so many of one thing to ask."""


def cases() -> Iterator[tuple[str, str, str]]:
    """Return every fault that the sandbox can do, with its value, and what it is called in the table."""
    for kind in KINDS:
        for value in kind.choices or _VALUES.get(kind.name, ("",)):
            yield kind.name, value, f"{kind.label} ({kind.name}{f' {value}' if kind.choices else ''})"


def run(sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Meet every fault and every line that is of no use, on both dialects."""
    for at, (name, value, item) in enumerate(cases()):
        yield one(sizes.each_fault, folder / str(at), name, value, item)
    yield from lines(max(1, sizes.each_fault // 10), folder / "lines")


def one(
    each: int,
    folder: Path,
    name: str,
    value: str,
    item: str,
    *,
    dialects: Sequence[str] = DIALECTS,
    flows: Sequence[Flow] | None = None,
) -> Outcome:
    """Have `each` of everything, or of these flows, meet one fault, on each dialect."""
    began = time.monotonic()
    found: list[Outcome] = []
    for dialect in dialects:
        with outside(folder / dialect, dialect) as clinic:
            met = Met()
            asyncio.run(
                _offline(clinic, each, met)
                if name == "offline"
                else _meet(clinic, each, name, value, met, FLOWS if flows is None else flows)
            )
            found.append(_counted(clinic, item, met, each if name == "reset_after" else 0))
    return Outcome(
        item,
        times=sum(outcome.times for outcome in found),
        acknowledged=sum(outcome.acknowledged for outcome in found),
        lost=sum(outcome.lost for outcome in found),
        doubled=sum(outcome.doubled for outcome in found),
        asked=sum(outcome.asked for outcome in found),
        seconds=time.monotonic() - began,
        problems=tuple(problem for outcome in found for problem in outcome.problems),
    )


async def _meet(clinic: Outside, each: int, name: str, value: str, met: Met, meant: Sequence[Flow]) -> None:
    """Let each kind of thing meet the fault by itself, so that each meets it as often as it is to."""
    mail = next(kind.mail for kind in KINDS if kind.name == name)
    flows = [(scope, await prepare(clinic, each)) for scope, prepare in meant if mail or scope != "smtp"]
    faults = clinic.sandbox.context.faults
    for scope, ask in flows:
        clinic.sandbox.fault(name, value, count=each, scope=scope or clinic.dialect)
        clinic.patience = HASTY if name in _LATE else PATIENT
        await ask(clinic)
        met.acknowledged += each
        await clinic.until_quiet(minutes=20, enough=lambda: name not in faults.on())
        left = faults.on().get(name)
        met.times += each - ((left.remaining or 0) if left else 0)
        clinic.sandbox.mend()
        clinic.patience = PATIENT
        await clinic.until_quiet()
    await clinic.hear()
    await clinic.rest()
    met.problems += _too_soon(clinic.sandbox.journal())


async def _offline(clinic: Outside, each: int, met: Met) -> None:
    """Nothing answers for a while: all of it waits, and no attempt is spent."""
    flows = [await prepare(clinic, each) for _, prepare in FLOWS]
    clinic.sandbox.fault("offline")
    for ask in flows:
        await ask(clinic)
    until = clinic.wall() + AWAY
    await clinic.until_quiet(enough=lambda: clinic.wall() > until)
    waiting = clinic.waits()
    met.times, met.acknowledged = len(waiting), each * len(flows)
    met.problems += [f"{e.kind} has spent an attempt offline: {e.last_error}" for e in waiting if e.attempts]
    if not waiting or {entry.state for entry in waiting} != {"ready"}:
        met.problems.append("not all of it waits while the line is cut")
    clinic.sandbox.mend()
    await clinic.until_quiet()
    await clinic.hear()
    await clinic.rest()


def _counted(clinic: Outside, item: str, met: Met, unanswered: int) -> Outcome:
    """Count what became of all of it; `unanswered` emails and as many notifications lost the answer to them."""
    told = count(clinic.folder, clinic.sandbox, clinic.acknowledged, unanswered=2 * unanswered)
    problems = (*met.problems, *told.problems)
    return Outcome(item, met.times, met.acknowledged, told.lost, told.doubled, told.asked, problems=problems)


def _too_soon(journal: Sequence[Entry]) -> list[str]:
    """Find requests that came before the `Retry-After` of a 429 had passed, but for those that were on their way."""
    return [
        f"{entry.dialect} was asked {entry.at - busy.at:.1f} s after it asked for patience"
        for busy in journal
        if busy.status == 429
        for entry in journal
        if entry.dialect == busy.dialect and busy.at + 1 < entry.at < busy.at + RETRY_AFTER - 0.1
    ]


async def _links(_clinic: Outside, each: int) -> Ask:
    async def ask(clinic: Outside) -> None:
        for _ in range(each):
            clinic.ask()

    return ask


async def _cancels(clinic: Outside, each: int) -> Ask:
    return _of_each(await clinic.live(each), Outside.cancel)


async def _refunds(clinic: Outside, each: int) -> Ask:
    return _of_each(await clinic.paid(each), Outside.give_back)


async def payments(clinic: Outside, each: int) -> Ask:
    """Prepare so many links, to be paid while the gateway is asked for them."""
    links = await clinic.live(each)

    async def ask(clinic: Outside) -> None:
        for link in links:
            await pay(link.url)
        clinic.ask_now()

    return ask


async def _texts(clinic: Outside, each: int) -> Ask:
    return await _messages(clinic, each, "sms")


async def _emails(clinic: Outside, each: int) -> Ask:
    return await _messages(clinic, each, "email")


async def _messages(clinic: Outside, each: int, channel: Channel) -> Ask:
    return _of_each(await clinic.live(each), lambda outside, link: outside.tell(link, channel))


def _of_each(links: Sequence[PaymentRequest], deed: Callable[[Outside, PaymentRequest], object]) -> Ask:
    """Return how to have `deed` done with each of the links."""

    async def ask(clinic: Outside) -> None:
        for link in links:
            deed(clinic, link)

    return ask


FLOWS: tuple[Flow, ...] = (
    ("", _links),
    ("", _cancels),
    ("", _refunds),
    ("", payments),
    ("sms", _texts),
    ("smtp", _emails),
    ("smtp", payments),
)
"""Everything that Paydesk asks of the world; the last tells the clinic of payments."""
