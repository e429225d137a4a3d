"""The command `paydesk`: finds what was asked for, loads only that, and says an error in one line."""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Any, NoReturn

COMMANDS = {
    "clients": "find, add, change, merge and erase clients",
    "invoices": "create, list and show invoices, and their log",
    "pay": "record money taken at the desk",
    "refund": "give money back",
    "credit": "see, take and give back what clients leave for later",
    "catalogue": "see and change what the clinic sells",
    "types": "see and change the ways in which money is taken",
    "send": "send a payment link",
    "resend": "send a payment link again",
    "chase": "remind clients of unpaid payment links",
    "cancel": "cancel a payment link",
    "qr": "show a payment link's QR code",
    "receipt": "print, save or email a receipt",
    "sync": "run the engine without a screen",
    "import": "take in clients, catalogue and invoices from files",
    "outbox": "see and decide what still waits to go out",
    "day": "see what was taken, close the day, and look at closed days",
    "report": "takings, VAT, message charges and payment links by month",
    "staff": "see and change who works here, and who may sign in",
    "charges": "see and change what messages cost",
    "settings": "read and change settings",
    "backup": "write everything into one checked file",
    "restore": "bring a backup back",
    "verify": "check that the data is as it was written",
    "doctor": "look at everything that Paydesk stands on, and say what is wrong",
    "sandbox": "run a payment provider, mail server and phone to try things with",
    "demo": "open the desk on a demo clinic, with the sandbox beside it",
}
"""Every command with its help; each is the module of its name in `tui.cli`, or the one in `MODULES`."""

MODULES = {"import": "importing"}

REFUSED, INTERRUPTED = 1, 130


def main(argv: Sequence[str] | None = None) -> int:
    """Run `paydesk` with `argv` (the process's own by default) and return its exit code."""
    if argv is None:
        _become_private()
    words = sys.argv[1:] if argv is None else list(argv)
    try:
        code = _run(words)
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except OSError as error:
        from tui.cli.output import complain

        complain(f"{error.filename or 'The output'}: {error.strerror or error}.")
        return REFUSED
    return code


def parser_for(words: Sequence[str]) -> argparse.ArgumentParser:
    """Return the parser of the whole command line, filled in for the commands among `words`."""
    from tui.cli.arguments import add_data_option

    parser = _Parser(
        prog="paydesk",
        description="A point of sale that sends payment links, online or off. Without a command it opens the desk.",
        allow_abbrev=False,
    )
    parser.add_argument("--version", action=_Version, nargs=0, help="show the version and exit")
    add_data_option(parser)
    parser.set_defaults(run=_open_desk)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")
    for name, help_text in COMMANDS.items():
        command = commands.add_parser(name, help=help_text, description=_sentence(help_text), allow_abbrev=False)
        if name in words:
            fill: Callable[[argparse.ArgumentParser], None] = import_module(f"tui.cli.{MODULES.get(name, name)}").fill
            fill(command)
    return parser


def _run(words: Sequence[str]) -> int:
    from store.errors import PaydeskError

    try:
        args = parser_for(words).parse_args(words)
        code: int = args.run(args)
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 0
    except PaydeskError as error:
        from tui.cli.output import complain

        complain(str(error))
        return REFUSED
    return code


def _open_desk(args: argparse.Namespace) -> int:
    gc.disable()  # until the first frame: what is loaded and built for it stays
    from tui.cli.session import data_folder
    from tui.wiring import open_desk

    return open_desk(data_folder(args))


def _become_private() -> None:
    """Let nobody else read what this process writes, and no report of a fault say what was in hand."""
    from tui import crash

    os.umask(0o077)
    crash.install()


def _forget_stdout() -> None:
    """Nobody reads our output any more: let what is left of it go nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."


class _Parser(argparse.ArgumentParser):
    """Says what is wrong with the words of a command on one harmless line: a file's name may be among them."""

    def error(self, message: str) -> NoReturn:
        """Say it and end with code 2."""
        from store.text import cleaned

        super().error(cleaned(message))


class _Version(argparse.Action):
    """Looks the version up only when it is asked for."""

    def __call__(self, parser: argparse.ArgumentParser, *_: Any) -> None:
        from importlib.metadata import version

        sys.stdout.write(f"paydesk {version('paydesk')}\n")
        parser.exit()


if __name__ == "__main__":
    sys.exit(main())
