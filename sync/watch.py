"""Notices that another process wrote to the data file, without polling it.

The system tells of changes to the write-ahead log beside the file, of the file itself being deleted or replaced, and
of damage that was found in it; whoever is told looks by itself what is new.
"""

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from store.damage import marker

QUIET_MS = 60
"""How long it is quiet before changes are told of, in milliseconds; watchfiles wakes up as often, also when idle."""
LOOK_MS = 500
"""How often the thread looks whether it is to end; the first time it also tells of what came before it watched."""


class FileWatch:
    """Calls `changed`, on a thread of its own, after the data file was written by any process, or lost its place."""

    def __init__(self, data_file: Path, changed: Callable[[], None]) -> None:
        self._folder = data_file.parent
        self._file = data_file.name
        self._beside = (f"{data_file.name}-wal", marker(data_file).name)
        self._changed = changed
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="paydesk-watch", daemon=True)

    def start(self) -> None:
        """Begin to watch."""
        self._thread.start()

    def stop(self) -> None:
        """Stop watching; returns at once."""
        self._stopped.set()

    def _watch(self) -> None:
        from watchfiles import Change, watch

        def matters(change: Change, path: str) -> bool:
            name = path.rpartition("/")[2]
            return name in self._beside or (name == self._file and change != Change.modified)

        first = True
        with contextlib.suppress(FileNotFoundError):  # the data folder has gone: nothing there can change any more
            for changes in watch(
                self._folder,
                watch_filter=matters,
                debounce=QUIET_MS * 5,
                step=QUIET_MS,
                rust_timeout=LOOK_MS,
                yield_on_timeout=True,
                stop_event=self._stopped,
                recursive=False,
                raise_interrupt=False,
            ):
                if changes or first:
                    self._changed()
                first = False
