"""The watched folder: each file once, out of the way afterwards, and the reason beside what failed."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from store import dropped, settings
from store.database import Store
from store.opening import FILE_NAME
from store.reading import list_invoices
from sync.drop_folder import LOOK_AGAIN, DropFolder

GOOD = "ref,client_name,description,price,vat\nA-1,Jane,Consultation,120.00,20\n"
BAD = GOOD.replace("120.00", "lots")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A data file."""
    opened = Store(tmp_path / "data" / FILE_NAME)
    yield opened
    opened.close()


@pytest.fixture
def folder(tmp_path: Path, store: Store) -> Path:
    """A watched folder."""
    made = tmp_path / "dropped"
    made.mkdir()
    store.write(lambda tx: settings.put(tx, "import.folder", str(made)))
    return made


def drop(folder: Path, name: str, text: str, *, age: float = 10) -> Path:
    """Put a file there that was finished `age` seconds ago."""
    path = folder / name
    path.write_text(text)
    then = time.time() - age
    os.utime(path, (then, then))
    return path


def take_all(store: Store, folder: Path) -> list[dropped.Dropped]:
    """Take what is there now."""
    return DropFolder(store, store.path.parent).take_all(folder)


def names(folder: Path) -> set[str]:
    """Return the files of a folder."""
    return {path.name for path in folder.iterdir() if path.is_file()} if folder.is_dir() else set()


def test_a_good_file_is_taken_and_moved_away(store: Store, folder: Path) -> None:
    """The invoice is there, made by the import."""
    drop(folder, "today.csv", GOOD)
    outcome = take_all(store, folder)
    assert [(one.name, one.outcome, one.detail) for one in outcome] == [("today.csv", "done", "1 invoice made")]
    assert names(folder) == set()
    assert names(folder / "done") == {"today.csv"}
    assert len(store.read(list_invoices)) == 1


def test_a_bad_file_goes_to_failed_with_the_reason(store: Store, folder: Path) -> None:
    """Nothing of it is taken; mended and dropped again it is."""
    drop(folder, "today.csv", BAD)
    take_all(store, folder)
    assert names(folder / "failed") == {"today.csv", "today.csv.reason.txt"}
    assert (
        (folder / "failed" / "today.csv.reason.txt").read_text().startswith("Row 2, price: “lots” is not an amount")
    )
    assert store.read(list_invoices) == []
    drop(folder, "today.csv", GOOD)
    assert [one.outcome for one in take_all(store, folder)] == ["done"]


def test_the_same_content_is_taken_once(store: Store, folder: Path) -> None:
    """Under any name, and also where a crash came between taking and moving."""
    drop(folder, "today.csv", GOOD)
    take_all(store, folder)
    drop(folder, "today.csv", GOOD)
    drop(folder, "again.csv", GOOD)
    take_all(store, folder)
    assert len(store.read(list_invoices)) == 1
    assert names(folder / "done") == {"today.csv", "today-2.csv", "again.csv"}
    assert len(store.read(dropped.recently)) == 1


def test_what_is_still_being_written_waits(store: Store, folder: Path) -> None:
    """Until it has been left alone for a moment."""
    drop(folder, "half.csv", GOOD, age=0)
    assert take_all(store, folder) == []
    assert names(folder) == {"half.csv"}


def test_a_clock_that_is_ahead_does_not_hold_a_file_up(store: Store, folder: Path) -> None:
    """The other system's hour is later: two looks at a file that is left alone are enough."""
    drop(folder, "today.csv", GOOD, age=-3600)
    taker = DropFolder(store, store.path.parent)
    assert taker.take_all(folder) == []
    deadline = time.monotonic() + 20
    while not (taken := taker.take_all(folder)):
        assert time.monotonic() < deadline
        os.sched_yield()
    assert [one.outcome for one in taken] == ["done"]


def test_a_name_that_is_no_text_is_shown_as_it_can_be(store: Store, folder: Path) -> None:
    """Another system's letters are no reason to leave its file lying there."""
    drop(folder, os.fsdecode(b"Zo\xeb.csv"), GOOD)
    assert [(one.name, one.outcome) for one in take_all(store, folder)] == [("Zo\ufffd.csv", "done")]
    assert names(folder / "done") == {os.fsdecode(b"Zo\xeb.csv")}


