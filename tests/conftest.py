"""How many tests run at once, and how soon a screen is taken to be at rest."""

import os

from textual import _wait

LOOK, AT_REST, LONGEST = 0.01, 0.002, 0.3
"""Seconds: between two looks at a screen, of work in between while it is at rest, and of waiting for that."""

_wait.SLEEP_GRANULARITY, _wait.SLEEP_IDLE = LOOK, AT_REST
_wait.wait_for_idle.__defaults__ = (LOOK, LONGEST)


def pytest_xdist_auto_num_workers() -> int:
    """Return twice the cores: half of a test's time goes by waiting for screens to come to rest."""
    return 2 * (os.cpu_count() or 1)
