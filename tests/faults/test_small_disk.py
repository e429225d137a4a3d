"""A disk of 3 MB that is really full: a tmpfs, where this machine lets us mount one."""

import asyncio
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store import health
from store.database import Store
from store.errors import DiskFull
from store.opening import FILE_NAME
from store.verify import verify
from tests.store.builders import Clock, furnished
from tests.sync.engine_world import World, until


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=3m,mode=700", "tmpfs", str(place)]
    try:
        subprocess.run(mount, check=True, capture_output=True, timeout=20)
    except (OSError, subprocess.SubprocessError):
        pytest.skip("only root may mount a disk here")
    yield place
    subprocess.run(["umount", str(place)], check=True, timeout=20)


def ballast(disk: Path) -> Path:
    """Take all the room that is left."""
    there = disk / "ballast"
    with there.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(b"x" * size) == size:
                    pass
            except OSError:
                continue
    return there


def test_what_was_acknowledged_is_there_and_work_goes_on_with_room(disk: Path) -> None:
    """At a commit that meets the full disk nothing is half done, and the same desk goes on afterwards."""
    with closing(Store(disk / "clinic" / FILE_NAME, clock=Clock())) as store:
        clinic = furnished(store, Clock())
        sent = [clinic.issued()]
        filler = ballast(disk)

        def send_until_full() -> None:
            while True:
                sent.append(clinic.issued())

        with pytest.raises(DiskFull, match="Make room on the disk and try again"):
            send_until_full()
        numbers = store.read(lambda reader: reader.all("SELECT number FROM invoices WHERE state <> 'draft'"))
        assert sorted(row["number"] for row in numbers) == sorted(sent)
        assert health.damaged(store.path) is None
        filler.unlink()
        clinic.issued()
        assert store.read(lambda reader: verify(reader, store.path)).problems == ()


async def test_what_comes_back_to_the_engine_is_kept_until_there_is_room(disk: Path) -> None:
    """The link is made while the disk fills up: it is settled later, and not made again."""
    world = World(disk / "clinic")
    request = world.send()
    gate = world.gateway.gates["create_link"] = asyncio.Event()
    running = asyncio.create_task(world.run())
    await until(lambda: world.gateway.called("create_link"))
    filler = ballast(disk)

    def write_until_full() -> None:
        while True:
            world.put("clinic.name", "x" * 20)

    with pytest.raises(DiskFull):
        write_until_full()
    gate.set()
    with pytest.raises(DiskFull):
        await running
    assert world.now_is(request).state == "queued"
    filler.unlink()
    await world.run(5)
    assert world.now_is(request).state == "live"
    assert len(world.gateway.called("create_link")) == 1
    assert world.is_whole()
    world.store.close()