def test_a_reason_is_not_written_through_a_link(store: Store, folder: Path, tmp_path: Path) -> None:
    """What lies under the reason's name is taken away first."""
    other = tmp_path / "other.txt"
    other.write_text("mine")
    (folder / "failed").mkdir()
    (folder / "failed" / "today.csv.reason.txt").symlink_to(other)
    drop(folder, "today.csv", BAD)
    take_all(store, folder)
    assert other.read_text() == "mine"
    assert "Row 2, price" in (folder / "failed" / "today.csv.reason.txt").read_text()


def test_other_files_are_left_alone(store: Store, folder: Path) -> None:
    """Hidden ones, other endings, folders of any name."""
    drop(folder, ".hidden.csv", GOOD)
    drop(folder, "today.csv.part", GOOD)
    assert take_all(store, folder) == []
    assert names(folder) == {".hidden.csv", "today.csv.part"}


def test_a_link_is_not_followed(store: Store, folder: Path, tmp_path: Path) -> None:
    """It could lead to any file of this machine; it is moved to failed as it is."""
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD)
    link = folder / "link.csv"
    link.symlink_to(secret)
    then = time.time() - 10
    os.utime(link, (then, then), follow_symlinks=False)
    assert [one.outcome for one in take_all(store, folder)] == ["failed"]
    assert (folder / "failed" / "link.csv").is_symlink()
    assert "no plain file" in (folder / "failed" / "link.csv.reason.txt").read_text()
    assert store.read(list_invoices) == []


def test_a_huge_file_is_not_read(store: Store, folder: Path) -> None:
    """It is moved to failed unread."""
    path = drop(folder, "huge.json", "")
    with path.open("wb") as file:
        file.truncate(20_000_000)
    os.utime(path, (1, 1))
    assert "larger than 10 MB" in take_all(store, folder)[0].detail
    assert names(folder / "failed") == {"huge.json", "huge.json.reason.txt"}


@contextmanager
def watching(store: Store, look_again: float = LOOK_AGAIN) -> Iterator[DropFolder]:
    """Watch as an engine does."""
    watcher = DropFolder(store, store.path.parent, look_again=look_again)
    watcher.start()
    try:
        yield watcher
    finally:
        watcher.stop()


def test_what_is_moved_in_while_it_watches_is_taken(store: Store, folder: Path, tmp_path: Path) -> None:
    """By itself, without anybody asking."""
    ready = drop(tmp_path, "ready.json", '{"ref": "B-1", "client": {"name": "Omar"}, "lines": []}')
    deadline = time.monotonic() + 20
    with watching(store):
        ready.rename(folder / "ready.json")
        while not store.read(dropped.recently):
            assert time.monotonic() < deadline
            os.sched_yield()
    assert names(folder / "failed") == {"ready.json", "ready.json.reason.txt"}


def test_what_has_just_been_written_is_taken_soon(store: Store, folder: Path) -> None:
    """Not only at the next look at the setting."""
    deadline = time.monotonic() + 20
    with watching(store, look_again=3600):
        drop(folder, "today.csv", GOOD, age=0)
        while not store.read(dropped.recently):
            assert time.monotonic() < deadline
            os.sched_yield()


def test_a_folder_that_comes_later_is_watched(store: Store, tmp_path: Path) -> None:
    """A share that is mounted after the desk was opened, with nothing else happening."""
    late = tmp_path / "late"
    store.write(lambda tx: settings.put(tx, "import.folder", str(late)))
    deadline = time.monotonic() + 20
    with watching(store, look_again=0.2):
        late.mkdir()
        drop(late, "today.csv", GOOD)
        while not store.read(dropped.recently):
            assert time.monotonic() < deadline
            os.sched_yield()
    assert names(late / "done") == {"today.csv"}


def test_without_a_folder_it_rests(store: Store) -> None:
    """And can be ended at once."""
    with watching(store):
        pass
