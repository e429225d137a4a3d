"""What a terminal shows of the desk, read as Textual writes it."""

from typing import Any

from textual._context import visible_screen_stack
from textual.app import App
from textual.strip import Strip


def strips(app: App[Any]) -> list[Strip]:
    """Return the screen's lines as Textual draws them, with the screens behind a dialog.

    A dialog that is drawn without being told what is behind it keeps an empty background until something changes.
    """
    visible_screen_stack.set(app._background_screens)
    return app.screen._compositor.render_strips()


def lines(app: App[Any]) -> list[str]:
    """Return every cell of the screen, line by line."""
    return ["".join(segment.text for segment in strip) for strip in strips(app)]
