"""Power cuts in small, and the proof that they would be noticed."""

from pathlib import Path

import pytest

from tests.faults import cuts
from tests.faults.cut_disk import Disk
from tests.faults.cut_sqlite import SYNC, TOLD, WRITE
from tests.faults.outcomes import SMALL


def test_nothing_acknowledged_is_lost(tmp_path: Path) -> None:
    """The product as it is: every cut leaves a whole file with all that a person was told is safe."""
    (outcome,) = cuts.run(SMALL, tmp_path)
    assert outcome.good, outcome.problems
    assert outcome.times == SMALL.cuts
    assert outcome.acknowledged > 0


@pytest.mark.parametrize("synchronous", ["NORMAL", "OFF"])
def test_without_a_sync_at_each_commit_it_would_be_noticed(tmp_path: Path, synchronous: str) -> None:
    """The same desk with `synchronous` weakened loses what it acknowledged, and the head file tells of it."""
    events = cuts.record(tmp_path, rounds=4, synchronous=synchronous)
    found = cuts.cut(events, tmp_path, times=8, seed=3)
    assert found.lost > 0
    assert any("newest" in problem for problem in found.problems)


def test_a_cut_at_any_moment_of_the_first_start(tmp_path: Path) -> None:
    """Half a new file, its first journal, its first log: the next start opens it, or makes it anew."""
    events = cuts.record(tmp_path, rounds=0)
    first = [event for event in events if event[0] != TOLD][:12]
    assert any(event[1].endswith("-journal") for event in first)
    for seed in range(3):
        (tmp_path / str(seed)).mkdir()
        found = cuts.cut(first, tmp_path / str(seed), times=len(first), seed=seed)
        assert (found.times, found.problems) == (len(first), [])


def test_the_disk_keeps_what_was_synced_and_may_lose_the_rest() -> None:
    """A disk that kept everything, or lost what was synced, would prove nothing."""
    import random

    disk = Disk()
    for event in ((WRITE, "a-wal", 0, b"1" * 8192), (SYNC, "a-wal", 0, b""), (WRITE, "a-wal", 4096, b"2" * 8192)):
        disk.take(event)
    seen = {disk.cut(random.Random(seed))[0]["a-wal"] for seed in range(60)}
    assert all(content.startswith(b"1" * 4096) for content in seen)
    assert {b"1" * 8192, b"1" * 4096 + b"2" * 8192} < seen
    assert any(b"1" in content[4096:8192] and b"2" in content[4096:8192] for content in seen)
