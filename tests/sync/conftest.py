"""Worlds for the engine's tests: one with a gateway like Stripe, one with a gateway like Coherent."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from store import settings
from store.database import Store
from store.errors import DiskFull
from store.opening import FILE_NAME
from sync.sandbox.server import Sandbox
from tests.sync.engine_fakes import COHERENT, STRIPE, FakeGateway
from tests.sync.engine_world import Clock, LeakyStore, World


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A clinic whose gateway takes keys, can look up and has a feed."""
    made = World(tmp_path)
    yield made
    made.store.close()


@pytest.fixture
def coherent(tmp_path: Path) -> Iterator[World]:
    """A clinic whose gateway takes no keys and is asked for each link."""
    made = World(tmp_path, FakeGateway(COHERENT))
    yield made
    made.store.close()


@pytest.fixture(params=[STRIPE, COHERENT], ids=["stripe", "coherent"])
def either(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """A clinic with each kind of gateway in turn."""
    made = World(tmp_path, FakeGateway(request.param))
    yield made
    made.store.close()


@pytest.fixture
def leaky(tmp_path: Path) -> Iterator[tuple[World, LeakyStore]]:
    """A clinic whose disk can be full, and its store."""
    clock = Clock()
    store = LeakyStore(tmp_path / FILE_NAME, clock=clock, error=lambda: DiskFull("The disk is full."))
    made = World(tmp_path, store=store)
    made.clock = clock
    yield made, store
    store.close()


@pytest.fixture
def sandbox(tmp_path: Path) -> Iterator[Sandbox]:
    """A sandbox for the gateway."""
    with Sandbox(tmp_path / "sandbox") as running:
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data folder of its own."""
    return tmp_path / "clinic"


@pytest.fixture
def store(folder: Path, sandbox: Sandbox) -> Iterator[Store]:
    """A data file that points at the sandbox."""
    opened = Store(folder / FILE_NAME)
    opened.write(lambda tx: settings.put(tx, "gateway.url", sandbox.address))
    opened.write(lambda tx: settings.put(tx, "gateway.key", "sk_test_paydesk"))
    yield opened
    opened.close()
