"""The JSON objects of the command line. Money is in pence, times are UTC in ISO 8601."""

from collections.abc import Iterable
from typing import Any

from store.charges import Charge
from store.discounts import vat_breakdown
from store.models import Client, Invoice, InvoiceRow, Line, LogLine, Payment, PaymentRequest, Refund

Document = dict[str, Any]


def client_document(client: Client) -> Document:
    """Return a client."""
    return {"id": client.id, "name": client.name, "email": client.email, "mobile": client.mobile}


def invoice_document(row: InvoiceRow) -> Document:
    """Return an invoice's sums and state."""
    return {
        "id": row.id,
        "number": row.number,
        "total": row.total,
        "due": row.due,
        "vat": row.vat,
        "state": row.state,
    }


def listed_document(row: InvoiceRow) -> Document:
    """Return an invoice as lists have it: with its client, its day, and its newest payment request's state."""
    return {
        **invoice_document(row),
        "client_name": row.client_name,
        "request_state": row.request_state,
        "issued_at": row.issued_at,
        "refunded": row.refunded,
    }


def whole_document(invoice: Invoice) -> Document:
    """Return an invoice with everything on it."""
    return {
        **invoice_document(invoice.row),
        "client_id": invoice.client.id,
        "client_name": invoice.client.name,
        "lines": [_line_document(line) for line in invoice.lines],
        "discount": invoice.row.discount,
        "vat_rates": [
            {"rate": _number(rate, 100), "gross": gross, "vat": vat}
            for rate, (gross, vat) in vat_breakdown(invoice.lines, invoice.row.discount).items()
        ],
        "payments": [payment_document(payment) for payment in invoice.payments],
        "refunds": [refund_document(refund) for refund in invoice.refunds],
        "requests": [_request_document(request) for request in invoice.requests],
        "notes": invoice.row.notes,
    }


def payment_document(payment: Payment) -> Document:
    """Return a payment."""
    return {
        "id": payment.id,
        "type": payment.type,
        "amount": payment.amount,
        "at": payment.at,
        "reference": payment.reference,
    }


def asked_document(request: PaymentRequest) -> Document:
    """Return a payment request as the commands that make or cancel one do."""
    return {"request_id": request.id, "code": request.code, "state": request.state, "amount": request.amount}


def charges_document(charges: Iterable[Charge]) -> list[Document]:
    """Return what the messages cost."""
    return [{"channel": charge.channel, "net": charge.net, "vat": charge.vat} for charge in charges]


def log_document(line: LogLine) -> Document:
    """Return one line of an invoice's log."""
    return {
        "at": line.at,
        "actor": line.actor,
        "kind": line.kind,
        "text": line.text,
        "amount": line.amount,
        "channel": line.channel,
        "address": line.address,
        "result": line.result,
        "charge": line.charge,
    }


def _line_document(line: Line) -> Document:
    return {
        "description": line.description,
        "quantity": _number(line.quantity, 1000),
        "unit_price": line.unit_price,
        "vat_rate": _number(line.vat_rate, 100),
        "discount": line.discount,
        "total": line.total,
    }


def refund_document(refund: Refund) -> Document:
    """Describe money given back, or to be given back."""
    return {
        "id": refund.id,
        "payment": refund.payment_id,
        "amount": refund.amount,
        "type": refund.type,
        "state": refund.state,
        "reason": refund.reason,
        "result": refund.result,
    }


def _request_document(request: PaymentRequest) -> Document:
    return {
        "id": request.id,
        "code": request.code,
        "amount": request.amount,
        "state": request.state,
        "reason": request.reason,
        "url": request.url,
        "channels": list(request.channels),
    }


def _number(parts: int, whole: int) -> int | float:
    """Return a quantity or a rate as a JSON number, without a fraction where there is none."""
    return parts / whole if parts % whole else parts // whole
