"""Telling the clinic that its data file is damaged: once, and past the outbox, in which nothing can be written."""

import asyncio
import logging
from pathlib import Path

from store import damage, notices, settings
from store.damage import Damage
from store.database import Store
from store.errors import PaydeskError
from store.settings import Settings
from sync.backing_up import FAILED
from sync.couriers.apprise_courier import Courier
from sync.couriers.render import notice_mail
from sync.handlers.notice_words import damaged

log = logging.getLogger(__name__)


def tell_of_damage(store: Store, folder: Path, courier: Courier | None = None) -> None:
    """Tell every target of a failed backup, as far as the settings can still be read; once, whoever found the damage.

    Where nobody could be told, the next process that opens the file tries again. Blocks until that is known.
    """
    found = damage.damaged(store.path)
    if found is None:
        return
    try:
        chosen = store.read(lambda reader: settings.load(reader, folder))
    except PaydeskError:
        log.exception("nobody can be told of the damage")
        return
    if not notices.targets(chosen, FAILED) or not damage.may_tell(store.path):
        return
    if not asyncio.run(_tell(found, chosen, courier or Courier())):
        damage.tell_again(store.path)


async def _tell(found: Damage, chosen: Settings, courier: Courier) -> bool:
    """Tell each target and return whether any was told."""
    told = notice_mail(damaged(found, chosen))
    came = await asyncio.gather(
        *(
            courier.notify(target, told.subject, told.text, kind=FAILED, html=told.html)
            for target in notices.targets(chosen, FAILED)
        ),
        return_exceptions=True,
    )
    for wrong in (each for each in came if isinstance(each, BaseException)):
        log.warning("could not tell of the damage", exc_info=wrong)
    return any(isinstance(each, str) for each in came)
