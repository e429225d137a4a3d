"""`paydesk verify`: the ledger's chain, the tables against the ledger, and SQLite's own check."""

import argparse

from tui.cli.arguments import on_command
from tui.cli.output import Answer, table
from tui.cli.session import on_desk
from tui.desk import Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    on_command(parser, on_desk(_verify))


async def _verify(desk: Desk, _args: argparse.Namespace) -> Answer:
    verdict = await desk.verify()
    document = {
        "ok": verdict.ok,
        "entries": verdict.entries,
        "chain": verdict.chain,
        "rebuilt": verdict.rebuilt,
        "integrity": verdict.integrity,
        "problems": list(verdict.problems),
    }
    lines = table(
        [
            ("Ledger", f"{verdict.entries} entries, chain {verdict.chain}"),
            ("Tables rebuilt", verdict.rebuilt),
            ("SQLite", verdict.integrity),
        ]
    )
    return Answer(document, lines, problem=" ".join(verdict.problems))
