"""`paydesk catalogue`: services and products with their price and VAT rate."""

import argparse
from collections.abc import Iterable

from store.errors import NotFound
from store.models import CatalogueItem
from store.money import format_money, format_rate, parse_amount, parse_vat_rate
from tui.cli.arguments import subcommand, subcommands
from tui.cli.documents import Document
from tui.cli.output import Answer, table
from tui.cli.session import on_desk
from tui.desk import Desk


def fill(parser: argparse.ArgumentParser) -> None:
    """Describe the command's arguments."""
    commands = subcommands(parser)
    found = subcommand(commands, "list", on_desk(_list), "list what the clinic sells")
    found.add_argument("--search", default="", metavar="TEXT", help="a few letters of name or code")
    found.add_argument("--all", action="store_true", help="also what is not sold any more")
    add = subcommand(commands, "add", on_desk(_add), "add a service or product")
    add.add_argument("--name", required=True, metavar="N", help="what it is called, on invoices too")
    add.add_argument("--price", required=True, metavar="A", help="pounds and pence with VAT inside, such as 120.00")
    add.add_argument("--vat", required=True, metavar="VAT", help="its VAT rate in per cent, such as 20")
    add.add_argument("--code", default="", metavar="C", help="a code or barcode of its own")
    change = subcommand(commands, "change", on_desk(_change), "change a service or product; what is left out stays")
    change.add_argument("item", metavar="ITEM", help="its id or code, from `paydesk catalogue list`")
    change.add_argument("--name", metavar="N", help="what it is called from now on")
    change.add_argument("--price", metavar="A", help="pounds and pence with VAT inside, such as 120.00")
    change.add_argument("--vat", metavar="VAT", help="its VAT rate in per cent, such as 20")
    change.add_argument("--code", metavar="C", help="a code or barcode of its own; empty is none")
    for name, work, help_text in (
        ("off", _off, "do not sell something any more"),
        ("on", _on, "sell something again"),
    ):
        switch = subcommand(commands, name, on_desk(work), help_text)
        switch.add_argument("item", metavar="ITEM", help="its id or code, from `paydesk catalogue list`")


def item_document(item: CatalogueItem) -> Document:
    """Return a service or product: price in pence, VAT rate in per cent."""
    return {
        "id": item.id,
        "name": item.name,
        "code": item.code,
        "price": item.price,
        "vat_rate": item.vat_rate / 100 if item.vat_rate % 100 else item.vat_rate // 100,
        "active": item.active,
    }


async def _list(desk: Desk, args: argparse.Namespace) -> Answer:
    items = await desk.items(args.search, all=args.all)
    return Answer([item_document(item) for item in items], await _lines(desk, items))


async def _add(desk: Desk, args: argparse.Namespace) -> Answer:
    item = await desk.save_item(
        None,
        name=args.name,
        price=parse_amount(args.price, field="price", zero=True),
        vat_rate=parse_vat_rate(args.vat),
        code=args.code,
    )
    return await _one(desk, item)


async def _change(desk: Desk, args: argparse.Namespace) -> Answer:
    kept = await _named(desk, args.item)
    item = await desk.save_item(
        kept.id,
        name=kept.name if args.name is None else args.name,
        price=kept.price if args.price is None else parse_amount(args.price, field="price", zero=True),
        vat_rate=kept.vat_rate if args.vat is None else parse_vat_rate(args.vat),
        code=kept.code if args.code is None else args.code,
        version=kept.version,
    )
    return await _one(desk, item)


async def _off(desk: Desk, args: argparse.Namespace) -> Answer:
    return await _one(desk, await desk.switch_item((await _named(desk, args.item)).id, False))


async def _on(desk: Desk, args: argparse.Namespace) -> Answer:
    return await _one(desk, await desk.switch_item((await _named(desk, args.item)).id, True))


async def _named(desk: Desk, name: str) -> CatalogueItem:
    """Return the item with this id or code, sold or not. Raises NotFound."""
    for item in await desk.items():
        if name == item.id or (item.code and item.code.casefold() == name.strip().casefold()):
            return item
    raise NotFound(f"There is no item {name[:40]} in the catalogue. Find its id with `paydesk catalogue list --all`.")


async def _one(desk: Desk, item: CatalogueItem) -> Answer:
    return Answer(item_document(item), await _lines(desk, [item]))


async def _lines(desk: Desk, items: Iterable[CatalogueItem]) -> list[str]:
    currency = (await desk.settings())["clinic.currency"]
    cells = [
        (
            item.id,
            item.code,
            item.name,
            format_money(item.price, currency),
            format_rate(item.vat_rate),
            "" if item.active else "off",
        )
        for item in items
    ]
    return table(cells, right=(3, 4))
