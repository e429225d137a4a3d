"""What the clinic is told of each event, in words; or that it needs no telling any more."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from store import days, outbox, services
from store.damage import Damage
from store.database import Reader
from store.models import EntryKind, Invoice, OutboxEntry
from store.money import format_money
from store.payment_types import name_of
from store.reading import invoice_by_number, message_by_id, request_by_id
from store.refunds import by_id
from store.setting_list import NOTICES
from store.settings import Settings
from store.times import from_text
from sync.couriers.render import Notice
from sync.handlers.base import Closed

Told = Notice | Closed
Words = Callable[[Reader, OutboxEntry, Settings], Told]


def _paid(reader: Reader, entry: OutboxEntry, settings: Settings) -> Told:
    """A client paid a link: client's name, invoice number, value."""
    invoice = invoice_by_number(reader, entry.invoice_id or "")
    payment = next((p for p in invoice.payments if p.id == entry.subject_id), None)
    if payment is None:
        return _paid_otherwise(invoice, entry, settings)
    request = next((r for r in invoice.requests if r.id == payment.request_id), None)
    over = invoice.row.overpaid
    code = next((r.code for r in invoice.requests if r.id == payment.request_id), "")
    amount, number, client = (
        format_money(payment.amount, invoice.row.currency),
        invoice.row.number,
        invoice.client.name,
    )
    return Notice(
        subject=f"Payment link paid: {amount}, {number}",
        label="Payment link paid",
        figure=amount,
        sentence=f"{client} paid {amount} for invoice {number} by payment link.",
        facts=[
            ("Client", client),
            ("Invoice", number),
            ("Value", amount),
            ("How", payment.reference),
            ("When", _time(settings, from_text(payment.at))),
            ("Code", code),
            ("Note", request.reason if request else ""),
            ("Overpaid", format_money(over, invoice.row.currency) if over else ""),
        ],
        foot=f"Paydesk has recorded the payment at {settings['clinic.name']}.",
    )


def _paid_otherwise(invoice: Invoice, entry: OutboxEntry, settings: Settings) -> Told:
    """A client paid a link in another currency than the invoice's: it is not counted, and a person must look."""
    request = next((r for r in invoice.requests if r.id == entry.subject_id and r.state == "paid"), None)
    if request is None:
        return Closed("the payment is not there")
    number = invoice.row.number
    return Notice(
        subject=f"Payment link paid in another currency: {number}",
        label="Paid in another currency",
        figure="",
        sentence=f"{invoice.client.name} paid the link for invoice {number} in another currency.",
        facts=[
            ("Why", request.reason),
            ("Client", invoice.client.name),
            ("Invoice", number),
            ("Code", request.code),
        ],
        foot=f"Open invoice {number} at {settings['clinic.name']} to see it.",
        good=False,
    )


def _link_failed(reader: Reader, entry: OutboxEntry, settings: Settings) -> Told:
    """A link could not be made, or a message with it not be sent."""
    failed = next((found for kind in _SENT if (found := outbox.of_subject(reader, entry.subject_id, kind))), None)
    if failed is None or failed.state != "attention":
        return Closed("somebody has decided meanwhile")
    what, request_id = "could not be made", failed.subject_id
    to = ""
    if failed.kind in {"email", "sms"}:
        message = message_by_id(reader, failed.subject_id)
        what = f"could not be sent by {'email' if message.channel == 'email' else 'SMS'}"
        request_id, to = message.request_id or "", message.address
    request = request_by_id(reader, request_id)
    invoice = invoice_by_number(reader, request.invoice_id)
    amount, number = format_money(request.amount, invoice.row.currency), invoice.row.number
    return Notice(
        subject=f"Payment link not sent: {amount}, {number}",
        label="Payment link not sent",
        figure=amount,
        sentence=f"The payment link for {invoice.client.name}, invoice {number}, {what}.",
        facts=[
            ("Why", failed.last_error),
            ("Client", invoice.client.name),
            ("To", to),
            ("Invoice", number),
            ("Code", request.code),
        ],
        foot=f"Open the outbox at {settings['clinic.name']} (F5) to decide what to do.",
        good=False,
    )


def _refund_failed(reader: Reader, entry: OutboxEntry, settings: Settings) -> Told:
    """The gateway did not give money back."""
    refund = by_id(reader, entry.subject_id)
    if refund is None or refund.state == "done":
        return Closed("the refund is done")
    invoice = invoice_by_number(reader, refund.invoice_id)
    amount, number = format_money(refund.amount, invoice.row.currency), invoice.row.number
    return Notice(
        subject=f"Refund failed: {amount}, {number}",
        label="Refund failed",
        figure=amount,
        sentence=f"{amount} could not be given back to {invoice.client.name}.",
        facts=[
            ("Why", refund.result or _waiting_for(reader, refund.id)),
            ("Client", invoice.client.name),
            ("Invoice", number),
            ("By", name_of(reader, refund.type)),
            ("Asked for by", refund.actor),
        ],
        foot=f"Open invoice {number} at {settings['clinic.name']} to try again or give the money back another way.",
        good=False,
    )


