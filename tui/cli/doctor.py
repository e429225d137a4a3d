"""`paydesk doctor`: one look at everything that Paydesk stands on."""

import argparse
import asyncio
import locale
import os
import shutil
import sys
from typing import TYPE_CHECKING

from store.text import cleaned
from tui.cli.arguments import on_command
from tui.cli.output import Answer, table, tell
from tui.cli.session import data_folder

if TYPE_CHECKING:
    from sync.doctor.finding import Finding

SIGNS = {"ok": "● ok", "warning": "▲ warning", "problem": "✕ problem"}
LEAST = (80, 24)


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Look at the data file, the disks, the engine, the gateway, mail and SMS, and say what is wrong and what to "
        "do. Changes and sends nothing. The exit code is 1 when something is a problem."
    )
    parser.add_argument("--offline", action="store_true", help="leave out what needs a network")
    parser.add_argument(
        "--whole", action="store_true", help="check the whole file, as `paydesk verify` does, however long it takes"
    )
    on_command(parser, _doctor)


def _doctor(args: argparse.Namespace) -> int:
    from sync.doctor.examination import examine

    found = asyncio.run(examine(data_folder(args), offline=args.offline, whole=args.whole))
    found.append(terminal())
    document = [
        {"name": each.name, "state": each.state, "text": each.text, "what_to_do": each.what_to_do} for each in found
    ]
    told = tell(Answer({"ok": _is_well(found), "findings": document}, lines(found)), as_json=args.json)
    return told if _is_well(found) else 1


def lines(found: "list[Finding]") -> list[str]:
    """Write the findings as a table, with what to do beneath each that is not well."""
    rows = table([(SIGNS[each.state], each.name, each.text) for each in found])
    indent = " " * (max(map(len, SIGNS.values())) + 2)
    written = []
    for row, each in zip(rows, found, strict=True):
        written.append(row)
        if each.what_to_do:
            written.append(f"{indent}→ {cleaned(each.what_to_do)}")
    return written


def terminal() -> "Finding":
    """Say whether the desk can be drawn in this terminal."""
    from sync.doctor.finding import ok, warning

    if not sys.stdout.isatty():
        return ok("Terminal", "None: this is a pipe or a file.")
    width, height = shutil.get_terminal_size()
    colours = "no colours" if os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" else "colours"
    text = f"{width}×{height}, {locale.getpreferredencoding(False)}, {colours}."
    if "utf" not in (sys.stdout.encoding or "").lower():
        return warning("Terminal", text, "Use a UTF-8 locale, such as LANG=C.UTF-8, so that letters are not lost.")
    if width < LEAST[0] or height < LEAST[1]:
        return warning("Terminal", text, f"Make the window at least {LEAST[0]} columns by {LEAST[1]} lines.")
    return ok("Terminal", text)


def _is_well(found: "list[Finding]") -> bool:
    return all(each.state != "problem" for each in found)
