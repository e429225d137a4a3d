"""Where a command works and who it works for: the data folder, the login name, and the desk on both."""

import argparse
import asyncio
import getpass
import logging
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.arguments import Run
from tui.cli.output import Answer, tell

if TYPE_CHECKING:
    from store.database import Store
    from tui.desk import Desk

log = logging.getLogger(__name__)

EVERY = -1
"""SQLite's LIMIT for no limit (https://sqlite.org/lang_select.html#limitoffset)."""

LONGEST_LOGIN = 60
"""Characters; the login name comes from the environment, and the ledger keeps it for ever."""

Work = Callable[["Desk", argparse.Namespace], Awaitable[Answer]]


def data_folder(args: argparse.Namespace) -> Path:
    """Return the data folder: `--data`, else `PAYDESK_DATA`, else the platform's own place."""
    chosen = getattr(args, "data", None) or os.environ.get("PAYDESK_DATA")
    return absolute(chosen) if chosen else platform_folder("paydesk")


def platform_folder(name: str) -> Path:
    """Return the platform's own folder for the data of a program called `name`."""
    from platformdirs import user_data_path

    return user_data_path(name, appauthor=False)


def absolute(folder: str) -> Path:
    """Return a folder as typed by a person, from the root on."""
    return Path(folder).expanduser().absolute()


def private_folder(folder: Path) -> Path:
    """Make a folder that only its owner may enter, where it is missing. Raises StoreError."""
    from store.errors import StoreError

    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise StoreError(f"The folder {folder} cannot be used: {error.strerror}.") from error
    return folder


def actor() -> str:
    """Return the login name, which the ledger keeps with everything that is done."""
    from store.text import cleaned

    try:
        return cleaned(getpass.getuser())[:LONGEST_LOGIN] or "desk"
    except (KeyError, OSError, ImportError):
        return "desk"


@contextmanager
def opened(folder: Path, role: str = "command") -> Iterator["Store"]:
    """Open the data file in `folder`, making both where they are missing, and write the log there. Raises StoreError.

    `role` is what the log calls this process.
    """
    from store.database import Store
    from store.logs import logged
    from store.opening import FILE_NAME

    with logged(folder, role), _failures_logged():
        store = Store(folder / FILE_NAME)
        try:
            _heed_log_level(store, folder)
            log.log(logging.DEBUG if role == "command" else logging.INFO, "began")
            yield store
        finally:
            store.close()
            log.debug("ended")


@contextmanager
def _failures_logged() -> Iterator[None]:
    from store.errors import PaydeskError, StoreError

    try:
        yield
    except StoreError:
        log.exception("the data file could not be used")
        raise
    except PaydeskError as error:
        log.info("refused", extra={"error": type(error).__name__, "setting": getattr(error, "field", "")})
        raise
    except Exception:
        log.exception("ended by an unforeseen error")
        raise


def _heed_log_level(store: "Store", folder: Path) -> None:
    """Write as much as the settings say; settings that cannot be read are somebody else's to complain about."""
    from store.errors import PaydeskError
    from store.logs import set_level
    from store.settings import load

    with suppress(PaydeskError):
        set_level(store.read(lambda reader: load(reader, folder))["log.level"])


def on_desk(work: Work) -> Run:
    """Return a command that lets `work` ask the desk, and prints its answer.

    What only a manager may do is done once more with a manager's approval (`tui.cli.pin`): until then `work` has
    changed nothing.
    """

    def run(args: argparse.Namespace) -> int:
        from tui.desk import Desk

        with opened(data_folder(args)) as store:
            answer = asyncio.run(_answered(work, Desk(store, actor=actor()), args))
        return tell(answer, as_json=args.json)

    return run


async def _answered(work: Work, desk: "Desk", args: argparse.Namespace) -> Answer:
    from store.errors import NeedsManager

    try:
        return await work(desk, args)
    except NeedsManager as needed:
        from tui.cli.pin import approval

        by = await approval(desk, needed)
    return await work(desk.acting_as(by), args)
