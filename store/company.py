"""Whether others write to the data file just now: persons at this desk, and every other process."""

import time
from collections.abc import Callable

from store.sqlite import sqlite3

LATELY = 1.0
"""Seconds for which somebody who wrote is taken to be there."""


class Company:
    """Who else is there. Used on the writer's thread alone; `clock` counts seconds."""

    def __init__(self, connection: "sqlite3.Connection", clock: Callable[[], float] = time.monotonic) -> None:
        self._connection = connection
        self._clock = clock
        self._known = self._changes()
        self._seen_at = float("-inf")

    def wrote(self) -> None:
        """A person at this desk writes."""
        self._seen_at = self._clock()

    def there(self) -> bool:
        """Tell whether anybody else wrote in the last moments; takes no time."""
        changes = self._changes()
        if changes != self._known:
            self._known = changes
            self._seen_at = self._clock()
        return self._clock() - self._seen_at < LATELY

    def _changes(self) -> int:
        """Return a number that is another one once another connection has committed (SQLite's `data_version`)."""
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])
