"""Waiting in tests: for a condition, never for a time."""

import asyncio
from collections.abc import Callable
from typing import Any

from textual.pilot import Pilot


async def until(pilot: Pilot[Any], condition: Callable[[], object], timeout: float = 30.0) -> None:  # noqa: ASYNC109
    """Let the application work until `condition` holds and what came with it; fail after `timeout` seconds."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + timeout
    while not condition():
        assert loop.time() < deadline, f"never held: {condition.__code__.co_names}"
        await pilot.pause()
    if not pilot.app._exit:
        await pilot.pause(0)
