"""Whoever is paid, as the screens need it."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from store.settings import Settings


@dataclass(frozen=True, slots=True)
class Clinic:
    """The clinic's display name, its currency (three letters), the zone of every time shown, and its address."""

    name: str
    currency: str
    zone: ZoneInfo
    support_email: str

    @classmethod
    def from_settings(cls, settings: Settings) -> "Clinic":
        """Return the clinic that the settings describe."""
        return cls(
            settings["clinic.name"],
            settings["clinic.currency"],
            ZoneInfo(settings["clinic.zone"]),
            settings["clinic.support_email"],
        )


UNKNOWN = Clinic("Your clinic", "GBP", ZoneInfo("Europe/London"), "")
"""What the screens show until the settings have been read."""
