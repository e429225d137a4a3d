"""`paydesk clients`: the cards of the people who pay."""

import argparse

from tui.cli.arguments import Commands, subcommand, subcommands
from tui.cli.output import Answer, table
from tui.cli.session import EVERY, Work, on_desk
from tui.desk import Desk

YES_NO = ("yes", "no")


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    add = subcommand(commands, "add", on_desk(_add), "add a client")
    add.add_argument("--name", required=True, metavar="N", help="the client's name")
    add.add_argument("--email", default="", metavar="E", help="where payment links are emailed to")
    add.add_argument("--mobile", default="", metavar="M", help="where payment links are texted to")
    found = subcommand(commands, "list", on_desk(_list), "list clients, newest first")
    found.add_argument("--search", default="", metavar="TEXT", help="a few letters of name, email or mobile")
    _of_client(commands, "show", _show, "show a client's card")
    change = _of_client(commands, "change", _change, "change a client's card; what is not named stays as it is")
    change.add_argument("--name", metavar="N", help="the client's name")
    change.add_argument("--email", metavar="E", help="where payment links are emailed to; empty takes it away")
    change.add_argument("--mobile", metavar="M", help="where payment links are texted to; empty takes it away")
    for channel in ("email", "sms"):
        change.add_argument(
            f"--{channel}-consent", choices=YES_NO, help=f"whether the client has agreed to messages by {channel}"
        )
    notes = _of_client(commands, "notes", _notes, "show the notes about a client, newest first, or write one")
    notes.add_argument("--add", metavar="TEXT", help="a note to write")
    merge = _of_client(commands, "merge", _merge, "make two cards of one person one")
    merge.add_argument("--from", dest="gone", required=True, metavar="ID", help="the card that goes into it")
    erase = _of_client(commands, "erase", _erase, "erase a client's personal data; money records stay")
    erase.add_argument("--yes", action="store_true", help="say that it is meant: it cannot be undone")


def _of_client(commands: Commands, name: str, work: Work, help_text: str) -> argparse.ArgumentParser:
    parser = subcommand(commands, name, on_desk(work), help_text)
    parser.add_argument("client", metavar="ID", help="the client's id, from `paydesk clients list`")
    return parser


async def _add(desk: Desk, args: argparse.Namespace) -> Answer:
    from tui.cli.documents import client_document

    client = await desk.add_client(name=args.name, email=args.email, mobile=args.mobile)
    return Answer(client_document(client), [f"{client.id}  {client.name}"])


async def _list(desk: Desk, args: argparse.Namespace) -> Answer:
    from store.contact import shown_mobile
    from tui.cli.documents import client_document

    clients = await desk.find_clients(args.search, limit=EVERY)
    lines = table([(client.id, client.name, client.email, shown_mobile(client.mobile)) for client in clients])
    return Answer([client_document(client) for client in clients], lines)


async def _show(desk: Desk, args: argparse.Namespace) -> Answer:
    from tui.cli.client_shown import card_document, card_lines

    card = await desk.client_card(_id(args.client))
    likely, chosen = await desk.duplicates_of(card.client.id), await desk.settings()
    return Answer(card_document(card, likely), card_lines(card, likely, chosen))


async def _change(desk: Desk, args: argparse.Namespace) -> Answer:
    from tui.cli.client_shown import consent_document

    now = await desk.client(_id(args.client))
    client = await desk.update_client(
        now.id,
        name=now.name if args.name is None else args.name,
        email=now.email if args.email is None else args.email,
        mobile=now.mobile if args.mobile is None else args.mobile,
        version=now.version,
        email_consent=_said(args.email_consent),
        sms_consent=_said(args.sms_consent),
    )
    return Answer(consent_document(client), [f"{client.id}  {client.name}"])


async def _notes(desk: Desk, args: argparse.Namespace) -> Answer:
    from tui.cli.client_shown import note_document, note_lines

    if args.add is not None:
        await desk.add_note(_id(args.client), args.add)
    notes = (await desk.client_card(_id(args.client))).notes
    return Answer([note_document(note) for note in notes], note_lines(notes, await desk.settings()))


async def _merge(desk: Desk, args: argparse.Namespace) -> Answer:
    from tui.cli.client_shown import consent_document

    client = await desk.merge_clients(_id(args.client), _id(args.gone))
    return Answer(consent_document(client), [f"{client.id}  {client.name}: the two cards are one now"])


async def _erase(desk: Desk, args: argparse.Namespace) -> Answer:
    from store.errors import BadInput

    client = await desk.client(_id(args.client))
    if not args.yes:
        raise BadInput("yes", f"Nothing is erased yet. To erase {client.name} for good, say so with --yes.")
    await desk.erase_client(client.id)
    return Answer({"id": client.id, "erased": True}, [f"{client.id}  erased; the money records stay"])


def _id(typed: str) -> str:
    return typed.strip().upper()


def _said(consent: str | None) -> bool | None:
    return None if consent is None else consent == "yes"
