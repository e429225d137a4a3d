"""The seam: what clients and the clinic are sent beside a first payment link, and in which words."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from store import charges, chasing, messages, notices, outbox, receipt_text, receipts, templates
from store.charges import ChargeRow, Per
from store.database import Reader, Tx
from store.errors import BadInput, PaydeskError, Refused
from store.models import Channel, Message, Origin, OutboxEntry
from store.money import format_money
from store.quiet import clock_time, quiet_until
from store.receipts import Receipt
from store.settings import Settings, known
from store.sms import SmsMeasure, likely_url, measure
from store.templates import MessageKind
from tui.desk.calls import Calls
from tui.desk.sent import STAND_IN_CODE, Sent


@dataclass(frozen=True, slots=True)
class MessagePreview:
    """A message as a client would read it, with stand-ins for what is not known; `sms` measures an SMS."""

    subject: str
    text: str
    sms: SmsMeasure | None


class MessageCalls(Calls):
    """Sending a link again, chasing it, receipts, and the words and charges of messages."""

    async def resend(self, request_id: str, addresses: Mapping[Channel, str], *, origin: Origin) -> Sent:
        """Send the same live link again (empty address: the client's own), each message with its own charge.

        Raises BadInput (its `field` is email or sms) or Refused.
        """

        def work(tx: Tx) -> Sent:
            count = messages.segments(self._settings(tx), "payment_request")
            request, costs = messages.resend(tx, request_id, addresses, origin=origin, sms_segments=count)
            return Sent(request, tuple(costs))

        return await self._write(work)

    async def chase(self, request_id: str, channels: Sequence[Channel] = ()) -> Sent:
        """Remind the client of a live link by these channels; none given: those of the setting chase.channels.

        It goes to where the link went before. Raises BadInput (its `field` is email or sms) or Refused.
        """

        def work(tx: Tx) -> Sent:
            chosen = self._settings(tx)
            ways = tuple(channels) or chasing.channels(chosen)
            request, costs = messages.remind(tx, request_id, ways, sms_segments=messages.segments(chosen, "reminder"))
            return Sent(request, tuple(costs))

        return await self._write(work)

    async def chase_due(self) -> list[Sent]:
        """Remind the clients of every link that the chasing rule would remind now; each is queued by itself.

        Raises Refused without a rule and in quiet hours.
        """
        now = self._store.clock()
        chosen = await self._read(self._settings)
        if not chosen["chase.days"]:
            raise Refused("There is no chasing rule yet. Fill in chase.days, such as 3 7 14.")
        if until := quiet_until(chosen, now):
            raise Refused(f"These are quiet hours. Chase again after {clock_time(chosen, until)}.")
        late = await self._read(lambda reader: chasing.due(reader, chosen, now))
        tried = [await self._write(_reminder(chosen, request_id, now)) for request_id in late]
        return [sent for sent in tried if sent is not None]

    async def email_receipt(self, number: str, address: str = "") -> Message:
        """Email the invoice as a receipt (an invoice while nothing is paid), free of charge.

        Raises BadInput (field email), Refused for a draft.
        """
        return await self._write(lambda tx: messages.receipt(tx, number, address))

    async def receipt(self, number: str) -> Receipt:
        """Return what a receipt of this invoice says. Raises NotFound, Refused for a draft."""
        return await self._read(lambda reader: receipts.receipt_of(reader, self._settings(reader), number))

    async def receipt_text(self, number: str) -> str:
        """Return the receipt as plain text, 80 columns wide. Raises NotFound, Refused for a draft."""
        return receipt_text.receipt_text(await self.receipt(number))

    async def receipt_pdf(self, number: str) -> bytes:
        """Return the receipt as a PDF. Raises NotFound, Refused for a draft."""
        from sync.couriers.background import beside
        from sync.couriers.receipt_pdf import receipt_pdf

        made = await self.receipt(number)
        return await beside(lambda: receipt_pdf(made))

    async def save_pdf(self, number: str) -> Path:
        """Write the receipt into the data folder's `documents`, for its owner only, and return where.

        Raises NotFound, Refused for a draft, StoreError when it cannot be written.
        """
        from sync.couriers.background import beside
        from tui.documents import save

        made = await self.receipt(number)
        pdf = await self.receipt_pdf(number)
        return await beside(lambda: save(self.folder, f"{made.number}.pdf", pdf))

    async def preview_message(
        self, kind: MessageKind, channel: Channel, draft: Mapping[str, str] | None = None
    ) -> MessagePreview:
        """Return how a message would read; `draft` holds templates that are not saved, by their setting's key.

        Raises BadInput, its `field` the key, for a draft that would be refused.
        """

        def work(reader: Reader) -> MessagePreview:
            chosen = _with_draft(self._settings(reader), draft or {})
            values = _stand_ins(chosen, kind)
            if channel == "sms":
                text = templates.sms_of(chosen, kind, values)
                return MessagePreview("", text, measure(text))
            words = templates.email_words(chosen, kind)
            return MessagePreview(templates.subject_of(words, values), templates.body_of(words, values), None)

        return await self._read(work)

    async def charges(self) -> list[ChargeRow]:
        """Return what each message costs, by where it is sent from and by which channel."""
        return await self._read(charges.charge_table)

    async def save_charge(self, origin: Origin, channel: Channel, net: int, vat_rate: int, per: Per) -> ChargeRow:
        """Change what messages cost from now on: `net` pence, `vat_rate` basis points.

        Raises NeedsManager, BadInput (its `field` is origin, channel, net, vat_rate or per).
        """
        return await self._write(lambda tx: charges.save(tx, ChargeRow(origin, channel, net, vat_rate, per)))

    async def test_notice(self, kind: str) -> list[str]:
        """Send a test to every target of a notification and return the outbox entries' ids.

        `entry_state` tells what came of each. Raises BadInput, Refused without targets.
        """
        return await self._write(lambda tx: notices.test(tx, self._settings(tx), kind))

    async def entry_state(self, entry_id: str) -> OutboxEntry:
        """Return an outbox entry as it is now, done ones too. Raises NotFound."""
        return await self._read(lambda reader: outbox.get(reader, entry_id))


def _reminder(chosen: Settings, request_id: str, now: datetime) -> Callable[[Tx], Sent | None]:
    def work(tx: Tx) -> Sent | None:
        found = chasing.remind(tx, chosen, request_id, now)
        return Sent(found[0], tuple(found[1])) if found else None

    return work


def _with_draft(chosen: Settings, draft: Mapping[str, str]) -> Settings:
    values = dict(chosen)
    for key, typed in draft.items():
        setting = known(key)
        try:
            values[key] = setting.check(setting.tidied(typed))
        except PaydeskError as error:
            raise BadInput(key, str(error)) from error
    return Settings(values)


def _stand_ins(chosen: Settings, kind: MessageKind) -> dict[str, str]:
    """Return a made-up client, invoice and link, as long as real ones usually are."""
    return templates.values_of(
        chosen,
        client="Jane Smith",
        amount=format_money(21_100, chosen["clinic.currency"]),
        invoice=f"{chosen['clinic.number_prefix']}000124",
        url=likely_url(chosen["gateway.kind"]) if kind != "receipt" else "",
        code=STAND_IN_CODE,
        document="Receipt" if kind == "receipt" else "",
    )
