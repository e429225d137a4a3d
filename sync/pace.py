"""A provider's rate limit, kept by spacing the calls (the generic cell rate algorithm)."""

import asyncio
from collections.abc import Awaitable, Callable


class Pace:
    """Lets `per_second` calls through, with a burst of a tenth of a second's worth."""

    def __init__(
        self,
        per_second: float,
        *,
        monotonic: Callable[[], float] | None = None,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._spacing = 1 / per_second
        self._burst = max(self._spacing, 0.1)
        self._monotonic = monotonic
        self._sleep = sleep
        self._next = 0.0

    async def turn(self) -> None:
        """Wait until the next call may start."""
        now = (self._monotonic or asyncio.get_running_loop().time)()
        self._next = max(self._next, now - self._burst) + self._spacing
        if (wait := self._next - now) > 0:
            await self._sleep(wait)
