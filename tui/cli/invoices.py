"""`paydesk invoices`: make invoices, find them, and read what happened to one."""

import argparse

from store.money import format_money, format_quantity, format_rate
from store.reading import STATES
from tui.cli.arguments import subcommand, subcommands
from tui.cli.documents import invoice_document, listed_document, log_document, whole_document
from tui.cli.invoice_lines import parse_lines
from tui.cli.output import Answer, local_time, state_words, table
from tui.cli.session import EVERY, on_desk
from tui.desk import Desk


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
    show = subcommand(commands, "show", on_desk(_show), "show one invoice with its payments and payment links")
    show.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")
    happened = subcommand(commands, "log", on_desk(_log), "show what happened to an invoice, oldest first")
    happened.add_argument("number", metavar="NUMBER", help="the invoice's number, such as INV-000001")


async def _create(desk: Desk, args: argparse.Namespace) -> Answer:
    draft = await desk.save_draft(args.client, parse_lines(args.line))
    row = (await desk.issue(draft.row.number)).row
    return Answer(invoice_document(row), [f"{row.number}  {format_money(row.total, row.currency)}"])


async def _list(desk: Desk, args: argparse.Namespace) -> Answer:
    rows = await desk.invoices(args.search, args.state, limit=EVERY)
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
    zone = (await desk.settings())["clinic.zone"]
    row = invoice.row

    def money(pence: int) -> str:
        return format_money(pence, row.currency)

    lines = [
        (
            line.description,
            format_quantity(line.quantity),
            money(line.unit_price),
            format_rate(line.vat_rate),
            money(line.total),
        )
        for line in invoice.lines
    ]
    sums = [
        ("Total", money(row.total)),
        ("VAT in it", money(row.vat)),
        ("Paid", money(row.paid)),
        ("Due", money(row.due)),
    ]
    payments = [(local_time(p.at, zone), state_words(p.type), money(p.amount), p.reference) for p in invoice.payments]
    requests = [
        (r.code, state_words(r.state), money(r.amount), " ".join(r.channels), r.reason or r.url)
        for r in invoice.requests
    ]
    sections = (
        ("", table(lines, right=(1, 2, 3, 4))),
        ("", table(sums, right=(1,))),
        ("Payments", table(payments, right=(2,))),
        ("Payment links", table(requests, right=(2,))),
    )
    head = table([(row.number, state_words(row.state), invoice.client.name)])
    return Answer(whole_document(invoice), head + [text for section in sections for text in _section(*section)])


async def _log(desk: Desk, args: argparse.Namespace) -> Answer:
    from store.log import log_text

    happened = await desk.invoice_log(args.number)
    currency = (await desk.invoice(args.number)).row.currency
    zone = (await desk.settings())["clinic.zone"]
    cells = [(local_time(line.at, zone), line.actor, log_text(line, currency)) for line in happened]
    return Answer([log_document(line) for line in happened], table(cells))


def _section(title: str, lines: list[str]) -> list[str]:
    """Return lines under their title, or nothing where there are none."""
    if not lines:
        return []
    return ["", *([title] if title else []), *(f"  {line}" for line in lines)]
