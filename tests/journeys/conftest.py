"""A sandbox, and a clinic on each of its dialects."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from sync.sandbox.server import Sandbox
from tests.journeys.clinic import Clinic


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Run one sandbox for all tests of a file."""
    with Sandbox(tmp_path_factory.mktemp("sandbox"), clinic="Riverside Clinic") as sandbox:
        yield sandbox


@pytest.fixture
def sandbox(running: Sandbox) -> Iterator[Sandbox]:
    """Give the sandbox, and mend whatever a test broke."""
    yield running
    running.mend()


@pytest.fixture(params=["stripe", "coherent"])
def clinic(request: pytest.FixtureRequest, tmp_path: Path, sandbox: Sandbox) -> Iterator[Clinic]:
    """A clinic on each dialect in turn."""
    made = Clinic(tmp_path / "clinic", sandbox, request.param)
    yield made
    made.store.close()


@pytest.fixture
def stripe_clinic(tmp_path: Path, sandbox: Sandbox) -> Iterator[Clinic]:
    """A clinic on the Stripe dialect."""
    made = Clinic(tmp_path / "clinic", sandbox, "stripe")
    yield made
    made.store.close()
