"""The invoice log: the ledger's facts of one invoice, in words, with addresses and charges beside them."""

from collections.abc import Iterator

from store import ledger, messages
from store.database import Reader
from store.models import Invoice, LedgerEntry, LogLine
from store.money import format_money
from store.payment_types import name_of
from store.reading import invoice_by_number
from store.text import lower_first

_CHANNELS = {"email": "Email", "sms": "SMS"}
_WORDS = {
    "invoice_issued": "Invoice issued",
    "invoice_voided": "Invoice made void: {reason}",
    "draft_discarded": "Draft discarded",
    "payment_recorded": "{moved} by {type} {code}",
    "payment_not_counted": "Payment link {code} paid in another currency: {reason}",
    "refund_requested": "Refund by {type} asked for: {reason}",
    "refund_failed": "Refund failed: {reason}",
    "refund_queued_again": "Refund to be tried again",
    "credit_recorded": "Account credit by {type}",
    "client_merged": "Client's card merged",
    "client_erased": "Client's personal data erased",
    "day_closed": "Day closed",
    "staff_added": "Somebody added to the staff",
    "staff_changed": "Somebody of the staff changed",
    "staff_pin_set": "PIN set",
    "restored": "Data brought back from a backup",
    "stray_payment": "Payment on a link that was not known",
    "stray_counted": "Payment on a link that was not known, counted here",
    "stray_closed": "Payment on a link that was not known, not counted: {reason}",
    "messages_queued": "{what}",
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
_ABOUT_REFUND = ("refund_failed", "refund_queued_again")
_QUEUED = {
    "payment_request": "Payment link {code} asked to be sent again",
    "reminder": "Reminder of payment link {code} asked for",
    "receipt": "Receipt by email asked for",
}
_SUBJECTS = {
    "payment_request": "with payment link {code}",
    "reminder": "with reminder of payment link {code}",
    "receipt": "with receipt",
}


def invoice_log(reader: Reader, number: str) -> list[LogLine]:
    """Return what happened to an invoice, oldest first. Raises NotFound."""
    invoice = invoice_by_number(reader, number)
    writer = _Writer(reader, invoice)
    made = LogLine(invoice.row.created_at, "", "invoice_created", "Invoice begun")
    return [made, *(line for entry in ledger.of_invoice(reader, invoice.row.id) for line in writer.lines(entry))]


class _Writer:
    """Puts facts into words."""

    def __init__(self, reader: Reader, invoice: Invoice) -> None:
        self._reader = reader
        self._requests = {request.id: request for request in invoice.requests}
        self._messages = {message.id: message for message in messages.of_invoice(reader, invoice.row.id)}
        self._reasons = {refund.id: refund.reason for refund in invoice.refunds}
        self._amounts = {refund.id: refund.amount for refund in invoice.refunds}

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
        words = {
            "code": code,
            "reason": fact.get("reason", ""),
            "type": lower_first(name_of(self._reader, fact["type"])) if fact.get("type") else "",
            "moved": "Refunded" if fact.get("amount", 0) < 0 else "Paid",
            "what": _QUEUED.get(fact.get("kind", ""), "Message asked for").format(code=code),
        }
        text = _WORDS[entry.kind].format(**words).strip()
        if reason := self._reasons.get(fact.get("refund", "")) if entry.kind == "payment_recorded" else "":
            text += f": {reason}"
        if approver := fact.get("discount_approved_by"):
            text += f" (discount approved by {approver})"
        if approver := fact.get("approved_by"):
            text += f" (approved by {approver})"
        amount = fact.get("total") if entry.kind == "invoice_issued" else fact.get("amount")
        if amount is None and entry.kind in _ABOUT_REFUND:
            amount = self._amounts.get(fact.get("refund", ""))
        return LogLine(entry.at, entry.actor, entry.kind, text, amount=amount, result=fact.get("note", ""))

    def _message_line(self, entry: LedgerEntry, kind: str, message_id: str) -> LogLine:
        fact = entry.payload
        message = self._messages[message_id]
        request = self._requests.get(message.request_id or "")
        subject = _SUBJECTS.get(message.kind, "").format(code=request.code if request else "")
        end = {
            "message_queued": "to be sent",
            "message_sent": "sent",
            "message_failed": "failed",
            "message_stopped": "not sent",
            "message_queued_again": "to be sent again",
        }[kind]
        return LogLine(
            entry.at,
            entry.actor,
            kind,
            f"{_CHANNELS[message.channel]} {subject} {end}",
            amount=request.amount if request else None,
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
