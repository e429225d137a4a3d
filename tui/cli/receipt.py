"""`paydesk receipt`: print a receipt, write it as a PDF, or email it."""

import argparse
from pathlib import Path

from store.private import opener
from tui.cli.arguments import on_command
from tui.cli.documents import Document
from tui.cli.output import Answer
from tui.cli.session import on_desk
from tui.desk import Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    parser.description = (
        "Print an invoice as a receipt, 80 columns wide; while nothing is paid it is an invoice. With --pdf it is "
        "written into a file, with --email it is queued for the client, free of charge."
    )
    parser.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    parser.add_argument("--pdf", metavar="FILE", help="write it there as a PDF; an older file is replaced")
    parser.add_argument("--email", nargs="?", const="", metavar="ADDR", help="email it (else the client's address)")
    on_command(parser, on_desk(_receipt))


async def _receipt(desk: Desk, args: argparse.Namespace) -> Answer:
    receipt = await desk.receipt(args.number)
    document: Document = {
        "number": receipt.number,
        "title": receipt.title,
        "code": receipt.code,
        "total": receipt.total,
        "paid": receipt.paid,
        "due": receipt.due,
        "pdf": None,
        "email": None,
    }
    lines: list[str] = []
    if args.pdf is not None:
        document["pdf"] = str(_written(args.pdf, await desk.receipt_pdf(args.number)))
        lines.append(f"{receipt.title} {receipt.number} is in {document['pdf']}.")
    if args.email is not None:
        message = await desk.email_receipt(args.number, args.email)
        document["email"] = message.address
        lines.append(f"{receipt.title} {receipt.number} is queued for {message.address}.")
    return Answer(document, lines or (await desk.receipt_text(args.number)).splitlines())


def _written(name: str, content: bytes) -> Path:
    """Write a file and return where it is."""
    path = Path(name).expanduser().absolute()
    with open(path, "wb", opener=opener) as file:
        file.write(content)
    return path
