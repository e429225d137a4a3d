"""The figures for Prometheus: valid, true, served to this machine alone, and without anything about a client."""

import http.client
import socket
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.parser import text_string_to_metric_families

from store.errors import Refused
from sync.errors import Declined, Unreachable
from sync.lock import EngineLock
from sync.metrics.collector import FolderCollector
from sync.metrics.server import metrics
from sync.metrics.tally import Tally
from tests.sync.engine_world import BOTH, World

Samples = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def parsed(text: str) -> Samples:
    """Read the text format as Prometheus does, and hold every family to the conventions for names."""
    found: Samples = {}
    for family in text_string_to_metric_families(text):
        assert family.name.startswith("paydesk_"), family.name
        assert family.documentation.endswith("."), family.name
        assert family.type in {"gauge", "counter", "histogram"}, family.name
        for sample in family.samples:
            labels = tuple(sorted(sample.labels.items()))
            assert (sample.name, labels) not in found, sample
            found[sample.name, labels] = sample.value
    return found


def of_folder(world: World) -> Samples:
    """Return what the folder of a world says."""
    registry = CollectorRegistry()
    registry.register(FolderCollector(world.folder, clock=world.clock))
    return parsed(generate_latest(registry).decode())


def asked(address: str, path: str = "", host: str = "") -> tuple[int, str]:
    """Ask the server and return status and body."""
    parts = urlsplit(address)
    with closing(http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=5)) as line:
        line.request("GET", path or parts.path, headers={"Host": host} if host else {})
        answer = line.getresponse()
        return answer.status, answer.read().decode()


async def test_the_outbox_is_counted_by_state_and_kind(world: World) -> None:
    """What waits and for how long, what needs a person, and the links that are live."""
    world.send()
    await world.run()
    world.gateway.fails("create_link", Declined("no"))
    world.send()
    await world.run()
    world.gateway.always_fails("create_link", Unreachable("away"))
    world.send()
    await world.run()
    world.clock.forward(90)
    found = of_folder(world)
    assert found["paydesk_outbox_entries", (("kind", "create_link"), ("state", "ready"))] == 1
    assert found["paydesk_outbox_entries", (("kind", "create_link"), ("state", "attention"))] == 1
    assert found["paydesk_outbox_oldest_seconds", (("kind", "create_link"), ("state", "ready"))] == 90
    assert found["paydesk_links_live", ()] == 1
    assert found["paydesk_service_up", (("service", "gateway"),)] == 0
    assert (
        found["paydesk_service_since_timestamp_seconds", (("service", "gateway"),)] == world.clock().timestamp() - 90
    )
    assert found["paydesk_data_file_readable", ()] == 1
    assert found["paydesk_data_file_damaged", ()] == 0
    assert found["paydesk_data_file_bytes", ()] + found["paydesk_wal_bytes", ()] > 100_000


async def test_an_engine_counts_what_it_does(world: World) -> None:
    """Entries by kind and outcome, how long calls took, how long it was until they were done, payments."""
    registry = CollectorRegistry()
    world.engine._observe = Tally(registry).count
    world.gateway.fails("create_link", Unreachable("away"), None)
    world.send(BOTH)
    await world.run()
    await world.run(40)
    world.gateway.pays("plink_1")
    await world.run(60)
    found = parsed(generate_latest(registry).decode())
    assert found["paydesk_entries_settled_total", (("kind", "create_link"), ("outcome", "waiting"))] == 1
    assert found["paydesk_entries_settled_total", (("kind", "create_link"), ("outcome", "done"))] == 1
    assert found["paydesk_entries_settled_total", (("kind", "sms"), ("outcome", "done"))] == 1
    assert found["paydesk_attempt_duration_seconds_count", (("kind", "create_link"),)] == 2
    assert found["paydesk_delivery_seconds_bucket", (("kind", "create_link"), ("le", "30.0"))] == 0
    assert found["paydesk_delivery_seconds_bucket", (("kind", "create_link"), ("le", "60.0"))] == 1
    assert found["paydesk_payments_heard_total", ()] == 1
    assert found["paydesk_engine_turns_total", ()] == 3
    assert found["paydesk_service_changes_total", (("service", "gateway"), ("state", "offline"))] == 1


async def test_no_label_tells_of_a_client(world: World) -> None:
    """Kinds, states, outcomes and names of services are all there is."""
    registry = CollectorRegistry()
    world.engine._observe = Tally(registry).count
    registry.register(FolderCollector(world.folder, clock=world.clock))
    world.gateway.fails("create_link", Declined("Jane Smith jane@example.com"))
    world.send(BOTH)
    world.send(BOTH)
    await world.run()
    text = generate_latest(registry).decode()
    labels = {label for _, pairs in parsed(text) for label, _ in pairs}
    assert labels == {"kind", "state", "outcome", "service", "le", "version"}
    assert not [word for word in ("Jane", "example.com", "900123", "Riverside", "INV-") if word in text]


def test_the_engine_is_told_wherever_it_runs(world: World) -> None:
    """Held elsewhere, held here, held by nobody."""
    lock = EngineLock(world.folder)
    assert of_folder(world)["paydesk_engine_held", ()] == 0
    assert lock.try_acquire()
    found = of_folder(world)
    assert (found["paydesk_engine_held", ()], found["paydesk_engine_here", ()]) == (1, 1)
    (world.folder / "engine.lock").write_text("1")
    assert of_folder(world)["paydesk_engine_here", ()] == 0
    assert of_folder(world)["paydesk_engine_holder_pid", ()] == 1
    lock.release()


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    """Rubbish in its place, or nothing: the rest is still told."""
    registry = CollectorRegistry()
    registry.register(FolderCollector(tmp_path))
    assert parsed(generate_latest(registry).decode())["paydesk_data_file_readable", ()] == 0
    (tmp_path / "paydesk.sqlite").write_bytes(b"rubbish" * 1000)
    found = parsed(generate_latest(registry).decode())
    assert found["paydesk_data_file_readable", ()] == 0
    assert found["paydesk_data_file_bytes", ()] == 7000


def test_it_is_served_on_this_machine_alone(world: World) -> None:
    """Under one path, for its own names: another name in the Host header is a page's trick."""
    with metrics(world.folder, 0) as (address, _count):
        port = urlsplit(address).port
        assert address == f"http://127.0.0.1:{port}/metrics"
        status, text = asked(address)
        assert status == 200
        assert parsed(text)["paydesk_data_file_readable", ()] == 1
        assert asked(address, host=f"localhost:{port}")[0] == 200
        assert asked(address, host=f"evil.example:{port}")[0] == 421
        assert asked(address, path="/")[0] == 404
    with pytest.raises(OSError, match="refused"):
        asked(address)


def test_a_port_that_is_taken_is_one_clear_line(world: World) -> None:
    """It says which, and what to do."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Refused, match=rf"Port {port} cannot be used for metrics: .*Choose another"):
            metrics(world.folder, port).__enter__()
