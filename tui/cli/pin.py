"""PINs for commands: never an argument, where everybody could read them, but the environment, stdin or a prompt."""

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING

from store.errors import BadInput, NeedsManager, Refused
from store.pins import Pin, check
from store.text import cleaned

if TYPE_CHECKING:
    from store.database import By
    from tui.desk import Desk

STAFF, PIN, NEW_PIN = "PAYDESK_STAFF", "PAYDESK_PIN", "PAYDESK_NEW_PIN"


async def approval(desk: "Desk", needed: NeedsManager) -> "By":
    """Return who runs the command with a manager's approval: from the environment, else asked for on the terminal.

    Raises Refused with what to set where nobody can be asked, or WrongPin.
    """
    name, pin = os.environ.get(STAFF, ""), os.environ.get(PIN, "")
    person_id = (await desk.person_named(name)).id if name else ""
    if not pin:
        if not _on_terminal():
            raise Refused(
                f"Only a manager may {needed.deed}. Set {STAFF} to a manager's name and {PIN} to their PIN,"
                " or run the command in a terminal."
            )
        whose = f"{name}'s PIN" if name else "A manager's PIN"
        pin = getpass.getpass(cleaned(f"Only a manager may {needed.deed}. {whose}:") + " ")
    return await desk.approve(person_id, Pin(pin))


def new_pin(args: argparse.Namespace) -> str:
    """Return a new PIN, asked for once however often the command's work runs. Raises BadInput or Refused."""
    if args.new_pin is None:
        args.new_pin = _read_new_pin(from_stdin=args.pin == "-")
    return str(args.new_pin)


def add_pin_option(parser: argparse.ArgumentParser) -> None:
    """Let `--pin -` take the new PIN from stdin; a PIN itself is refused there."""
    parser.add_argument(
        "--pin",
        choices=("-",),
        metavar="-",
        help=f"read the new PIN from stdin (else from {NEW_PIN}, else it is asked for)",
    )
    parser.set_defaults(new_pin=None)


def _read_new_pin(*, from_stdin: bool) -> str:
    if from_stdin:
        return check(sys.stdin.readline().strip())
    if NEW_PIN in os.environ:
        return check(os.environ[NEW_PIN])
    if not _on_terminal():
        raise Refused(
            f"There is no terminal to ask for the new PIN. Set {NEW_PIN}, or pass it on stdin with --pin -."
        )
    pin = check(getpass.getpass("New PIN, 4 to 8 digits: "))
    if getpass.getpass("The same once more: ") != pin:
        raise BadInput("again", "The two PINs differ. Run the command again.")
    return pin


def _on_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()
