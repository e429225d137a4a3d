"""`paydesk clients`: the cards of the people who pay."""

import argparse

from tui.cli.arguments import subcommand, subcommands
from tui.cli.output import Answer, table
from tui.cli.session import EVERY, on_desk
from tui.desk import Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    add = subcommand(commands, "add", on_desk(_add), "add a client")
    add.add_argument("--name", required=True, metavar="N", help="the client's name")
    add.add_argument("--email", default="", metavar="E", help="where payment links are emailed to")
    add.add_argument("--mobile", default="", metavar="M", help="where payment links are texted to")
    found = subcommand(commands, "list", on_desk(_list), "list clients, newest first")
    found.add_argument("--search", default="", metavar="TEXT", help="a few letters of name, email or mobile")


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
