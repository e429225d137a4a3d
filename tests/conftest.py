"""How many tests run at once."""

import os


def pytest_xdist_auto_num_workers() -> int:
    """Return twice the cores: half of a test's time goes by waiting for screens to come to rest."""
    return 2 * (os.cpu_count() or 1)
