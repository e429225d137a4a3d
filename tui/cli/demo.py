"""`paydesk demo`: the desk on a demo clinic, with the sandbox beside it."""

import argparse
from pathlib import Path

from tui.cli.arguments import add_data_option
from tui.cli.output import tell_lines
from tui.cli.session import absolute, platform_folder, private_folder


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Open the desk on a demo clinic with the sandbox beside it: no account, no key. The first time it is made "
        "up; after that what was there is opened."
    )
    add_data_option(parser)
    parser.set_defaults(run=_demo)


def _demo(args: argparse.Namespace) -> int:
    from tui.demo_clinic import CLINIC, built, prepare
    from tui.sandbox_process import SandboxProcess
    from tui.wiring import open_desk

    folder = private_folder(_folder(args))
    process = SandboxProcess(folder, clinic=CLINIC)
    try:
        if not built(folder):
            tell_lines([f"Making up a demo clinic in {folder} …"])
            prepare(folder, process)
        if process.addresses is not None:
            tell_lines(
                [f"The sandbox is at {process.addresses.pages}, the client's phone at {process.addresses.phone}"]
            )
        return open_desk(folder, process=process)
    finally:
        process.stop()


def _folder(args: argparse.Namespace) -> Path:
    """Return `--data`, else a folder beside the real one: never PAYDESK_DATA, where a real clinic may be."""
    chosen: str | None = getattr(args, "data", None)
    return absolute(chosen) if chosen else platform_folder("paydesk-demo")
