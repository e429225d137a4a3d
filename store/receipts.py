"""A receipt: what was sold, what has been paid and what is still due, as the client may keep it."""

from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from store.database import Reader
from store.discounts import vat_breakdown
from store.errors import Refused
from store.models import Invoice, Line, Payment, PaymentRequest
from store.money import format_money
from store.payment_types import name_of
from store.reading import invoice_by_number
from store.settings import Settings
from store.text import cleaned
from store.times import from_text


@dataclass(frozen=True, slots=True)
class VatRow:
    """What stands at one rate, in pence; the rate in basis points."""

    rate: int
    gross: int
    vat: int

    @property
    def net(self) -> int:
        """Pence without the VAT."""
        return self.gross - self.vat


@dataclass(frozen=True, slots=True)
class ReceiptPayment:
    """Money that moved, with the day in the clinic's zone; a refund is negative."""

    date: str
    name: str
    reference: str
    amount: int

    @property
    def text(self) -> str:
        """How it was paid or given back."""
        words = f"Refund, {self.name}" if self.amount < 0 else self.name
        return f"{words}, {self.reference}" if self.reference else words


@dataclass(frozen=True, slots=True)
class Receipt:
    """Everything that a receipt says. Money in pence, VAT inside; `code` is a payment request's, or empty."""

    title: str
    clinic: str
    address: tuple[str, ...]
    vat_number: str
    support: str
    number: str
    date: str
    client: str
    code: str
    currency: str
    lines: tuple[Line, ...]
    subtotal: int
    discount: int
    discount_rate: int
    total: int
    vat_rows: tuple[VatRow, ...]
    payments: tuple[ReceiptPayment, ...]
    paid: int
    credited: int
    due: int
    overpaid: int
    void: bool

    def money(self, pence: int) -> str:
        """Write pence in the invoice's currency."""
        return format_money(pence, self.currency)

    @property
    def amount(self) -> int:
        """Pence that the document is about: what was paid, or what is asked for while nothing is."""
        return self.paid if self.title == "Receipt" else self.total

    @property
    def vat(self) -> int:
        """Pence of VAT in the total."""
        return sum(row.vat for row in self.vat_rows)


def receipt_of(reader: Reader, settings: Settings, number: str) -> Receipt:
    """Return an issued invoice as a receipt, or as an invoice while nothing is paid. Raises NotFound, Refused."""
    invoice = invoice_by_number(reader, number)
    row = invoice.row
    if row.state == "draft":
        raise Refused(f"{row.number} is a draft. Issue it first, or take a payment: then there is a receipt.")
    zone = ZoneInfo(settings["clinic.zone"])
    breakdown = vat_breakdown(invoice.lines, row.discount)
    return Receipt(
        title="Receipt" if invoice.payments else "Invoice",
        clinic=settings["clinic.name"],
        address=tuple(part.strip() for part in settings["clinic.address"].split(",") if part.strip()),
        vat_number=settings["clinic.vat_number"],
        support=settings["clinic.support_email"],
        number=row.number,
        date=_day(from_text(row.issued_at or row.created_at).astimezone(zone)),
        client=cleaned(invoice.client.name),
        code=_code(invoice),
        currency=row.currency,
        lines=tuple(replace(line, description=cleaned(line.description)) for line in invoice.lines),
        subtotal=row.total + row.discount,
        discount=row.discount,
        discount_rate=row.discount_rate,
        total=row.total,
        vat_rows=tuple(VatRow(rate, gross, vat) for rate, (gross, vat) in breakdown.items()),
        payments=tuple(_payment(reader, payment, zone) for payment in invoice.payments),
        paid=row.paid,
        credited=row.credited,
        due=row.due,
        overpaid=row.overpaid,
        void=row.state == "void",
    )


def _payment(reader: Reader, payment: Payment, zone: ZoneInfo) -> ReceiptPayment:
    day = _day(from_text(payment.at).astimezone(zone))
    kind, reference = cleaned(name_of(reader, payment.type)), cleaned(payment.reference)
    return ReceiptPayment(day, kind, reference, payment.amount)


def _code(invoice: Invoice) -> str:
    """Return the code by which the client finds this again: of the link that was paid, else of the newest link."""
    made: list[PaymentRequest] = [request for request in invoice.requests if request.state != "stopped"]
    paid = [request for request in made if request.state == "paid"]
    return (paid or made)[-1].code if made else ""


def _day(moment: datetime) -> str:
    return f"{moment.day} {moment:%B %Y}"
