"""Admin: whoever is paid, as clients see it, and how its invoices are numbered."""

from store.errors import BadInput
from tui.screens.admin_ask import Ask
from tui.screens.admin_form import AskForm
from tui.screens.admin_settings import SettingsSection

NAME, CURRENCY, PREFIX, DAYS = "clinic.name", "clinic.currency", "clinic.number_prefix", "clinic.payment_days"


class ClinicSection(SettingsSection):
    """Name, addresses, VAT number, zone, currency, and numbers; a change says what it means for invoices."""

    TITLE = "Clinic"
    ABOUT = "as clients see it in messages and on receipts"
    ASKS = (
        Ask(NAME, "Display name", placeholder="as clients know it"),
        Ask("clinic.support_email", "Support email", placeholder="where clients' questions go"),
        Ask("clinic.vat_number", "VAT number", placeholder="none"),
        Ask("clinic.address", "Address", placeholder="commas between its lines"),
        Ask("clinic.zone", "Time zone", placeholder="Europe/London"),
        Ask(CURRENCY, "Currency", placeholder="three letters, such as GBP"),
        Ask(PREFIX, "Numbers begin", placeholder="INV-"),
        Ask(DAYS, "Payment days", placeholder="14", after="then an invoice is overdue"),
    )

    def noted(self, form: AskForm) -> None:
        """Say what a new currency or number means for the invoices that exist."""
        if self.settings is None:
            return
        changed, before = form.changed, self.settings[CURRENCY]
        currency = f"New invoices only. Those that exist, and their links, stay in {before}."
        form.note(CURRENCY, currency if CURRENCY in changed else "")
        prefix = changed.get(PREFIX, "").strip()
        numbers = f"New invoices only: {prefix}000125 after {self.settings[PREFIX]}000124. None is renumbered."
        form.note(PREFIX, numbers if PREFIX in changed else "")

    async def save(self, form: AskForm) -> str | None:
        """Save; a clinic has a name."""
        if not form.values[NAME].strip():
            raise BadInput(NAME, "Type the clinic's name; clients see it in emails, SMS and on the pay page.")
        return await super().save(form)
