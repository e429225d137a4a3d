"""Payment requests: asking for money, and what each answer of the world makes of the request."""

from collections.abc import Callable, Collection, Mapping
from datetime import datetime

from store import charges, clients, ledger, outbox, restored
from store.charges import Charge
from store.database import Reader, Tx
from store.errors import BadInput, Refused
from store.ids import new_code, new_id
from store.invoices import issue
from store.messages import address_for
from store.models import OPEN_REQUESTS, Channel, Invoice, Origin, OutboxEntry, PaymentRequest
from store.money import format_money
from store.reading import invoice_by_number, request_by_id
from store.text import cleaned
from store.times import to_text


def send(
    tx: Tx,
    number: str,
    addresses: Mapping[Channel, str],
    *,
    amount: int | None = None,
    origin: Origin,
    sms_segments: Callable[[Invoice, int], int] = lambda _invoice, _amount: 1,
) -> tuple[PaymentRequest, list[Charge]]:
    """Ask for `amount` pence (None: all that may be asked) by the channels in `addresses`; issue a draft first.

    An empty address is the client's own; no channel at all makes a link to show as a QR. `sms_segments` says how
    long the SMS for an invoice and an amount is. One transaction: request, messages, ledger and outbox.
    Raises BadInput or Refused with the reason.
    """
    invoice = issue(tx, number)
    asked = _askable(invoice, amount)
    checked = {channel: address_for(invoice.client, channel, typed) for channel, typed in addresses.items()}
    request_id = new_id()
    code = new_code(lambda code: bool(tx.value("SELECT 1 FROM requests WHERE code = :code", code=code)))
    costs, messages = [], []
    for channel in checked:
        segments = sms_segments(invoice, asked) if channel == "sms" else 0
        cost = charges.charge_for(tx, origin, channel, segments)
        costs.append(cost)
        messages.append([new_id(), channel, cost.net, cost.vat, segments])
    ledger.append(
        tx,
        "payment_requested",
        invoice.row.id,
        {"request": request_id, "code": code, "amount": asked, "origin": origin, "messages": messages},
    )
    for message, address in zip(messages, checked.values(), strict=True):
        tx.run("UPDATE messages SET address = :address WHERE id = :id", address=address, id=message[0])
    outbox.add(tx, "create_link", request_id, invoice.row.id)
    usual = ",".join(sorted(checked))
    if usual and usual != invoice.client.channels:
        clients.remember_channels(tx, invoice.client.id, usual)
    return request_by_id(tx, request_id), costs


def cancel(tx: Tx, request_id: str, *, why: str) -> PaymentRequest:
    """Take a request back: at once if it never left, by the outbox if there is a link. Raises Refused, NotFound."""
    request = request_by_id(tx, request_id)
    why = cleaned(why)
    if request.state in {"queued", "attention"}:
        entry = outbox.of_subject(tx, request.id, "create_link")
        if entry is not None and entry.state == "attention" and entry.unsure:
            raise Refused(
                f"The link {request.code} may exist at the gateway. Look for its code there, then send it again or"
                " drop it in the outbox."
            )
        if entry is not None and in_flight(entry):
            raise Refused(
                f"The link {request.code} is being made right now or may already exist at the gateway. "
                "Wait until that is known, then cancel it."
            )
        if entry is not None:
            outbox.set_state(tx, entry.id, "dropped", why=why)
        stop(tx, request, why=why)
    elif request.state == "live":
        begin_cancel(tx, request, why=why)
    elif request.state != "cancelling":
        raise Refused(f"The payment request {request.code} is {request.state}, so there is nothing to cancel.")
    return request_by_id(tx, request.id)


def stop(tx: Tx, request: PaymentRequest, *, why: str) -> None:
    """The request will not be sent: it and its messages stop, and the log says why."""
    stop_messages(tx, request, why)
    ledger.append(tx, "request_stopped", request.invoice_id, {"request": request.id, "reason": why})


def begin_cancel(tx: Tx, request: PaymentRequest, *, why: str) -> None:
    """A live link is to be switched off at the gateway; its unsent messages stop at once."""
    stop_messages(tx, request, why)
    ledger.append(tx, "link_cancelling", request.invoice_id, {"request": request.id, "reason": why})
    outbox.add(tx, "cancel_link", request.id, request.invoice_id)


def link_made(
    tx: Tx,
    request_id: str,
    *,
    gateway: str,
    gateway_id: str,
    url: str,
    poll_at: datetime,
    carried: Collection[Channel] = (),
    carrier: str = "",
) -> None:
    """The gateway has made the link: it is live, and its messages go out. Seen twice changes nothing.

    The messages by the channels in `carried` were sent by the gateway itself, whose name is `carrier`. A request that
    was paid or stopped meanwhile keeps its state; a link nobody should pay is cancelled.
    """
    request = request_by_id(tx, request_id)
    if request.gateway_id:
        return
    ledger.append(
        tx,
        "link_created",
        request.invoice_id,
        {"request": request_id, "gateway": gateway, "gateway_id": gateway_id, "url": url},
    )
    tx.run("UPDATE requests SET next_poll_at = :at WHERE id = :id", at=to_text(poll_at), id=request_id)
    for message in request.messages:
        if message.channel in carried and message.state in {"queued", "stopped"}:
            fact = {"message": message.id, "result": f"sent by {carrier}"}
            ledger.append(tx, "message_sent", request.invoice_id, fact)
    state = tx.value("SELECT state FROM requests WHERE id = :id", id=request_id)
    if state == "stopped":
        begin_cancel(tx, request, why=request.reason)
    if state != "live":
        return
    queued = [message for message in request.messages if message.state == "queued" and message.channel not in carried]
    unsure = bool(queued) and restored.may_be_sent(tx, request.id)
    for message in queued:
        outbox.add(tx, message.channel, message.id, request.invoice_id, unsure=unsure)
    trim_open_requests(tx, request.invoice_id)


