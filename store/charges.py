"""What each message costs: a table by where it was sent from and by which channel."""

from dataclasses import dataclass

from store.database import Reader
from store.models import Channel, Origin
from store.money import vat_on


@dataclass(frozen=True, slots=True)
class Charge:
    """The charge of one message, in pence."""

    channel: Channel
    net: int
    vat: int

    @property
    def gross(self) -> int:
        """Pence with VAT."""
        return self.net + self.vat


def charge_for(reader: Reader, origin: Origin, channel: Channel, segments: int = 1) -> Charge:
    """Return what one message costs; `segments` counts only where the table charges by segment."""
    row = reader.one(
        "SELECT net, vat_rate, per FROM charges WHERE origin = :origin AND channel = :channel",
        origin=origin,
        channel=channel,
    )
    if row is None:
        return Charge(channel, 0, 0)
    net = row["net"] * (segments if row["per"] == "segment" else 1)
    return Charge(channel, net, vat_on(net, row["vat_rate"]))
