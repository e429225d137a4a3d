"""Adopting a link that a person found at the gateway: asked for there, and taken only when it is the right one."""

from collections.abc import Awaitable, Callable

from store.money import format_money
from sync.errors import Declined
from sync.gateways.base import Gateway, Link, LinkOrder
from sync.gateways.http import Refused

CHOICES = "Adopt another, send again, which makes another link, or drop it."


def adopter(gateway: Gateway, gateway_id: str, order: LinkOrder) -> Callable[[], Awaitable[Link]]:
    """Return how to fetch the link and compare it with what was asked for. Raises Declined with what differs."""
    name = gateway.capabilities.name

    async def act() -> Link:
        try:
            link = await gateway.fetch_link(gateway_id)
        except Refused as error:
            if error.status != 404 and error.code != "resource_missing":
                raise
            raise Declined(f"{name} has no link {gateway_id}. {CHOICES}", detail=error.detail) from error
        if link.gateway_id.lower() != gateway_id.lower():
            raise Declined(f"{name} answered about another link, {link.gateway_id}. {CHOICES}")
        if told := difference(link, order, named=gateway.capabilities.can_look_up):
            raise Declined(f"The link {gateway_id} was not adopted: {told}. {CHOICES}")
        return link

    return act


def difference(link: Link, order: LinkOrder, *, named: bool) -> str:
    """Say in what a link is not the one that was asked for; empty when it is. `named`: its links carry our id."""
    if (link.amount, link.currency) != (order.amount, order.currency.upper()):
        there, asked = format_money(link.amount, link.currency), format_money(order.amount, order.currency)
        return f"it asks for {there}, and {asked} was asked for"
    if link.request_id not in {order.request_id, None}:
        return "it was made for another payment request"
    if named and link.request_id is None:
        return "it was not made by Paydesk, so its payments would not be heard"
    if link.note and order.code not in link.note:
        return f"its note does not have the code {order.code}"
    if link.state not in {"live", "paid"}:
        return "it is switched off there"
    return ""
