"""A running sandbox for each test, and the clients that drive it."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from sync.sandbox.server import Sandbox
from tests.sandbox.people import Client, Clock, Stripe


@pytest.fixture
def clock() -> Clock:
    """Return a clock at a fixed moment."""
    return Clock()


@pytest.fixture
def sandbox(tmp_path: Path, clock: Clock) -> Iterator[Sandbox]:
    """Return a running sandbox with an empty book."""
    with Sandbox(tmp_path / "sandbox", clinic="Riverside Clinic", clock=clock) as running:
        yield running


@pytest.fixture
def api(sandbox: Sandbox) -> Iterator[Stripe]:
    """Return clients of the Stripe dialect."""
    clients = Stripe(sandbox)
    yield clients
    clients.close()


@pytest.fixture
def coherent(sandbox: Sandbox) -> Iterator[httpx.Client]:
    """Return a client of the Coherent dialect."""
    headers = {"access-token": "sandbox-clinic"}
    with httpx.Client(base_url=f"{sandbox.address}/api/v1", headers=headers, timeout=10) as client:
        yield client


@pytest.fixture
def client() -> Iterator[Client]:
    """Return a client with a browser."""
    someone = Client()
    yield someone
    someone.browser.close()


@pytest.fixture
def other_client() -> Iterator[Client]:
    """Return a second client, with a browser of their own."""
    someone = Client()
    yield someone
    someone.browser.close()
