"""`make faults`: every scenario in full, counted against the sandbox, as one table. Names choose some of them.

A scenario is a module of this folder with `run(sizes, folder)`, which yields outcomes; `SCENARIOS` lists them. The
exit code is 1 when anything was lost, doubled or broken.
"""

import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from importlib import import_module
from pathlib import Path

from tests.faults.outcomes import FULL, Outcome, Sizes, table

SCENARIOS: tuple[str, ...] = (
    "kills",
    "steps",
    "stops",
    "cuts",
    "flips",
    "histories",
    "weather",
    "clocks",
    "cancelling",
    "backlog",
    "poison",
    "desks",
)


def outcomes(names: Sequence[str], sizes: Sizes, folder: Path) -> Iterator[Outcome]:
    """Run the scenarios called `names`, each in a folder of its own."""
    for name in names:
        sys.stderr.write(f"{time.strftime('%H:%M:%S')} {name} …\n")
        own = folder / name
        own.mkdir()
        for outcome in import_module(f"tests.faults.{name}").run(sizes, own):
            sys.stderr.write(f"  {table([outcome]).splitlines()[2]}\n")
            yield outcome


def main(names: Sequence[str]) -> int:
    """Run and print, and return the exit code."""
    with tempfile.TemporaryDirectory(prefix="paydesk-faults-") as folder:
        found = list(outcomes(names or SCENARIOS, FULL, Path(folder)))
    sys.stdout.write(table(found) + "\n")
    return 0 if all(outcome.good for outcome in found) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
