"""The outbox: what claiming costs when much waits, and how fast a queue drains when the line is back."""

import asyncio
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

from store import outbox, requests
from store.company import LATELY
from store.database import ENGINE, Store, Tx
from store.models import OutboxEntry
from store.times import to_text
from sync.engine import Engine
from sync.exchange import CAREFUL_SLOTS, SLOTS
from sync.gateways.base import Link, LinkOrder
from tests.benchmarks.clinics import issued, store_in, waiting
from tests.benchmarks.figures import Figure, Sizes, median
from tests.sync.engine_fakes import STRIPE, FakeGateway

LATENCY = 0.05
CLAIMS = 100


class SlowGateway(FakeGateway):
    """A provider in memory that takes `latency` seconds for a link and limits nobody."""

    def __init__(self, latency: float) -> None:
        super().__init__(replace(STRIPE, requests_per_second=1000))
        self._latency = latency

    async def create_link(self, order: LinkOrder) -> Link:
        """Make a link, later."""
        await asyncio.sleep(self._latency)
        return await super().create_link(order)


def claim_and_settle(sizes: Sizes, folder: Path) -> list[Figure]:
    """Claim one and settle it, with a short and with a long queue before it; turn about."""
    short, long = store_in(folder / "short"), store_in(folder / "long")
    try:
        waiting(short, sizes.few)
        waiting(long, sizes.queued)
        pairs = [(_claims(short, sizes), _claims(long, sizes)) for _ in range(sizes.runs)]
    finally:
        short.close()
        long.close()
    few, many = (1e3 * median([pair[place] for pair in pairs]) for place in (0, 1))
    name = f"claim and settle, {sizes.queued:,} waiting"
    return [Figure("7", name, many, "ms", few, f"the same, {sizes.few:,} waiting", most=1.3)]


async def drain(sizes: Sizes, folder: Path) -> list[Figure]:
    """Have the engine make links at a provider with 50 ms latency; links a second against slots ÷ latency."""
    figures = []
    for slots in (CAREFUL_SLOTS, SLOTS):
        rates = []
        for run in range(max(1, sizes.runs // 2)):
            queue = Queue(folder / f"{slots}-{run}", sizes.drained, latency=LATENCY, slots=slots)
            rates.append(sizes.drained / await queue.drain())
            queue.store.close()
        name, peer = f"drain of {sizes.drained} links, {slots} slots", f"{slots} slots ÷ 50 ms"
        figures.append(Figure("8", name, median(rates), "/s", slots / LATENCY, peer, least=0.9))
    return figures


class Queue:
    """A data file on which `count` links wait for a provider that takes `latency` seconds for each."""

    def __init__(self, folder: Path, count: int, *, latency: float, slots: int = SLOTS) -> None:
        self.store = store_in(folder)
        self._folder = folder
        self._count = count
        self._latency = latency
        self._slots = slots
        numbers = issued(self.store, count)
        self.store.write(lambda tx: [requests.send(tx, number, {}, origin="pos") for number in numbers])

    async def drain(self) -> float:
        """Have an engine make the links, with nobody else there any more, and return the seconds that it took."""
        gateway = SlowGateway(self._latency)
        engine = Engine(
            self.store, self._folder, owner="bench", make_gateway=lambda _settings: gateway, slots=self._slots
        )
        await asyncio.sleep(LATELY)
        began = time.perf_counter()
        while len(gateway.links) < self._count:
            await engine.run_once(self.store.clock())
        taken = time.perf_counter() - began
        await engine.aclose()
        return taken


def _claims(store: Store, sizes: Sizes) -> float:
    """Return the seconds of one claim and one settlement, each its own commit."""

    def claim(tx: Tx) -> OutboxEntry:
        until = to_text(store.clock() + timedelta(minutes=5))
        return outbox.claim(tx, ["notify"], limit=1, owner="bench", now=tx.now, until=until)[0]

    taken = []
    for _ in range(min(CLAIMS, sizes.few // 2)):
        began = time.perf_counter()
        entry = store.write(claim, priority=ENGINE)
        store.write(lambda tx: outbox.finish(tx, entry, answer="done"), priority=ENGINE)  # noqa: B023
        taken.append(time.perf_counter() - began)
        store.write(lambda tx: tx.run("UPDATE outbox SET state = 'ready' WHERE seq = :seq", seq=entry.seq))  # noqa: B023
    return median(taken)
