"""`paydesk outbox`: what the world has still to see, and what a person decides about it."""

import argparse
from collections.abc import Awaitable, Callable
from typing import get_args

from store.errors import BadInput
from store.models import EntryKind
from store.money import format_money
from store.outbox_words import OutboxLine
from tui.cli.arguments import subcommand, subcommands
from tui.cli.documents import Document, payment_document
from tui.cli.output import Answer, local_time, table
from tui.cli.session import Work, on_desk
from tui.desk import Desk

ENTRY_HELP = "the entry's id, from `paydesk outbox list`"
Decide = Callable[[Desk, str, str], Awaitable[None]]


async def _retry(desk: Desk, entry_id: str, _reason: str) -> None:
    await desk.retry(entry_id)


async def _hold(desk: Desk, entry_id: str, reason: str) -> None:
    await desk.hold(entry_id, reason)


async def _drop(desk: Desk, entry_id: str, reason: str) -> None:
    await desk.drop(entry_id, reason)


_DECISIONS: dict[str, tuple[Decide, str, str, str]] = {
    "retry": (_retry, "ready", "try an entry again now", "allowed here too, and not kept"),
    "hold": (_hold, "held", "keep an entry back until it is retried", "why; shown beside the entry"),
    "drop": (_drop, "dropped", "give an entry up", "why; must be given, and the invoice log keeps it"),
}
"""Each decision with the state that it leads to, its help, and what its reason is for."""


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    subcommand(commands, "list", on_desk(_list), "list what waits, what needs a person first")
    for name, (_, _, help_text, reason_help) in _DECISIONS.items():
        decision = subcommand(commands, name, on_desk(_decision(name)), help_text)
        if name == "retry":
            decision.add_argument("entry_id", metavar="ID", nargs="?", help=ENTRY_HELP)
            decision.add_argument(
                "--all", action="store_true", help="everything, but for what is held and what may be done already"
            )
            decision.add_argument(
                "--kind", default="", choices=get_args(EntryKind), help="with --all: only this kind"
            )
        else:
            decision.add_argument("entry_id", metavar="ID", help=ENTRY_HELP)
        decision.add_argument("--reason", default="", metavar="TEXT", help=reason_help)
    adopting = subcommand(
        commands, "adopt", on_desk(_adopt), "take a link that was found at the gateway for one that may exist there"
    )
    adopting.add_argument("entry_id", metavar="ID", help=ENTRY_HELP)
    counting = subcommand(
        commands, "count", on_desk(_count), "count a payment that was not known, after a backup was brought back"
    )
    counting.add_argument("entry_id", metavar="ID", help=ENTRY_HELP)
    counting.add_argument("number", metavar="NUMBER", help="the invoice that it pays, such as INV-000001")
    adopting.add_argument("gateway_id", metavar="GATEWAY_ID", help="the link's or transaction's id at the gateway")


async def _list(desk: Desk, _args: argparse.Namespace) -> Answer:
    zone = (await desk.settings())["clinic.zone"]
    waiting = await desk.outbox(limit=-1)
    cells = [(line.entry.id, line.entry.state, line.what, _why(line, zone)) for line in waiting]
    return Answer([_document(line) for line in waiting], table(cells))


def _decision(name: str) -> Work:
    decide, state, _, _ = _DECISIONS[name]

    async def work(desk: Desk, args: argparse.Namespace) -> Answer:
        if getattr(args, "all", False):
            return await _retry_all(desk, args)
        if args.entry_id is None:
            raise BadInput("entry", "Name an entry by its id, or say --all.")
        entry_id = args.entry_id.upper()
        await decide(desk, entry_id, args.reason)
        return Answer({"id": entry_id, "state": state}, [f"{entry_id}  {state}"])

    return work


async def _retry_all(desk: Desk, args: argparse.Namespace) -> Answer:
    if args.entry_id is not None:
        raise BadInput("entry", "Name an entry, or say --all; not both.")
    found = await desk.retry_all(args.kind)
    lines = [f"{_entries(found.tried)} tried again now."]
    if found.left:
        lines.append(f"{_entries(found.left)} left: it may be done already. Look there, then decide one by one.")
    return Answer({"tried": found.tried, "left": found.left}, lines)


async def _adopt(desk: Desk, args: argparse.Namespace) -> Answer:
    entry_id = args.entry_id.upper()
    await desk.adopt(entry_id, args.gateway_id)
    document = {"id": entry_id, "state": "ready", "gateway_id": args.gateway_id}
    return Answer(document, [f"{entry_id}  ready  to be compared with {args.gateway_id} at the gateway"])


async def _count(desk: Desk, args: argparse.Namespace) -> Answer:
    entry_id = args.entry_id.upper()
    payment = await desk.count_stray(entry_id, args.number)
    row = (await desk.invoice(args.number)).row
    money = format_money(payment.amount, row.currency)
    document = {**payment_document(payment), "number": row.number, "state": row.state, "due": row.due}
    return Answer(document, [f"{entry_id}  done  {money} counted on {row.number}"])


def _entries(count: int) -> str:
    return "1 entry is" if count == 1 else f"{count} entries are"


def _why(line: OutboxLine, zone: str) -> str:
    if line.entry.state != "ready" or not line.entry.attempts:
        return line.why
    return f"{line.why} Next try {local_time(line.entry.next_attempt_at, zone)}.".strip()


def _document(line: OutboxLine) -> Document:
    entry = line.entry
    return {
        "id": entry.id,
        "kind": entry.kind,
        "state": entry.state,
        "attempts": entry.attempts,
        "next_attempt_at": entry.next_attempt_at,
        "last_error": entry.last_error,
        "subject_id": entry.subject_id,
    }
