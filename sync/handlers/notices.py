"""Telling the clinic."""

from datetime import datetime
from zoneinfo import ZoneInfo

from store.database import Tx
from store.models import OutboxEntry
from store.money import format_money
from store.reading import invoice_by_number
from store.times import from_text
from sync.couriers.render import PaymentLinkPaidMail, payment_link_paid
from sync.handlers.base import Closed, Prepared, Work, World


class TellClinic:
    """Sends one notification to one of the clinic's targets."""

    one_service = False

    def prepare(self, tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Prepared:  # noqa: ARG002
        """Write it from the payment: client's name, invoice number, value."""
        invoice = invoice_by_number(tx, entry.invoice_id or "")
        payment = next((p for p in invoice.payments if p.id == entry.subject_id), None)
        if payment is None:
            return Closed("the payment is not there")
        code = next((r.code for r in invoice.requests if r.id == payment.request_id), "")
        zone = ZoneInfo(world.settings["clinic.zone"])
        mail = PaymentLinkPaidMail(
            clinic_name=world.settings["clinic.name"],
            client_name=invoice.client.name,
            invoice_number=invoice.row.number,
            amount_text=format_money(payment.amount, invoice.row.currency),
            method=payment.reference,
            paid_at_text=f"{from_text(payment.at).astimezone(zone):%d %b %Y, %H:%M}",
            code=code,
        )

        async def act() -> str:
            told = payment_link_paid(mail)
            target = entry.payload["target"]
            return await world.courier.notify(target, told.subject, told.text, html=told.html, message_id=entry.id)

        return Work(entry, act, lambda _tx, result: f"clinic told of {mail.invoice_number}: {result}")

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:  # noqa: ARG002
        """The clinic can bear being told twice; not being told is worse."""
        return True

    def unknown(self, entry: OutboxEntry, world: World) -> str:  # noqa: ARG002
        """Say where to look."""
        return "The notification got no clear answer several times. Check its target in the settings, then retry."

    def given_up(self, tx: Tx, entry: OutboxEntry, why: str) -> None:
        """The payment is recorded; only the news of it waits."""
