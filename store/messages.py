"""Messages to a client about an invoice: the same link again, a reminder, a receipt; and to which address they go."""

from collections.abc import Callable, Mapping

from store import charges, ledger, outbox, templates
from store.charges import Charge
from store.contact import normal_email, normal_mobile
from store.database import Reader, Tx
from store.errors import BadInput, Refused
from store.ids import new_id
from store.models import Channel, Client, Invoice, Message, Origin, PaymentRequest
from store.money import format_money
from store.reading import invoice_by_number, message_by_id, request_by_id
from store.settings import Settings
from store.sms import measure
from store.templates import MessageKind

Segments = Callable[[Invoice, PaymentRequest], int]
"""How many segments the SMS for a request is."""

CHANNEL_WORDS: dict[Channel, str] = {"email": "email", "sms": "SMS"}


def resend(
    tx: Tx,
    request_id: str,
    addresses: Mapping[Channel, str],
    *,
    origin: Origin,
    sms_segments: Segments,
    kind: MessageKind = "payment_request",
) -> tuple[PaymentRequest, list[Charge]]:
    """Send the same link again by the channels in `addresses` (an empty address is the client's own).

    `kind` reminder makes it a reminder. Each message has its own charge. Raises BadInput, and Refused for a request
    whose link is not live or whose earlier message to the same place has not left yet.
    """
    request = request_by_id(tx, request_id)
    _refuse_unless_live(request)
    if not addresses:
        raise BadInput("email", "Choose email or SMS.")
    invoice = invoice_by_number(tx, request.invoice_id)
    checked = {channel: address_for(invoice.client, channel, typed) for channel, typed in addresses.items()}
    for channel, address in checked.items():
        _refuse_twice(request, channel, address)
    parts = sms_segments(invoice, request) if "sms" in checked else 0
    costs = [charges.charge_for(tx, origin, channel, parts) for channel in checked]
    ids = {channel: new_id() for channel in checked}
    rows = [[ids[c.channel], c.channel, c.net, c.vat, parts if c.channel == "sms" else 0] for c in costs]
    fact = {"kind": kind, "request": request.id, "messages": rows}
    ledger.append(tx, "messages_queued", request.invoice_id, fact)
    for channel, address in checked.items():
        _queue(tx, ids[channel], channel, address, request.invoice_id)
    return request_by_id(tx, request.id), costs


def remind(
    tx: Tx, request_id: str, channels: tuple[Channel, ...], *, sms_segments: Segments
) -> tuple[PaymentRequest, list[Charge]]:
    """Remind the client of an unpaid link by these channels, where the link went before, else at their own address.

    Raises BadInput and Refused as `resend` does.
    """
    request = request_by_id(tx, request_id)
    _refuse_unless_live(request)
    addresses = {channel: where_sent(request, channel) for channel in channels}
    return resend(tx, request.id, addresses, origin="invoice", sms_segments=sms_segments, kind="reminder")


def receipt(tx: Tx, number: str, address: str = "") -> Message:
    """Email the receipt of an issued invoice, free of charge; an empty address is the client's own.

    Raises BadInput (field email), and Refused for a draft.
    """
    invoice = invoice_by_number(tx, number)
    if invoice.row.state == "draft":
        raise Refused(f"{invoice.row.number} is a draft. Issue it first, or take a payment: then there is a receipt.")
    to = address_for(invoice.client, "email", address)
    for message in of_invoice(tx, invoice.row.id):
        if message.kind == "receipt" and message.state == "queued" and message.address == to:
            raise Refused(f"The email to {to} still waits in the outbox and goes out by itself.")
    message_id = new_id()
    fact = {"kind": "receipt", "messages": [[message_id, "email", 0, 0, 0]]}
    ledger.append(tx, "messages_queued", invoice.row.id, fact)
    _queue(tx, message_id, "email", to, invoice.row.id)
    return message_by_id(tx, message_id)


def address_for(client: Client, channel: Channel, typed: str) -> str:
    """Return where a message goes: what was typed, put right, or else the client's own address.

    Raises BadInput with the channel as its field: also for a channel to which the client has not agreed.
    """
    if not client.may_get(channel):
        raise BadInput(channel, unwanted(client, channel))
    own = client.email if channel == "email" else client.mobile
    if not typed and not own:
        word = "email address" if channel == "email" else "mobile number"
        raise BadInput(channel, f"{client.name} has no {word}. Type one, or choose another channel.")
    if not typed:
        return own
    try:
        return normal_email(typed) if channel == "email" else normal_mobile(typed)
    except BadInput as error:
        raise BadInput(channel, str(error)) from error


def unwanted(client: Client, channel: Channel) -> str:
    """Say that the client has not agreed to a channel, and what to do."""
    word = CHANNEL_WORDS[channel]
    return f"{client.name} does not want {word}. Choose another way, or change it on their card once they agree."


def where_sent(request: PaymentRequest, channel: Channel) -> str:
    """Return the address that last got this request by a channel; empty when none did."""
    sent = [m for m in request.messages if m.channel == channel and m.sent_at and m.address]
    return max(sent, key=lambda message: message.sent_at or "").address if sent else ""


def link_values(settings: Settings, invoice: Invoice, request: PaymentRequest) -> dict[str, str]:
    """Return what stands for the words in braces in a message about a request."""
    return templates.values_of(
        settings,
        client=invoice.client.name,
        amount=format_money(request.amount, invoice.row.currency),
        invoice=invoice.row.number,
        url=request.url,
        code=request.code,
    )


def segments(settings: Settings, kind: MessageKind) -> Segments:
    """Return how to count the segments of the SMS of a kind for a live request."""
    return lambda invoice, request: (
        measure(templates.sms_of(settings, kind, link_values(settings, invoice, request))).segments
    )


def of_invoice(reader: Reader, invoice_id: str) -> list[Message]:
    """Return every message about an invoice, oldest first."""
    rows = reader.all(
        "SELECT id, kind, invoice_id, request_id, channel, address, state, net, vat, segments, result, created_at,"
        " sent_at FROM messages WHERE invoice_id = :id ORDER BY created_at, id",
        id=invoice_id,
    )
    return [Message(**row) for row in rows]


def _refuse_unless_live(request: PaymentRequest) -> None:
    if request.state == "live":
        return
    if request.state in {"queued", "attention"}:
        raise Refused(
            f"The link {request.code} is not made yet; its messages go out with it. To write to somebody else,"
            " cancel it and send a new one."
        )
    raise Refused(f"The payment request {request.code} is {request.state}. Send a new link for what is still due.")


def _refuse_twice(request: PaymentRequest, channel: Channel, address: str) -> None:
    """A message to the same place that has not left yet will bring the link by itself."""
    if any(m.channel == channel and m.address == address and m.state == "queued" for m in request.messages):
        word = "email" if channel == "email" else "SMS"
        raise Refused(
            f"The {word} with link {request.code} to {address} still waits in the outbox and goes out by itself."
        )


def _queue(tx: Tx, message_id: str, channel: Channel, address: str, invoice_id: str) -> None:
    tx.run("UPDATE messages SET address = :address WHERE id = :id", address=address, id=message_id)
    outbox.add(tx, channel, message_id, invoice_id)
