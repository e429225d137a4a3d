"""`paydesk invoices`: make invoices, find them, and read what happened to one."""

import argparse

from store.invoice_filters import ONLY, STATES
from store.money import format_money
from tui.cli.arguments import subcommand, subcommands
from tui.cli.documents import invoice_document, listed_document, log_document, whole_document
from tui.cli.invoice_lines import parse_lines
from tui.cli.invoice_shown import shown
from tui.cli.output import Answer, local_time, state_words, table
from tui.cli.session import EVERY, on_desk
from tui.desk import Desk

MOST_DAYS = 36_500


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    create = subcommand(commands, "create", on_desk(_create), "create an invoice and issue it")
    create.add_argument("--client", required=True, metavar="ID", help="the client's id, from `paydesk clients list`")
    create.add_argument(
        "--line",
        required=True,
        action="append",
        metavar="LINE",
        help="DESCRIPTION;QTY;UNIT_PRICE;VAT%%, such as “Consultation;1;120.00;20%%”; the price has its VAT inside; "
        "once for each line",
    )
    found = subcommand(commands, "list", on_desk(_list), "list invoices, newest first")
    found.add_argument("--state", default="", choices=STATES, help="only those in this state")
    found.add_argument("--search", default="", metavar="TEXT", help="a few letters of number, client or link code")
    found.add_argument("--days", type=_days, metavar="N", help="only those of the last N days, today being the first")
    found.add_argument("--client", default="", metavar="ID", help="only this client's, by the id of `clients list`")
    found.add_argument(
        "--only",
        default="",
        choices=ONLY,
        help="link_unpaid: the client has a link and has not paid all; overdue: due beyond clinic.payment_days",
    )
    show = subcommand(commands, "show", on_desk(_show), "show one invoice with its payments and payment links")
    show.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    voided = subcommand(commands, "void", on_desk(_void), "make an issued invoice void: nothing is owed on it")
    voided.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    voided.add_argument("--reason", required=True, metavar="TEXT", help="why; the invoice log keeps it")
    notes = subcommand(commands, "notes", on_desk(_notes), "write an invoice's notes, or show them")
    notes.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    notes.add_argument("--text", metavar="TEXT", help="the notes from now on; empty takes them away")
    happened = subcommand(commands, "log", on_desk(_log), "show what happened to an invoice, oldest first")
    happened.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")


async def _create(desk: Desk, args: argparse.Namespace) -> Answer:
    draft = await desk.save_draft(args.client, parse_lines(args.line))
    row = (await desk.issue(draft.row.number)).row
    return Answer(invoice_document(row), [f"{row.number}  {format_money(row.total, row.currency)}"])


async def _list(desk: Desk, args: argparse.Namespace) -> Answer:
    rows = await desk.invoices(
        args.search, args.state, days=args.days, client_id=args.client, only=args.only, limit=EVERY
    )
    cells = [
        (
            row.number,
            row.client_name,
            state_words(row.state),
            format_money(row.total, row.currency),
            format_money(row.due, row.currency),
            f"link {row.request_state}" if row.request_state else "",
        )
        for row in rows
    ]
    head = [("Number", "Client", "State", "Total", "Due", "Payment link")] if cells else []
    return Answer([listed_document(row) for row in rows], table([*head, *cells], right=(3, 4)))


async def _show(desk: Desk, args: argparse.Namespace) -> Answer:
    invoice = await desk.invoice(args.number)
    return Answer(whole_document(invoice), shown(invoice, (await desk.settings())["clinic.zone"]))


async def _void(desk: Desk, args: argparse.Namespace) -> Answer:
    row = (await desk.void(args.number, args.reason)).row
    return Answer(invoice_document(row), [f"{row.number} is void."])


async def _notes(desk: Desk, args: argparse.Namespace) -> Answer:
    if args.text is not None:
        await desk.set_notes(args.number, args.text)
    row = (await desk.invoice(args.number)).row
    return Answer({"number": row.number, "notes": row.notes}, row.notes.split("\n") if row.notes else [])


async def _log(desk: Desk, args: argparse.Namespace) -> Answer:
    from store.log import log_text

    happened = await desk.invoice_log(args.number)
    currency = (await desk.invoice(args.number)).row.currency
    zone = (await desk.settings())["clinic.zone"]
    cells = [(local_time(line.at, zone), line.actor, log_text(line, currency)) for line in happened]
    return Answer([log_document(line) for line in happened], table(cells))


def _days(text: str) -> int:
    """Read a number of days."""
    if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= MOST_DAYS:
        return int(text)
    raise argparse.ArgumentTypeError(f"“{text}” is not a number of days; it is a whole number from 1 to {MOST_DAYS}")
