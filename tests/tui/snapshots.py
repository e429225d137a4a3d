"""What a screen shows, as text, against what it showed when somebody last looked: `make snapshots` renews them."""

import os
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from tests.tui.conditions import until
from tests.tui.terminal import lines
from tui.app import PaydeskApp

FOLDER = Path(__file__).parent / "shown"
RENEW = os.environ.get("PAYDESK_SNAPSHOTS") == "renew"
LONG_ENOUGH = 1.0
"""Seconds after which a screen that is being renewed shows all that it will show."""


def shown(app: PaydeskApp) -> str:
    """Return every cell of the screen, line by line, without the spaces at the ends."""
    return "\n".join(line.rstrip() for line in lines(app)) + "\n"


async def shows(pilot: Pilot[Any], name: str) -> None:
    """Wait until the screen shows what the file kept for `name` at this size says."""
    app = pilot.app
    assert isinstance(app, PaydeskApp)
    path = FOLDER / f"{name}-{app.size.width}x{app.size.height}.txt"
    if RENEW:
        await pilot.pause(LONG_ENOUGH)
        path.parent.mkdir(exist_ok=True)
        path.write_text(shown(app))
        return
    expected = path.read_text()
    try:
        await until(pilot, lambda: shown(app) == expected, timeout=20)
    except AssertionError:
        raise AssertionError(
            f"{name} looks different; if that is meant, run `make snapshots` and look:\n{shown(app)}"
        ) from None
