"""What the arguments of several commands have in common."""

import argparse
from collections.abc import Callable
from typing import Any

Run = Callable[[argparse.Namespace], int]
Commands = Any
"""What `ArgumentParser.add_subparsers` returns; argparse keeps its class to itself."""


def add_data_option(parser: argparse.ArgumentParser) -> None:
    """Let `--data DIR` stand here too; where it is not given, an earlier one stays."""
    parser.add_argument(
        "--data",
        metavar="DIR",
        default=argparse.SUPPRESS,
        help="the data folder (else PAYDESK_DATA, else this machine's place for such data)",
    )


def add_json_option(parser: argparse.ArgumentParser) -> None:
    """Let `--json` choose one JSON document on stdout."""
    parser.add_argument("--json", action="store_true", help="print one JSON document, money in pence")


def port(text: str) -> int:
    """Read the number of a TCP port; 0 is a free one. Raises ArgumentTypeError."""
    if not (text.isascii() and text.isdigit() and int(text) <= 65535):
        raise argparse.ArgumentTypeError(f"“{text}” is not a port; ports are whole numbers from 0 to 65535")
    return int(text)


def on_command(parser: argparse.ArgumentParser, run: Run) -> None:
    """Give a command that has no commands of its own its common options and its work."""
    add_data_option(parser)
    add_json_option(parser)
    parser.set_defaults(run=run)


def subcommands(parser: argparse.ArgumentParser) -> Commands:
    """Give a command commands of its own, of which one must be named."""
    add_data_option(parser)
    return parser.add_subparsers(title="commands", metavar="COMMAND", required=True)


def subcommand(commands: Commands, name: str, run: Run, help_text: str) -> argparse.ArgumentParser:
    """Add one of a command's own commands and return its parser."""
    parser: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=f"{help_text[:1].upper()}{help_text[1:]}.", allow_abbrev=False
    )
    on_command(parser, run)
    return parser
