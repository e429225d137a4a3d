"""A disk that loses its power: what was synced is there; the rest may be lost, kept, torn or reordered."""

import random
from dataclasses import dataclass, field
from pathlib import Path

from tests.faults.cut_sqlite import DELETE, SYNC, TRUNCATE, WRITE, Event

HOW = ("lost", "kept", "in part", "torn at 512", "torn at 4096", "in another order")

JOURNALS = ("-journal", "-wal")

Change = tuple[str, int, bytes]


@dataclass
class File:
    """One file: what is surely on the disk, what was written since, and what its name led to before it was made."""

    durable: bytes = b""
    since: list[Change] = field(default_factory=list)
    named: bool = False
    """Whether its name is surely on the disk: the folder was synced."""
    before: "File | None" = None

    def survive(self, how: str, chance: random.Random) -> bytes | None:
        """Return what the disk holds of it after the power came back, None where the file is not there."""
        if not self.named and how != "kept" and chance.random() < 0.5:
            return self.before.survive(how, chance) if self.before else None
        return applied(self.durable, _left(self.since, how, chance))


class Disk:
    """The files of one data folder, as `Event`s change them."""

    def __init__(self) -> None:
        self._files: dict[str, File] = {}
        self._gone: dict[str, File] = {}

    def take(self, event: Event) -> None:
        """Let one thing happen."""
        what, name, place, content = event
        if what == DELETE:
            if name in self._files:
                self._gone[name] = self._files.pop(name)
        elif what in {WRITE, TRUNCATE}:
            self._file(name).since.append((what, place, content))
        elif what == SYNC:
            file = self._file(name)
            file.durable, file.since = applied(file.durable, file.since), []
            if not file.named and name.endswith(JOURNALS):
                self._sync_folder()

    def cut(self, chance: random.Random) -> tuple[dict[str, bytes], str]:
        """Return what is on the disk after a power cut, each file by its name, and how the unsynced fared."""
        how = chance.choice(HOW)
        left: dict[str, bytes] = {}
        for name, file in {**self._gone, **self._files}.items():
            if name not in self._files and (how == "lost" or chance.random() < 0.5):
                continue  # the deletion reached the disk
            there = file.survive(_of_head(how) if name.endswith(".head") else how, chance)
            if there is not None:
                left[name] = there
        return left, how

    def _sync_folder(self) -> None:
        """SQLite syncs the folder with the first sync of a new journal or log (UNIXFILE_DIRSYNC in os_unix.c)."""
        self._gone.clear()
        for file in self._files.values():
            file.named, file.before = True, None

    def _file(self, name: str) -> File:
        if name not in self._files:
            self._files[name] = File(before=self._gone.pop(name, None))
        return self._files[name]


def applied(content: bytes, changes: list[Change]) -> bytes:
    """Return a file's content after the changes."""
    if not changes:
        return content
    held = bytearray(content)
    for what, place, data in changes:
        end = place + len(data)
        if what == TRUNCATE or end > len(held):
            held = held[:place] if what == TRUNCATE and place < len(held) else held.ljust(max(place, end), b"\0")
        if what == WRITE:
            held[place:end] = data
    return bytes(held)


def put(folder: Path, left: dict[str, bytes]) -> None:
    """Write down what survived."""
    folder.mkdir(mode=0o700)
    for name, content in left.items():
        (folder / name).write_bytes(content)
        (folder / name).chmod(0o600)


def _left(changes: list[Change], how: str, chance: random.Random) -> list[Change]:
    """Choose what of the unsynced reached the disk, and in which order."""
    if how == "kept":
        return changes
    if how == "lost":
        return []
    if how == "as it was once":
        return changes[: chance.randint(0, len(changes))]
    share = chance.choice((0.1, 0.5, 0.9))
    some = [change for change in changes if chance.random() < share]
    if how == "in another order":
        chance.shuffle(some)
    if how.startswith("torn"):
        size = int(how.rpartition(" ")[2])
        some = [piece for change in changes for piece in _torn(change, size) if chance.random() < share]
    return some


def _torn(change: Change, size: int) -> list[Change]:
    """Cut a write where it crosses the borders of sectors."""
    what, place, content = change
    if what != WRITE:
        return [change]
    pieces, start = [], 0
    while start < len(content):
        end = min(len(content), size - (place + start) % size + start)
        pieces.append((what, place + start, content[start:end]))
        start = end
    return pieces


def _of_head(how: str) -> str:
    """One line in one sector, written in place: any of its versions may be on the disk, or none."""
    return how if how in {"lost", "kept"} else "as it was once"
