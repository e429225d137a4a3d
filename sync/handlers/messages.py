"""Sending the client's email and SMS: a payment link, a reminder of it, a receipt."""

import re
from collections.abc import Awaitable, Callable
from datetime import datetime
from functools import partial
from typing import cast

from store import ledger, receipts, templates
from store.contact import shown_mobile
from store.database import Tx
from store.messages import link_values
from store.models import Message, OutboxEntry, PaymentRequest
from store.reading import invoice_by_number, message_by_id, request_by_id
from store.settings import Settings
from store.templates import MessageKind
from store.times import from_text
from sync.couriers.background import beside
from sync.couriers.render import RenderedMail, link_email, receipt_email
from sync.handlers.base import Ask, Closed, Prepared, Work, World
from sync.quiet import hold

Draw = Callable[[], Awaitable[RenderedMail]]


class _ToClient:
    """What email and SMS share: checks before, and what it means when sent or given up."""

    one_service = True

    def prepare(self, tx: Tx, entry: OutboxEntry, world: World, now: datetime) -> Prepared:
        """A message about a link that takes no money any more is not sent; at night what has waited is not."""
        message = message_by_id(tx, entry.subject_id)
        if message.state not in {"queued", "failed"}:
            return Closed(f"the message is {message.state}")
        request = request_by_id(tx, message.request_id) if message.request_id else None
        if request is not None and request.state != "live":
            why = f"the payment request is {request.state}"
            ledger.append(
                tx,
                "message_stopped",
                message.invoice_id,
                {"message": message.id, "reason": _impersonal(why, message)},
            )
            return Closed(why)
        if request is not None and not request.url:
            return Ask(
                f"The address of {request.code} is none for a client, so it was not sent. Cancel it, send anew."
            )
        if entry.unsure and not self.repeatable(entry, world):
            return Ask(self.unknown(entry, world), unsure=True)
        asked_at = from_text(entry.payload.get("asked_at", message.created_at))
        if later := hold(world.settings, asked_at, now):
            return later
        return self.work(tx, entry, message, request, world)

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:
        """Tell whether sending it twice is as good as once."""
        raise NotImplementedError

    def unknown(self, entry: OutboxEntry, world: World) -> str:
        """Say what an unknown outcome means."""
        raise NotImplementedError

    def work(
        self, tx: Tx, entry: OutboxEntry, message: Message, request: PaymentRequest | None, world: World
    ) -> Prepared:
        """Return what to do, written from what is true now."""
        raise NotImplementedError

    def given_up(self, tx: Tx, entry: OutboxEntry, why: str) -> None:
        """The message failed; the invoice log says so."""
        message = message_by_id(tx, entry.subject_id)
        if message.state == "queued":
            ledger.append(tx, "message_failed", message.invoice_id, {"message": message.id, "reason": why})


class SendEmail(_ToClient):
    """Emails the link or the receipt. An unknown outcome is sent again under the same Message-ID."""

    def work(
        self, tx: Tx, entry: OutboxEntry, message: Message, request: PaymentRequest | None, world: World
    ) -> Prepared:
        """Write the email; what takes time to draw is drawn when it is sent."""
        draw = (
            _receipt(tx, message, world.settings) if request is None else _link(tx, message, request, world.settings)
        )

        async def act() -> str:
            return await world.courier.send_email(
                world.settings["email.url"],
                message.address,
                await draw(),
                message_id=message.id,
                reply_to=world.settings["clinic.support_email"] or None,
                clinic_name=world.settings["clinic.name"],
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
        self, tx: Tx, entry: OutboxEntry, message: Message, request: PaymentRequest | None, world: World
    ) -> Prepared:
        """Write the SMS."""
        if request is None:
            return Closed("only a payment link is sent by SMS")
        text = templates.sms_of(world.settings, _kind(message), _values(tx, message, request, world.settings))

        async def act() -> str:
            return await world.courier.send_sms(world.settings["sms.url"], message.address, text)

        return Work(entry, act, lambda tx, result: _sent(tx, message, result))

    def repeatable(self, entry: OutboxEntry, world: World) -> bool:  # noqa: ARG002
        """A second SMS is charged and read a second time."""
        return False

    def unknown(self, entry: OutboxEntry, world: World) -> str:  # noqa: ARG002
        """Say that it may have arrived."""
        return "The SMS may have been sent. Ask the client; send again, which costs another SMS, or drop it."


def _link(tx: Tx, message: Message, request: PaymentRequest, settings: Settings) -> Draw:
    kind = _kind(message)
    mail = link_email(templates.email_words(settings, kind), _values(tx, message, request, settings), kind)

    async def draw() -> RenderedMail:
        return mail

    return draw


def _receipt(tx: Tx, message: Message, settings: Settings) -> Draw:
    receipt = receipts.receipt_of(tx, settings, message.invoice_id)
    words = templates.email_words(settings, "receipt")
    values = templates.values_of(
        settings,
        client=receipt.client,
        amount=receipt.money(receipt.amount),
        invoice=receipt.number,
        url="",
        code=receipt.code,
        document=receipt.title,
    )

    async def draw() -> RenderedMail:
        from sync.couriers.receipt_pdf import receipt_pdf

        pdf = await beside(partial(receipt_pdf, receipt))
        return receipt_email(words, values, receipt, pdf)

    return draw


def _values(tx: Tx, message: Message, request: PaymentRequest, settings: Settings) -> dict[str, str]:
    return link_values(settings, invoice_by_number(tx, message.invoice_id), request)


def _kind(message: Message) -> MessageKind:
    return cast("MessageKind", message.kind)


def _sent(tx: Tx, message: Message, result: str) -> str:
    fact = {"message": message.id, "result": _impersonal(result, message)}
    ledger.append(tx, "message_sent", message.invoice_id, fact)
    return f"{'email' if message.channel == 'email' else 'SMS'} sent: {result}"


def _impersonal(answer: str, message: Message) -> str:
    """Return a server's answer without the client's address: the ledger keeps it when the client is erased."""
    national = shown_mobile(message.address)
    forms = {message.address, message.address.lstrip("+"), national, national.replace(" ", "")} - {""}
    for form in sorted(forms, key=len, reverse=True):
        answer = re.sub(re.escape(form), "the address", answer, flags=re.IGNORECASE)
    return answer
