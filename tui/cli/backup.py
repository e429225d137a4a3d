"""`paydesk backup`: one checked file from which everything can be brought back."""

import argparse

from tui.cli.arguments import on_command
from tui.cli.output import Answer, tell
from tui.cli.session import absolute, data_folder, opened


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Write everything, settings and keys too, into one file, and check it. Desks may be open and at work "
        "meanwhile. Into a folder it gets a dated name."
    )
    parser.add_argument("file", metavar="FILE", help="the file to write, or a folder for it")
    parser.add_argument("--replace", action="store_true", help="write over a file of that name")
    on_command(parser, _backup)


def _backup(args: argparse.Namespace) -> int:
    from store.backups import back_up
    from store.errors import Refused
    from store.opening import FILE_NAME

    folder = data_folder(args)
    path = folder / FILE_NAME
    if not path.is_file():
        raise Refused(f"There is no data file {path} to back up. --data names another data folder.")
    with opened(folder):
        made = back_up(path, absolute(args.file), replace=args.replace)
    document = {"file": str(made.path), "at": made.at, "entries": made.entries, "size": made.size}
    line = f"{made.path}: {made.entries} ledger entries, {made.size / 1e6:.1f} MB, checked and whole."
    return tell(Answer(document, [line]), as_json=args.json)
