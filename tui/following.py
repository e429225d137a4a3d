"""Lets what is changed in the settings, here or at another desk, hold at once: the clinic, the lock, the keys."""

import asyncio
from typing import TYPE_CHECKING

from store.errors import PaydeskError
from store.settings import Settings
from tui.clinic import Clinic

if TYPE_CHECKING:
    from tui.app import PaydeskApp


class Following:
    """What of the settings the application works with. The theme is not followed: somebody may be trying one on."""

    def __init__(self, app: "PaydeskApp") -> None:
        self._app = app
        self._keys = ""
        self._keys_wanted = ""

    def take(self, settings: Settings) -> None:
        """Work with these settings; `use_keys` then lets their keys work."""
        self._app.clinic = Clinic.from_settings(settings)
        self._app.lock_after = int(settings["desk.lock_after"])
        self._keys_wanted = settings["desk.keys"]

    async def use_keys(self) -> None:
        """Let the keys of the setting work; what will not do is said, and the usual key stays.

        Looking for clashes loads every screen, so it is done in a thread, and only where keys differ.
        """
        if self._keys_wanted == self._keys:
            return
        from tui import keymap

        self._keys = self._keys_wanted
        chosen, wrong = await asyncio.to_thread(keymap.in_force, self._keys)
        self._app.set_keymap(chosen)
        for message in wrong:
            self._app.say(message, bad=True)

    async def follow(self) -> None:
        """Read the settings again, and let what has changed hold."""
        app = self._app
        try:
            settings = await app.desk.settings()
        except PaydeskError:
            return  # whoever needs one says what is wrong with it
        before = (app.clinic, app.lock_after)
        self.take(settings)
        await self.use_keys()
        if app.lock_after != before[1]:
            app.count_idle()
        if app.clinic != before[0]:
            app.status_changed.publish(app.status)
            app.changed.publish(None)
