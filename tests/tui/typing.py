"""Typing in tests: the letters of a text come at once, as from a fast typist; then the screen comes to rest."""

from typing import Any

from textual.events import Key
from textual.keys import _character_to_key
from textual.pilot import Pilot


async def type_text(pilot: Pilot[Any], text: str) -> None:
    """Type every letter of `text`, and wait for the last one only."""
    for letter in text[:-1]:
        pilot.app.post_message(Key(_character_to_key(letter), letter))
    await pilot.press(*text[-1:])
