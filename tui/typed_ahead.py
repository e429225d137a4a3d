"""Keys in the order in which they were typed: each is heard where the one before it has led, however fast they come.

Textual hands a key to what has the focus when it arrives. Where a person or a scanner is faster than the screen, the
key after Enter would still go to the old field, and the digits for a dialog that is only opening would be lost, its
Enter not.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Any

from textual.app import App
from textual.events import Event, Key
from textual.message_pump import MessagePump
from textual.widget import Widget

PASSES = 3
"""How often a key is followed from where it was typed up to the application: the key itself, the message that it
leads to, and what that leads to in turn."""

LONGEST = 5.0
"""Seconds after which the next key is handed on whatever the last one is still doing: as long as the data file may be
busy with somebody else's writing."""


class TypedAhead:
    """Takes the keys of `app` as they arrive and hands on one at a time, once the one before has had its effect."""

    def __init__(
        self, app: App[Any], hand_on: Callable[[Event], Awaitable[None]], *, longest: float = LONGEST
    ) -> None:
        """`hand_on` lets the application hear a key; `longest` is in seconds."""
        self._longest = longest
        self._app = app
        self._hand_on = hand_on
        self._waiting: deque[Key] = deque()
        self._turn = 0
        self._under_way = False
        self._alarm: asyncio.TimerHandle | None = None

    async def take(self, key: Key) -> None:
        """Hand on the key now, or in its turn."""
        self._waiting.append(key)
        if not self._under_way:
            await self._next()

    async def _next(self) -> None:
        self._turn += 1
        if self._alarm is not None:
            self._alarm.cancel()
        self._under_way = False
        while self._waiting and not self._under_way:
            key, typed_in = self._waiting.popleft(), self._app.focused or self._app.screen
            if typed_in.check_consume_key(key.key, key.character):
                await self._hand_on(key)
            else:
                self._under_way = True
                await self._until_heard(key, typed_in)

    async def _until_heard(self, key: Key, typed_in: Widget) -> None:
        """Hand on a key that may lead somewhere else, and let the next one wait until it has."""
        turn = self._turn
        self._alarm = asyncio.get_running_loop().call_later(self._longest, self._give_up, turn)
        hops: deque[MessagePump] = deque([*typed_in.ancestors_with_self] * PASSES)
        try:
            await self._hand_on(key)
        finally:
            await self._follow(turn, hops, typed_in.screen)

    async def _follow(self, turn: int, hops: deque[MessagePump], reached: MessagePump) -> None:
        """Go on behind all that waits for the next of `hops`; then to the screen that is on top by now."""
        if turn != self._turn:
            return
        while hops:
            if hops.popleft().call_later(self._follow, turn, hops, reached):
                return
        top = self._app.screen
        if top is reached:
            await self._next()
        else:
            await self._follow(turn, deque([top, self._app]), top)

    def _give_up(self, turn: int) -> None:
        self._app.call_later(self._next_after, turn)

    async def _next_after(self, turn: int) -> None:
        if turn == self._turn:
            await self._next()
