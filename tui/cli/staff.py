"""`paydesk staff`: who works here, and who may sign in."""

import argparse
from typing import TYPE_CHECKING, Any

from tui.cli.arguments import subcommand, subcommands
from tui.cli.output import Answer, table
from tui.cli.pin import add_pin_option, new_pin
from tui.cli.session import on_desk

if TYPE_CHECKING:
    from store.staff import Person
    from tui.desk import Desk

ROLES = ("reception", "manager")


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    subcommand(commands, "list", on_desk(_list), "list who works here")
    add = subcommand(commands, "add", on_desk(_add), "add somebody; the first is a manager")
    add.add_argument("name", metavar="NAME")
    add.add_argument("--role", choices=ROLES, default="reception", help="what this person may do")
    add_pin_option(add)
    change = subcommand(commands, "change", on_desk(_change), "change somebody's name or role")
    change.add_argument("name", metavar="NAME")
    change.add_argument("--name", dest="new_name", metavar="NAME", help="the new name")
    change.add_argument("--role", choices=ROLES, help="the new role")
    pin = subcommand(commands, "pin", on_desk(_pin), "give somebody another PIN")
    pin.add_argument("name", metavar="NAME")
    add_pin_option(pin)
    off = subcommand(commands, "off", on_desk(_off), "let somebody sign in no more")
    off.add_argument("name", metavar="NAME")
    on = subcommand(commands, "on", on_desk(_on), "let somebody sign in again")
    on.add_argument("name", metavar="NAME")


async def _list(desk: "Desk", _: argparse.Namespace) -> Answer:
    people = await desk.staff()
    rows = [["Name", "Role", "May sign in"]] if people else []
    rows += [[person.name, person.role, "yes" if person.active else "no"] for person in people]
    return Answer([_as_json(person) for person in people], table(rows))


async def _add(desk: "Desk", args: argparse.Namespace) -> Answer:
    return _told(await desk.add_staff(args.name, args.role, new_pin(args)))


async def _change(desk: "Desk", args: argparse.Namespace) -> Answer:
    return await _edited(desk, args.name, name=args.new_name, role=args.role)


async def _pin(desk: "Desk", args: argparse.Namespace) -> Answer:
    person = await desk.person_named(args.name)
    return _told(await desk.set_pin(person.id, new_pin(args)))


async def _off(desk: "Desk", args: argparse.Namespace) -> Answer:
    return await _edited(desk, args.name, active=False)


async def _on(desk: "Desk", args: argparse.Namespace) -> Answer:
    return await _edited(desk, args.name, active=True)


async def _edited(
    desk: "Desk", who: str, *, name: str | None = None, role: str | None = None, active: bool | None = None
) -> Answer:
    person = await desk.person_named(who)
    after = await desk.change_staff(
        person.id,
        name=person.name if name is None else name,
        role=role or person.role,
        active=person.active if active is None else active,
        version=person.version,
    )
    return _told(after)


def _told(person: "Person") -> Answer:
    may = "" if person.active else ", may not sign in"
    return Answer(_as_json(person), [f"{person.name}: {person.role}{may}"])


def _as_json(person: "Person") -> dict[str, Any]:
    return {"id": person.id, "name": person.name, "role": person.role, "active": person.active}
