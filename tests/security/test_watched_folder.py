"""The watched folder, in which another system, or anybody with a share, can put anything."""

import os
import socket
import time
from collections.abc import Iterator
from contextlib import chdir
from pathlib import Path

import pytest

from store import dropped, settings
from store.database import Store
from store.dropped import Dropped
from store.opening import FILE_NAME
from store.reading import list_invoices
from sync.drop_folder import DropFolder
from sync.watched_files import entered
from tests.security.nasty import NASTY, driving

GOOD = "ref,client_name,description,price,vat\nA-1,Jane,Consultation,120.00,20\n"
needs_a_user = pytest.mark.skipif(os.geteuid() == 0, reason="root may read and write everything")


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


@pytest.fixture
def taker(store: Store) -> DropFolder:
    """What takes the files, when it is told to."""
    return DropFolder(store, store.path.parent)


def drop(folder: Path, name: str, text: str = GOOD) -> Path:
    """Put a finished file there."""
    path = folder / name
    path.write_text(text)
    return old(path)


def old(path: Path) -> Path:
    """Let nobody have written there of late."""
    then = time.time() - 10
    os.utime(path, (then, then), follow_symlinks=False)
    return path


def said(store: Store) -> list[Dropped]:
    """Return what Admin shows."""
    return store.read(dropped.recently)


def count(store: Store) -> int:
    """Return how many invoices there are."""
    return len(store.read(list_invoices))


def test_a_pipe_a_socket_and_a_folder_hold_nobody_up(store: Store, folder: Path, taker: DropFolder) -> None:
    """A pipe that nobody writes to would be waited for without end; each goes to failed as it is."""
    os.mkfifo(folder / "pipe.csv")
    with chdir(folder), socket.socket(socket.AF_UNIX) as listening:
        listening.bind("socket.csv")
        (folder / "folder.json").mkdir()
        for name in ("pipe.csv", "socket.csv", "folder.json"):
            old(folder / name)
        assert {(one.name, one.outcome) for one in taker.take_all(folder)} == {
            ("pipe.csv", "failed"),
            ("socket.csv", "failed"),
            ("folder.json", "failed"),
        }
    assert {one.detail for one in said(store)} == {"This is a link or no plain file. Drop the file itself."}
    assert not [path for path in folder.iterdir() if path.name != "failed"]


def test_a_file_that_becomes_a_link_or_a_pipe_is_not_read(folder: Path, tmp_path: Path) -> None:
    """Between the look and the reading somebody puts another in its place."""
    secret = tmp_path / "secret.csv"
    secret.write_text(GOOD)
    drop(folder, "a.csv")
    with entered(folder) as opened:
        (seen,) = opened.waiting()
        (folder / "a.csv").unlink()
        (folder / "a.csv").symlink_to(secret)
        with pytest.raises(Exception, match="a link or no plain file"):
            opened.content(seen)
        (folder / "a.csv").unlink()
        os.mkfifo(folder / "a.csv")
        with pytest.raises(Exception, match="a link or no plain file"):
            opened.content(seen)


def test_a_file_that_is_another_by_now_is_neither_read_nor_moved(folder: Path) -> None:
    """It would go to done without having been taken."""
    drop(folder, "a.csv")
    with entered(folder) as opened:
        (seen,) = opened.waiting()
        drop(folder, "new.csv", GOOD.replace("A-1", "A-2")).rename(folder / "a.csv")
        assert opened.content(seen) is None
        opened.move(seen, "done")
    assert (folder / "a.csv").read_text() == GOOD.replace("A-1", "A-2")


def test_a_folder_that_becomes_a_link_leads_nowhere(folder: Path, tmp_path: Path) -> None:
    """What was opened is what is worked in, wherever its name leads by then."""
    drop(folder, "a.csv")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    drop(elsewhere, "a.csv", "mine")
    with entered(folder) as opened:
        (seen,) = opened.waiting()
        folder.rename(tmp_path / "moved")
        folder.symlink_to(elsewhere)
        assert opened.content(seen) == GOOD.encode()
        opened.move(seen, "done")
    assert (tmp_path / "moved" / "done" / "a.csv").read_text() == GOOD
    assert [path.name for path in elsewhere.iterdir()] == ["a.csv"]


def test_a_folder_that_is_a_link_is_not_used_and_said_once(store: Store, folder: Path, taker: DropFolder) -> None:
    """Admin says so, and not again with each look."""
    link = folder.with_name("link")
    link.symlink_to(folder)
    drop(folder, "a.csv")
    assert "it is a link or no folder" in taker.take_all(link)[0].detail
    assert taker.take_all(link) == []
    assert [one.name for one in said(store)] == [str(link)]
    assert count(store) == 0


