"""Admin: when unpaid links are chased by themselves, and when nothing reaches a client."""

from store.errors import PaydeskError
from store.setting_list import SETTINGS
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_settings import SettingsSection

DAYS, CHANNELS, HOURS = "chase.days", "chase.channels", "quiet.hours"
WAYS = {"email": "an email", "sms": "an SMS", "email sms": "an email and an SMS"}


class RemindersSection(SettingsSection):
    """The rule for unpaid links and the quiet hours, each with a sentence that says what it will do."""

    TITLE = "Reminders"
    ABOUT = "of unpaid links, and quiet hours"
    ASKS = (
        Ask(DAYS, "After days", placeholder="none; such as 3 7 14"),
        Ask(CHANNELS, "By", words={"email": "email", "sms": "SMS", "email sms": "both"}),
        Ask(HOURS, "Quiet hours", placeholder="none; such as 21:00-08:00"),
    )

    def noted(self, form: AskForm) -> None:
        """Say what the rules do as they are typed; what will not do is said when it is saved."""
        form.note(CHANNELS, chasing(form.values[DAYS], form.values[CHANNELS]))
        form.note(HOURS, quiet(form.values[HOURS]))


def chasing(days: str, channels: str) -> str:
    """Return what the chasing rule will do, empty while it will not do."""
    try:
        steps = SETTINGS[DAYS].check(days.strip()).split()
    except PaydeskError:
        return ""
    if not steps:
        return "No reminder goes out by itself. A person can send one from the invoice."
    *first, last = steps
    after = f"{', '.join(first)} and {last} days" if first else f"{last} day{'' if last == '1' else 's'}"
    return f"Links that are unpaid after {after} get {WAYS[channels]}."


def quiet(hours: str) -> str:
    """Return what the quiet hours will do, empty while they will not do."""
    try:
        span = SETTINGS[HOURS].check(hours.strip())
    except PaydeskError:
        return ""
    if not span:
        return "What has waited for the line, and reminders, go out at any hour."
    begin, _, end = span.partition("-")
    return f"From {begin} to {end} nothing that has waited reaches a client; it goes out at {end}."
