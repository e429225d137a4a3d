"""Admin: how the desk itself behaves."""

from store.errors import BadInput
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_settings import SettingsSection

OPENS, LOCK, LIMIT, PRINT = "desk.opens_as", "desk.lock_after", "desk.discount_limit", "desk.print_command"


class DeskSection(SettingsSection):
    """Who is there when it opens, when it locks, what reception may give away, how it prints."""

    TITLE = "Desk"
    ABOUT = "how it opens, locks and prints"
    ASKS = (
        Ask(OPENS, "Opens as", placeholder="empty asks for a PIN"),
        Ask(LOCK, "Locks after", after="minutes without a key; 0 is never"),
        Ask(LIMIT, "Discount up to", after="% without a manager"),
        Ask(PRINT, "Print command", placeholder="such as lp {file}"),
    )

    def __init__(self) -> None:
        super().__init__()
        self._reception: list[str] = []

    async def read(self) -> None:
        """Read the settings, and who of reception the desk could open as."""
        people = await self.desk.staff()
        self._reception = [person.name for person in people if person.active and not person.manager]
        await super().read()

    def noted(self, form: AskForm) -> None:
        """Say who the desk may open as, and what a print command without a place for the file would print."""
        nobody, lost = self._nobody(form.values[OPENS].strip()), _lost(form.values[PRINT])
        form.note(OPENS, nobody if form.values[OPENS].strip() or self._reception else "")
        form.note(PRINT, lost)

    async def save(self, form: AskForm) -> str | None:
        """Save; the desk opens as somebody who is there, and what prints is told which file."""
        changed = form.changed
        opens = changed.get(OPENS, "").strip()
        if opens and (nobody := self._nobody(opens)):
            raise BadInput(OPENS, nobody)
        if lost := _lost(changed.get(PRINT, "")):
            raise BadInput(PRINT, lost)
        return await super().save(form)

    def _nobody(self, typed: str) -> str:
        """Return who the desk may open as, empty where that is who is typed."""
        if typed.casefold() in {name.casefold() for name in self._reception}:
            return ""
        names = ", ".join(self._reception)
        return f"One of reception, without a PIN: {names}." if names else "Nobody of reception is registered yet."


def _lost(command: str) -> str:
    """Return why a print command would print nothing, empty where it would."""
    if not command.strip() or "{file}" in command:
        return ""
    return "Put {file} where the document's place belongs, or nothing is printed."
