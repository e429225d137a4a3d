"""`make bench`: everything that is measured, as one table. `BENCH=full` measures with a million clients too."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.clinics import with_clients
from tests.benchmarks.crowding import crowd
from tests.benchmarks.figures import FULL, LONGER, Figure, Sizes, say, table
from tests.benchmarks.keeping import check, draw
from tests.benchmarks.queueing import claim_and_settle, drain
from tests.benchmarks.screens import idle, start, typing
from tests.benchmarks.searching import search
from tests.benchmarks.sending import send
from tests.benchmarks.syncing import syncs


def figures(sizes: Sizes, folder: Path) -> Iterator[Figure]:
    """Measure everything, on files in `folder`."""
    say("sending …")
    yield from asyncio.run(send(sizes, folder / "send"))
    yield from crowd(sizes, folder)
    yield from syncs(sizes, folder)
    say("the outbox …")
    yield from claim_and_settle(sizes, folder)
    yield from asyncio.run(drain(sizes, folder / "drain"))
    say("drawing and checking …")
    yield from draw(sizes)
    yield from check(sizes, folder / "check")
    for count in (sizes.few, *sizes.many):
        say(f"{count:,} clients …")
        clinic = folder / f"clients-{count}"
        store = with_clients(clinic, count)
        yield from search(sizes, store, count)
        store.close()
        yield from typing(sizes, clinic, count)
        if count == sizes.many[0]:
            yield from start(sizes, clinic)
            yield from idle(sizes, clinic)
        shutil.rmtree(clinic)


def main() -> None:
    """Measure and print."""
    sizes = LONGER if os.environ.get("BENCH") == "full" else FULL
    with tempfile.TemporaryDirectory(prefix="paydesk-bench-") as folder:
        measured = sorted(
            figures(sizes, Path(folder)), key=lambda figure: (int(figure.number.rstrip("b")), figure.name)
        )
    sys.stdout.write(table(measured) + "\n")


if __name__ == "__main__":
    main()
