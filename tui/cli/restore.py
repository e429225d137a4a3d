"""`paydesk restore`: bring a backup back."""

import argparse
import asyncio
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from tui.cli.arguments import on_command
from tui.cli.output import Answer, local_time, tell
from tui.cli.session import absolute, actor, data_folder

if TYPE_CHECKING:
    from store.database import By
    from store.restoring import Restored

DEED = "bring a backup back"


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Check a backup and put it in the place of the data file, while no desk has that open. The file that is "
        "there is kept aside. What has to go out is looked at again, so that nobody is asked twice."
    )
    parser.add_argument("file", metavar="FILE", help="the backup, from `paydesk backup` or the backups folder")
    parser.add_argument(
        "--older", action="store_true", help="also where the data file has newer entries, which are then lost"
    )
    on_command(parser, _restore)


def _restore(args: argparse.Namespace) -> int:
    from store.opening import FILE_NAME
    from store.restoring import restore

    folder = data_folder(args)
    done = restore(folder / FILE_NAME, absolute(args.file), older=args.older, actor=_who(folder))
    brought = done.brought
    document = {
        "backup_at": brought.backup_at,
        "entries": brought.entries,
        "lost": done.lost.entries,
        "lost_days": list(done.lost.days),
        "aside": None if done.aside is None else str(done.aside),
        "next_number": brought.next_serial,
        "doubted": brought.doubted,
        "settings_file": brought.settings_file,
    }
    return tell(Answer(document, _lines(done)), as_json=args.json)


def _who(folder: Path) -> "str | By":
    """Return who brings it back: with a manager's approval where the file that is there has managers and can be read.

    A damaged file must not keep anybody from its backup.
    """
    from store.authority import has_managers
    from store.database import Store
    from store.errors import NeedsManager, StoreError
    from store.opening import FILE_NAME
    from tui.cli.pin import approval
    from tui.desk import Desk

    if not (folder / FILE_NAME).exists():
        return actor()
    try:
        store = Store(folder / FILE_NAME)
    except StoreError:
        return actor()
    with closing(store):
        if store.trouble() is not None or not store.read(has_managers):
            return actor()
        return asyncio.run(approval(Desk(store, actor=actor()), NeedsManager(DEED)))


def _lines(done: "Restored") -> list[str]:
    brought = done.brought
    lines = [
        f"Brought back: the backup of {local_time(brought.backup_at, 'UTC')} UTC, {brought.entries} ledger entries.",
        f"The next new invoice has the number {brought.next_serial}: no number is given twice.",
    ]
    if done.aside is not None:
        lines.append(f"What was here is kept in {done.aside}.")
    if brought.settings_file:
        lines.append("The settings file came out of the backup too.")
    if brought.doubted:
        lines.append(
            f"{brought.doubted} in the outbox may have gone out after the backup: what can be looked up is, the rest "
            "waits for you there."
        )
    if brought.gateway == "coherent":
        lines.append(
            "Coherent cannot list its links: look in its app for those made after the backup. Paydesk has lost them."
        )
    return lines
