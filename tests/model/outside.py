"""What the client does on the page of a link, and what people do in the gateway's own pages."""

from tests.model.gateways import PayLink, Refund
from tests.model.stage import Stage


def pays(stage: Stage, a: int, b: int) -> bool:
    """The client pays a link, if it still takes money."""
    link = _chosen([link for link in stage.links() if link.state == "live"], a)
    if link is None:
        return False
    stage.provider_of(link).pay(link)
    return True


def opens_the_page(stage: Stage, a: int, b: int) -> bool:
    """The client begins to pay."""
    link = _chosen([link for link in stage.links() if link.state == "live"], a)
    if link is None:
        return False
    link.paying = True
    return True


def leaves_the_page(stage: Stage, a: int, b: int) -> bool:
    """The card is declined, or the client gives up."""
    link = _chosen([link for link in stage.links() if link.paying], a)
    if link is None:
        return False
    link.paying = False
    return True


def is_switched_off(stage: Stage, a: int, b: int) -> bool:
    """Somebody switches a link off in the gateway's own pages, or it expires."""
    link = _chosen([link for link in stage.links() if link.state == "live"], a)
    if link is None:
        return False
    link.open = link.paying = False
    return True


def is_opened_again(stage: Stage, a: int, b: int) -> bool:
    """Somebody switches a closed link on again, where the gateway lets them."""
    link = _chosen([link for link in stage.providers["stripe"].links.values() if link.state == "cancelled"], a)
    if link is None:
        return False
    link.open = True
    request_id = link.order.request_id
    stage.truth.kept.add(request_id)
    stage.truth.may_be_twice[request_id] += any(each is not link for each in stage.links_of(request_id))
    return True


def is_given_back(stage: Stage, a: int, b: int) -> bool:
    """Somebody gives a payment back in the gateway's own pages, whole or in part."""
    link = _chosen([link for link in stage.links() if link.payment and link.left], a)
    if link is None:
        return False
    stage.provider_of(link).give_back(link, link.left if b % 2 else max(1, link.left // 2))
    return True


def bank_is_slow(stage: Stage, a: int, b: int) -> bool:
    """From now on refunds take their time, or do not any more."""
    for provider in stage.providers.values():
        provider.slow = not provider.slow
    return True


def bank_answers(stage: Stage, a: int, b: int) -> bool:
    """A refund that was on its way arrives, or comes back, where the gateway can say which one it was."""
    waiting = [(link, refund) for link, refund in _refunds(stage) if refund.state == "pending"]
    if not waiting:
        return False
    link, refund = waiting[a % len(waiting)]
    provider = stage.provider_of(link)
    provider.moves(link, refund, "failed" if provider.capabilities.can_look_up and b % 3 == 0 else "done")
    return True


def feed_is_late(stage: Stage, a: int, b: int) -> bool:
    """The feed tells of nothing new for a while, or catches up."""
    provider = stage.providers["stripe"]
    provider.mute = not provider.mute
    if not provider.mute:
        provider.catches_up()
    return True


def feed_loses_its_place(stage: Stage, a: int, b: int) -> bool:
    """The feed knows no cursor of before any more."""
    stage.providers["stripe"].loses_its_place()
    return True


MOVES = {
    each.__name__: each
    for each in (
        pays,
        opens_the_page,
        leaves_the_page,
        is_switched_off,
        is_opened_again,
        is_given_back,
        bank_is_slow,
        bank_answers,
        feed_is_late,
        feed_loses_its_place,
    )
}


def _refunds(stage: Stage) -> list[tuple[PayLink, Refund]]:
    return [(link, refund) for link in stage.links() for refund in link.refunds]


def _chosen(links: list[PayLink], a: int) -> PayLink | None:
    return links[a % len(links)] if links else None
