"""Walking through the desk by keys, waiting at each door until it is open."""

from typing import Any

from textual.pilot import Pilot

from tests.tui.conditions import until
from tests.tui.snapshots import shown
from tests.tui.typing import type_text
from tui.app import PaydeskApp

DOOR = "?"
"""Before a text that the screen must show before the next key."""


async def walk(pilot: Pilot[Any], *parts: str) -> None:
    """Press keys: a key's name in angle brackets, text, or `?text` to wait for what the screen shows."""
    app = pilot.app
    assert isinstance(app, PaydeskApp)
    for part in parts:
        if part.startswith(DOOR):
            text = part.removeprefix(DOOR)
            try:
                await until(pilot, lambda text=text: text in shown(app), timeout=20)  # type: ignore[misc]
            except AssertionError:
                raise AssertionError(f"“{text}” is not shown:\n{shown(app)}") from None
        else:
            await (pilot.press(part[1:-1]) if part.startswith("<") else type_text(pilot, part))
