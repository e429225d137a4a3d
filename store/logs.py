"""Paydesk's own log: what was done, when and with what outcome, as JSON lines in `logs/paydesk.log` of the folder.

All processes of a data folder write to the one file. The loggers of libraries are heard from `warning` on.
"""

import logging
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from store.log_file import SharedLogFile
from store.log_lines import JsonLines

FOLDER, FILE = "logs", "paydesk.log"
LEVELS = ("debug", "info", "warning", "error")
USUAL = "info"

_OURS = ("store", "sync", "tui")
log = logging.getLogger(__name__)


def log_path(folder: Path) -> Path:
    """Return where the log of a data folder is."""
    return folder / FOLDER / FILE


@contextmanager
def logged(folder: Path, role: str) -> Iterator[None]:
    """Write what happens within to the data folder's log, as a process of that role; the file is opened when needed.

    An unforeseen error that ends a thread is written there too, and not to the terminal.
    """
    handler = SharedLogFile(log_path(folder))
    handler.setFormatter(JsonLines(role))
    root = logging.getLogger()
    before = [logging.getLogger(name).level for name in _OURS]
    root.addHandler(handler)
    set_level(USUAL)
    hook = threading.excepthook
    threading.excepthook = _logs_and_then(hook)
    try:
        yield
    finally:
        threading.excepthook = hook
        root.removeHandler(handler)
        handler.close()
        for name, level in zip(_OURS, before, strict=True):
            logging.getLogger(name).setLevel(level)


def set_level(level: str) -> None:
    """Write what is at least as grave as `level`, one of `LEVELS`, of what Paydesk itself has to say."""
    for name in _OURS:
        logging.getLogger(name).setLevel(level.upper())


def _logs_and_then(hook: Callable[[threading.ExceptHookArgs], object]) -> Callable[[threading.ExceptHookArgs], None]:
    """Return a hook that logs what ended a thread; Python's own would print its text over the screen."""

    def told(ended: threading.ExceptHookArgs) -> None:
        log.critical("a thread ended by an unforeseen error", exc_info=ended.exc_value)
        if hook is not threading.__excepthook__:
            hook(ended)

    return told