def any_cancelling(reader: Reader, invoice_id: str) -> bool:
    """Tell whether a link of the invoice is being switched off and may still take money."""
    sql = "SELECT 1 FROM requests WHERE invoice_id = :id AND state = 'cancelling'"
    return bool(reader.value(sql, id=invoice_id))


def need_attention(tx: Tx, request: PaymentRequest, *, why: str) -> None:
    """A person must decide what becomes of the request."""
    if request.state != "attention" or request.reason != why:
        ledger.append(tx, "request_needs_attention", request.invoice_id, {"request": request.id, "reason": why})


def queue_again(tx: Tx, request: PaymentRequest) -> None:
    """A person chose to send a request again that needed attention."""
    if request.state == "attention":
        ledger.append(tx, "request_queued_again", request.invoice_id, {"request": request.id})


def link_kept(tx: Tx, request: PaymentRequest, *, why: str) -> None:
    """The link is not switched off after all: it stays live."""
    if request.state == "cancelling":
        ledger.append(tx, "link_kept", request.invoice_id, {"request": request.id, "reason": why})


def link_closed(tx: Tx, request_id: str, *, expired: bool = False) -> None:
    """The gateway takes no more money on this link. A paid request stays paid."""
    request = request_by_id(tx, request_id)
    if request.state not in {"live", "cancelling"}:
        return
    stop_messages(tx, request, "the link takes no more payments")
    if expired:
        ledger.append(tx, "link_expired", request.invoice_id, {"request": request.id})
    else:
        reason = request.reason or "switched off at the gateway"
        ledger.append(tx, "link_cancelled", request.invoice_id, {"request": request.id, "reason": reason})


def trim_open_requests(tx: Tx, invoice_id: str) -> None:
    """Take back requests, newest first, until what is asked for is no more than what is due.

    Runs after every payment: a client must not be asked for money that is no longer owed.
    """
    if not _asks_too_much(tx, invoice_id):
        return
    invoice = invoice_by_number(tx, invoice_id)
    excess = invoice.asked - invoice.row.due
    for request in reversed([r for r in invoice.requests if r.state in OPEN_REQUESTS]):
        if excess <= 0:
            return
        excess -= request.amount
        due = format_money(invoice.row.due, invoice.row.currency)
        why = "the invoice has been paid" if invoice.row.due == 0 else f"only {due} is still due"
        if request.state == "live":
            begin_cancel(tx, request, why=why)
        elif (entry := outbox.of_subject(tx, request.id, "create_link")) and not in_flight(entry):
            outbox.set_state(tx, entry.id, "dropped", why=why)
            stop(tx, request, why=why)


def _asks_too_much(tx: Tx, invoice_id: str) -> bool:
    """Tell whether open requests ask for more than is due, without reading the invoice whole."""
    return bool(
        tx.value(
            "SELECT sum(r.amount) > CASE WHEN i.state = 'void' THEN 0 ELSE max(0, i.total - i.credited - i.paid) END"
            " FROM invoices i JOIN requests r ON r.invoice_id = i.id"
            f" WHERE i.id = :id AND r.state IN {OPEN_REQUESTS}",
            id=invoice_id,
        )
    )


def in_flight(entry: OutboxEntry) -> bool:
    """Tell whether the world may have seen the entry already, so that it cannot simply be taken back."""
    return entry.state == "claimed" or entry.unsure


def watch(tx: Tx, request_id: str, until: datetime) -> None:
    """Somebody looks at this request's QR until `until`: the engine asks the gateway more often."""
    tx.run(
        "UPDATE requests SET watched_until = :until, next_poll_at = min(coalesce(next_poll_at, :now), :now)"
        " WHERE id = :id AND state IN ('queued', 'live', 'cancelling')",
        until=to_text(until),
        now=tx.now,
        id=request_id,
    )


def _askable(invoice: Invoice, amount: int | None) -> int:
    """Return the pence to ask for. Raises Refused or BadInput with what is due and what is already asked for."""
    row = invoice.row

    def money(pence: int) -> str:
        return format_money(pence, row.currency)

    if row.due == 0:
        raise Refused(f"{row.number} is {row.state.replace('_', ' ')}: nothing is due.")
    open_codes = ", ".join(r.code for r in invoice.requests if r.state in OPEN_REQUESTS)
    already = f" {money(invoice.asked)} is already asked for by {open_codes}." if invoice.asked else ""
    if invoice.askable == 0:
        raise Refused(f"{money(row.due)} is due on {row.number}.{already} Cancel that link first to ask again.")
    if amount is None:
        return invoice.askable
    if amount <= 0:
        raise BadInput("amount", "The amount must be above zero.")
    if amount > row.due:
        raise BadInput("amount", f"{money(amount)} is more than the {money(row.due)} due on {row.number}.")
    if amount > invoice.askable:
        raise BadInput(
            "amount",
            f"{money(amount)} is more than may be asked for: {money(row.due)} is due.{already}"
            f" Ask for up to {money(invoice.askable)}, or cancel that link first.",
        )
    return amount


def stop_messages(tx: Tx, request: PaymentRequest, why: str) -> None:
    """The request's unsent messages will not be sent: the client must not be asked for nothing."""
    for message in request.messages:
        if message.state not in {"queued", "failed"}:
            continue
        entry = outbox.of_subject(tx, message.id, message.channel)
        if entry is not None and in_flight(entry) and entry.state != "attention":
            continue
        if entry is not None:
            outbox.set_state(tx, entry.id, "dropped", why=why)
        ledger.append(tx, "message_stopped", request.invoice_id, {"message": message.id, "reason": why})
