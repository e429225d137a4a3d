"""Whether others write to the data file."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from store.company import LATELY, Company
from store.sqlite import sqlite3


class Seconds:
    """A clock that counts seconds and only moves when it is told to."""

    now = 100.0

    def __call__(self) -> float:
        """Return the time."""
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    """Return a clock."""
    return Seconds()


@pytest.fixture
def connections(tmp_path: Path) -> "Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]":
    """Yield our connection and another process's."""
    path = tmp_path / "file.db"
    with (
        closing(sqlite3.connect(path, isolation_level=None)) as ours,
        closing(sqlite3.connect(path, isolation_level=None)) as theirs,
    ):
        ours.execute("PRAGMA journal_mode = WAL")
        ours.execute("CREATE TABLE t (x)")
        yield ours, theirs


def test_nobody_else(connections: "tuple[sqlite3.Connection, sqlite3.Connection]", seconds: Seconds) -> None:
    """What we write ourselves is no company."""
    ours, _ = connections
    company = Company(ours, seconds)
    ours.execute("INSERT INTO t VALUES (1)")
    assert not company.there()


def test_another_process_writes(
    connections: "tuple[sqlite3.Connection, sqlite3.Connection]", seconds: Seconds
) -> None:
    """It is there for a moment, and each write makes that moment longer."""
    ours, theirs = connections
    company = Company(ours, seconds)
    theirs.execute("INSERT INTO t VALUES (1)")
    assert company.there()
    seconds.now += LATELY - 0.1
    assert company.there()
    theirs.execute("INSERT INTO t VALUES (2)")
    assert company.there()
    seconds.now += LATELY - 0.1
    assert company.there()
    seconds.now += 0.1
    assert not company.there()


def test_a_person_at_this_desk_writes(
    connections: "tuple[sqlite3.Connection, sqlite3.Connection]", seconds: Seconds
) -> None:
    """That is company to the engine, though the connection is the same."""
    company = Company(connections[0], seconds)
    company.wrote()
    assert company.there()
    seconds.now += LATELY
    assert not company.there()
