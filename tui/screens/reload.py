"""Reading again what changed, one reading at a time."""

from collections.abc import Awaitable, Callable

from textual.widget import Widget

from tui.background import begin


class Reload:
    """Calling it reads soon; called while a reading is under way, it reads once more after that, however often.

    So a busy engine can neither pile readings up nor keep one from ever being finished.
    """

    def __init__(self, widget: Widget, read: Callable[[], Awaitable[None]]) -> None:
        self._widget = widget
        self._read = read
        self._running = False
        self._again = False

    def __call__(self) -> None:
        """Read, or read once more."""
        self._again = True
        if not self._running:
            self._running = True
            begin(self._widget, self._work, group="reload")

    async def _work(self) -> None:
        try:
            while self._again:
                self._again = False
                await self._read()
        finally:
            self._running = False
