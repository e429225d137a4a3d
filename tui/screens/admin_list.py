"""The sections of Admin, each in a file of its own that is loaded when it is first shown."""

from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tui.screens.admin_section import Section


@dataclass(frozen=True, slots=True)
class Entry:
    """One section: its name, its title, what it is about, and the class in `tui.screens.admin_<name>`."""

    name: str
    title: str
    about: str
    kind: str

    def make(self) -> "Section":
        """Return the section, new."""
        made: Section = getattr(import_module(f"tui.screens.admin_{self.name}"), self.kind)()
        return made


ENTRIES = (
    Entry("clinic", "Clinic", "name, address, VAT number, currency", "ClinicSection"),
    Entry("gateway", "Gateway", "who takes the money, and its key", "GatewaySection"),
    Entry("senders", "Email and SMS", "what sends them", "SendersSection"),
    Entry("notices", "Notifications", "what the clinic is told, and how", "NoticesSection"),
    Entry("messages", "Messages", "the words that clients read", "MessagesSection"),
    Entry("charges", "Charges", "what a message costs", "ChargesSection"),
    Entry("types", "Payment types", "the ways to pay at the desk", "TypesSection"),
    Entry("catalogue", "Catalogue", "what is sold, with price and VAT", "CatalogueSection"),
    Entry("staff", "Staff", "who works here, and their PINs", "StaffSection"),
    Entry("reminders", "Reminders", "chasing unpaid links, quiet hours", "RemindersSection"),
    Entry("backups", "Backups", "where they go, the newest, one now", "BackupsSection"),
    Entry("import", "Import", "invoices from another system", "ImportSection"),
    Entry("themes", "Theme", "the desk's colours", "ThemesSection"),
    Entry("keys", "Keys", "which key does what", "KeysSection"),
    Entry("desk", "Desk", "lock, discounts, printing", "DeskSection"),
)
