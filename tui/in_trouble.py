"""Notices that the file can no longer be worked on, says so once in a dialog, and from then on in the status line."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.app import PaydeskApp
    from tui.desk.trouble import Trouble


class InTrouble:
    """What the application knows of the file: `found` is None while all is well."""

    def __init__(self, app: "PaydeskApp") -> None:
        self._app = app
        self.found: Trouble | None = None

    async def look(self) -> None:
        """Ask the file, and say what is new."""
        before, self.found = self.found, await self._app.desk.trouble()
        if (before is None) == (self.found is None):
            return
        self._app.status_changed.publish(self._app.status)
        if self.found is None:
            self._app.say("The data file is whole. Close Paydesk and start it again, so that everything is sent.")
        else:
            from tui.screens.trouble import TroubleDialog

            self._app.push_screen(TroubleDialog(self.found))
