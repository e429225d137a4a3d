"""Reading invoices whole and in lists, payment requests, and the way from any few letters to them."""

from collections.abc import Iterable

from store import search
from store.database import Reader, Row
from store.errors import NotFound
from store.invoice_filters import Filters
from store.models import (
    Client,
    Invoice,
    InvoiceRow,
    Line,
    Message,
    Payment,
    PaymentRequest,
    Refund,
)
from store.text import cleaned
from store.web_address import fit_for_clients

_ROW = """
SELECT i.id, i.number, i.client_id, coalesce(c.name, '') AS client_name, i.state, i.currency, i.total, i.vat, i.paid,
       i.version, i.created_at, i.discount, i.discount_rate, i.credited, i.notes, i.parked_at, i.issued_at,
       coalesce(i.external_ref, '') AS external_ref,
       (SELECT coalesce(-sum(p.amount), 0) FROM payments p WHERE p.invoice_id = i.id AND p.refund_of IS NOT NULL)
       AS refunded,
       (SELECT coalesce(sum(f.amount), 0) FROM refunds f WHERE f.invoice_id = i.id AND f.state = 'pending')
       AS refunding,
       r.state AS request_state, coalesce(r.code, '') AS request_code,
       (SELECT min(sent_at) FROM messages m WHERE m.request_id = r.id) AS request_sent_at
FROM invoices i
LEFT JOIN clients c ON c.id = i.client_id
LEFT JOIN requests r ON r.id = (SELECT max(id) FROM requests WHERE invoice_id = i.id)
"""
_MESSAGE = (
    "id, kind, invoice_id, request_id, channel, address, state, net, vat, segments, result, created_at, sent_at"
)
_LISTED = "SELECT i.seq FROM invoices i WHERE {condition} ORDER BY i.seq DESC LIMIT :limit"
_FOUND = """
SELECT i.seq FROM invoices_fts f CROSS JOIN invoices i ON i.seq = f.rowid
WHERE invoices_fts MATCH :match AND {condition} ORDER BY f.rowid DESC LIMIT :limit
"""
_ASKED = "SELECT i.seq FROM requests r CROSS JOIN invoices i ON i.id = r.invoice_id WHERE {asked} AND {condition}"
_CODE_START, _CODE_END = "r.code >= :code AND r.code < :code || '~'", "substr(r.code, 5) = :code_end"


def list_invoices(
    reader: Reader, *, text: str = "", state: str = "", filters: Filters | None = None, limit: int = 100
) -> list[InvoiceRow]:
    """Return invoices newest first: those that `filters` let through (else all in `state`), and found by `text`.

    Either every word of it is in the number, the client or another system's number for it, or it is the start or the
    second half of a payment request's code.
    """
    condition, params = (filters or Filters(state=state)).condition()
    found = _LISTED
    if match := search.match(text):
        params["match"] = match
        found = f"SELECT * FROM ({_FOUND})"
        if code := search.code(text):
            found += f" UNION {_ASKED.replace('{asked}', _CODE_START)}"
            params["code"] = code
        if code_end := search.code_end(text):
            found += f" UNION {_ASKED.replace('{asked}', _CODE_END)}"
            params["code_end"] = code_end
    listed = found.replace("{condition}", condition)
    rows = reader.all(f"{_ROW} WHERE i.seq IN ({listed}) ORDER BY i.seq DESC LIMIT :limit", limit=limit, **params)
    return [_invoice_row(row) for row in rows]


def invoice_by_number(reader: Reader, number: str) -> Invoice:
    """Return one invoice whole, by its number or its ULID. Raises NotFound."""
    invoice = invoice_row(reader, number)
    client = reader.one(
        "SELECT id, name, email, mobile, channels, version, email_consent, sms_consent FROM clients WHERE id = :id",
        id=invoice.client_id,
    )
    return Invoice(
        row=invoice,
        client=Client(**client) if client else Client(invoice.client_id, "", "", ""),
        lines=tuple(_lines(reader, invoice.id)),
        payments=tuple(_payments(reader, invoice.id)),
        requests=tuple(_requests(reader, "r.invoice_id = :id", invoice.id)),
        refunds=tuple(_refunds(reader, invoice.id)),
    )


def invoice_row(reader: Reader, number: str) -> InvoiceRow:
    """Return one invoice as a list shows it, by its number or its ULID. Raises NotFound."""
    row = reader.one(f"{_ROW} WHERE i.number = :number OR i.id = :number", number=number)
    if row is None:
        raise NotFound(f"There is no invoice {cleaned(number)[:40]}. Find it with `paydesk invoices list`.")
    return _invoice_row(row)


def request_by_id(reader: Reader, request_id: str) -> PaymentRequest:
    """Return one payment request, by its ULID or its short code. Raises NotFound."""
    code = request_id.upper()
    found = list(_requests(reader, "r.id = :id OR r.code = :id", code))
    if not found:
        raise NotFound(f"There is no payment request {cleaned(request_id)[:40]}.")
    return found[0]


def message_by_id(reader: Reader, message_id: str) -> Message:
    """Return one message. Raises NotFound."""
    row = reader.one(f"SELECT {_MESSAGE} FROM messages WHERE id = :id", id=message_id)
    if row is None:
        raise NotFound(f"There is no message {cleaned(message_id)[:40]}.")
    return Message(**row)


def _lines(reader: Reader, invoice_id: str) -> Iterable[Line]:
    rows = reader.all(
        "SELECT description, quantity, unit_price, vat_rate, total, discount, discount_rate FROM lines"
        " WHERE invoice_id = :id ORDER BY position",
        id=invoice_id,
    )
    return (Line(**row) for row in rows)


def _payments(reader: Reader, invoice_id: str) -> Iterable[Payment]:
    rows = reader.all(
        "SELECT id, type, amount, at, reference, request_id, actor, refund_of, credited FROM payments"
        " WHERE invoice_id = :id ORDER BY at, id",
        id=invoice_id,
    )
    return (Payment(**row) for row in rows)


def _refunds(reader: Reader, invoice_id: str) -> Iterable[Refund]:
    rows = reader.all("SELECT * FROM refunds WHERE invoice_id = :id ORDER BY created_at, id", id=invoice_id)
    return (Refund(**row) for row in rows)


def _requests(reader: Reader, condition: str, value: str) -> Iterable[PaymentRequest]:
    rows = reader.all(
        "SELECT id, code, invoice_id, amount, origin, state, reason, gateway, gateway_id, url, created_at, live_at,"
        f" closed_at FROM requests r WHERE {condition} ORDER BY r.id",
        id=value,
    )
    for row in rows:
        messages = reader.all(
            f"SELECT {_MESSAGE} FROM messages WHERE request_id = :id ORDER BY channel, id", id=row["id"]
        )
        yield PaymentRequest(
            **{**row, "url": fit_for_clients(row["url"])}, messages=tuple(Message(**message) for message in messages)
        )


def _invoice_row(row: Row) -> InvoiceRow:
    return InvoiceRow(**row)
