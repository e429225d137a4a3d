"""Files that are their owner's alone: how they are made, and what is refused because others can read it.

The data file holds clients' names, the gateway's key and PIN hashes. SQLite gives its log and its shared memory the
mode of the data file (https://sqlite.org/src/file/src/os_unix.c, findCreateFileMode), so one mode is theirs too.
Nothing found open to others is put right silently: whoever reads the remedy should know that it was open.
"""

import grp
import logging
import os
import pwd
import shlex
import stat
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import IO

from store.errors import StoreError

log = logging.getLogger(__name__)

OWN_FILE = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_BESIDE = ("-wal", "-shm", "-journal", ".head")


def opener(path: str, flags: int) -> int:
    """Open a file for `open(…, opener=opener)`: a new one is its owner's alone, an older one keeps its mode."""
    return os.open(path, flags, OWN_FILE)


def lock_file(path: Path) -> IO[str]:
    """Open a file to be locked. Who can open it could keep everybody out, so it is its owner's alone.

    Raises OSError.
    """
    held = os.fdopen(opener(str(path), os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC), "a")
    if _open_to_others(os.fstat(held.fileno())):
        with suppress(OSError):
            os.fchmod(held.fileno(), OWN_FILE)
    return held


def refuse_unless_private(data_file: Path) -> None:
    """Raise StoreError, with the command that mends it, when others could read or change the data file.

    An empty one has nothing to be read and is made private. On a disk that knows no modes (FAT, some network
    drives) it is only noted in the log: there the folder's place has to keep others out, and the clinic opens.
    """
    with suppress(OSError):
        if data_file.stat().st_size == 0:
            data_file.chmod(OWN_FILE)
    refuse_others([data_file, *(data_file.with_name(data_file.name + end) for end in _BESIDE)], "The data file")
    _refuse_shared_folder(data_file.parent)


def refuse_others(paths: Iterable[Path], what: str, modes_are_kept: Callable[[Path], bool] | None = None) -> None:
    """Raise StoreError, with the command that mends it, when others could read or change one of these files.

    `modes_are_kept` tells whether a folder's disk keeps the modes of files (None: it is tried).
    """
    there = [(path, found) for path in paths if (found := _found(path)) is not None]
    for path, found in there:
        if os.geteuid() not in {0, found.st_uid}:
            raise StoreError(
                f"{what} {path} belongs to another user, {_name(found.st_uid)}. Use Paydesk as that user, or give it "
                f"to yourself: sudo chown {os.geteuid()} {shlex.quote(str(path))}"
            )
    loose = [path for path, found in there if _open_to_others(found)]
    if not loose:
        return
    if not (modes_are_kept or keeps_modes)(loose[0].parent):
        log.warning("the disk keeps no file modes, so others may read the data")
        return
    raise StoreError(
        f"{what} {loose[0]} can be read by other users of this computer, so it was not opened. Make it private: "
        f"chmod 600 {' '.join(shlex.quote(str(path)) for path in loose)}"
    )


def _refuse_shared_folder(folder: Path) -> None:
    """Raise StoreError when others could put other files in the place of ours: not in a sticky folder, as /tmp is."""
    found = _found(folder)
    if found is None or found.st_mode & stat.S_ISVTX:
        return
    theirs = stat.S_IWOTH if _is_own_group(found.st_gid) else stat.S_IWGRP | stat.S_IWOTH
    if found.st_mode & theirs and keeps_modes(folder):
        raise StoreError(
            f"Other users of this computer can change what is in the data folder {folder}. Make it private: "
            f"chmod go-w {shlex.quote(str(folder))}"
        )


def _found(path: Path) -> os.stat_result | None:
    try:
        return path.stat()
    except OSError:
        return None


def _open_to_others(found: os.stat_result) -> bool:
    return bool(found.st_mode & _OTHERS)


def keeps_modes(folder: Path) -> bool:
    """Tell whether a disk does what chmod says, by trying it on a file of our own."""
    trial = folder / f".paydesk-{os.getpid()}.mode"
    try:
        os.close(os.open(trial, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, OWN_FILE))
    except OSError:
        return True
    try:
        trial.chmod(OWN_FILE)
        return not _open_to_others(trial.stat())
    except OSError:
        return False
    finally:
        with suppress(OSError):
            trial.unlink()


def _is_own_group(group: int) -> bool:
    """Tell whether a group is one person's own, as many systems make one for each user."""
    try:
        named, us = grp.getgrgid(group), pwd.getpwuid(os.geteuid())
    except KeyError:
        return False
    return named.gr_name == us.pw_name and not set(named.gr_mem) - {us.pw_name}


def _name(user: int) -> str:
    try:
        return pwd.getpwuid(user).pw_name
    except KeyError:
        return f"number {user}"