def _offline(reader: Reader, entry: OutboxEntry, settings: Settings) -> Told:
    """The gateway has not answered for some time; perhaps it does again by now."""
    since = from_text(entry.subject_id)
    gateway = services.known(reader).get(services.GATEWAY)
    back = from_text(gateway.since) if gateway is not None and gateway.state == "online" else None
    began, waiting = _time(settings, since), outbox.counts(reader)
    facts = [
        ("Since", began),
        ("Back", _time(settings, back) if back else ""),
        ("Why", "" if back or gateway is None else gateway.reason),
        ("Waiting", str(waiting["ready"])),
    ]
    if back:
        return Notice(
            subject=f"The gateway is back, after {_length(since, back)}",
            label="The gateway is back",
            figure="",
            sentence=f"The payment gateway did not answer for {_length(since, back)}. It does again.",
            facts=facts,
            foot="What waited goes out by itself.",
        )
    return Notice(
        subject="The payment gateway does not answer",
        label="No answer from the gateway",
        figure="",
        sentence=f"The payment gateway has not answered since {began}.",
        facts=facts,
        foot="Sales go on. What waits goes out by itself when the line is back.",
        good=False,
    )


def _no_backup(reader: Reader, _entry: OutboxEntry, settings: Settings) -> Told:
    """The daily backup could not be made; perhaps there is one by now."""
    backup = services.known(reader).get(services.BACKUP)
    if backup is None or backup.state == "online":
        return Closed("there is a backup by now")
    return Notice(
        subject=f"No backup at {settings['clinic.name']}",
        label="No backup",
        figure="",
        sentence=f"The daily backup at {settings['clinic.name']} could not be made.",
        facts=[("Since", _time(settings, from_text(backup.since))), ("Why", backup.reason)],
        foot="It is tried again every ten minutes. Admin (F9), Backups says where they go and makes one at once.",
        good=False,
    )


def damaged(damage: Damage, settings: Settings) -> Notice:
    """The data file is damaged: nothing is saved or sent any more, but for this."""
    found = from_text(damage.found_at) if damage.found_at else None
    return Notice(
        subject=f"The data file is damaged at {settings['clinic.name']}",
        label="The data file is damaged",
        figure="",
        sentence=f"Paydesk's data file at {settings['clinic.name']} is damaged. Nothing is saved or sent any more.",
        facts=[("Found", _time(settings, found) if found else ""), ("What", " ".join(damage.problems))],
        foot="Write on paper what is done. `paydesk verify` says what is wrong; `paydesk restore` mends it.",
        good=False,
    )


def _day_closed(reader: Reader, entry: OutboxEntry, settings: Settings) -> Told:
    """The end of a day in a few figures."""
    day = days.get(reader, entry.subject_id)

    def money(pence: int) -> str:
        return format_money(pence, settings["clinic.currency"])

    taken = sum(row.total for row in day.takings.types)
    closed = from_text(day.to_at).astimezone(ZoneInfo(settings["clinic.zone"]))
    apart = f"{money(day.difference)}, {day.reason}" if day.difference else "none"
    return Notice(
        subject=f"End of day, {closed.day} {closed:%B %Y}: {money(taken)}",
        label="Day closed",
        figure=money(taken),
        sentence=f"{day.actor} closed the day at {settings['clinic.name']} on {_time(settings, closed)}.",
        facts=[
            *((row.name, money(row.total)) for row in day.takings.types),
            ("Till expected", money(day.expected)),
            ("Till counted", money(day.counted)),
            ("Difference", apart),
            ("Links unpaid", f"{day.links.count}, {money(day.links.amount)}" if day.links.count else "none"),
            ("Still queued", str(day.waiting) if day.waiting else "nothing"),
        ],
        foot=f"From {_time(settings, from_text(day.from_at))}." if day.from_at else "",
    )


def _test(_reader: Reader, entry: OutboxEntry, settings: Settings) -> Told:
    """Somebody wants to see whether it arrives."""
    when = NOTICES[entry.subject_id]
    return Notice(
        subject=f"Test from {settings['clinic.name']}",
        label="It works",
        figure="",
        sentence=f"This is a test. Here you will be told when {when}.",
        facts=[("Sent by", entry.created_by), ("When", _time(settings, from_text(entry.created_at)))],
        foot=f"Paydesk at {settings['clinic.name']}.",
    )


EVENTS: dict[str, Words] = {
    "payment_link_paid": _paid,
    "payment_link_failed": _link_failed,
    "refund_failed": _refund_failed,
    "offline": _offline,
    "backup_failed": _no_backup,
    "end_of_day": _day_closed,
    "test": _test,
}
"""How each event is told."""

_SENT: tuple[EntryKind, ...] = ("create_link", "email", "sms")


def _waiting_for(reader: Reader, refund_id: str) -> str:
    entry = outbox.of_subject(reader, refund_id, "refund")
    return entry.last_error if entry is not None else ""


def _time(settings: Settings, moment: datetime) -> str:
    return f"{moment.astimezone(ZoneInfo(settings['clinic.zone'])):%d %b %Y, %H:%M}"


def _length(since: datetime, until: datetime) -> str:
    """Write a span as people say it: `25 minutes`, `3 hours 5 minutes`."""
    minutes = max(1, int((until - since).total_seconds()) // 60)
    hours, rest = divmod(minutes, 60)
    counted = ((hours, "hour"), (rest, "minute"))
    return " ".join(f"{count} {word}{'' if count == 1 else 's'}" for count, word in counted if count)