@pytest.mark.parametrize("to", ["done", "failed"])
def test_done_and_failed_are_no_links(store: Store, folder: Path, taker: DropFolder, tmp_path: Path, to: str) -> None:
    """Nothing is written where they lead. The file stays and is taken once; without the link it is moved."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (folder / to).symlink_to(elsewhere)
    drop(folder, "a.csv", GOOD if to == "done" else "nonsense\n")
    for _ in range(3):
        taker.take_all(folder)
    assert list(elsewhere.iterdir()) == []
    assert (folder / "a.csv").exists()
    assert count(store) == (1 if to == "done" else 0)
    assert any(f"cannot be moved to {to} (“{to}” there is a link" in one.detail for one in said(store))
    assert len(said(store)) == 2
    (folder / to).unlink()
    DropFolder(store, store.path.parent).take_all(folder)
    assert (folder / to / "a.csv").exists()
    assert count(store) == (1 if to == "done" else 0)


@needs_a_user
def test_a_file_that_may_not_be_read_is_seen_by_people(store: Store, folder: Path, taker: DropFolder) -> None:
    """Not only in the log; once it can be read it is taken."""
    path = drop(folder, "a.csv")
    path.chmod(0)
    taker.take_all(folder)
    assert taker.take_all(folder) == []
    (seen,) = said(store)
    assert (seen.name, seen.outcome) == ("a.csv", "failed")
    assert "cannot be read (Permission denied)" in seen.detail
    path.chmod(0o600)
    assert [one.outcome for one in taker.take_all(folder)] == ["done"]


@needs_a_user
def test_a_folder_in_which_nothing_may_be_moved_takes_each_file_once(
    store: Store, folder: Path, taker: DropFolder
) -> None:
    """The invoice is made, the file stays, people see why, and another start makes no second invoice."""
    drop(folder, "a.csv")
    folder.chmod(0o500)
    try:
        taker.take_all(folder)
        taker.take_all(folder)
        DropFolder(store, store.path.parent).take_all(folder)
    finally:
        folder.chmod(0o700)
    assert count(store) == 1
    assert any("It was taken, and is not taken again" in one.detail for one in said(store))
    taker.take_all(folder)
    assert (folder / "done" / "a.csv").exists()
    assert count(store) == 1


def test_a_file_that_cannot_be_moved_away_is_seen_by_people(store: Store, folder: Path, taker: DropFolder) -> None:
    """A plain file lies where the folder should be."""
    (folder / "done").write_text("")
    drop(folder, "a.csv")
    taker.take_all(folder)
    assert any(
        "It was taken, and is not taken again; but it cannot be moved to done" in one.detail for one in said(store)
    )
    assert count(store) == 1


def test_names_are_names(store: Store, folder: Path, taker: DropFolder) -> None:
    """Line breaks, escapes, dots, and as long as a name can be, twice."""
    names = ["Jane\x1b[2J\n.csv", "..x.csv"[1:], "\u202evsc.csv", "é" * 125 + ".json", "-rf .csv", "$(reboot).csv"]
    for place, name in enumerate(names):
        drop(folder, name, GOOD.replace("A-1", f"B-{place}") if name.endswith("csv") else "[]")
    drop(folder, "é" * 125 + ".csv", GOOD.replace("A-1", "Z-1"))
    taker.take_all(folder)
    drop(folder, "é" * 125 + ".json", "[ ]")
    taker.take_all(folder)
    assert driving("".join(one.name for one in said(store))) == []
    assert {path.name for path in folder.iterdir()} == {"done", "failed", ".x.csv"}
    assert len(list((folder / "failed").iterdir())) == 4
    assert count(store) == 5


def test_a_reason_holds_nothing_that_drives_a_terminal(store: Store, folder: Path, taker: DropFolder) -> None:
    """Somebody will look at it with `cat`."""
    for place, text in enumerate(NASTY.values()):
        cell = text.replace('"', '""')
        drop(folder, f"{place}.csv", f'ref,client_name,description,price,vat\n{place},Jane,X,"{cell}",20\n')
        drop(folder, f"{place}-head.csv", f'ref,"{cell}"\n1,2\n')
    taker.take_all(folder)
    reasons = [path.read_text() for path in (folder / "failed").glob("*.reason.txt")]
    assert len(reasons) == 2 * len(NASTY)
    assert driving("".join(reasons)) == []


def test_very_many_files_are_each_taken_once(store: Store, folder: Path, taker: DropFolder) -> None:
    """In a moment, and those that somebody still writes to cost nothing."""
    for place in range(60):
        drop(folder, f"{place}.csv", GOOD.replace("A-1", f"C-{place}"))
    ahead = time.time() + 3_600
    for place in range(3_000):
        os.utime(drop(folder, f"now-{place}.csv", ""), (ahead, ahead))
    began = time.monotonic()
    assert len(taker.take_all(folder)) == 60
    assert time.monotonic() - began < 10
    assert count(store) == 60


def test_a_file_that_grows_while_it_is_read_waits(folder: Path) -> None:
    """What was read would be a part of it."""
    path = drop(folder, "a.csv")
    with entered(folder) as opened:
        (seen,) = opened.waiting()
        with path.open("a") as writing:
            writing.write("A-2,Omar,Consultation,1.00,20\n")
        assert opened.content(seen) is None
