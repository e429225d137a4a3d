"""Whoever is paid, as the screens need it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from store.settings import Settings


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic's display name, its currency (three letters), the zone of every time shown, and its address.

    `payment_days` are the days a client has to pay; after them an invoice is overdue.
    """

    name: str
    currency: str
    zone: ZoneInfo
    support_email: str
    payment_days: int = 14

    @classmethod
    def from_settings(cls, settings: Settings) -> "Clinic":
        """Return the clinic that the settings describe."""
        return cls(
            settings["clinic.name"],
            settings["clinic.currency"],
            ZoneInfo(settings["clinic.zone"]),
            settings["clinic.support_email"],
            int(settings["clinic.payment_days"]),
        )


UNKNOWN = Clinic("Your clinic", "GBP", ZoneInfo("Europe/London"), "")
"""What the screens show until the settings have been read."""
