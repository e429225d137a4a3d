"""“Send payment” while an engine drains a queue and seven more desks write, each in a process of its own.

The same again on a disk that takes 5 ms longer for each sync, by the shim of `syncing.py`.
"""

import asyncio
import json
import os
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

from store import clients, invoices, requests
from store.database import Store, Tx
from store.invoices import NewLine
from store.opening import FILE_NAME
from sync.engine import Engine
from tests.benchmarks.clinics import issued, store_in
from tests.benchmarks.figures import ROOT, Figure, Sizes, median, quantile
from tests.benchmarks.queueing import LATENCY, SlowGateway
from tests.benchmarks.sending import sent
from tests.benchmarks.syncing import shim
from tui.desk import Desk

OTHERS = 7
PACE = 60.0 / 20
"""Seconds from one sale to the next at each of the others: a client a minute, twenty times as fast."""
QUEUE_PER_SEND = 5
"""Entries that wait for the engine for each link that is sent meanwhile: it does not run out of them."""
APART = 0.01
"""Seconds between two links that are timed: so long that the others do something in the meantime."""
SLOWER_MS = 5


def crowd(sizes: Sizes, folder: Path) -> list[Figure]:
    """Measure on the disk as it is, and where there is a C compiler on the slower one."""
    slow = shim(folder)
    environments = {"": {}, f", syncs {SLOWER_MS} ms slower": {"PAYDESK_SYNC_MS": str(SLOWER_MS)} if slow else None}
    figures = []
    for place, (how, environment) in enumerate(environments.items()):
        if environment is None:
            continue
        preload = {"LD_PRELOAD": str(slow)} if environment else {}
        told = json.loads(
            _run("measure", folder / f"crowd-{place}", sizes.sends, sizes.runs, {**environment, **preload})
        )
        figures += [
            Figure(
                "5",
                f"send link in a crowd, p{part}{how}",
                1e3 * told[f"crowd{part}"],
                "ms",
                1e3 * told[f"idle{part}"],
                f"idle, p{part}",
                most=most,
            )
            for part, most in ((50, None), (99, 2.0))
        ]
    return figures


def _run(role: str, folder: Path, sends: int, runs: int, environment: dict[str, str]) -> str:
    argv = _argv(role, folder, sends, runs)
    env = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return subprocess.run(argv, env=env, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout


def _argv(role: str, folder: Path, *numbers: int) -> list[str]:
    return [sys.executable, "-m", "tests.benchmarks.crowding", role, str(folder), *map(str, numbers)]


def _measure(folder: Path, sends: int, runs: int) -> dict[str, float]:
    """Send with nobody else there, then in the crowd, so many times each; return medians over the runs in seconds."""
    store = store_in(folder)
    desk = Desk(store, actor="bench")
    taken: dict[str, list[list[float]]] = {"idle": [], "crowd": []}
    for _ in range(runs):
        taken["idle"].append(asyncio.run(sent(desk, issued(store, sends), {}, apart=APART)))
    for _ in range(runs):
        mine, queue = issued(store, sends), issued(store, QUEUE_PER_SEND * sends)
        store.write(lambda tx: [requests.send(tx, number, {}, origin="pos") for number in queue])  # noqa: B023
        with ExitStack() as crowd:
            for other in [_Other(folder, role) for role in ("engine", *["desk"] * min(OTHERS, sends))]:
                crowd.enter_context(other)
            taken["crowd"].append(asyncio.run(sent(desk, mine, {}, apart=APART)))
    store.close()
    return {
        f"{how}{part}": median([quantile(run, part / 100) for run in measured])
        for how, measured in taken.items()
        for part in (50, 99)
    }


class _Other:
    """Another process on the file, from the moment when it works to the end of the block."""

    def __init__(self, folder: Path, role: str) -> None:
        self._process = subprocess.Popen(_argv(role, folder), stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT)

    def __enter__(self) -> None:
        """Wait until it works."""
        assert self._process.stdout is not None
        self._process.stdout.readline()

    def __exit__(self, *_: object) -> None:
        """End it."""
        self._process.kill()
        self._process.communicate()


def _be_a_desk(store: Store) -> None:
    """Make a sale and send its link, at the pace, until killed."""
    client = store.write(lambda tx: clients.add(tx, name="Omar Haddad", email="omar@example.com")).id
    line = NewLine("Consultation", 1000, 21_100, 2000)

    def draft(tx: Tx) -> str:
        return invoices.save_draft(tx, client, [line], currency="GBP", prefix="INV-").row.number

    _works()
    time.sleep(PACE * (os.getpid() % OTHERS) / OTHERS)
    while True:
        number = store.write(draft)
        store.write(lambda tx: requests.send(tx, number, {"email": ""}, origin="pos"))  # noqa: B023
        time.sleep(PACE)


async def _be_the_engine(store: Store, folder: Path) -> None:
    """Make links at a provider that takes its time, until killed."""
    gateway = SlowGateway(LATENCY)
    engine = Engine(store, folder, owner=f"bench {os.getpid()}", make_gateway=lambda _settings: gateway)
    _works()
    while True:
        await engine.run_once(store.clock())
        await asyncio.sleep(LATENCY)


def _works() -> None:
    sys.stdout.write("works\n")
    sys.stdout.flush()


def main(role: str, folder: Path, *numbers: str) -> None:
    """Be one of the processes."""
    if role == "measure":
        sys.stdout.write(json.dumps(_measure(folder, *map(int, numbers))))
    elif role == "desk":
        _be_a_desk(Store(folder / FILE_NAME))
    else:
        asyncio.run(_be_the_engine(Store(folder / FILE_NAME), folder))


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), *sys.argv[3:])
