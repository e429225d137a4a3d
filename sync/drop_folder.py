"""The watched folder into which another system drops invoices: each file is taken once and moved away.

A file goes to `done/`, or to `failed/` with a `.reason.txt` beside it. What was taken is noted in the transaction
that takes it, so a crash before the move makes nothing twice; the reason is there before the file it is about. Only
plain files ending in .csv or .json are touched: no links, nothing hidden, nothing larger than an import may be.
"""

import logging
import os
import stat
import threading
import time
from pathlib import Path

import watchfiles

from store import dropped, settings
from store.database import ENGINE, Store
from store.dropped import BY, Dropped
from store.errors import PaydeskError, StoreError
from store.importing.table import MOST_BYTES

log = logging.getLogger(__name__)

KINDS = {".csv", ".json"}
DONE, FAILED = "done", "failed"
LOOK_AGAIN = 5.0
"""Seconds between two looks at the setting while a folder is watched, and after trouble with the folder."""

SETTLED = 1.0
"""Seconds that a file must have been left alone: its writer has finished."""

Shape = tuple[int, int]
"""When a file was written, by its own clock, and how large it is: while either changes somebody writes to it."""


class DropFolder:
    """Takes what is dropped, in a thread of its own, while this process is the engine."""

    def __init__(self, store: Store, data_folder: Path, *, look_again: float = LOOK_AGAIN) -> None:
        self._store = store
        self._data_folder = data_folder
        self._look_again = look_again
        self._stopping = threading.Event()
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._run, name="paydesk-dropped", daemon=True)
        self._writing: dict[Path, tuple[Shape, float]] = {}

    def start(self) -> None:
        """Begin to watch; returns at once."""
        self._thread.start()

    def look(self) -> None:
        """Something was committed: the setting may name a folder now; callable from any thread."""
        self._told.set()

    def stop(self) -> None:
        """Finish the file in hand and end."""
        self._stopping.set()
        self._told.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._told.clear()
            try:
                folder = self._folder()
                if folder is None:
                    self._told.wait()
                elif not folder.is_dir():
                    self._told.wait(self._look_again)
                else:
                    self._watch(folder)
            except Exception:
                log.exception("the watched folder made trouble")
                self._stopping.wait(self._look_again)

    def _watch(self, folder: Path) -> None:
        """Take what is there, and then what comes, until the setting names another folder."""
        try:
            changes = watchfiles.watch(
                folder,
                stop_event=self._stopping,
                recursive=False,
                rust_timeout=int(self._look_again * 1000),
                yield_on_timeout=True,
            )
            self._take_finished(folder)
            for _ in changes:
                if self._folder() != folder or not folder.is_dir():
                    return
                self._take_finished(folder)
        except OSError as error:
            log.warning("the watched folder cannot be read: %s", error.strerror)
            self._stopping.wait(self._look_again)

    def _take_finished(self, folder: Path) -> None:
        """Take what lies there, and look again while somebody still writes to a file."""
        self.take_all(folder)
        while self._writing and not self._stopping.wait(SETTLED) and self._folder() == folder:
            self.take_all(folder)

    def take_all(self, folder: Path) -> list[Dropped]:
        """Take every file that lies there finished, oldest first, and return what became of each."""
        waiting = [
            path for path in folder.iterdir() if path.suffix.lower() in KINDS and not path.name.startswith(".")
        ]
        self._writing = {path: seen for path, seen in self._writing.items() if path in waiting}
        taken = []
        for path in sorted(waiting, key=_age):
            if self._stopping.is_set():
                break
            try:
                outcome = self._take(folder, path)
            except StoreError as error:
                log.error("a dropped file waits: %s", error)  # noqa: TRY400 - the text says it all
                break
            except FileNotFoundError:
                continue
            except OSError as error:
                log.warning("the dropped file %s cannot be moved or read: %s", _name(path), error.strerror)
                continue
            if outcome is not None:
                taken.append(outcome)
        return taken

    def _take(self, folder: Path, path: Path) -> Dropped | None:
        """Take one file; None while it is still being written."""
        about = path.lstat()
        if not self._is_finished(path, about):
            return None
        if not stat.S_ISREG(about.st_mode):
            return self._refused(folder, path, b"", "This is a link or no plain file. Drop the file itself.")
        if about.st_size > MOST_BYTES:
            return self._refused(folder, path, b"", f"The file is larger than {MOST_BYTES // 1_000_000} MB.")
        content = _content(path)
        before = self._store.read(lambda reader: dropped.taken_before(reader, content))
        if before is not None:
            _move(path, folder / DONE)
            return before
        try:
            outcome = self._store.write(
                lambda tx: dropped.take(tx, _name(path), content, settings.load(tx, self._data_folder)),
                actor=BY,
                priority=ENGINE,
            )
        except StoreError:
            raise
        except PaydeskError as error:
            return self._refused(folder, path, content, str(error))
        if outcome.outcome == FAILED:
            _move(path, folder / FAILED, why=outcome.detail)
        else:
            _move(path, folder / DONE)
        return outcome

    def _is_finished(self, path: Path, about: os.stat_result) -> bool:
        """Tell whether nobody writes to a file: by its time, or, where that is ahead of ours, by two looks."""
        shape = (about.st_mtime_ns, about.st_size)
        before, since = self._writing.get(path, (None, 0.0))
        now = time.monotonic()
        left_alone = before == shape and now - since >= SETTLED
        if left_alone or time.time() - about.st_mtime >= SETTLED:
            self._writing.pop(path, None)
            return True
        if before != shape:
            self._writing[path] = (shape, now)
        return False

    def _refused(self, folder: Path, path: Path, content: bytes, why: str) -> Dropped:
        """Note a file that cannot be taken at all; what is not read is known by its name."""
        known_by = content or f"{_name(path)} {why}".encode()
        outcome = self._store.write(
            lambda tx: dropped.note(tx, _name(path), known_by, "failed", why), actor=BY, priority=ENGINE
        )
        _move(path, folder / FAILED, why=why)
        return outcome

    def _folder(self) -> Path | None:
        """Return the folder that the setting names, which may not be there just now."""
        try:
            chosen = self._store.read(lambda reader: settings.load(reader, self._data_folder))["import.folder"]
        except PaydeskError:
            return None
        return Path(chosen).expanduser() if chosen else None


def _name(path: Path) -> str:
    """Return a file's name as text, whatever bytes another system named it with."""
    return os.fsencode(path.name).decode("utf-8", "replace")


def _age(path: Path) -> float:
    try:
        return path.lstat().st_mtime
    except OSError:
        return 0.0


def _content(path: Path) -> bytes:
    """Read a file that was no link a moment ago, and is none now."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC), "rb") as file:
        return file.read(MOST_BYTES + 1)


def _move(path: Path, to: Path, *, why: str = "") -> None:
    """Move a file into a folder beside it, under a name that is free there; `why` goes beside it."""
    to.mkdir(exist_ok=True)
    target = to / path.name
    serial = 1
    while os.path.lexists(target):
        serial += 1
        target = to / f"{path.stem}-{serial}{path.suffix}"
    if why:
        reason = target.with_name(f"{target.name}.reason.txt")
        reason.unlink(missing_ok=True)
        with reason.open("x", encoding="utf-8") as file:
            file.write(f"{why}\n")
    path.rename(target)
