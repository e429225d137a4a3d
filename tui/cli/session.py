"""Where a command works and who it works for: the data folder, the login name, and the desk on both."""

import argparse
import asyncio
import getpass
import os
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.arguments import Run
from tui.cli.output import Answer, tell

if TYPE_CHECKING:
    from store.database import Store
    from tui.desk import Desk

EVERY = -1
"""SQLite's LIMIT for no limit (https://sqlite.org/lang_select.html#limitoffset)."""

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
    try:
        return getpass.getuser()
    except (KeyError, OSError, ImportError):
        return "desk"


@contextmanager
def opened(folder: Path) -> Iterator["Store"]:
    """Open the data file in `folder`, making both where they are missing. Raises StoreError."""
    from store.database import Store
    from store.opening import FILE_NAME

    store = Store(folder / FILE_NAME)
    try:
        yield store
    finally:
        store.close()


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
