"""Admin: through which services email and SMS leave."""

from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_settings import SettingsSection


class SendersSection(SettingsSection):
    """Two Apprise URLs; both are secret and shown by their kind alone."""

    TITLE = "Email and SMS"
    ABOUT = "what sends them to clients"
    ASKS = (
        Ask("email.url", "Email", placeholder="mailtos://…?to={email}", secret=True),
        Ask("sms.url", "SMS", placeholder="twilio://…/{mobile}", secret=True),
    )

    def noted(self, form: AskForm) -> None:
        """Say what belongs there."""
        form.note("email.url", "An Apprise URL with {email} where the client's address goes.")
        form.note("sms.url", "An Apprise URL with {mobile} where the client's number goes.")
