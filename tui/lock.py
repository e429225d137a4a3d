"""The lock: a screen in front of everything, with a mode of its own, while all the work stays as it was behind it.

What would open, close or pop up meanwhile does so behind it, or waits until the desk is open again.
"""

from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.await_complete import AwaitComplete

if TYPE_CHECKING:
    from textual.app import App

    from tui.screens.sign_in import SignInScreen

LOCKED = "locked"
"""The mode of the screen that asks for a PIN."""


def lock_screen() -> "SignInScreen":
    """Make the screen of the mode, loading it only then."""
    from tui.screens.sign_in import SignInScreen

    return SignInScreen()


class Lock:
    """Shuts the desk and opens it; `title` and `why` are what the lock says about itself."""

    def __init__(self, app: "App[None]", why: str = "") -> None:
        self._app = app
        self._waiting: list[Callable[[], object]] = []
        self.behind = "pos"
        """The mode that the desk opens with again."""
        self.title = "Sign in"
        self.why = why

    @property
    def on(self) -> bool:
        """Whether the desk is shut."""
        return self._app.current_mode == LOCKED

    def shut(self, title: str, why: str = "") -> None:
        """Cover everything; nothing of the work is touched."""
        if not self.on:
            self.title, self.why = title, why
            self.behind = self._app.current_mode
            self._app.switch_mode(LOCKED)

    def open(self) -> None:
        """Uncover it, and do what has waited."""
        self._app.switch_mode(self.behind)
        waiting, self._waiting = self._waiting, []
        for act in waiting:
            act()

    def later(self, act: Callable[[], object]) -> AwaitComplete:
        """Do `act` when the desk is open again."""
        self._waiting.append(act)
        return AwaitComplete()
