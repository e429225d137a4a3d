"""Blocking work beside the event loop, in threads that never keep the process from ending.

The loop's own executor is joined when the process leaves, which would hold up a desk that is closed while a mail
server hangs.
"""

import asyncio
import contextlib
import threading
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def beside(job: Callable[[], T]) -> T:
    """Run `job` in a thread of its own and return what it returns; cancelling the wait leaves the thread to end."""
    loop = asyncio.get_running_loop()
    answer: asyncio.Future[T] = loop.create_future()

    def tell(settle: Callable[[], None]) -> None:
        with contextlib.suppress(RuntimeError):
            loop.call_soon_threadsafe(lambda: None if answer.done() else settle())

    def run() -> None:
        try:
            result = job()
        except BaseException as error:  # noqa: BLE001 - whatever it was, it belongs to whoever waits
            failed = error
            tell(lambda: answer.set_exception(failed))
        else:
            tell(lambda: answer.set_result(result))

    threading.Thread(target=run, name="paydesk-courier", daemon=True).start()
    return await answer
