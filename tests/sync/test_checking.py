"""The test call of Admin: from any loop, beside a running engine or none, in a sentence."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import services, settings
from store.database import Store
from store.errors import PaydeskError
from store.opening import FILE_NAME
from sync.checking import check_gateway
from sync.errors import Misconfigured
from sync.host import EngineHost
from sync.sandbox.server import Sandbox
from tests.sync.engine_fakes import FakeGateway
from tui.wiring import LateEngine

KEYS = {"stripe": "sk_test_paydesk", "coherent": "sandbox-paydesk"}


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """Run one sandbox for all tests of this file."""
    with Sandbox(tmp_path_factory.mktemp("sandbox")) as running:
        yield running


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty data file."""
    opened = Store(tmp_path / FILE_NAME)
    yield opened
    opened.close()


def point_at(store: Store, **chosen: str) -> None:
    """Change settings of the gateway."""
    for key, value in chosen.items():
        store.write(lambda tx, key=key, value=value: settings.put(tx, f"gateway.{key}", value))  # type: ignore[misc]


@pytest.mark.parametrize("kind", ["stripe", "coherent"])
async def test_a_right_key(store: Store, sandbox: Sandbox, kind: str) -> None:
    """It is said so, from the desk's own loop, and nothing is made there."""
    point_at(store, kind=kind, url=sandbox.address, key=KEYS[kind])
    host = EngineHost(store, store.path.parent)
    late = LateEngine(store, store.path.parent, None, lambda _said: None)
    assert "accepts the" in await host.check_gateway()
    assert await late.check_gateway() == await asyncio.to_thread(asyncio.run, host.check_gateway())
    assert {entry.method for entry in sandbox.journal()} == {"GET"}


@pytest.mark.parametrize("kind", ["stripe", "coherent"])
@pytest.mark.parametrize(
    ("chosen", "said"),
    [
        ({"key": "wrong"}, "key refused"),
        ({"key": ""}, "There is no key"),
        ({"url": "http://127.0.0.1:9"}, "could not be reached"),
    ],
)
async def test_what_is_wrong(store: Store, sandbox: Sandbox, kind: str, chosen: dict[str, str], said: str) -> None:
    """Each in a sentence that can be shown as it is."""
    point_at(store, **{"kind": kind, "url": sandbox.address, "key": KEYS[kind], **chosen})
    with pytest.raises(PaydeskError, match=said):
        await check_gateway(store, store.path.parent)


async def test_a_key_that_was_mended_starts_what_waits(store: Store) -> None:
    """After a refused key the engine has stopped asking; a test call that works has it ask again at once."""
    gateway = FakeGateway()
    store.write(lambda tx: services.lost(tx, services.GATEWAY, "refused", reason="key refused", next_try_at=None))
    gateway.fails("check", Misconfigured("key refused"))
    with pytest.raises(PaydeskError):
        await check_gateway(store, store.path.parent, make=lambda _settings: gateway)
    assert store.read(services.known)[services.GATEWAY].next_try_at is None
    assert await check_gateway(store, store.path.parent, make=lambda _settings: gateway) == "The fake answered."
    assert store.read(services.known)[services.GATEWAY].next_try_at is not None
