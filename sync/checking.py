"""A test call to the gateway, by somebody who has just typed its key."""

import contextlib
from pathlib import Path

from store import services, settings
from store.database import Store
from store.errors import Refused
from sync.errors import WorldError
from sync.world import MakeGateway, gateway_from


async def check_gateway(store: Store, folder: Path, *, make: MakeGateway = gateway_from) -> str:
    """Prove address and key of the settings in force by one call, and say so in a sentence; from any event loop.

    What waits for the gateway is then tried again at once. Raises Refused with what is wrong, StoreError.
    """
    chosen = await store.aread(lambda reader: settings.load(reader, folder))
    try:
        async with contextlib.aclosing(make(chosen)) as gateway:
            told = await gateway.check()
    except WorldError as error:
        raise Refused(str(error)) from error
    known = await store.aread(services.known)
    if services.GATEWAY in known and known[services.GATEWAY].state != "online":
        await store.awrite(services.try_now)
    return told
