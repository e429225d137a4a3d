"""`paydesk import`: clients, catalogue and invoices from a file of another system."""

import argparse
import asyncio
from pathlib import Path

from store.errors import BadInput
from store.importing.run import Imported
from store.importing.table import MOST_BYTES
from tui.cli.arguments import subcommand, subcommands
from tui.cli.documents import Document
from tui.cli.output import Answer
from tui.cli.session import Work, on_desk
from tui.desk import Desk

KINDS = {
    "clients": "clients from a CSV file: name, email, mobile, email_consent, sms_consent",
    "catalogue": "services and products from a CSV file: name, price, vat, code",
    "invoices": "invoices from a CSV file (one row a line) or a JSON file",
}


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    for what, help_text in KINDS.items():
        command = subcommand(commands, what, on_desk(_importer(what)), f"import {help_text}")
        command.add_argument("file", metavar="FILE", help="the file; .json is read as JSON, anything else as CSV")
        command.add_argument(
            "--dry-run", action="store_true", help="only look: say what would be taken, keep nothing"
        )
        command.add_argument(
            "--skip-bad", action="store_true", help="take the good rows although others are bad; else none is taken"
        )


def _importer(what: str) -> Work:
    async def work(desk: Desk, args: argparse.Namespace) -> Answer:
        path = Path(args.file)
        content = await asyncio.to_thread(_content, path)
        as_json = what == "invoices" and path.suffix.lower() == ".json"
        try:
            result = await desk.import_file(
                what, content, as_json=as_json, skip_bad=args.skip_bad, dry_run=args.dry_run
            )
        except BadInput as error:
            raise BadInput(error.field, f"{path}: {error}") from error
        return Answer(_document(result), _lines(result, dry_run=args.dry_run), _problem(result, dry_run=args.dry_run))

    return work


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return file.read(MOST_BYTES + 1)


def _lines(result: Imported, *, dry_run: bool) -> list[str]:
    counts = f"{result.added} added, {result.changed} changed, {result.there} there already"
    said = "Would be taken" if dry_run else "Taken"
    told = f"{said}: {counts}." if result.kept or dry_run else "Nothing was taken."
    return [*map(str, result.errors), told]


def _problem(result: Imported, *, dry_run: bool) -> str:
    bad = len(result.errors)
    if not bad:
        return ""
    rows = "1 row is bad" if bad == 1 else f"{bad} rows are bad"
    if result.kept:
        return f"{rows}; the others were taken."
    advice = "Mend them" if dry_run else "Mend them, or take the others with --skip-bad"
    return f"{rows}. {advice}."


def _document(result: Imported) -> Document:
    return {
        "what": result.what,
        "added": result.added,
        "changed": result.changed,
        "there": result.there,
        "kept": result.kept,
        "errors": [{"row": error.row, "column": error.column, "why": error.why} for error in result.errors],
    }
