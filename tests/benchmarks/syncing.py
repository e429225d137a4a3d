"""How often the disk is made to sync: counted in a process of its own, by a shim before the C library's own calls.

Where there is no C compiler, commits are counted instead (each is one sync; a checkpoint's two are then missed).
"""

import asyncio
import ctypes
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from store import requests
from store.database import Store
from tests.benchmarks.clinics import issued, store_in
from tests.benchmarks.figures import ROOT, Figure, Sizes, median
from tests.benchmarks.queueing import Queue


def syncs(sizes: Sizes, folder: Path) -> list[Figure]:
    """Count the syncs of an enqueue and of each entry that is drained."""
    preloaded = shim(folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT), **({"LD_PRELOAD": str(preloaded)} if preloaded else {})}
    argv = [sys.executable, "-m", "tests.benchmarks.syncing", str(folder), str(sizes.sends), str(sizes.drained)]
    told = subprocess.run(argv, env=environment, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    counted = json.loads(told)
    what = "fsyncs" if preloaded else "commits"
    return [
        Figure("5b", f"{what} an enqueue, median", counted["median"], "", 1, "one", most=1.0, least=1.0),
        Figure("5b", f"{what} an enqueue, with checkpoints", counted["mean"], "", 1, "one"),
        Figure("5b", f"{what} an entry drained", counted["drained"], "", 0.1, "one in ten", most=1.0),
    ]


def shim(folder: Path) -> Path | None:
    """Compile the shim; None without a compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        return None
    built, source = folder / "syncs.so", Path(__file__).with_name("syncs.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O1", "-o", built, source, "-ldl"], check=True)
    return built


class Counter:
    """Reads the shim's count; without the shim it counts the commits of the stores that it listens to."""

    def __init__(self) -> None:
        self._commits = 0
        try:
            self._shim: ctypes.c_int | None = ctypes.c_int.in_dll(ctypes.CDLL(None), "paydesk_syncs")
        except ValueError:
            self._shim = None

    def __call__(self) -> int:
        """Return how many there were so far."""
        return self._commits if self._shim is None else self._shim.value

    def listen(self, store: Store) -> None:
        """Count the commits of a store."""
        store.on_commit(self._note)

    def _note(self) -> None:
        self._commits += 1


def _count(folder: Path, sends: int, drain: int) -> dict[str, float]:
    count = Counter()
    store = store_in(folder / "sends")
    count.listen(store)
    numbers = issued(store, sends)
    each = []
    for number in numbers:
        before = count()
        store.write(lambda tx: requests.send(tx, number, {"email": ""}, origin="pos"))  # noqa: B023
        each.append(count() - before)
    store.close()
    queue = Queue(folder / "drain", drain, latency=0.0)
    count.listen(queue.store)
    before = count()
    asyncio.run(queue.drain())
    drained = (count() - before) / drain
    queue.store.close()
    return {"median": median(each), "mean": sum(each) / sends, "drained": drained}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_count(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))))
