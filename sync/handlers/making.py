"""Making a link just once: under its key while that protects, after that only when the gateway surely has none."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

from store.models import OutboxEntry
from store.money import format_money
from sync.errors import Declined, OutcomeUnknown
from sync.gateways.base import Gateway, Link, LinkOrder
from sync.handlers.base import SETTLES, NewKeyNeeded, protects

MAY_EXIST = (
    "The link may exist at the gateway. Look for the code {code} there first: if it is there, adopt it by its id."
    " Else send again, which makes another link, or drop it."
)


def maker(gateway: Gateway, entry: OutboxEntry, order: LinkOrder, now: datetime) -> Callable[[], Awaitable[Link]]:
    """Return how to make the link: look it up first where it was tried before and the key does not protect."""
    abilities = gateway.capabilities
    protected = protects(abilities.idempotency_window, entry, now)
    tried_under_another_key = entry.attempts > 0 and not entry.unsure

    async def look_up() -> Link | None:
        return _usable(await gateway.find_link(order.request_id), order, abilities.name)

    async def found(wait: timedelta = timedelta()) -> Link:
        if not abilities.can_look_up:
            raise OutcomeUnknown(MAY_EXIST.format(code=order.code))
        if link := await look_up():
            return link
        raise NewKeyNeeded(wait)

    async def act() -> Link:
        if entry.unsure and not protected:
            return await found(SETTLES)
        if tried_under_another_key and abilities.can_look_up and (link := await look_up()):
            return link
        try:
            return await gateway.create_link(order)
        except OutcomeUnknown as error:
            if not error.replayed:
                raise
            return await found()

    return act


def _usable(link: Link | None, order: LinkOrder, name: str) -> Link | None:
    """Return a link that was found if it is the one; None when it takes no money any more.

    A paid one is always the one: its money has moved. Raises Declined when it takes money, and another amount.
    """
    if link is None or link.state not in {"live", "paid"}:
        return None
    if link.state == "live" and (link.amount, link.currency) != (order.amount, order.currency.upper()):
        there, asked = format_money(link.amount, link.currency), format_money(order.amount, order.currency)
        raise Declined(
            f"{name} has a link for {order.code} that asks for {there}, and {asked} was asked for: {link.gateway_id}."
            " Switch it off there, then send again."
        )
    return link
