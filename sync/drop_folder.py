"""The watched folder into which another system drops invoices: each file is taken once and moved away.

A file goes to `done/`, or to `failed/` with a `.reason.txt` beside it. What was taken is noted in the transaction
that takes it, so a crash before the move makes nothing twice; the reason is there before the file it is about. Only
plain files ending in .csv or .json are touched: no links, nothing hidden, nothing larger than an import may be
(`sync/watched_files.py`). What cannot be read or moved stays where it is, and Admin says so, once.
"""

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import watchfiles

from store import dropped, settings
from store.database import ENGINE, Store
from store.dropped import BY, Dropped
from store.errors import PaydeskError, StoreError
from sync.watched_files import Folder, Found, NotTaken, Shape, entered

log = logging.getLogger(__name__)

Place = Literal["done", "failed"]
LOOK_AGAIN = 5.0
"""Seconds between two looks at the setting while a folder is watched, and after trouble with the folder."""

SETTLED = 1.0
"""Seconds that a file must have been left alone: its writer has finished."""


@dataclass(frozen=True, slots=True)
class _Decided:
    """A file of which it is known what became: it has only to be moved."""

    shape: Shape
    to: Place
    why: str = ""


class DropFolder:
    """Takes what is dropped, in a thread of its own, while this process is the engine."""

    def __init__(self, store: Store, data_folder: Path, *, look_again: float = LOOK_AGAIN) -> None:
        self._store = store
        self._data_folder = data_folder
        self._look_again = look_again
        self._stopping = threading.Event()
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._run, name="paydesk-dropped", daemon=True)
        self._writing: dict[str, tuple[Shape, float]] = {}
        self._decided: dict[str, _Decided] = {}
        self._said: dict[str, str] = {}
        """Names and what was said of them last; what stays the same is not said again."""

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
        except OSError:
            log.warning("the watched folder cannot be read", exc_info=True)
            self._stopping.wait(self._look_again)

    def _take_finished(self, folder: Path) -> None:
        """Take what lies there, and look again while somebody still writes to a file."""
        self.take_all(folder)
        while self._writing and not self._stopping.wait(SETTLED) and self._folder() == folder:
            self.take_all(folder)

    def take_all(self, path: Path) -> list[Dropped]:
        """Take every file that lies there finished, oldest first, and return what became of each."""
        try:
            with entered(path) as folder:
                taken = self._take_each(folder)
        except OSError as error:
            log.warning("the watched folder cannot be used", exc_info=True)
            return self._say(
                str(path), f"This folder cannot be used ({error.strerror}), so nothing is taken from it."
            )
        self._said.pop(str(path), None)
        return taken

    def _take_each(self, folder: Folder) -> list[Dropped]:
        waiting = folder.waiting()
        there = {file.name for file in waiting}
        self._writing = {name: seen for name, seen in self._writing.items() if name in there}
        self._decided = {name: decided for name, decided in self._decided.items() if name in there}
        taken: list[Dropped] = []
        for file in waiting:
            if self._stopping.is_set():
                break
            try:
                taken += self._take(folder, file)
            except StoreError:
                log.exception("a dropped file waits")
                break
            except FileNotFoundError:
                continue
            except OSError as error:
                log.warning("a dropped file cannot be moved or read", exc_info=True)
                taken += self._say(file.shown, _left_lying(self._decided.get(file.name), error))
        return taken

    def _take(self, folder: Folder, file: Found) -> list[Dropped]:
        """Take one file; nothing while it is still being written, or has been taken and can only not be moved."""
        decided = self._decided.get(file.name)
        if decided is not None and decided.shape == file.shape:
            self._move(folder, file, decided)
            return []
        if not self._is_finished(file):
            return []
        try:
            content = folder.content(file)
        except NotTaken as error:
            return [self._refused(folder, file, b"", str(error))]
        return [] if content is None else [self._taken(folder, file, content)]

    def _taken(self, folder: Folder, file: Found, content: bytes) -> Dropped:
        """Take a file that was read."""
        before = self._store.read(lambda reader: dropped.taken_before(reader, content))
        if before is not None:
            self._move(folder, file, _Decided(file.shape, "done"))
            return before
        try:
            outcome = self._store.write(
                lambda tx: dropped.take(tx, file.shown, content, settings.load(tx, self._data_folder)),
                actor=BY,
                priority=ENGINE,
            )
        except StoreError:
            raise
        except PaydeskError as error:
            return self._refused(folder, file, content, str(error))
        why = outcome.detail if outcome.outcome == "failed" else ""
        self._move(folder, file, _Decided(file.shape, outcome.outcome, why))
        return outcome

    def _is_finished(self, file: Found) -> bool:
        """Tell whether nobody writes to a file: by its time, or, where that is ahead of ours, by two looks."""
        before, since = self._writing.get(file.name, (None, 0.0))
        now = time.monotonic()
        left_alone = before == file.shape and now - since >= SETTLED
        if left_alone or time.time() - file.at >= SETTLED:
            self._writing.pop(file.name, None)
            return True
        if before != file.shape:
            self._writing[file.name] = (file.shape, now)
        return False

    def _refused(self, folder: Folder, file: Found, content: bytes, why: str) -> Dropped:
        """Note a file that cannot be taken at all; what is not read is known by its name."""
        outcome = self._note(file.shown, content, why)
        self._move(folder, file, _Decided(file.shape, "failed", why))
        return outcome

    def _move(self, folder: Folder, file: Found, decided: _Decided) -> None:
        self._decided[file.name] = decided
        folder.move(file, decided.to, decided.why)
        self._decided.pop(file.name, None)
        self._said.pop(file.shown, None)

    def _say(self, name: str, why: str) -> list[Dropped]:
        """Let people see once what is wrong with a file that stays where it is."""
        if self._said.get(name) == why:
            return []
        try:
            outcome = self._note(name, b"", why)
        except StoreError:
            log.exception("a dropped file waits")
            return []
        self._said[name] = why
        return [outcome]

    def _note(self, name: str, content: bytes, why: str) -> Dropped:
        known_by = content or f"{name} {why}".encode(errors="replace")
        return self._store.write(
            lambda tx: dropped.note(tx, name, known_by, "failed", why), actor=BY, priority=ENGINE
        )

    def _folder(self) -> Path | None:
        """Return the folder that the setting names, which may not be there just now."""
        try:
            chosen = self._store.read(lambda reader: settings.load(reader, self._data_folder))["import.folder"]
        except PaydeskError:
            return None
        return Path(chosen).expanduser() if chosen else None


def _left_lying(decided: _Decided | None, error: OSError) -> str:
    """Say that a file could not be read, or not moved after it was taken."""
    why = error.strerror or type(error).__name__
    if decided is None:
        return f"It cannot be read ({why}), so it was not taken and lies there still. Let Paydesk read it."
    taken = "It was taken, and is not taken again" if decided.to == "done" else "It was not taken"
    return f"{taken}; but it cannot be moved to {decided.to} ({why}). Let Paydesk write in the folder, or move it."
