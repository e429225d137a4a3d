"""What each message costs: a table by where it was sent from and by which channel."""

from dataclasses import dataclass
from typing import Literal, get_args

from store.authority import require_manager
from store.database import Reader, Tx
from store.errors import BadInput
from store.models import Channel, Origin
from store.money import HIGHEST_RATE, LARGEST, vat_on
from store.text import cleaned


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


Per = Literal["message", "segment"]


@dataclass(frozen=True, slots=True)
class ChargeRow:
    """One row of the table: `net` pence, `vat_rate` basis points, for each message or each segment of an SMS."""

    origin: Origin
    channel: Channel
    net: int
    vat_rate: int
    per: Per


def charge_table(reader: Reader) -> list[ChargeRow]:
    """Return the whole table, the POS first."""
    rows = reader.all(
        "SELECT origin, channel, net, vat_rate, per FROM charges ORDER BY origin = 'invoice', channel = 'sms'"
    )
    return [ChargeRow(**row) for row in rows]


def save(tx: Tx, row: ChargeRow) -> ChargeRow:
    """Change what messages cost from now on; what was charged stays. Raises NeedsManager and BadInput."""
    require_manager(tx, "change the charges")
    for field, value, allowed in (
        ("origin", row.origin, get_args(Origin)),
        ("channel", row.channel, get_args(Channel)),
        ("per", row.per, get_args(Per)),
    ):
        if value not in allowed:
            raise BadInput(field, f"“{cleaned(value)[:40]}” is not possible here. Use one of: {', '.join(allowed)}.")
    if not 0 <= row.net <= LARGEST:
        raise BadInput("net", "The charge cannot be below zero. Type pence, such as 5.")
    if not 0 <= row.vat_rate <= HIGHEST_RATE:
        raise BadInput("vat_rate", "The VAT rate must be from 0 to 100 per cent.")
    if row.channel == "email" and row.per == "segment":
        raise BadInput("per", "An email has no segments. Charge it by message.")
    tx.run(
        "INSERT INTO charges (origin, channel, net, vat_rate, per) VALUES (:origin, :channel, :net, :vat_rate, :per)"
        " ON CONFLICT (origin, channel) DO UPDATE SET net = :net, vat_rate = :vat_rate, per = :per",
        origin=row.origin,
        channel=row.channel,
        net=row.net,
        vat_rate=row.vat_rate,
        per=row.per,
    )
    return row


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
