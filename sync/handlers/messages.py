"""Sending the client's email and SMS."""

from datetime import datetime

from store import ledger
from store.database import Tx
from store.models import Invoice, Message, OutboxEntry, PaymentRequest
from store.money import format_money
from store.reading import invoice_by_number, message_by_id, request_by_id
from store.sms import sms_text
from sync.couriers.render import PaymentRequestMail, payment_request_email
from sync.handlers.base import Ask, Closed, Prepared, Work, World


class _ToClient:
    """What email and SMS share: checks before, and what it means when sent or given up."""

    one_service = True

    def prepare(self, tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Prepared:  # noqa: ARG002
        """A message about a link that takes no money any more is not sent."""
        message = message_by_id(tx, entry.subject_id)
        if message.state not in {"queued", "failed"} or message.request_id is None:
            return Closed(f"the message is {message.state}")
        request = request_by_id(tx, message.request_id)
        if request.state != "live":
            why = f"the payment request is {request.state}"
            ledger.append(tx, "message_stopped", message.invoice_id, {"message": message.id, "reason": why})
            return Closed(why)
        if entry.unsure and not self.repeatable(entry, world):
            return Ask(self.unknown(entry, world), unsure=True)
        return self.work(entry, message, request, invoice_by_number(tx, message.invoice_id), world)

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:
        """Tell whether sending it twice is as good as once."""
        raise NotImplementedError

    def unknown(self, entry: OutboxEntry, world: World) -> str:
        """Say what an unknown outcome means."""
        raise NotImplementedError

    def work(
        self, entry: OutboxEntry, message: Message, request: PaymentRequest, invoice: Invoice, world: World
    ) -> Prepared:
        """Return what to do."""
        raise NotImplementedError

    def given_up(self, tx: Tx, entry: OutboxEntry, why: str) -> None:
        """The message failed; the invoice log says so."""
        message = message_by_id(tx, entry.subject_id)
        if message.state == "queued":
            ledger.append(tx, "message_failed", message.invoice_id, {"message": message.id, "reason": why})


class SendEmail(_ToClient):
    """Emails the link. An unknown outcome is sent again under the same Message-ID."""

    def work(
        self, entry: OutboxEntry, message: Message, request: PaymentRequest, invoice: Invoice, world: World
    ) -> Prepared:
        """Write the email from what is true now."""
        support = world.settings["clinic.support_email"]
        mail = PaymentRequestMail(
            clinic_name=world.settings["clinic.name"],
            client_name=invoice.client.name,
            invoice_number=invoice.row.number,
            amount_text=format_money(request.amount, invoice.row.currency),
            url=request.url,
            code=request.code,
            support_email=support,
        )

        async def act() -> str:
            return await world.courier.send_email(
                world.settings["email.url"],
                message.address,
                payment_request_email(mail),
                message_id=message.id,
                reply_to=support or None,
                clinic_name=mail.clinic_name,
            )

        return Work(entry, act, lambda tx, result: _sent(tx, message, result))

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:  # noqa: ARG002
        """The Message-ID is the same, so a mail program shows one email."""
        return True

    def unknown(self, entry: OutboxEntry, world: World) -> str:  # noqa: ARG002
        """Say that it may have arrived."""
        return "The mail server gave no clear answer several times. Ask the client; send again, or drop it."


class SendSms(_ToClient):
    """Texts the link. It costs money and takes no key, so an unknown outcome is for a person to decide."""

    def work(
        self, entry: OutboxEntry, message: Message, request: PaymentRequest, invoice: Invoice, world: World
    ) -> Prepared:
        """Write the SMS from what is true now."""
        amount = format_money(request.amount, invoice.row.currency)
        text = sms_text(world.settings["clinic.name"], amount, invoice.row.number, request.url, request.code)

        async def act() -> str:
            return await world.courier.send_sms(world.settings["sms.url"], message.address, text)

        return Work(entry, act, lambda tx, result: _sent(tx, message, result))

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:  # noqa: ARG002
        """A second SMS is charged and read a second time."""
        return False

    def unknown(self, entry: OutboxEntry, world: World) -> str:  # noqa: ARG002
        """Say that it may have arrived."""
        return "The SMS may have been sent. Ask the client; send again, which costs another SMS, or drop it."


def _sent(tx: Tx, message: Message, result: str) -> str:
    ledger.append(tx, "message_sent", message.invoice_id, {"message": message.id, "result": result})
    return f"{'email' if message.channel == 'email' else 'SMS'} sent: {result}"
