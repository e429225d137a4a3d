"""From settings to what the engine acts with; made anew when they change."""

from collections.abc import Callable

from store.settings import Settings
from sync.couriers.apprise_courier import Courier
from sync.errors import Misconfigured
from sync.gateways.base import Gateway
from sync.handlers.base import World

MakeGateway = Callable[[Settings], Gateway]


def gateway_from(settings: Settings) -> Gateway:
    """Return the gateway that the settings name. Raises Misconfigured."""
    from sync.gateways.factory import make_gateway

    return make_gateway(
        settings["gateway.kind"],
        settings["gateway.url"],
        settings["gateway.key"],
        klarna=settings.on("gateway.klarna"),
        allowed_hosts=settings.list_of("gateway.allowed_hosts"),
    )


def world_from(settings: Settings, make: MakeGateway, courier: Courier) -> World:
    """Return what there is to act with; a gateway that cannot be made is a problem to show, not an error."""
    try:
        return World(settings, make(settings), "", courier)
    except Misconfigured as problem:
        return World(settings, None, str(problem), courier)
