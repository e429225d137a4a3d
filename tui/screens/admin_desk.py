"""Admin: how the desk itself behaves."""

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
        typed = {name: form.values[name].strip() for name in (OPENS, PRINT)}
        there = typed[OPENS].casefold() in {name.casefold() for name in self._reception}
        names = ", ".join(self._reception)
        nobody = f"One of reception, without a PIN: {names}." if names else "Nobody of reception is registered yet."
        form.note(OPENS, "" if there or not (typed[OPENS] or names) else nobody)
        lost = "Put {file} where the document's place belongs, or nothing is printed."
        form.note(PRINT, lost if typed[PRINT] and "{file}" not in typed[PRINT] else "")
