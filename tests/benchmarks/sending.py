"""“Send payment” until it is durably queued, against one bare INSERT a transaction on the same disk."""

import asyncio
import time
from collections.abc import Mapping
from pathlib import Path

from store.models import Channel
from tests.benchmarks.clinics import bare_file, issued, store_in
from tests.benchmarks.figures import Figure, Sizes, median, quantile
from tui.desk import Desk

WAYS: tuple[tuple[str, Mapping[Channel, str]], ...] = (
    ("link", {}),
    ("link and email", {"email": ""}),
    ("link, email and SMS", {"email": "", "sms": ""}),
)


async def send(sizes: Sizes, folder: Path) -> list[Figure]:
    """Send from the desk's seam, as a screen does, and write bare rows; turn about."""
    store = store_in(folder)
    desk = Desk(store, actor="bench")
    bare: list[list[float]] = []
    ours: dict[str, list[list[float]]] = {way: [] for way, _ in WAYS}
    try:
        for _ in range(sizes.runs):
            bare.append(_bare(folder, sizes.sends))
            for way, addresses in WAYS:
                ours[way].append(await sent(desk, issued(store, sizes.sends), addresses))
    finally:
        store.close()
    return [
        Figure("5", f"send {way}, p{part}", ms, "ms", peer, f"bare commit, p{part}", most=most)
        for way, runs in ours.items()
        for part, most in ((50, 2.5), (99, None))
        for ms in [1e3 * median([quantile(run, part / 100) for run in runs])]
        for peer in [1e3 * median([quantile(run, part / 100) for run in bare])]
    ]


async def sent(
    desk: Desk, numbers: list[str], addresses: Mapping[Channel, str], *, apart: float = 0.0
) -> list[float]:
    """Send a link for each of these invoices, so many seconds apart, and return the seconds of each."""
    taken = []
    for number in numbers:
        began = time.perf_counter()
        await desk.send(number, addresses, origin="pos")
        taken.append(time.perf_counter() - began)
        if apart:
            await asyncio.sleep(apart)
    return taken


def _bare(folder: Path, count: int) -> list[float]:
    connection = bare_file(folder)
    taken = []
    for _ in range(count):
        began = time.perf_counter()
        connection.execute("INSERT INTO bare (body) VALUES (:body)", {"body": "x" * 200})
        taken.append(time.perf_counter() - began)
    connection.close()
    return taken
