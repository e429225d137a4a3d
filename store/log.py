"""The invoice log: the ledger's facts of one invoice, in words, with addresses and charges beside them."""

from collections.abc import Iterator

from store import ledger
from store.database import Reader
from store.models import LedgerEntry, LogLine, PaymentRequest
from store.money import format_money
from store.reading import invoice_by_number

_CHANNELS = {"email": "Email", "sms": "SMS"}
_TYPES = {
    "cash": "cash",
    "card": "card terminal",
    "transfer": "bank transfer",
    "payment_link": "payment link",
}

_WORDS = {
    "invoice_issued": "Invoice issued",
    "invoice_voided": "Invoice made void: {reason}",
    "payment_recorded": "Paid by {type} {code}",
    "refund_requested": "Refund by {type} asked for: {reason}",
    "refund_failed": "Refund failed: {reason}",
    "refund_queued_again": "Refund to be tried again",
    "credit_recorded": "Account credit by {type}",
    "client_merged": "Client's card merged",
    "client_erased": "Client's personal data erased",
    "day_closed": "Day closed",
    "messages_queued": "To be sent",
    "payment_requested": "Payment link {code} asked for",
    "link_created": "Payment link {code} ready",
    "request_stopped": "Payment link {code} not sent: {reason}",
    "request_needs_attention": "Payment link {code} needs attention: {reason}",
    "request_queued_again": "Payment link {code} to be sent again",
    "link_cancelling": "Payment link {code} to be cancelled: {reason}",
    "link_kept": "Payment link {code} stays live: {reason}",
    "link_cancelled": "Payment link {code} cancelled: {reason}",
    "link_expired": "Payment link {code} expired",
}


def invoice_log(reader: Reader, number: str) -> list[LogLine]:
    """Return what happened to an invoice, oldest first. Raises NotFound."""
    invoice = invoice_by_number(reader, number)
    writer = _Writer(invoice.requests, invoice.row.currency)
    made = LogLine(invoice.row.created_at, "", "invoice_created", "Invoice begun")
    return [made, *(line for entry in ledger.of_invoice(reader, invoice.row.id) for line in writer.lines(entry))]


class _Writer:
    """Puts facts into words."""

    def __init__(self, requests: tuple[PaymentRequest, ...], currency: str) -> None:
        self._requests = {request.id: request for request in requests}
        self._messages = {message.id: message for request in requests for message in request.messages}
        self._currency = currency

    def lines(self, entry: LedgerEntry) -> Iterator[LogLine]:
        """Yield the log line of one fact; a request's messages have a line each."""
        if entry.kind.startswith("message_"):
            yield self._message_line(entry, entry.kind, entry.payload["message"])
            return
        yield self._line(entry)
        for message in entry.payload.get("messages", ()):
            yield self._message_line(entry, "message_queued", message[0])

    def _line(self, entry: LedgerEntry) -> LogLine:
        fact = entry.payload
        code = self._code(fact.get("request"))
        reason = fact.get("reason", "")
        amount = fact.get("total") if entry.kind == "invoice_issued" else fact.get("amount")
        words = _WORDS[entry.kind].format(code=code, reason=reason, type=_TYPES.get(fact.get("type", ""), ""))
        return LogLine(entry.at, entry.actor, entry.kind, words.strip(), amount=amount, result=fact.get("note", ""))

    def _message_line(self, entry: LedgerEntry, kind: str, message_id: str) -> LogLine:
        fact = entry.payload
        message = self._messages[message_id]
        request = self._requests[message.request_id or ""]
        word, code = _CHANNELS[message.channel], request.code
        words = {
            "message_queued": f"{word} with payment link {code} to be sent",
            "message_sent": f"{word} with payment link {code} sent",
            "message_failed": f"{word} with payment link {code} failed",
            "message_stopped": f"{word} with payment link {code} not sent",
            "message_queued_again": f"{word} with payment link {code} to be sent again",
        }[kind]
        return LogLine(
            entry.at,
            entry.actor,
            kind,
            words,
            amount=request.amount,
            channel=message.channel,
            address=message.address,
            result=fact.get("result", fact.get("reason", "")),
            charge=message.net + message.vat if kind == "message_sent" else None,
        )

    def _code(self, request_id: str | None) -> str:
        request = self._requests.get(request_id or "")
        return request.code if request else ""


def log_text(line: LogLine, currency: str = "GBP") -> str:
    """Write one log line as a sentence for a plain list."""
    parts = [line.text]
    if line.amount is not None:
        parts.append(format_money(line.amount, currency))
    parts += [part for part in (line.address, line.result) if part]
    if line.charge is not None:
        parts.append(f"charge {format_money(line.charge, currency)}")
    return " · ".join(parts)
