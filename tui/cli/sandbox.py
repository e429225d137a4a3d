"""`paydesk sandbox`: a payment provider, a mail server and a phone on this machine, to try things with."""

import argparse
import os
import signal
import threading
from typing import TYPE_CHECKING

from store.errors import Refused
from store.text import cleaned
from tui.cli.arguments import add_json_option, port
from tui.cli.output import tell_json, tell_lines
from tui.cli.session import absolute, data_folder, private_folder

if TYPE_CHECKING:
    from sync.sandbox.server import Sandbox

PORT, SMTP_PORT = 8787, 8725
STDIN = 0


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Run a stand-in for Stripe and Coherent, with a mail server and the client's phone and mailbox, on this "
        "machine only. Runs until Ctrl-C or SIGTERM."
    )
    parser.add_argument("--port", type=port, default=PORT, help=f"of the gateway ({PORT}); 0 takes a free one")
    parser.add_argument("--smtp-port", type=port, default=SMTP_PORT, help=f"of the mail server ({SMTP_PORT})")
    parser.add_argument(
        "--data",
        metavar="DIR",
        dest="sandbox_data",
        help="the sandbox's own folder (else sandbox in the data folder)",
    )
    parser.add_argument("--clinic", default="Sandbox Clinic", help="the account's name, shown on the pay page")
    parser.add_argument("--with-parent", action="store_true", help=argparse.SUPPRESS)
    add_json_option(parser)
    parser.set_defaults(run=_run)


def _run(args: argparse.Namespace) -> int:
    from sync.sandbox.line import PortTaken
    from sync.sandbox.server import serve

    if args.sandbox_data is None:
        folder = private_folder(private_folder(data_folder(args)) / "sandbox")
    else:
        folder = private_folder(absolute(args.sandbox_data))
    if args.with_parent:
        threading.Thread(target=_end_with_parent, name="paydesk-parent", daemon=True).start()

    def ready(sandbox: "Sandbox") -> None:
        _say_ready(sandbox, as_json=args.json)

    try:
        serve(folder, args.port, args.smtp_port, on_ready=ready, clinic=cleaned(args.clinic))
    except PortTaken as error:
        raise Refused(str(error.strerror)) from error
    except BrokenPipeError:
        raise
    except OSError as error:
        raise Refused(
            f"The sandbox cannot start: {error.strerror or error}. Choose other ports with --port and --smtp-port."
        ) from error
    return 0


def _say_ready(sandbox: "Sandbox", *, as_json: bool) -> None:
    addresses = {
        "gateway": sandbox.address,
        "pages": sandbox.pages_address,
        "phone": f"{sandbox.pages_address}/phone",
        "smtp": f"127.0.0.1:{sandbox.smtp_port}",
    }
    if as_json:
        tell_json(addresses)
    else:
        tell_lines(["Sandbox ready: " + ", ".join(f"{name} {address}" for name, address in addresses.items())])


def _end_with_parent() -> None:
    """Wait until whoever started this process closes our input, dead or alive, then end."""
    while os.read(STDIN, 1024):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
