"""Real data files in a temporary folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from store.database import Store
from store.opening import FILE_NAME
from tests.store.builders import Clinic, Clock, furnished

settings.register_profile("paydesk", deadline=None)
settings.load_profile("paydesk")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Where the data file is, in a folder that does not exist yet."""
    return tmp_path / "data" / FILE_NAME


@pytest.fixture
def clock() -> Clock:
    """The store's clock."""
    return Clock()


@pytest.fixture
def store(path: Path, clock: Clock) -> Iterator[Store]:
    """An empty data file, open."""
    opened = Store(path, clock=clock)
    yield opened
    opened.close()


@pytest.fixture
def clinic(store: Store, clock: Clock) -> Clinic:
    """A data file with one client in it."""
    return furnished(store, clock)
