"""`paydesk settings`: read them, and change them. A secret is never printed whole."""

import argparse
import getpass
import os
import sys
from urllib.parse import urlsplit

from store.errors import Refused
from store.setting_list import SETTINGS
from store.settings import known, shown
from store.web_address import is_loopback
from tui.cli.arguments import subcommand, subcommands
from tui.cli.output import Answer, table
from tui.cli.session import on_desk
from tui.desk import Desk

FROM_STDIN = "-"


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    read = subcommand(commands, "get", on_desk(_get), "show one setting, or all with what they are for")
    read.add_argument("key", nargs="?", metavar="KEY", help="such as clinic.name")
    change = subcommand(commands, "set", on_desk(_set), "change one setting")
    change.add_argument("key", metavar="KEY", help="such as clinic.name")
    change.add_argument(
        "value", metavar="VALUE", help=f"its new value; “{FROM_STDIN}” reads it from the input, as secrets must be"
    )


async def _get(desk: Desk, args: argparse.Namespace) -> Answer:
    if args.key is not None:
        known(args.key)
    settings = await desk.settings()
    values = {key: shown(key, settings[key]) for key in ([args.key] if args.key else SETTINGS)}
    if args.key:
        return Answer(values, values[args.key].split("\n"))
    return Answer(values, table([(f"{key} = {value}", SETTINGS[key].help) for key, value in values.items()]))


async def _set(desk: Desk, args: argparse.Namespace) -> Answer:
    if known(args.key).secret and not _is_harmless(args.value):
        raise Refused(
            f"{args.key} is a secret, and what stands in a command can be read by others on this computer and stays "
            f"in the shell's history. Nothing was set. Run `paydesk settings set {args.key} -` and type it then; if "
            "others use this computer, get a new one first."
        )
    kept = await desk.set(args.key, _typed(SETTINGS[args.key].lines) if args.value == FROM_STDIN else args.value)
    lines = [f"{args.key} = {shown(args.key, kept)}"]
    name = "PAYDESK_" + args.key.upper().replace(".", "_")
    if os.environ.get(name, kept) != kept:
        lines.append(f"The environment's {name} stands before it.")
    return Answer({args.key: shown(args.key, kept)}, lines)


def _is_harmless(value: str) -> bool:
    """Tell whether a secret is worth nothing to others: it moves no real money, or leads nowhere but here."""
    if value in {"", FROM_STDIN} or value.startswith(("sk_test_", "rk_test_")):
        return True
    return all(is_loopback(_host(part)) for part in value.split())


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""


def _typed(lines: bool) -> str:
    """Return a value from the input, not shown while it is typed; of several lines where it may have them."""
    if sys.stdin.isatty() and not lines:
        return getpass.getpass("Value: ")
    return sys.stdin.read() if lines else sys.stdin.readline()
