"""Noticing that another process wrote to the data file."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from store import settings
from store.database import Store
from store.opening import FILE_NAME
from sync.watch import FileWatch

WRITE = """
import sys
from pathlib import Path
from store import settings
from store.database import Store
store = Store(Path(sys.argv[1]))
store.write(lambda tx: settings.put(tx, "clinic.name", sys.argv[2]))
store.close()
"""


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An open data file."""
    opened = Store(tmp_path / FILE_NAME)
    yield opened
    opened.close()


def test_another_process_writes(store: Store) -> None:
    """A write in another process is told of, each time."""
    told = threading.Event()
    watch = FileWatch(store.path, told.set)
    watch.start()
    for name in ("Riverside", "Hillside"):
        while not told.wait(0.2):
            subprocess.run([sys.executable, "-c", WRITE, str(store.path), name], check=True, timeout=60)
        told.clear()
    watch.stop()


def test_other_files_are_nobody_s_business(store: Store) -> None:
    """Only the log of the data file is watched: what else happens in the folder wakes nobody."""
    told: list[int] = []
    seen = threading.Event()

    def changed() -> None:
        told.append(len(told))
        seen.set()

    watch = FileWatch(store.path, changed)
    watch.start()
    while not seen.wait(0.1):
        store.write(lambda tx: settings.put(tx, "clinic.name", tx.now))
    seen.clear()
    while seen.wait(0.5):
        seen.clear()
    before = len(told)
    (store.path.parent / "settings.toml").write_text("")
    (store.path.parent / "notes.txt").write_text("x")
    assert not seen.wait(0.5)
    assert len(told) == before
    watch.stop()
