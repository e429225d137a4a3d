"""The files of a watched folder, handled so that nobody who can write there leads Paydesk elsewhere.

The folder is opened once a look, and everything happens below what was opened: whatever is put in its place
meanwhile, or in the place of a file, is not followed. A pipe or a device is opened without waiting, and refused.
"""

import errno
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import PurePath

from store.importing.table import MOST_BYTES
from store.text import cleaned_lines

KINDS = {".csv", ".json"}
REASON = ".reason.txt"
LONGEST_NAME = 255 - len(REASON)
"""Bytes of a file's new name, so that the reason's name fits as well (Linux' NAME_MAX)."""

_HERE = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW
Shape = tuple[int, int, int]
"""Which file it is, when it was written, by its own clock, and how large it is: while it changes somebody writes."""


class NotTaken(Exception):
    """A file that is not read at all; the text says why."""


@dataclass(frozen=True, slots=True)
class Found:
    """A file that lies there: `at` is when it was written, in seconds by its own clock."""

    name: str
    shape: Shape
    at: float

    @property
    def shown(self) -> str:
        """Its name as text, whatever bytes another system named it with."""
        return os.fsencode(self.name).decode("utf-8", "replace")


class Folder:
    """A watched folder that is open."""

    def __init__(self, descriptor: int) -> None:
        self._folder = descriptor

    def waiting(self) -> list[Found]:
        """Return what may be taken, oldest first: what ends in .csv or .json and is not hidden."""
        found = []
        for name in os.listdir(self._folder):  # noqa: PTH208 - of what is open, whatever its path leads to now
            if PurePath(name).suffix.lower() in KINDS and not name.startswith("."):
                with suppress(FileNotFoundError):
                    found.append(self._about(name))
        return sorted(found, key=lambda file: (file.at, file.name))

    def content(self, file: Found) -> bytes | None:
        """Read a file; None where it is another by now, or grew while it was read.

        Raises NotTaken for what is no plain file or too large, and OSError.
        """
        try:
            opened = os.open(file.name, _HERE | os.O_NONBLOCK, dir_fd=self._folder)
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENXIO, errno.ENODEV}:
                raise NotTaken("This is a link or no plain file. Drop the file itself.") from None
            raise
        about = os.fstat(opened)
        if not stat.S_ISREG(about.st_mode):
            os.close(opened)
            raise NotTaken("This is a link or no plain file. Drop the file itself.")
        with os.fdopen(opened, "rb") as reading:
            if about.st_size > MOST_BYTES:
                raise NotTaken(f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
            content = reading.read(MOST_BYTES + 1)
            after = os.fstat(reading.fileno())
        return content if _shape(about) == _shape(after) == file.shape and len(content) == about.st_size else None

    def move(self, file: Found, to: str, why: str = "") -> None:
        """Move a file into the folder `to` below, under a name that is free there; `why` goes beside it, before it.

        A file that is another by now stays. Raises OSError, also where `to` is a link.
        """
        with self._below(to) as target:
            name = _free(target, file.name)
            if self._about(file.name).shape != file.shape:
                return
            if why:
                _write(target, name + REASON, f"{cleaned_lines(why)}\n")
            os.rename(file.name, name, src_dir_fd=self._folder, dst_dir_fd=target)

    def _about(self, name: str) -> Found:
        about = os.stat(name, dir_fd=self._folder, follow_symlinks=False)
        return Found(name, _shape(about), about.st_mtime)

    @contextmanager
    def _below(self, name: str) -> Iterator[int]:
        with suppress(FileExistsError):
            os.mkdir(name, dir_fd=self._folder)
        try:
            opened = os.open(name, _HERE | os.O_DIRECTORY, dir_fd=self._folder)
        except OSError as error:
            if error.errno in {errno.ELOOP, errno.ENOTDIR}:
                raise NotADirectoryError(error.errno, f"“{name}” there is a link or no folder") from error
            raise
        try:
            yield opened
        finally:
            os.close(opened)


@contextmanager
def entered(path: str | os.PathLike[str]) -> Iterator[Folder]:
    """Open a watched folder, which may not be a link itself. Raises OSError."""
    try:
        opened = os.open(path, _HERE | os.O_DIRECTORY)
    except OSError as error:
        if error.errno in {errno.ELOOP, errno.ENOTDIR}:
            raise NotADirectoryError(error.errno, "it is a link or no folder") from error
        raise
    try:
        yield Folder(opened)
    finally:
        os.close(opened)


def _shape(about: os.stat_result) -> Shape:
    return about.st_ino, about.st_mtime_ns, about.st_size


def _free(folder: int, name: str) -> str:
    """Return a name that nothing has in a folder, cut where it and its reason's would be too long."""
    path = PurePath(name)
    serial = 1
    while _is_there(folder, free := _cut(path.stem, f"-{serial}{path.suffix}" if serial > 1 else path.suffix)):
        serial += 1
    return free


def _is_there(folder: int, name: str) -> bool:
    try:
        os.stat(name, dir_fd=folder, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return True


def _cut(stem: str, end: str) -> str:
    return os.fsdecode(os.fsencode(stem)[: LONGEST_NAME - len(os.fsencode(end))]) + end


def _write(folder: int, name: str, text: str) -> None:
    """Write a small file where nothing is, or something that goes."""
    with suppress(FileNotFoundError):
        os.unlink(name, dir_fd=folder)
    made = os.open(name, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666, dir_fd=folder)
    with os.fdopen(made, "w", encoding="utf-8", errors="replace") as file:
        file.write(text)
