"""The parent's end of `child_engine.py`."""

import signal
from collections.abc import Callable
from pathlib import Path

from tests.faults.processes import Fork, end_of, kill, until
from tests.journeys.child_engine import live


def die_at(folder: Path, kind: str, step: str, taken: Callable[[], bool]) -> None:
    """Run an engine on `folder` until it has died at `step`; at “taken” once `taken` says so."""
    process = Fork(live, str(folder), kind, step)
    if step == "taken":
        until(taken, f"{kind} is taken by the other side")
        kill(process)
    assert end_of(process) == -signal.SIGKILL, f"the engine came to {step} of {kind}"
