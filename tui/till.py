"""What a sale can be paid with: the clinic's payment types, in its order, and what each can take now."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from store.models import Client, Payment, PaymentType
from tui.clinic import Clinic
from tui.desk import Desk
from tui.sale import Sale

MOST_PAYMENTS = 3
"""Payments that are listed one by one; more are listed by type."""


@dataclass(frozen=True, slots=True)
class Way:
    """A payment type and the pence that it can take of a sale now."""

    type: PaymentType
    amount: int


@dataclass(frozen=True, slots=True)
class Till:
    """The clinic's payment types, its currency and zone, and the account credit of the sale's client in pence."""

    types: tuple[PaymentType, ...]
    credit: int
    currency: str
    zone: ZoneInfo

    @property
    def active(self) -> tuple[PaymentType, ...]:
        """The types that are switched on, in the clinic's order."""
        return tuple(sorted((one for one in self.types if one.active), key=lambda one: one.position))

    @property
    def deposits(self) -> tuple[PaymentType, ...]:
        """The types by which a deposit can be taken: money that is here, or written down."""
        return tuple(one for one in self.active if one.kind in {"cash", "recorded"})

    def type_of(self, code: str) -> PaymentType | None:
        """Return an active type by its code."""
        return next((one for one in self.active if one.code == code), None)

    def name_of(self, code: str) -> str:
        """Return what a payment's type is called."""
        return next((one.name for one in self.types if one.code == code), code.replace("_", " "))

    def ways(self, sale: Sale) -> tuple[Way, ...]:
        """Return what the sale can be paid with, in the clinic's order; nothing while it cannot be paid."""
        if not sale.payable or sale.invoice is None:
            return ()
        ways = (Way(one, self.most(one, sale)) for one in self.active)
        return tuple(way for way in ways if way.amount)

    def most(self, way: PaymentType, sale: Sale) -> int:
        """Return the most pence that a type can take of the sale now."""
        due = sale.totals.due
        if way.kind == "credit":
            return min(due, self.credit)
        if way.kind == "link" and not sale.editable and sale.invoice is not None:
            return sale.invoice.askable
        return due

    def made(self, sale: Sale) -> list[tuple[str, int]]:
        """Return the payments made so far as (what, pence): each, or where they are many one row a type."""
        payments = sale.invoice.payments if sale.invoice else ()
        if len(payments) <= MOST_PAYMENTS:
            return [(self._named(payment), payment.amount) for payment in payments]
        sums: dict[str, list[int]] = {}
        for payment in payments:
            sums.setdefault(self._named(payment), []).append(payment.amount)
        return [(name if len(each) == 1 else f"{len(each)} × {name}", sum(each)) for name, each in sums.items()]

    def _named(self, payment: Payment) -> str:
        name = self.name_of(payment.type)
        return f"Refund, {name}" if payment.amount < 0 else name


async def read_till(desk: Desk, clinic: Clinic, client: Client | None) -> Till:
    """Return what a sale of `client` can be paid with. Raises what the desk raises."""
    types = await desk.payment_types(all=True)
    credit = await desk.credit_of(client.id) if client else 0
    return Till(tuple(types), credit, clinic.currency, clinic.zone)
