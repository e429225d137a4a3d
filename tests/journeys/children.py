"""The parent's end of `child_engine.py`."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

SCRIPT = Path(__file__).with_name("child_engine.py")
PATIENCE = 20.0


class Children:
    """Engines that die where they are told to."""

    def __init__(self, orders: IO[str], answers: IO[str]) -> None:
        self._orders = orders
        self._answers = answers

    def die_at(self, folder: Path, kind: str, step: str, taken: Callable[[], bool]) -> None:
        """Run an engine on `folder` until it has died at `step`; at “taken” once `taken` says so."""
        self._orders.write(json.dumps({"folder": str(folder), "kind": kind, "step": step}) + "\n")
        self._orders.flush()
        pid = int(self._answers.readline())
        if step == "taken":
            deadline = time.monotonic() + PATIENCE
            while not taken() and time.monotonic() < deadline:
                threading.Event().wait(0.005)
            os.kill(pid, signal.SIGKILL)
        assert int(self._answers.readline()) == signal.SIGKILL, f"the engine came to {step} of {kind}"


@contextmanager
def children() -> Iterator[Children]:
    """Have a process ready that forks engines."""
    command = [sys.executable, "-W", "ignore", str(SCRIPT)]
    environment = {**os.environ, "PYTHONPATH": str(SCRIPT.parents[2])}
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Children(process.stdin, process.stdout)
        process.stdin.close()
