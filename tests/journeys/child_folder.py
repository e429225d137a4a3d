"""`paydesk sync` that kills its own process once it has taken a dropped file, before the file is moved away.

Run as a script with the data folder, and `took` (after the commit) or `takes` (before it).
"""

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from store.database import PERSON, By, Store, Tx
from store.dropped import BY
from store.opening import FILE_NAME
from sync.host import serve

T = TypeVar("T")


class MortalStore(Store):
    """A store that dies beside the commit that takes a dropped file."""

    def __init__(self, path: Path, step: str) -> None:
        super().__init__(path)
        self._step = step

    def write(self, work: Callable[[Tx], T], *, actor: str | By = "desk", priority: int = PERSON) -> T:
        """Write, unless the step comes first."""

        def watched(tx: Tx) -> T:
            answer = work(tx)
            if actor == BY and self._step == "takes":
                os.kill(os.getpid(), signal.SIGKILL)
            return answer

        answer = super().write(watched, actor=actor, priority=priority)
        if actor == BY:
            os.kill(os.getpid(), signal.SIGKILL)
        return answer


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    serve(MortalStore(folder / FILE_NAME, sys.argv[2]), folder, threading.Event())
